"""Pages of a child at risk: the press, the form, the list, the acts, the first page; who reads words and who sees the state."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from institutions.models import InstitutionKind
from visits.models import UrgentConcern
from visits.services.urgent import close_concern, raise_concern, take_concern

pytestmark = pytest.mark.django_db


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def concern_of(cast, by=None, visit=None, gone=timedelta(0), **values):
    now = timezone.now()
    given = {"category": "injury", "seen": "SEENWORD", "told": "TOLDWORD", "told_at": now}
    return raise_concern(
        visit=visit or cast.visit,
        id=uuid4(),
        by=by or cast.ana,
        pressed_at=now - gone,
        at=now - gone,
        **(given | values),
    )


def hidden(page, name):
    return page.context["form"][name].value()


def page_of(cast, name, concern):
    return client_of(getattr(cast, name)).get(reverse("urgent", args=[concern.pk]))


# --- reporting -----------------------------------------------------------------------------------------------------------


def test_one_tap_and_one_button_send_the_report(cast):
    ana, door = client_of(cast.ana), reverse("urgent_new", args=[cast.visit.pk])
    page = ana.get(door)
    assert "no-store" in page.headers["Cache-Control"]
    sent = {"category": "suicide", "concern": hidden(page, "concern"), "pressed_at": hidden(page, "pressed_at")}
    answer = ana.post(door, sent)
    concern = UrgentConcern.objects.get()
    assert answer.headers["Location"] == reverse("urgent", args=[concern.pk])
    assert concern.pressed_at.isoformat() == hidden(page, "pressed_at")
    assert concern.pressed_at < concern.received_at


def test_the_duty_number_and_what_to_say_stand_on_the_form(cast, settings):
    settings.DUTY_PHONE = "+7 727 000 11 22"
    page = client_of(cast.ana).get(reverse("urgent_new", args=[cast.visit.pk])).content.decode()
    assert 'href="tel:+77270001122">+7 727 000 11 22</a>' in page
    assert "Call now. Say where you are" in page


@pytest.mark.parametrize("damaged", [{"concern": "x", "pressed_at": "x"}, {}, {"pressed_at": "2026-13-45T99:00Z"}])
def test_damaged_hidden_fields_stop_nothing(cast, damaged):
    before = timezone.now()
    client_of(cast.ana).post(reverse("urgent_new", args=[cast.visit.pk]), {"category": "injury", **damaged})
    assert before <= UrgentConcern.objects.get().pressed_at <= timezone.now()


def test_the_same_page_sent_twice_is_one_report_and_used_again_for_another_child_is_two(cast):
    ana, door = client_of(cast.ana), reverse("urgent_new", args=[cast.visit.pk])
    sent = {"category": "injury", "seen": "a bruise", "concern": str(uuid4())}
    ana.post(door, sent)
    ana.post(door, sent)
    assert UrgentConcern.objects.count() == 1
    ana.post(door, sent | {"seen": "another child, a burn"})
    assert {row.seen for row in UrgentConcern.objects.all()} == {"a bruise", "another child, a burn"}


def test_a_critical_indicator_starts_the_form_with_its_danger(cast):
    page = client_of(cast.ana).get(reverse("urgent_new", args=[cast.visit.pk]) + "?indicator=SAF-03")
    assert hidden(page, "category") == "sexual"


def test_a_name_in_the_text_is_sent_at_once_and_can_be_written_again(cast):
    ana = client_of(cast.ana)
    ana.post(reverse("urgent_new", args=[cast.visit.pk]), {"category": "injury", "seen": "Девочка Айгерим избита"})
    concern = UrgentConcern.objects.get()
    page = ana.get(reverse("urgent", args=[concern.pk])).content.decode()
    assert "may name a person" in page
    assert "Айгерим" not in page
    ana.post(reverse("urgent_note", args=[concern.pk]), {"do": "reword", "seen": "a girl was beaten"})
    concern.refresh_from_db()
    assert concern.seen == "a girl was beaten"
    assert "may name a person" not in ana.get(reverse("urgent", args=[concern.pk])).content.decode()


def test_a_critical_indicator_that_is_not_met_asks_whether_a_child_is_in_danger_and_nothing_holds_up_the_report(cast):
    ana, door = client_of(cast.ana), reverse("visit_section", args=[cast.visit.pk, "AA"])
    sent = {"choice-AA-01": "not_met", "version-AA-01": "0", "do": "save"}
    assert 'value="danger:AA-01"' in ana.get(door).content.decode()
    ana.post(door, sent)
    page = ana.get(door).content.decode()
    asked = page[: page.index('value="danger:AA-01"')].rsplit("data-urgent", 1)[1]
    assert asked.startswith(">")
    # The same again from an old version cannot be saved, and leads to the form all the same.
    answer = ana.post(door, sent | {"choice-AA-01": "met", "do": "danger:AA-01"}, follow=True)
    assert answer.redirect_chain[0][0] == reverse("urgent_new", args=[cast.visit.pk]) + "?indicator=AA-01"
    assert "has to be entered again" in answer.content.decode()


# --- the button ----------------------------------------------------------------------------------------------------------

PAGES = [
    ("visit", ()),
    ("visit_section", ("AA",)),
    ("visit_team", ()),
    ("visit_ratings", ()),
    ("visit_submit", ()),
    ("visit_print", ()),
    ("visit_interviews", ()),
    ("visit_interview_new", ()),
    ("finding_new", ()),
]


@pytest.mark.parametrize(("name", "more"), PAGES, ids=[name for name, _more in PAGES])
def test_the_button_stands_on_every_page_of_a_visit(cast, name, more):
    page = client_of(cast.bek).get(reverse(name, args=[cast.visit.pk, *more])).content.decode()
    assert page.count(f'class="risk" href="{reverse("urgent_new", args=[cast.visit.pk])}"') == 1


def test_the_button_is_for_those_who_may_press_it(cast):
    cast.visit.state = "submitted"
    cast.visit.save()
    door = reverse("urgent_new", args=[cast.visit.pk])
    assert door in client_of(cast.clara).get(reverse("visit_review", args=[cast.visit.pk])).content.decode()
    cast.visit.state = "accepted"
    cast.visit.save()
    page = client_of(cast.rauan).get(reverse("visit", args=[cast.visit.pk]))
    assert page.status_code == 200
    assert door not in page.content.decode()


# --- who reads what ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["clara", "saule", "dina"])
def test_the_office_reads_the_words_and_whom_to_call(cast, name):
    page = page_of(cast, name, concern_of(cast)).content.decode()
    for word in ("SEENWORD", "TOLDWORD", "ana@example.test", "bek@example.test"):
        assert word in page


@pytest.mark.parametrize("name", ["ana", "bek", "gulnar", "aigerim"])
def test_others_who_may_know_of_it_see_its_state_and_no_word(cast, name):
    page = page_of(cast, name, concern_of(cast))
    assert page.status_code == 200
    text = page.content.decode()
    assert "Received by the office" in text
    assert "WORD" not in text
    assert "@example.test" not in text.replace(f"{name}@example.test", "")


@pytest.mark.parametrize("name", ["oleg", "ruslan", "rauan", "dan", "sergey", "eve"])
def test_for_everybody_else_it_does_not_exist(cast, name):
    assert page_of(cast, name, concern_of(cast)).status_code == 404


@pytest.mark.parametrize("name", ["ana", "bek", "clara", "saule", "dina", "gulnar", "aigerim"])
def test_a_declared_tie_hides_it_from_everybody(cast, name):
    concern = concern_of(cast)
    cast.has_conflict(name)
    assert page_of(cast, name, concern).status_code == 404


def test_a_member_sees_only_their_own(cast):
    assert page_of(cast, "ana", concern_of(cast, by=cast.bek)).status_code == 404


# --- acts ----------------------------------------------------------------------------------------------------------------


def test_the_duty_officer_has_it_and_the_monitor_sees_so(cast):
    concern = concern_of(cast)
    client_of(cast.dina).post(reverse("urgent_take", args=[concern.pk]))
    assert "Taken by the office" in page_of(cast, "ana", concern).content.decode()
    concern.refresh_from_db()
    assert concern.taken_by == cast.dina
    assert str(cast.dina) in client_of(cast.ana).get(reverse("home")).content.decode()


def test_two_never_take_it_unawares(cast):
    concern = concern_of(cast)
    clara = client_of(cast.clara)
    client_of(cast.dina).post(reverse("urgent_take", args=[concern.pk]))
    page = clara.post(reverse("urgent_take", args=[concern.pk]), follow=True).content.decode()
    assert f"{cast.dina} has it already." in page
    clara.post(reverse("urgent_take", args=[concern.pk]), {"seen_with": cast.dina.pk})
    first = UrgentConcern.objects.get()
    assert first.taken_by == cast.clara


def test_a_leader_takes_nothing_but_closes_what_the_office_has_unless_it_is_their_own(cast):
    concern, bek = concern_of(cast), client_of(cast.bek)
    bek.post(reverse("urgent_take", args=[concern.pk]))
    bek.post(reverse("urgent_close", args=[concern.pk]), {"outcome": "safe"})
    concern.refresh_from_db()
    assert (concern.taken_by, concern.closed_at) == (None, None)
    take_concern(concern=concern, by=cast.dina, at=timezone.now())
    bek.post(reverse("urgent_close", args=[concern.pk]), {"outcome": "safe"})
    concern.refresh_from_db()
    assert concern.outcome == "safe"
    own = concern_of(cast, by=cast.bek)
    take_concern(concern=own, by=cast.dina, at=timezone.now())
    bek.post(reverse("urgent_close", args=[own.pk]), {"outcome": "safe"})
    own.refresh_from_db()
    assert own.closed_at is None


def test_a_monitor_closes_nothing(cast):
    concern = concern_of(cast)
    assert client_of(cast.ana).post(reverse("urgent_close", args=[concern.pk])).status_code == 403
    assert client_of(cast.ana).post(reverse("urgent_take", args=[concern.pk])).status_code == 403


def test_calls_are_added_and_the_first_hour_stays(cast):
    concern = concern_of(cast, told="", told_at=None)
    client_of(cast.ana).post(reverse("urgent_note", args=[concern.pk]), {"told": "the doctor", "told_at": "00:00"})
    concern.refresh_from_db()
    first = concern.told_at
    client_of(cast.dina).post(reverse("urgent_note", args=[concern.pk]), {"told": "the prosecutor"})
    concern.refresh_from_db()
    assert concern.told_at == first
    assert concern.told.startswith("the doctor\n")
    assert concern.told.endswith(" the prosecutor")


def test_without_an_outcome_it_stays_open_and_the_form_says_why(cast):
    concern = concern_of(cast)
    take_concern(concern=concern, by=cast.dina, at=timezone.now())
    page = client_of(cast.dina).post(reverse("urgent_close", args=[concern.pk]), {"note": "typed"})
    assert page.status_code == 400
    assert "Choose how it ended." in page.content.decode()
    assert "typed" in page.content.decode()


def test_a_closed_concern_takes_nothing_more(cast):
    concern = concern_of(cast)
    take_concern(concern=concern, by=cast.dina, at=timezone.now())
    close_concern(concern=concern, outcome="moved", note="", by=cast.dina, at=timezone.now())
    saule = client_of(cast.saule)
    for name, sent in [("urgent_take", {}), ("urgent_note", {"told": "x"}), ("urgent_close", {"outcome": "safe"})]:
        assert "has been closed" in saule.post(reverse(name, args=[concern.pk]), sent, follow=True).content.decode()
    concern.refresh_from_db()
    assert (concern.outcome, concern.taken_by) == ("moved", cast.dina)


# --- the clock and the first page ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gone", "kind", "words"),
    [(2, "status", "2 h 0 min"), (12, "is-warn", "half of the time is over"), (24, "is-bad", "too long")],
)
def test_the_clock_turns_ochre_after_half_and_red_after_all_of_the_hours(cast, gone, kind, words):
    page = page_of(cast, "dina", concern_of(cast, gone=timedelta(hours=gone))).content.decode()
    clock = page[page.index('class="clock"') :].split("</p>")[0]
    assert kind in clock
    assert words in clock


def test_what_nobody_took_for_an_hour_says_so_in_ochre(cast):
    concern_of(cast, gone=timedelta(minutes=59))
    saule = client_of(cast.saule)
    assert "nobody at the office has taken it" not in saule.get(reverse("home")).content.decode()
    concern_of(cast, gone=timedelta(minutes=61))
    page = saule.get(reverse("home")).content.decode()
    assert page.count("nobody at the office has taken it") == 1
    assert 'is-warn"><svg class="mark" aria-hidden="true"><use href="#m-warn"/></svg><span>Received; nobody' in page


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("dina", 2),
        ("saule", 2),
        ("clara", 1),
        ("ruslan", 1),
        ("ana", 1),
        ("bek", 1),
        ("oleg", 1),
        ("eve", 0),
        ("dan", 0),
    ],
)
def test_open_concerns_stand_first_on_the_day_of_those_whom_they_concern(cast, name, seen):
    concern_of(cast)
    concern_of(cast, by=cast.oleg, visit=cast.far_visit)
    page = client_of(getattr(cast, name)).get(reverse("home"))
    assert len(page.context["day"].urgent) == seen
    text = page.content.decode()
    if seen:
        assert text.index('id="urgent"') < min(text.find(f'id="{other}"') % 10**9 for other in ("now", "waiting"))
    assert "WORD" not in text


def test_a_closed_concern_leaves_the_office_and_stays_a_week_with_its_author(cast):
    concern = concern_of(cast)
    take_concern(concern=concern, by=cast.dina, at=timezone.now())
    close_concern(concern=concern, outcome="safe", note="", by=cast.dina, at=timezone.now())
    assert client_of(cast.dina).get(reverse("home")).context["day"].urgent == []
    assert len(client_of(cast.ana).get(reverse("home")).context["day"].urgent) == 1
    UrgentConcern.objects.update(closed_at=timezone.now() - timedelta(days=8))
    assert client_of(cast.ana).get(reverse("home")).context["day"].urgent == []


def test_the_page_of_the_visit_shows_the_state_to_whoever_may_know_it(cast):
    concern = concern_of(cast)
    door = reverse("urgent", args=[concern.pk])
    for name in ("ana", "bek"):
        page = client_of(getattr(cast, name)).get(reverse("visit", args=[cast.visit.pk])).content.decode()
        assert door in page
        assert "WORD" not in page
    UrgentConcern.objects.update(by=cast.bek)
    assert door not in client_of(cast.ana).get(reverse("visit", args=[cast.visit.pk])).content.decode()


@pytest.mark.parametrize("told", [True, False])
def test_the_prosecutors_day_is_named_only_where_it_applies(cast, told):
    InstitutionKind.objects.update(tells_prosecutor_in_24h=told)
    concern = concern_of(cast)
    assert ("prosecutor must be told" in page_of(cast, "dina", concern).content.decode()) is told
    form = client_of(cast.ana).get(reverse("urgent_new", args=[cast.visit.pk])).content.decode()
    assert ("prosecutor must be told" in form) is told


def test_the_number_of_concerns_changes_no_number_of_queries(cast, django_assert_max_num_queries):
    dina = client_of(cast.dina)
    dina.get(reverse("home"))
    concern_of(cast)
    for door in ("urgent_list", "home"):
        with CaptureQueriesContext(connection) as one:
            dina.get(reverse(door))
        for _number in range(5):
            concern_of(cast)
        with django_assert_max_num_queries(len(one)):
            dina.get(reverse(door))

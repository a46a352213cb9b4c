"""Keying from paper: origin, versions, differences, the second reading, and talks that leave no trace."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ombudsman.people.access import Refused
from tests import factories as make
from tests.printed import plan
from visits.models import Answer, AnswerVersion, Choice, Difference, InterviewBundle, SecondEntry
from visits.paper.keyed import Times, differing, readings_of, to_key_again
from visits.services.answers import Entry, save_answer, save_section
from visits.services.interviews import read_bundle
from visits.services.paper import key_again, settle_reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def printed(cast):
    """Sheets of two sides were printed: section AA on the first, BB on the second."""
    return plan(cast.checklist, bottom=165)


def client(person) -> Client:
    signed_in = Client()
    signed_in.force_login(person)
    return signed_in


def side(cast, page: int, name: str = "visit_keying") -> str:
    return reverse(name, args=[cast.visit.pk, page])


def filled(**values: str) -> dict[str, str]:
    """A posted side: `AA_01="met"` and the like, `number_AA_01="3"`, `version_AA_01="1"`."""
    sent = {}
    for name, value in values.items():
        stem, _under, code = (
            name.partition("_") if name.startswith(("number", "note", "version")) else ("choice", "", name)
        )
        code = code.replace("_", "-")
        sent.setdefault(f"version-{code}", "0")
        sent[f"{stem}-{code}"] = value
    return sent


def stands(cast, code: str) -> Answer:
    return cast.visit.answers.select_related("choice", "by").get(indicator__code=code)


def key_first(cast, by: str = "ana", **choices: str) -> None:
    entries = [Entry(code.replace("_", "-"), choice) for code, choice in choices.items()]
    refused = save_section(visit=cast.visit, entries=entries, origin="paper", by=getattr(cast, by), at=timezone.now())
    assert not refused


def key_second(cast, by: str = "bek", **choices: str) -> dict[str, Refused]:
    entries = [Entry(code.replace("_", "-"), choice) for code, choice in choices.items()]
    return key_again(visit=cast.visit, entries=entries, by=getattr(cast, by), at=timezone.now())


# --- the first reading -----------------------------------------------------------------------------------------------------


def test_a_side_shows_what_is_printed_on_it_in_its_order(cast, printed):
    page = client(cast.ana).get(side(cast, 1)).content.decode()
    assert [sheet["page"] for sheet in printed.pages] == [1, 2]
    assert page.index('id="AA-01"') < page.index('id="AA-02"')
    assert 'id="BB-02"' not in page
    second = client(cast.ana).get(side(cast, 2)).content.decode()
    assert "Does not apply to this kind of place." in second
    assert "choice-BB-01" not in second


def test_what_is_keyed_stands_with_paper_as_its_origin(cast, printed):
    sent = filled(AA_01="not_met", number_AA_01="2,5", note_AA_01="Two in the yard", AA_02="met")
    answer = client(cast.ana).post(side(cast, 1), {**sent, "source-AA-01": ["seen", "document"], "do": "next"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(side(cast, 2))
    first = stands(cast, "AA-01")
    assert (first.origin, first.by, first.choice.code, first.measurement) == (
        "paper",
        cast.ana,
        "not_met",
        Decimal("2.5"),
    )
    assert (first.note, first.sources) == ("Two in the yard", ["seen", "document"])
    assert stands(cast, "AA-02").origin == "paper"


def test_origin_stays_paper_when_nothing_is_changed_and_goes_when_the_browser_changes_it(cast, printed):
    key_first(cast, AA_02="met")
    save_answer(visit=cast.visit, indicator="AA-02", choice="met", base_version=1, by=cast.bek, at=timezone.now())
    assert stands(cast, "AA-02").origin == "paper"
    save_answer(visit=cast.visit, indicator="AA-02", choice="not_met", base_version=1, by=cast.bek, at=timezone.now())
    assert stands(cast, "AA-02").origin == "browser"
    assert AnswerVersion.objects.filter(answer=stands(cast, "AA-02"), origin="paper").exists()


def test_an_untouched_line_takes_nothing_back(cast, printed):
    key_first(cast, AA_02="met")
    client(cast.ana).post(side(cast, 1), filled(version_AA_02="0", AA_01="met"))
    assert stands(cast, "AA-02").choice.code == "met"


def test_a_stale_side_overwrites_nothing_and_keeps_both(cast, printed):
    save_answer(visit=cast.visit, indicator="AA-02", choice="met", base_version=0, by=cast.bek, at=timezone.now())
    answer = client(cast.ana).post(side(cast, 1), filled(AA_02="not_met", version_AA_02="0"))
    assert answer.status_code == 400
    assert stands(cast, "AA-02").choice.code == "met"
    kept = Difference.objects.get(visit=cast.visit)
    assert kept.mine["choice"] == "not_met"
    assert kept.by == cast.ana


def test_faults_are_said_at_their_line_and_the_rest_is_saved(cast, printed):
    answer = client(cast.ana).post(side(cast, 1), filled(AA_01="met", number_AA_01="many", AA_02="met"))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Write a number, for example 43 or 12.5." in page
    assert 'value="many"' in page
    assert stands(cast, "AA-02").choice.code == "met"


def test_a_page_that_saves_by_itself_is_told_its_own_versions_only(cast, printed):
    save_answer(visit=cast.visit, indicator="AA-02", choice="met", base_version=0, by=cast.bek, at=timezone.now())
    sent = filled(AA_01="met", AA_02="not_met", version_AA_02="0")
    told = client(cast.ana).post(side(cast, 1), sent, headers={"Accept": "application/json"}).json()
    assert told["versions"] == {"AA-01": 1}
    assert set(told["refused"]) == {"AA-02"}


def test_only_the_team_keys(cast, printed):
    for name, status in [("oleg", 404), ("eve", 404), ("clara", 404), ("gulnar", 404)]:
        for method in ("get", "post"):
            found = getattr(client(getattr(cast, name)), method)(side(cast, 1), filled(AA_02="met"))
            assert (name, method, found.status_code) == (name, method, status)
    assert not cast.visit.answers.exists()


def test_a_reviewer_who_reads_a_returned_visit_keys_nothing_into_it(cast, printed):
    cast.visit.state = "returned"
    cast.visit.submitted_by, cast.visit.submitted_at = cast.bek, make.NOON
    cast.visit.save()
    key_first(cast, AA_01="met")
    for url in (side(cast, 1), side(cast, 1, "visit_second"), reverse("visit_readings", args=[cast.visit.pk])):
        assert client(cast.clara).get(url).status_code == 403
        assert client(cast.clara).post(url, filled(AA_02="met", AA_01="not_met")).status_code == 403
    assert not cast.visit.answers.filter(indicator__code="AA-02").exists()
    assert not SecondEntry.objects.exists()


def test_a_submitted_visit_takes_no_sheet(cast, printed):
    cast.visit.state = "submitted"
    cast.visit.submitted_by, cast.visit.submitted_at = cast.bek, make.NOON
    cast.visit.save()
    answer = client(cast.ana).post(side(cast, 1), filled(AA_02="met"))
    assert answer.status_code == 302
    told = client(cast.ana).post(side(cast, 1), filled(AA_02="met"), headers={"Accept": "application/json"})
    assert told.status_code == 409
    assert "The visit was submitted" in told.json()["faults"][0]
    assert not cast.visit.answers.exists()


def test_a_side_that_was_never_printed_is_not_there(cast, printed):
    assert client(cast.ana).get(side(cast, 3)).status_code == 404
    assert client(cast.ana).get(side(cast, 0)).status_code == 404


def test_the_list_of_sides_counts_what_is_keyed(cast, printed):
    key_first(cast, AA_01="met")
    page = client(cast.ana).get(reverse("visit_sheets", args=[cast.visit.pk])).content.decode()
    assert "1/2" in page
    assert "0/1" in page


# --- the second reading ----------------------------------------------------------------------------------------------------


def test_the_second_page_is_empty_and_shows_critical_lines_only(cast, printed):
    key_first(cast, AA_01="not_met", AA_02="met")
    page = client(cast.bek).get(side(cast, 1, "visit_second")).content.decode()
    assert "choice-AA-01" in page
    assert "choice-AA-02" not in page
    assert "checked" not in page.split('<form class="leaf"')[1]
    whole = client(cast.bek).get(side(cast, 1, "visit_second") + "?all=1").content.decode()
    assert "choice-AA-02" in whole
    assert "1. Admission" in page
    assert "2. Beds" not in client(cast.bek).get(side(cast, 2, "visit_second")).content.decode()


def test_two_readings_that_agree_are_kept_and_change_nothing(cast, printed):
    key_first(cast, AA_01="not_met")
    client(cast.bek).post(side(cast, 1, "visit_second"), {**filled(AA_01="not_met"), "do": "next"})
    second = SecondEntry.objects.get()
    assert (second.agreed, second.by, second.first_version, second.choice) == (True, cast.bek, 1, "not_met")
    assert (stands(cast, "AA-01").version, stands(cast, "AA-01").by) == (1, cast.ana)
    assert [reading.times for reading in readings_of(cast.visit).values()] == [Times.TWICE]
    assert to_key_again(cast.visit) == []


def test_a_different_number_is_a_difference_too(cast, printed):
    key_first(cast, AA_01="met")
    refused = key_again(
        visit=cast.visit, entries=[Entry("AA-01", "met", measurement="4")], by=cast.bek, at=timezone.now()
    )
    assert refused == {}
    assert [reading.answer.indicator.code for reading in differing(cast.visit)] == ["AA-01"]


def test_the_same_person_twice_is_said_plainly(cast, printed):
    key_first(cast, by="ana", AA_01="met")
    page = client(cast.ana).get(side(cast, 1, "visit_second")).content.decode()
    assert "keyed first under this very account" in page
    assert (
        "keyed first under this very account"
        not in client(cast.bek).get(side(cast, 1, "visit_second")).content.decode()
    )
    key_second(cast, by="ana", AA_01="met")
    assert [reading.times for reading in readings_of(cast.visit).values()] == [Times.ALONE]


@pytest.mark.parametrize(("hand", "choice", "version"), [("first", "not_met", 1), ("second", "met", 2)])
def test_the_team_decides_which_reading_stands(cast, printed, hand, choice, version):
    save_section(
        visit=cast.visit,
        entries=[Entry("AA-01", "not_met", note="By the gate", sources=("seen",))],
        origin="paper",
        by=cast.ana,
        at=timezone.now(),
    )
    key_second(cast, AA_01="met")
    page = client(cast.ana).get(reverse("visit_readings", args=[cast.visit.pk])).content.decode()
    assert "First reading" in page
    assert "Second reading" in page
    client(cast.ana).post(reverse("visit_readings", args=[cast.visit.pk]), {"stands-AA-01": hand})
    answer = stands(cast, "AA-01")
    assert (answer.choice.code, answer.version, answer.origin) == (choice, version, "paper")
    assert (answer.note, answer.sources) == ("By the gate", ["seen"])
    second = SecondEntry.objects.get()
    assert (second.stands, second.settled_by, second.agreed) == (hand, cast.ana, False)
    assert [reading.times for reading in readings_of(cast.visit).values()] == [Times.TWICE]
    assert differing(cast.visit) == []


def test_nothing_is_decided_over_a_newer_answer(cast, printed):
    key_first(cast, AA_01="not_met")
    key_second(cast, AA_01="met")
    save_section(
        visit=cast.visit,
        entries=[Entry("AA-01", "partly_met", base_version=1)],
        origin="paper",
        by=cast.ana,
        at=timezone.now(),
    )
    with pytest.raises(Refused):
        settle_reading(visit=cast.visit, indicator="AA-01", stands="second", by=cast.bek, at=timezone.now())
    assert stands(cast, "AA-01").choice.code == "partly_met"
    assert [reading.times for reading in readings_of(cast.visit).values()] == [Times.ONCE]


def test_what_did_not_come_from_paper_has_no_second_reading(cast, printed):
    save_answer(visit=cast.visit, indicator="AA-01", choice="met", base_version=0, by=cast.ana, at=timezone.now())
    assert set(key_second(cast, AA_01="met")) == {"AA-01"}
    assert not SecondEntry.objects.exists()
    assert to_key_again(cast.visit) == []


def test_a_second_reading_of_a_submitted_visit_is_refused(cast, printed):
    key_first(cast, AA_01="met")
    cast.visit.state = "submitted"
    cast.visit.submitted_by, cast.visit.submitted_at = cast.bek, make.NOON
    cast.visit.save()
    with pytest.raises(Refused):
        key_second(cast, AA_01="met")


def test_the_visits_page_reminds_and_does_not_hinder(cast, printed):
    key_first(cast, AA_01="met")
    url = reverse("visit", args=[cast.visit.pk])
    assert "keyed only once" in client(cast.bek).get(url).content.decode()
    key_second(cast, AA_01="not_met")
    page = client(cast.bek).get(url).content.decode()
    assert "keyed only once" not in page
    assert "Decide on one difference" in page
    assert reverse("visit_readings", args=[cast.visit.pk]) in page


@pytest.mark.parametrize(("again", "words"), [(False, "Keyed once"), (True, "Keyed twice")])
def test_the_reviewer_sees_how_often_an_answer_was_keyed(cast, printed, again, words):
    key_first(cast, AA_01="not_met")
    if again:
        key_second(cast, AA_01="not_met")
    cast.visit.state = "submitted"
    cast.visit.submitted_by, cast.visit.submitted_at = cast.bek, make.NOON
    cast.visit.save()
    page = client(cast.clara).get(reverse("visit_review", args=[cast.visit.pk]) + "?show=all").content.decode()
    assert words in page
    assert ("Keyed once" in page) != again


def test_the_walk_of_the_second_reading_leads_past_sides_with_nothing_to_read(cast, printed):
    first = cast.checklist.indicators.get(code="BB-02")
    type(first).objects.filter(pk=first.pk).update(criticality="critical")
    key_first(cast, AA_01="met", BB_02="met")
    start = client(cast.bek).get(reverse("visit_second_start", args=[cast.visit.pk]))
    assert start["Location"] == side(cast, 1, "visit_second")
    turned = client(cast.bek).post(side(cast, 1, "visit_second"), {**filled(AA_01="met"), "do": "next"})
    assert turned["Location"] == side(cast, 2, "visit_second")
    done = client(cast.bek).post(side(cast, 2, "visit_second"), {**filled(BB_02="met"), "do": "next"})
    assert done["Location"] == reverse("visit_readings", args=[cast.visit.pk])


# --- talks -------------------------------------------------------------------------------------------------------------------


def test_a_talk_is_keyed_into_ones_own_bundle_and_leaves_no_trace(cast):
    from ombudsman.people.models import TrailEntry

    entries = TrailEntry.objects.count()
    page = client(cast.ana).get(reverse("visit_keying_talk", args=[cast.visit.pk]))
    save_at = page.context["save_at"]
    assert save_at.startswith(f"/visits/{cast.visit.pk}/answers/")
    answer = client(cast.ana).post(save_at, {"answer-Q-1": "yes", "answer-Q-2": "often", "do": "another"})
    assert answer["Location"] == reverse("visit_keying_talk", args=[cast.visit.pk])
    assert len(read_bundle(visit=cast.visit, member=cast.ana)[1]) == 1
    assert InterviewBundle.objects.count() == 1
    assert not cast.visit.answers.exists()
    assert TrailEntry.objects.count() == entries


def test_talks_are_keyed_by_the_team_only(cast):
    url = reverse("visit_keying_talk", args=[cast.visit.pk])
    assert client(cast.gulnar).get(url).status_code == 403
    assert client(cast.oleg).get(url).status_code == 404


def test_the_scale_on_the_screen_has_the_order_of_the_paper(cast, printed):
    page = client(cast.ana).get(side(cast, 1)).content.decode()
    scale = Choice.objects.filter(edition=cast.checklist, question=None).order_by("order")
    places = [page.index(f'name="choice-AA-01" value="{choice.code}"') for choice in scale]
    assert places == sorted(places)

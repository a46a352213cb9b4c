"""Two answers at one place: agreeing on one, what came after submission, and the pages that show both."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from ombudsman.people.access import Refused
from ombudsman.people.models import TrailEntry
from tests import factories as make
from visits.models import Answer, AnswerVersion, Difference, Finding, LateTalk, SectionRating, Visit
from visits.rules.fieldwork import obstacles_to_submitting
from visits.rules.review import obstacles_to_accepting, obstacles_to_returning
from visits.services.answers import Conflict, Entry, save_answer, save_section
from visits.services.differences import MovedOn, hand_to_team, set_aside, settle
from visits.services.findings import FindingConflict, edit_finding, raise_finding
from visits.services.review import return_visit

from .reviewed import in_review
from .sending import answer, finding, send, talk


@pytest.fixture
def two(cast):
    """Bek wrote "met", Ana "not met" from the same blank sheet."""
    send(cast.bek, cast.visit, answer(choice="met", note="All of them."), at=make.NOON)
    send(cast.ana, cast.visit, answer(choice="not_met", note="Three are missing."), at=make.NOON)
    return Difference.objects.get()


def agree(two, stands, by, **extra):
    return settle(difference=two, stands=stands, by=by, at=make.NOON, **extra)


# --- agreeing -------------------------------------------------------------------------------------------------------------


def test_a_visit_with_two_answers_is_not_submitted(cast, two):
    assert any("Two answers stand at one place" in str(one) for one in obstacles_to_submitting(cast.visit))
    agree(two, "theirs", cast.bek)
    assert not any("Two answers" in str(one) for one in obstacles_to_submitting(cast.visit))


def test_what_stands_stays(cast, two):
    agree(two, "theirs", cast.bek)
    two.refresh_from_db()
    assert (two.state, two.settled_by, two.settled_at) == ("theirs", cast.bek, make.NOON)
    assert (Answer.objects.get().choice.code, Answer.objects.get().version) == ("met", 1)
    assert TrailEntry.objects.latest("number").detail == {"difference": str(two.pk), "stands": "theirs"}


def test_the_other_is_put_in_place_and_the_one_before_stays_readable(cast, two):
    agree(two, "mine", cast.bek)
    stands = Answer.objects.get()
    assert (stands.choice.code, stands.note, stands.version, stands.by) == (
        "not_met",
        "Three are missing.",
        2,
        cast.bek,
    )
    assert AnswerVersion.objects.get().value["note"] == "All of them."
    two.refresh_from_db()
    assert two.mine["note"] == "Three are missing."


def test_a_third_answer_is_agreed_on_and_checked(cast, two):
    with pytest.raises(Refused, match="not one of the choices"):
        agree(two, "other", cast.bek, value={"choice": "perhaps"})
    agree(
        two,
        "other",
        cast.bek,
        value={"choice": "partly_met", "measurement": "3", "note": "Three.", "sources": ["seen"]},
    )
    stands = Answer.objects.get()
    assert (stands.choice.code, stands.note, stands.measurement) == ("partly_met", "Three.", 3)
    two.refresh_from_db()
    assert two.state == "other"


def test_the_leader_or_the_author_agrees_and_nobody_else(cast, two):
    from visits.services.fieldwork import join_team

    carol = make.person("carol@example.test", "monitor", region_code="KZ-35", organisation=cast.bek.organisation)
    join_team(visit=cast.visit, user=carol, sections=[], by=cast.bek, at=make.NOON)
    for nobody in (carol, cast.clara, cast.oleg):
        with pytest.raises(Refused):
            agree(two, "mine", nobody)
    agree(two, "theirs", cast.ana)
    with pytest.raises(Refused, match="settled already"):
        agree(two, "mine", cast.bek)


def test_nothing_is_settled_over_what_nobody_looked_at(cast, two):
    save_answer(visit=cast.visit, indicator="AA-01", choice="partly_met", base_version=1, by=cast.bek, at=make.NOON)
    with pytest.raises(MovedOn):
        agree(two, "mine", cast.bek, seen_version=1)
    two.refresh_from_db()
    assert two.state == "open"


def test_two_wordings_of_a_finding_and_two_ratings_are_agreed_on_too(cast):
    number = uuid.uuid4()
    send(
        cast.bek, cast.visit, finding(number), {"do": "rating", "section": "AA", "base": None, "step": 2}, at=make.NOON
    )
    send(cast.ana, cast.visit, finding(number, "Nobody is registered.", base=1), at=make.NOON)
    send(cast.bek, cast.visit, {"do": "rating", "section": "AA", "base": None, "step": 1}, at=make.NOON)
    for one in Difference.objects.all():
        agree(one, "mine", cast.bek)
    raised = Finding.objects.get()
    assert (raised.text, raised.version, raised.by, raised.changed_by) == (
        "Nobody is registered.",
        2,
        cast.bek,
        cast.bek,
    )
    assert SectionRating.objects.get().step == 1


# --- in the browser: a stale save is kept ------------------------------------------------------------------------------------


def test_a_stale_save_is_kept_beside_what_stands(cast):
    save_answer(visit=cast.visit, indicator="AA-01", choice="met", base_version=0, by=cast.bek, at=make.NOON)
    with pytest.raises(Conflict) as caught:
        save_answer(visit=cast.visit, indicator="AA-01", choice="not_met", base_version=0, by=cast.ana, at=make.NOON)
    assert caught.value.difference == Difference.objects.get()
    assert caught.value.difference.mine["choice"] == "not_met"
    # Choosing on the page settles it.
    save_answer(visit=cast.visit, indicator="AA-01", choice="met", base_version=1, by=cast.ana, at=make.NOON)
    assert Difference.objects.get().state == "theirs"


def test_a_card_that_nobody_touched_takes_nothing_back(cast):
    save_answer(visit=cast.visit, indicator="AA-01", choice="met", base_version=0, by=cast.ana, at=make.NOON)
    save_answer(visit=cast.visit, indicator="AA-01", choice="not_met", base_version=1, by=cast.bek, at=make.NOON)
    entries = [Entry("AA-01", "met", base_version=1), Entry("AA-02", "met", base_version=0)]
    assert save_section(visit=cast.visit, entries=entries, by=cast.ana, at=make.NOON) == {}
    assert dict(Answer.objects.values_list("indicator__code", "choice__code")) == {"AA-01": "not_met", "AA-02": "met"}
    assert not Difference.objects.exists()


def test_what_was_typed_in_a_form_is_kept_too(cast):
    save_answer(visit=cast.visit, indicator="AA-01", choice="met", base_version=0, by=cast.bek, at=make.NOON)
    entries = [Entry("AA-01", "not_met", note="Typed.", base_version=0)]
    refused = save_section(visit=cast.visit, entries=entries, by=cast.ana, at=make.NOON)
    assert isinstance(refused["AA-01"], Conflict)
    assert Difference.objects.get().mine["note"] == "Typed."


def test_a_stale_wording_of_a_finding_overwrites_nothing(cast):
    def word(text, base, by):
        return edit_finding(
            finding=raised,
            text=text,
            severity="high",
            sources=["seen"],
            indicators=["AA-01"],
            base_version=base,
            by=by,
            at=make.NOON,
        )

    raised = raise_finding(
        visit=cast.visit,
        text="One.",
        severity="high",
        sources=["seen"],
        indicators=["AA-01"],
        by=cast.bek,
        at=make.NOON,
    )
    word("Two.", 1, cast.bek)
    with pytest.raises(FindingConflict) as caught:
        word("Three.", 1, cast.bek)
    raised.refresh_from_db()
    assert (raised.text, caught.value.difference.mine["text"]) == ("Two.", "Three.")


# --- what came after submission ------------------------------------------------------------------------------------------------


@pytest.fixture
def late(cast):
    """In review; then Ana's device sends another answer and a finding."""
    visit = in_review(cast)
    send(cast.ana, visit, answer("AA-02", "not_met"), finding(uuid.uuid4(), "Late, and true."), at=make.NOON)
    return visit


def test_a_visit_is_not_accepted_over_what_came_later(cast, late):
    assert any("came after submission" in one for one in obstacles_to_accepting(late))


def test_it_is_set_aside_with_a_reason_and_stays_readable(cast, late):
    one = late.differences.get(finding=None)
    with pytest.raises(Refused, match="reason"):
        set_aside(difference=one, reason=" ", by=cast.clara, at=make.NOON)
    set_aside(difference=one, reason="Known already.", by=cast.clara, at=make.NOON)
    one.refresh_from_db()
    assert (one.state, one.reason, one.mine["choice"]) == ("aside", "Known already.", "not_met")


def test_handed_to_the_team_it_is_open_when_the_visit_is_returned(cast, late):
    for one in late.differences.all():
        hand_to_team(difference=one, by=cast.clara, at=make.NOON)
    assert any("handed to the team" in one for one in obstacles_to_accepting(late))
    assert obstacles_to_returning(late) == []
    return_visit(visit=late, by=cast.clara, at=make.NOON)
    for one in late.differences.all():
        agree(one, "mine", cast.bek)
    raised = late.findings.get(text="Late, and true.")
    assert raised.by == cast.ana
    assert late.answers.get(indicator__code="AA-02").choice.code == "not_met"


def test_only_a_reviewer_of_the_visit_decides_on_it(cast, late):
    one = late.differences.first()
    for nobody in ("ana", "bek", "ruslan", "dan", "rauan"):
        with pytest.raises(PermissionDenied):
            set_aside(difference=one, reason="No.", by=cast.people[nobody], at=make.NOON)
        with pytest.raises(PermissionDenied):
            hand_to_team(difference=one, by=cast.people[nobody], at=make.NOON)


# --- pages ---------------------------------------------------------------------------------------------------------------------


def page_of(cast):
    return reverse("visit_differences", args=[cast.visit.pk])


def test_the_page_shows_both_with_who_and_when_and_the_visit_leads_there(client, cast, two):
    client.force_login(cast.bek)
    overview = client.get(reverse("visit", args=[cast.visit.pk])).content.decode()
    assert page_of(cast) in overview
    assert "At one place two answers stand" in overview
    shown = client.get(page_of(cast)).content.decode()
    for words in ("All of them.", "Three are missing.", "Ana", "Bek", "This one shall stand", "Agree on a third"):
        assert words in shown


def test_choosing_on_the_page_settles_it_and_leaves_a_trace(client, cast, two):
    client.force_login(cast.bek)
    sent = {"difference": str(two.pk), "version": "1", "stands": "mine"}
    assert client.post(page_of(cast), sent).status_code == 302
    shown = client.get(page_of(cast)).content.decode()
    assert "Nothing stands twice." in shown
    assert "Taken over: Bek" in shown


def test_a_third_answer_that_cannot_be_saved_comes_back_as_it_was_typed(client, cast, two):
    client.force_login(cast.bek)
    sent = {
        "difference": str(two.pk),
        "version": "1",
        "stands": "other",
        "choice": "met",
        "number": "-1",
        "note": "Typed.",
    }
    refused = client.post(page_of(cast), sent)
    assert refused.status_code == 400
    assert "Typed.</textarea>" in refused.content.decode()
    assert "below zero" in refused.content.decode()
    two.refresh_from_db()
    assert two.state == "open"


def test_another_member_sees_both_and_settles_nothing(client, cast, two):
    two.by = cast.bek
    two.save()
    client.force_login(cast.ana)
    assert "This one shall stand" not in client.get(page_of(cast)).content.decode()
    client.post(page_of(cast), {"difference": str(two.pk), "stands": "mine"})
    two.refresh_from_db()
    assert two.state == "open"


def test_the_reviewer_decides_on_the_page_of_the_visit(client, cast, late):
    client.force_login(cast.clara)
    review = reverse("visit_review", args=[late.pk])
    shown = client.get(review).content.decode()
    assert "Came after submission" in shown
    assert "Late, and true." in shown
    first, second = late.differences.order_by("pk")
    client.post(review, {"act": "hand", "difference": str(first.pk)})
    client.post(review, {"act": "aside", "difference": str(second.pk), "reason": "Known."})
    assert sorted(late.differences.values_list("state", flat=True)) == ["aside", "open"]


def test_late_talks_are_decided_on_without_their_number_being_shown(client, cast, late):
    for _number in range(2):
        send(cast.ana, late, talks=[talk(cast.visit)], at=make.NOON)
    client.force_login(cast.clara)
    review = reverse("visit_review", args=[late.pk])
    assert "Talks reached the office after submission" in client.get(review).content.decode()
    client.post(review, {"act": "talks_in"})
    assert (late.interviews.count(), LateTalk.objects.count()) == (2, 0)


def test_a_request_to_submit_is_shown_with_what_stands_in_its_way_and_can_be_taken_back(client, cast):
    send(cast.bek, cast.visit, {"do": "finish", "sampling": "all"}, at=make.NOON)
    client.force_login(cast.bek)
    shown = client.get(reverse("visit", args=[cast.visit.pk])).content.decode()
    assert "Submission was asked for" in shown
    assert client.post(page_of(cast), {"do": "unfinish"}).status_code == 302
    assert "Submission was asked for" not in client.get(reverse("visit", args=[cast.visit.pk])).content.decode()


def test_the_rights_of_a_delivery_are_those_of_the_querysets(cast):
    """The service asks the same question in one statement; both must give the same answer for everybody, everywhere."""
    from visits.services.deliveries import _glance, _meet

    cast.has_conflict("ana")
    for state in ("open", "submitted", "returned", "accepted", "void"):
        Visit.objects.update(state=state)
        for name, person in cast.people.items():
            for visit in (cast.visit, cast.other_visit, cast.far_visit):
                somebody = type(person).objects.get(pk=person.pk)
                _visit, seen = _meet(_glance(visit.pk, somebody), somebody)
                due = Visit.objects.editable_by(type(person).objects.get(pk=person.pk)).filter(pk=visit.pk).exists()
                assert seen.filling is due, (name, state)

"""Reviewing a visit: who may decide, what stands in the way, what a decision does."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ombudsman.people.access import Refused
from ombudsman.people.models import TrailEntry
from tests import factories as make
from tests.cast import assemble
from tests.replayed import REPLAY, Replay
from visits.layout import unpack
from visits.models import Answer, Participation, ReviewComment, Visit, VisitTally
from visits.rules.review import obstacles_to_accepting
from visits.services import review
from visits.services.tally import rebuild_tally

from .reviewed import answer, at_once, finding, in_review, interviews, ready

pytestmark = pytest.mark.django_db

DECISIONS = [
    (review.accept_visit, {}),
    (review.return_visit, {"remark": "Which register?"}),
    (review.void_visit, {"reason": "Wrong place."}),
    (review.look_at, {"indicators": ["AA-01"]}),
    (review.ask, {"text": "Which register?"}),
    (review.confirm_ratings, {}),
]


def make_ready():
    cast = assemble()
    ready(cast)
    return cast


READY = Replay(make_ready)


@pytest.fixture
def cast(request, db):
    """Everybody of the cast; where a test asks for the visit, with the visit ready. Put back as one; see `tests/replayed.py`."""
    return (READY if "visit" in request.fixturenames else REPLAY).give()


@pytest.fixture
def visit(cast):
    return cast.visit


@pytest.mark.parametrize(("act", "values"), DECISIONS)
def test_the_reviewer_of_the_region_decides(cast, visit, act, values):
    at_once(act, visit=visit, by=cast.clara, **values)


@pytest.mark.parametrize("name", ["ruslan", "aigerim", "ana", "bek", "gulnar", "rauan", "dan", "sergey", "oleg", "eve"])
@pytest.mark.parametrize(("act", "values"), DECISIONS)
def test_nobody_else_decides(cast, visit, act, values, name):
    with pytest.raises(PermissionDenied):
        at_once(act, visit=visit, by=cast.people[name], **values)
    assert Visit.objects.get(pk=visit.pk).state == "submitted"


@pytest.mark.parametrize(("act", "values"), DECISIONS)
def test_a_conflict_of_interest_denies(cast, visit, act, values):
    cast.has_conflict("clara")
    with pytest.raises(PermissionDenied):
        at_once(act, visit=visit, by=cast.clara, **values)


@pytest.mark.parametrize(("act", "values"), DECISIONS)
def test_nobody_decides_on_a_visit_whose_team_they_were_on(cast, visit, act, values):
    Participation.objects.create(visit=visit, user=cast.clara, left_on=make.DAY)
    with pytest.raises(PermissionDenied):
        at_once(act, visit=visit, by=cast.clara, **values)


def test_doors_say_404_to_strangers_and_403_to_readers(client, cast, visit):
    for name, expected in [
        ("clara", 200),
        ("saule", 200),
        ("ruslan", 404),
        ("eve", 404),
        ("ana", 403),
        ("aigerim", 403),
    ]:
        client.force_login(cast.people[name])
        assert client.get(reverse("visit_review", args=[visit.pk])).status_code == expected, name
    for door in ("visit_accept", "visit_return", "visit_void", "visit_reopen"):
        client.force_login(cast.ana)
        assert client.post(reverse(door, args=[visit.pk]), {"reason": "x", "remark": "x"}).status_code == 403
    assert Visit.objects.get(pk=visit.pk).state == "submitted"


def test_accepting_closes_it_packs_it_and_leaves_a_line(cast, visit):
    at_once(review.accept_visit, visit=visit, by=cast.clara)
    visit.refresh_from_db()
    assert (visit.state, visit.decided_by) == ("accepted", cast.clara)
    assert VisitTally.objects.filter(visit=visit).exists()
    assert TrailEntry.objects.order_by("-number").first().act == "visit.accept"


def recount(visit):
    """What the tally must say, from the rows of answers alone."""
    family = visit.institution_kind.family
    asked = {row.code for row in visit.checklist.indicators.all() if row.applies(family)}
    given = {row.indicator.code: row.choice.code for row in Answer.objects.filter(visit=visit, choice__isnull=False)}
    return {code: given.get(code) for code in asked | set(given)}


def test_the_tally_equals_a_recount_of_the_answers(cast, visit):
    at_once(review.accept_visit, visit=visit, by=cast.clara)
    tally = VisitTally.objects.get(visit=visit)
    layout = visit.checklist.layout
    assert (
        unpack(layout, bytes(tally.answers))
        == recount(visit)
        == {
            "AA-01": "not_met",
            "AA-02": "met",
            "BB-02": "partly_met",
        }
    )
    import numpy as np

    assert np.frombuffer(bytes(tally.measurements), "<f8").tolist() == [2.0]
    bits = bytes(tally.child_only)[0]
    assert [place["code"] for at, place in enumerate(layout) if bits >> at & 1] == ["BB-02"]


def test_a_gap_counts_as_skipped_and_another_kind_as_never_asked(cast):
    visit = cast.visit
    answer(visit, "AA-02", "met")
    packed = unpack(visit.checklist.layout, bytes(rebuild_tally(visit=visit).answers))
    assert packed == {"AA-01": None, "AA-02": "met", "BB-02": None}


def test_an_answer_given_anyway_is_counted(cast):
    answer(cast.visit, "BB-01", "met", anyway=True)
    packed = unpack(cast.visit.checklist.layout, bytes(rebuild_tally(visit=cast.visit).answers))
    assert packed["BB-01"] == "met"


def test_a_visit_refused_at_the_gate_asked_nothing(cast):
    Visit.objects.filter(pk=cast.visit.pk).update(access="refused", state="submitted")
    cast.visit.refresh_from_db()
    at_once(review.accept_visit, visit=cast.visit, by=cast.clara)
    assert unpack(cast.visit.checklist.layout, bytes(cast.visit.tally.answers)) == {}


def test_a_tally_can_be_made_again(cast, visit):
    at_once(review.accept_visit, visit=visit, by=cast.clara)
    before = bytes(VisitTally.objects.get(visit=visit).answers)
    VisitTally.objects.filter(visit=visit).update(answers=b"\0\0\0\0")
    rebuild_tally(visit=visit)
    assert bytes(VisitTally.objects.get(visit=visit).answers) == before


def test_what_stands_in_the_way_is_said_and_refused(cast):
    visit = in_review(cast)
    finding(visit)
    at_once(review.ask, visit=visit, text="Which one?", indicator="AA-02", by=cast.clara)
    assert obstacles_to_accepting(visit) == [
        "1 critical indicator has not been looked at.",
        "1 question is open.",
        "1 finding is not decided.",
        "2 section ratings are not confirmed.",
    ]
    with pytest.raises(Refused, match="1 question is open"):
        at_once(review.accept_visit, visit=visit, by=cast.clara)


def test_an_answer_that_changed_must_be_looked_at_again(cast, visit):
    assert obstacles_to_accepting(visit) == []
    Answer.objects.filter(visit=visit, indicator__code="AA-01").update(version=2)
    assert obstacles_to_accepting(visit) == ["1 critical indicator has not been looked at."]


def test_a_good_rating_over_a_critical_failure_is_not_accepted(cast, visit):
    visit.ratings.filter(section__code="AA").update(step=4)
    assert "Admission" in obstacles_to_accepting(visit)[0]
    visit.ratings.filter(section__code="AA").update(step=2)
    assert obstacles_to_accepting(visit) == []


def test_the_greyed_button_gives_the_reasons(client, cast):
    visit = in_review(cast)
    client.force_login(cast.clara)
    text = client.get(reverse("visit_review", args=[visit.pk])).content.decode()
    assert 'aria-disabled="true"' in text
    assert "1 critical indicator has not been looked at." in text
    refused = client.post(reverse("visit_accept", args=[visit.pk]))
    assert refused.status_code == 409
    assert "1 critical indicator has not been looked at." in refused.content.decode()


def test_returning_needs_words_and_tells_the_leader_only_that_something_waits(
    cast, visit, mailoutbox, django_capture_on_commit_callbacks
):
    with pytest.raises(Refused):
        at_once(review.return_visit, visit=visit, by=cast.clara)
    with django_capture_on_commit_callbacks(execute=True):
        at_once(review.return_visit, visit=visit, remark="Which register of Centre 1?", by=cast.clara)
    visit.refresh_from_db()
    assert visit.state == "returned"
    (letter,) = mailoutbox
    assert letter.to == [cast.bek.email]
    assert "Centre" not in letter.subject + letter.body
    assert "register" not in letter.subject + letter.body


def test_a_mail_server_that_fails_undoes_nothing(cast, visit, settings, django_capture_on_commit_callbacks):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with django_capture_on_commit_callbacks(execute=True):
        at_once(review.accept_visit, visit=visit, by=cast.clara)
    assert Visit.objects.get(pk=visit.pk).state == "accepted"


def test_a_reopened_visit_loses_its_tally_and_is_with_the_team_again(cast, visit):
    at_once(review.accept_visit, visit=visit, by=cast.clara)
    with pytest.raises(Refused):
        at_once(review.reopen_visit, visit=visit, reason=" ", by=cast.clara)
    at_once(review.reopen_visit, visit=visit, reason="A wrong number.", by=cast.clara)
    visit.refresh_from_db()
    assert (visit.state, visit.state_reason) == ("returned", "A wrong number.")
    assert not VisitTally.objects.filter(visit=visit).exists()
    assert ReviewComment.objects.get(visit=visit).text == "A wrong number."
    assert Visit.objects.editable_by(cast.bek).filter(pk=visit.pk).exists()


def test_a_void_visit_is_counted_nowhere_and_stays(cast, visit):
    at_once(review.accept_visit, visit=visit, by=cast.clara)
    at_once(review.void_visit, visit=visit, reason="Two visits were mixed up.", by=cast.saule)
    assert Visit.objects.get(pk=visit.pk).state == "void"
    assert not VisitTally.objects.filter(visit=visit).exists()
    with pytest.raises(Refused):
        at_once(review.void_visit, visit=visit, reason="Again.", by=cast.saule)


def test_the_way_back_from_a_refusal_is_open_to_whoever_was_refused(client, cast):
    door = reverse("visit_void", args=[cast.visit.pk])
    client.force_login(cast.ana)
    assert door not in client.get(reverse("visit", args=[cast.visit.pk])).content.decode()
    client.force_login(cast.bek)
    assert door in client.get(reverse("visit", args=[cast.visit.pk])).content.decode()
    refused = client.post(door, {"reason": " "})
    assert refused.status_code == 409
    assert refused.context["back"] == reverse("visit", args=[cast.visit.pk])
    assert f'href="{refused.context["back"]}"' in refused.content.decode()
    assert client.get(refused.context["back"]).status_code == 200
    client.force_login(cast.clara)
    own = in_review(cast)
    refused = client.post(reverse("visit_void", args=[own.pk]), {"reason": " "})
    assert refused.context["back"] == reverse("visit_review", args=[own.pk])
    assert client.get(refused.context["back"]).status_code == 200


def test_a_leader_may_void_a_draft_of_the_own_team_only(client, cast):
    client.force_login(cast.bek)
    assert client.post(reverse("visit_void", args=[cast.other_visit.pk]), {"reason": "x"}).status_code == 404
    assert client.post(reverse("visit_void", args=[cast.visit.pk]), {"reason": "Opened twice."}).status_code == 302
    cast.visit.refresh_from_db()
    assert cast.visit.state == "void"
    client.force_login(cast.ana)
    Visit.objects.filter(pk=cast.visit.pk).update(state="open")
    assert client.post(reverse("visit_void", args=[cast.visit.pk]), {"reason": "x"}).status_code == 403


def test_a_question_is_kept_settled_and_found_at_its_answer(client, cast):
    visit = in_review(cast)
    client.force_login(cast.clara)
    url = reverse("visit_review", args=[visit.pk])
    client.post(url, {"act": "ask", "indicator": "AA-02", "text": "Who explained them?"})
    assert "Who explained them?" in client.get(url, {"show": "questions"}).content.decode()
    comment = ReviewComment.objects.get(visit=visit)
    client.post(url, {"act": "settle", "comment": comment.pk, "indicator": "AA-02"})
    comment.refresh_from_db()
    assert comment.resolved_at is not None
    assert client.post(url, {"act": "ask", "indicator": "AA-02", "text": " "}).status_code == 409
    assert client.post(url, {"act": "settle", "comment": "0"}).status_code == 404
    assert client.post(url, {"act": "dance"}).status_code == 404
    assert client.get(url, {"show": "dance"}).status_code == 404


def test_a_question_of_another_visit_cannot_be_settled_here(client, cast):
    visit = in_review(cast)
    elsewhere = ReviewComment.objects.create(visit=cast.far_visit, text="Why?", by=cast.ruslan, at=timezone.now())
    client.force_login(cast.clara)
    url = reverse("visit_review", args=[visit.pk])
    assert client.post(url, {"act": "settle", "comment": elsewhere.pk}).status_code == 404


def test_worse_stands_first_beside_the_earlier_answer(client, cast):
    earlier = make.visit(
        cast.centre, cast.oleg, checklist=cast.checklist, first_day=make.DAY.replace(year=2024), state="accepted"
    )
    for code, choice in [("AA-01", "not_met"), ("AA-02", "met"), ("BB-02", "met")]:
        answer(earlier, code, choice)
    visit = in_review(cast)
    client.force_login(cast.clara)
    lines = client.get(reverse("visit_review", args=[visit.pk]), {"show": "all"}).context["lines"]
    assert [(line.indicator.code, line.change) for line in lines] == [
        ("BB-02", "worse"),
        ("AA-01", "same"),
        ("AA-02", "same"),
    ]
    assert lines[0].then.choice.code == "met"


def test_editions_without_a_crosswalk_are_not_compared(client, cast):
    second = make.tiny_checklist(number=2)
    earlier = make.visit(
        cast.centre, cast.oleg, checklist=second, first_day=make.DAY.replace(year=2024), state="accepted"
    )
    answer(earlier, "BB-02", "met")
    visit = in_review(cast)
    client.force_login(cast.clara)
    response = client.get(reverse("visit_review", args=[visit.pk]), {"show": "all"})
    assert {line.change for line in response.context["lines"]} == {""}
    assert "no crosswalk joins them" in response.content.decode()


def test_few_interviews_are_not_numbered(client, cast):
    visit = in_review(cast)
    interviews(visit, 2)
    client.force_login(cast.clara)
    url = reverse("visit_review", args=[visit.pk])
    assert "Fewer than 3 interviews" in client.get(url).content.decode()
    interviews(visit, 1)
    assert "3 interviews count" in client.get(url).content.decode()


def test_an_interview_is_taken_out_with_a_reason_and_leaves_no_trace_in_the_trail(client, cast):
    visit = in_review(cast)
    (one, *_others) = interviews(visit, 3)
    client.force_login(cast.clara)
    url = reverse("interview_exclude", args=[visit.pk])
    assert "One interview" in client.get(url).content.decode()
    before = TrailEntry.objects.count()
    assert client.post(url, {"interview": one.pk, "reason": "bad mood"}).status_code == 409
    assert client.post(url, {"interview": one.pk, "reason": "duplicate"}).status_code == 302
    one.refresh_from_db()
    assert one.excluded == "duplicate"
    assert TrailEntry.objects.count() == before
    client.force_login(cast.ana)
    assert client.get(url).status_code == 403
    assert client.post(url, {"interview": one.pk, "reason": ""}).status_code == 403


def test_the_order_of_interviews_is_new_each_time(client, cast):
    visit = in_review(cast)
    interviews(visit, 8)
    client.force_login(cast.clara)
    url = reverse("interview_exclude", args=[visit.pk])
    orders = {tuple(one.interview.pk for one in client.get(url).context["interviews"]) for _time in range(6)}
    assert len(orders) > 1


def test_the_queue_holds_what_waits_oldest_first_with_counts(client, cast, django_assert_num_queries):
    visit = in_review(cast)
    finding(visit)
    at_once(review.ask, visit=visit, text="Which one?", by=cast.clara)
    other = cast.other_visit
    Visit.objects.filter(pk=other.pk).update(state="submitted", submitted_at=timezone.now())
    client.force_login(cast.clara)
    rows = client.get(reverse("review_queue")).context["page"].rows
    assert [(row.pk, row.critical, row.raised, row.questions) for row in rows] == [
        (visit.pk, 1, 1, 1),
        (other.pk, 0, 0, 0),
    ]
    with django_assert_num_queries(3):
        client.get(reverse("review_queue"))
    for name, expected in [("ruslan", 200), ("ana", 403), ("aigerim", 403)]:
        client.force_login(cast.people[name])
        response = client.get(reverse("review_queue"))
        assert response.status_code == expected
        assert "Centre 1" not in response.content.decode()


def test_the_page_costs_the_same_however_much_there_is(client, cast):
    visit = in_review(cast)
    finding(visit)
    at_once(review.ask, visit=visit, text="Which one?", indicator="AA-02", by=cast.clara)
    client.force_login(cast.clara)
    url = reverse("visit_review", args=[visit.pk])

    def cost():
        with CaptureQueriesContext(connection) as asked:
            client.get(url, {"show": "all"})
        return len(asked)

    cost()
    before = cost()
    for _number in range(5):
        finding(visit, "accepted")
        at_once(review.ask, visit=visit, text="Which one?", indicator="AA-01", by=cast.clara)
    assert cost() == before <= 40

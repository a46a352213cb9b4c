"""Ratings, findings and submitting: what stands in the way, and what happens then."""

import pytest

from ombudsman.people.access import Refused
from ombudsman.people.models import TrailEntry
from tests import factories as make
from visits.models import Finding, Interview, InterviewBundle, ReviewComment, SectionRating, Visit, VisitKey
from visits.rules.fieldwork import obstacles_to_submitting, open_indicators
from visits.services import fieldwork
from visits.services.answers import save_answer
from visits.services.findings import edit_finding, raise_finding
from visits.services.interviews import save_interview


def answer(cast, indicator="AA-01", choice="met"):
    save_answer(visit=cast.visit, indicator=indicator, choice=choice, by=cast.ana, at=make.NOON)


def rate(cast, **steps):
    fieldwork.rate_sections(visit=cast.visit, steps=steps or {"AA": 3, "BB": None}, by=cast.bek, at=make.NOON)


def conclude(cast, by="ana", **extra):
    values = {"text": "Two children were missing.", "severity": "high", "sources": ["seen"], "indicators": ["AA-01"]}
    return raise_finding(visit=cast.visit, by=cast.people[by], at=make.NOON, **{**values, **extra})


def submit(cast, **extra):
    return fieldwork.submit_visit(visit=cast.visit, by=extra.pop("by", cast.bek), at=make.NOON, **extra)


def test_what_stands_in_the_way_is_said(cast):
    said = " ".join(obstacles_to_submitting(cast.visit))
    assert "1 critical indicator has not been answered: 1.1." in said
    assert "2 sections have no rating yet: 1, 2." in said
    with pytest.raises(Refused, match="critical indicator"):
        submit(cast)


def test_unanswered_indicators_that_are_not_critical_are_no_obstacle(cast):
    answer(cast)
    rate(cast)
    assert obstacles_to_submitting(cast.visit) == []
    assert [indicator.code for indicator in open_indicators(cast.visit)] == ["AA-02", "BB-02"]


def test_a_critical_indicator_not_met_needs_a_finding_and_bars_the_best_steps(cast):
    answer(cast, choice="not_met")
    with pytest.raises(Refused, match="two best steps are closed"):
        rate(cast, AA=3, BB=4)
    assert not SectionRating.objects.exists()
    rate(cast, AA=2, BB=4)
    assert "has no finding: 1.1" in " ".join(obstacles_to_submitting(cast.visit))
    conclude(cast)
    assert obstacles_to_submitting(cast.visit) == []


def test_a_rating_given_before_the_answer_turned_bad_is_seen(cast):
    answer(cast)
    rate(cast, AA=4, BB=None)
    answer(cast, choice="not_met")
    assert "two best steps are closed" in " ".join(obstacles_to_submitting(cast.visit))


def test_only_the_leader_submits(cast):
    answer(cast)
    rate(cast)
    with pytest.raises(Refused, match="Only the leader"):
        submit(cast, by=cast.ana)
    assert submit(cast).state == "submitted"


def test_findings_go_along_and_the_trail_counts_answers_only(cast):
    answer(cast)
    rate(cast)
    finding = conclude(cast)
    save_interview(visit=cast.visit, answers={"Q-1": "yes"}, asked={"Q-1"}, by=cast.ana)
    with pytest.raises(Refused, match="how the children were chosen"):
        submit(cast)
    submit(cast, sampling="random")
    finding.refresh_from_db()
    assert finding.state == "submitted"
    entry = TrailEntry.objects.order_by("number").last()
    assert (entry.act, entry.detail) == ("visit.submit", {"answers": 1})
    assert Interview.objects.count() == 1
    assert not InterviewBundle.objects.exists()
    assert not VisitKey.objects.exists()


def test_a_refusal_leaves_bundles_and_findings_as_they_were(cast):
    conclude(cast)
    save_interview(visit=cast.visit, answers={"Q-1": "yes"}, asked={"Q-1"}, by=cast.ana)
    with pytest.raises(Refused):
        submit(cast, sampling="random")
    assert InterviewBundle.objects.exists()
    assert not Interview.objects.exists()
    assert Finding.objects.get().state == "draft"


def test_a_visit_refused_at_the_gate_is_submitted_without_answers(cast):
    Visit.objects.filter(pk=cast.visit.pk).update(access="refused")
    cast.visit.refresh_from_db()
    assert submit(cast).state == "submitted"


def test_a_returned_visit_waits_for_replies_and_never_opens_interviews_again(cast):
    answer(cast)
    rate(cast)
    save_interview(visit=cast.visit, answers={"Q-1": "yes"}, asked={"Q-1"}, by=cast.ana)
    submit(cast, sampling="all")
    Visit.objects.filter(pk=cast.visit.pk).update(state="returned")
    cast.visit.refresh_from_db()
    comment = ReviewComment.objects.create(visit=cast.visit, text="Which floor?", by=cast.clara, at=make.NOON)
    assert "no reply yet" in " ".join(obstacles_to_submitting(cast.visit))
    with pytest.raises(Refused, match="cannot be opened again"):
        save_interview(visit=cast.visit, answers={"Q-1": "no"}, asked={"Q-1"}, by=cast.ana)
    ReviewComment.objects.filter(pk=comment.pk).update(reply="The second.")
    before = list(Interview.objects.values_list("pk", "answers"))
    assert submit(cast).state == "submitted"
    assert list(Interview.objects.values_list("pk", "answers")) == before


def test_a_submitted_visit_is_not_submitted_twice(cast):
    answer(cast)
    rate(cast)
    submit(cast)
    with pytest.raises(Refused, match="closed for changes"):
        submit(cast)


def test_a_finding_needs_text_severity_and_an_indicator(cast):
    with pytest.raises(Refused) as caught:
        conclude(cast, text=" ", severity="awful", indicators=["ZZ-1"], sources=["rumour"])
    assert len(caught.value.obstacles) == 4


def test_the_leader_edits_a_finding_and_a_member_does_not(cast):
    finding = conclude(cast)
    values = {"text": "One child.", "severity": "medium", "sources": ["seen", "child"], "indicators": ["AA-02"]}
    with pytest.raises(Refused, match="leader of the team"):
        edit_finding(finding=finding, by=cast.ana, at=make.NOON, **values)
    edit_finding(finding=finding, by=cast.bek, at=make.NOON, **values)
    finding.refresh_from_db()
    assert finding.corroborated
    assert [link.indicator.code for link in finding.links.all()] == ["AA-02"]


def test_a_decided_finding_stands(cast):
    finding = conclude(cast)
    Finding.objects.update(state="accepted")
    with pytest.raises(Refused, match="has been decided"):
        edit_finding(
            finding=finding, text="Other.", severity="low", sources=[], indicators=["AA-01"], by=cast.bek, at=make.NOON
        )


def test_a_reviewer_raises_a_finding_only_in_review(cast):
    with pytest.raises(Refused, match="while the visit is in review"):
        conclude(cast, by="clara")
    Visit.objects.filter(pk=cast.visit.pk).update(state="submitted")
    assert conclude(cast, by="clara").state == "submitted"

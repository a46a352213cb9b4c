"""Every queryset that limits rows to what a person may see is really used: take the limit away, and a door leaks."""

import importlib
import inspect
from collections.abc import Iterator

import pytest
from django.db.models import QuerySet

from ombudsman.privacy import our_models
from tests.doors import leaks, listed, readers_behind, wrong_ways

pytestmark = pytest.mark.django_db

ROOMS = ("institutions.queries", "visits.queries", "reports.queries")

# The limit -> the doors behind which it must be missed.
MISSED_AT = {
    "InstitutionQuerySet.visible_to": ("institution",),
    "ConflictQuerySet.visible_to": ("conflict_end",),
    "VisitQuerySet.visible_to": ("visit_list",),
    "VisitQuerySet.readable_by": ("visit",),
    "VisitQuerySet.editable_by": ("visit_answer", "visit_submit", "visit_section"),
    "VisitQuerySet.decidable_by": ("visit_accept", "visit_return", "visit_review"),
    "VisitQuerySet.voidable_by": ("visit_void",),
    "VisitQuerySet.without_conflict": ("visit",),
    "FindingQuerySet.visible_to": ("visit_review", "visit", "finding_edit"),
    "FindingQuerySet.decidable_by": ("finding_decide",),
    "FindingQuerySet.recommendable_by": ("recommendation_new",),
    "RecommendationQuerySet.visible_to": ("recommendation",),
    "RecommendationQuerySet.editable_by": ("recommendation_response",),
    "PublicationQuerySet.visible_to": ("report",),
}
# Limits whose loss no marker shows: rows that no page prints one by one, and editions, of which only drafts are hidden.
SHOWN_ELSEWHERE = {
    "AnswerQuerySet.visible_to": "answers are reached through visits that may be read",
    "InterviewQuerySet.visible_to": "tests/visits tries it row by row; an interview has no words to plant",
    "EditionQuerySet.visible_to": "tests/visits tries it with a draft",
}


def limits() -> Iterator[tuple[type[QuerySet], str]]:
    """Every method of our querysets that takes a user first."""
    for room in ROOMS:
        for _name, kind in inspect.getmembers(importlib.import_module(room), inspect.isclass):
            if issubclass(kind, QuerySet) and kind.__module__ == room:
                for name, method in vars(kind).items():
                    if inspect.isfunction(method) and list(inspect.signature(method).parameters)[1:2] == ["user"]:
                        yield kind, name


LIMITS = {f"{kind.__name__}.{name}": (kind, name) for kind, name in limits()}


@pytest.mark.parametrize("limit", MISSED_AT, ids=str)
def test_without_its_limit_a_door_leaks(world, monkeypatch, limit):
    kind, name = LIMITS[limit]
    behind = [door for door in listed() if door.name in MISSED_AT[limit]]
    assert behind
    # With the limit nothing is wrong there: `test_doors.py` says so of every door.
    monkeypatch.setattr(kind, name, lambda rows, user, **options: rows.all())
    for door in behind:
        if wrong_ways(world, door):
            return
        if door.method == "GET" and leaks(world, readers_behind(world, door), door.state or "open"):
            return
    pytest.fail(f"{limit} can be taken away and nobody notices")


def test_every_limit_is_tried():
    assert set(LIMITS) == set(MISSED_AT) | set(SHOWN_ELSEWHERE)


def test_every_model_with_case_data_can_be_limited():
    guarded = {
        "Visit",
        "Answer",
        "Interview",
        "Finding",
        "Recommendation",
        "Institution",
        "ConflictOfInterest",
        "Publication",
    }
    for model in our_models():
        if model.__name__ in guarded:
            assert hasattr(model._default_manager, "visible_to"), model.__name__
            guarded.discard(model.__name__)
    assert guarded == set()

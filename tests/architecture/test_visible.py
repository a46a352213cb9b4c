"""Every queryset that limits rows to what a person may see is really used: take the limit away, and a door leaks."""

import importlib
import inspect
from collections.abc import Iterator

import pytest
from django.db.models import QuerySet

from ombudsman.people import reaching
from ombudsman.privacy import our_models
from tests import factories as make
from tests.doors import COLUMNS, MATRIX, Door, World, allowed, listed, wrong_ways
from visits.models import Answer, DeviceCopy, Difference, Edition, Interview, UrgentConcern

pytestmark = pytest.mark.django_db

ROOMS = ("institutions.queries", "visits.queries", "reports.queries")

# The limit -> the doors behind which it must be missed.
MISSED_AT = {
    "InstitutionQuerySet.visible_to": ("institution",),
    "InstitutionQuerySet.visitable_by": ("visit_open",),
    "ConflictQuerySet.visible_to": ("conflict_end",),
    "VisitQuerySet.visible_to": ("visit_list",),
    "VisitQuerySet.readable_by": ("visit",),
    # The worklist of a monitor asks for it; the pages of a visit ask for the team.
    "VisitQuerySet.editable_by": ("home",),
    "VisitQuerySet.decidable_by": ("visit_accept", "visit_return", "visit_review"),
    "VisitQuerySet.voidable_by": ("visit_void",),
    "VisitQuerySet.without_conflict": ("visit_review",),
    "FindingQuerySet.visible_to": ("finding_edit",),
    "FindingQuerySet.decidable_by": ("finding_decide",),
    "FindingQuerySet.recommendable_by": ("recommendation_new",),
    "RecommendationQuerySet.visible_to": ("recommendation",),
    "RecommendationQuerySet.editable_by": ("recommendation_response",),
    "PublicationQuerySet.visible_to": ("report",),
    "OrderQuerySet.visible_to": ("report_order",),
    "VisitQuerySet.alarmable_by": ("urgent_new",),
    "UrgentConcernQuerySet.visible_to": ("urgent",),
    "UrgentConcernQuerySet.readable_by": ("urgent",),
    "UrgentConcernQuerySet.decidable_by": ("urgent_take", "urgent_close"),
}
# Limits whose loss no door shows, because the page asks for the visit first, or hides drafts of editions only: these are
# tried row by row. The limit -> the rows it is about.
TRIED_BY_ROW = {
    "AnswerQuerySet.visible_to": Answer,
    "DifferenceQuerySet.visible_to": Difference,
    "InterviewQuerySet.visible_to": Interview,
    "EditionQuerySet.visible_to": Edition,
    "UrgentConcernQuerySet.takeable_by": UrgentConcern,
    "DeviceCopyQuerySet.visible_to": DeviceCopy,
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
    if limit == "VisitQuerySet.without_conflict":
        declare_conflict(world, "clara")
        assert [list(wrong_ways(world, door)) for door in behind] == [[]] * len(behind)
    # With the limit nothing is wrong there: `test_doors.py` says so of every door.
    monkeypatch.setattr(kind, name, lambda rows, user, **options: rows.all())
    prepare_anew(monkeypatch, limit)
    for door in behind:
        if next(wrong_ways(world, door), None):
            return
    pytest.fail(f"{limit} can be taken away and nobody notices")


def prepare_anew(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    """SQL prepared while the limit was there is not used without it, nor the other way round."""
    told = reaching._told_apart_by
    monkeypatch.setattr(reaching, "_told_apart_by", lambda rights: (limit, told(rights)))


def declare_conflict(world: World, name: str) -> None:
    """A conflict of interest with Centre 1, where two of the three visits are."""
    world.cast.has_conflict(name)
    world.conflicted |= {(name, "own"), (name, "other")}


def furnish_rows(world: World) -> None:
    """A submitted interview at every position; an edition that is still a draft. Answers are there already."""
    for visit in world.visits.values():
        Interview.objects.create(visit=visit, edition=world.cast.questionnaire, answers=b"")
        Difference.objects.create(
            visit=visit, finding=visit.pk, mine={}, by=world.cast.timur, made_at=make.NOON, received_at=make.NOON
        )
        DeviceCopy.objects.create(
            user=world.cast.timur,
            visit=visit,
            device=visit.pk,
            taken_at=make.NOON,
            expires_at=make.NOON,
            heard_at=make.NOON,
        )
    Edition.objects.create(instrument=world.cast.checklist.instrument, number=2)


def rows_seen(world: World, limit: str, name: str) -> set[str]:
    """At which positions the person gets rows; for editions: the states they are in."""
    user = type(world.cast.ana).objects.get(pk=world.cast.people[name].pk)
    rows = getattr(TRIED_BY_ROW[limit].objects, LIMITS[limit][1])(user)
    if limit.startswith("Edition"):
        return set(rows.values_list("state", flat=True))
    seen = set(rows.values_list("visit_id", flat=True))
    return {where for where, visit in world.visits.items() if visit.pk in seen}


def coordinates(name: str) -> bool:
    """Whether the person coordinates an NGO or the office, or audits them: they glimpse drafts and are on no team."""
    return any("m" in letters for column in COLUMNS[name] for letters, _reach in MATRIX["visit_draft"][column])


def rows_due(world: World, limit: str, name: str, state: str) -> set[str]:
    """The same, as the matrix says. Drafts of editions belong to the reference data: the coordinator's (who keeps places)."""
    if limit.startswith("Edition"):
        keeps = any("U" in letters for column in COLUMNS[name] for letters, _reach in MATRIX["institution"][column])
        return {"published", "draft"} if keeps else {"published"}
    if limit.startswith("UrgentConcern"):
        # The office takes a concern: a leader decides on those of the team and takes none.
        door = Door("", "GET", "escalation", "X", "visit", state)
        return {
            where for where in world.visits if "team_leader" not in COLUMNS[name] and allowed(world, name, door, where)
        }
    if limit.startswith("DeviceCopy"):
        # Coordinators learn of what is unsent at visits of which they may know: those of their NGO, or all.
        door = Door("", "GET", "visit_draft", "m", "visit", state)
        return {where for where in world.visits if coordinates(name) and allowed(world, name, door, where)}
    thing = "interview" if limit.startswith("Interview") else "visit_draft" if state == "open" else "submitted_visit"
    door = Door("", "GET", thing, "R", "visit", state)
    return {where for where in world.visits if allowed(world, name, door, where)}


def faults_by_row(world: World, limit: str, state: str) -> list[str]:
    return [
        f"{name} sees {sorted(seen)}, not {sorted(due)}"
        for name in COLUMNS
        if name not in ("robot", "anonymous")
        if (seen := rows_seen(world, limit, name)) != (due := rows_due(world, limit, name, state))
    ]


@pytest.mark.parametrize("state", ["open", "submitted", "returned", "accepted", "void"])
@pytest.mark.parametrize("limit", TRIED_BY_ROW, ids=str)
def test_rows_are_seen_by_those_of_the_matrix_and_by_all_without_the_limit(world, monkeypatch, limit, state):
    if limit.startswith("Interview") and state == "open":
        state = "submitted"  # Before that there is no interview, only somebody's bundle.
    furnish_rows(world)
    world.put(state)
    declare_conflict(world, "clara")
    assert faults_by_row(world, limit, state) == []
    kind, name = LIMITS[limit]
    monkeypatch.setattr(kind, name, lambda rows, user, **options: rows.all())
    assert faults_by_row(world, limit, state) != []


def test_every_limit_is_tried():
    assert set(LIMITS) == set(MISSED_AT) | set(TRIED_BY_ROW)


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
        "UrgentConcern",
    }
    for model in our_models():
        if model.__name__ in guarded:
            assert hasattr(model._default_manager, "visible_to"), model.__name__
            guarded.discard(model.__name__)
    assert guarded == set()

"""Querysets of visits, in the words of the field. They name no model, so models can use them.

`visible_to` = rows a person may know of (metadata); `readable_by` = rows whose content may be read. A conflict of interest
denies first, for everybody.
"""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from django.apps import apps
from django.db import models
from django.db.models import Q

from institutions.queries import conflicted_ids
from ombudsman.model_parts import EVERYTHING, NOTHING
from ombudsman.people.access import Scope, rights_of
from ombudsman.people.roles import Act, Reach, Role, Thing

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from ombudsman.people.models import User

    from .models import (  # noqa: F401
        Answer,
        DeviceCopy,
        Difference,
        Edition,
        Finding,
        Interview,
        Recommendation,
        UrgentConcern,
        Visit,
    )

    Person: TypeAlias = "User | AnonymousUser"

DRAFT_STATES = ("open",)
SUBMITTED_STATES = ("submitted", "returned", "accepted", "void")
# A visit that is opened again takes what came of it out of their sight until it is accepted once more.
ACCEPTED_ONLY = (Role.REGIONAL, Role.API_CLIENT)


def number_of(user: "Person") -> int:
    """The person's key; 0, which no row has, for somebody who is not signed in."""
    return user.pk or 0


def team_visit_ids(user: "Person", *, leading: bool = False) -> Any:
    """A subquery of the visits on whose team the person is now."""
    team = apps.get_model("visits", "Participation").objects.filter(user_id=number_of(user), left_on__isnull=True)
    return (team.filter(part="leader") if leading else team).values("visit_id")


def ever_on_team_ids(user: "Person") -> Any:
    """A subquery of the visits on whose team the person is or was: nobody decides on their own work."""
    return apps.get_model("visits", "Participation").objects.filter(user_id=number_of(user)).values("visit_id")


def visits_in(scope: Scope, user: "Person", prefix: str = "") -> Q:
    """The condition on visits (reached through `prefix`, such as "visit__") that a scope stands for."""
    if scope.reach is Reach.ALL:
        return EVERYTHING
    if scope.reach is Reach.TEAM:
        return Q(**{f"{prefix}pk__in": team_visit_ids(user, leading=scope.role is Role.TEAM_LEADER)})
    if scope.reach is Reach.ORGANISATION:
        return Q(**{f"{prefix}organisation_id": scope.organisation_id}) if scope.organisation_id else NOTHING
    if scope.reach is Reach.REGION:
        return EVERYTHING if scope.regions is None else Q(**{f"{prefix}region__iso__in": scope.regions})
    if scope.reach is Reach.OWN and scope.role is Role.API_CLIENT:
        # A program fills the visits that it opened itself.
        return Q(**{f"{prefix}opened_by_id": number_of(user)})
    return NOTHING


def states_in(scope: Scope) -> tuple[str, ...]:
    """States of submitted visits that the scope's role may see: a regional ombudsman and programs accepted ones only."""
    return ("accepted",) if scope.role in ACCEPTED_ONLY else SUBMITTED_STATES


def reached(user: "Person", act: Act, prefix: str = "") -> Q:
    """The condition on visits to which the person may do `act`, drafts and submitted ones."""
    rights, condition = rights_of(user), NOTHING
    for scope in rights.scopes(act, Thing.VISIT_DRAFT):
        condition |= Q(**{f"{prefix}state__in": DRAFT_STATES}) & visits_in(scope, user, prefix)
    for scope in rights.scopes(act, Thing.SUBMITTED_VISIT):
        condition |= Q(**{f"{prefix}state__in": states_in(scope)}) & visits_in(scope, user, prefix)
    return condition


class VisitQuerySet(models.QuerySet["Visit"]):
    """Visits."""

    def without_conflict(self, user: "Person") -> "VisitQuerySet":
        return self.exclude(institution_id__in=conflicted_ids(user)) if user.is_authenticated else self.none()

    def visible_to(self, user: "Person") -> "VisitQuerySet":
        """Visits the person may know of; their content may still be closed (see `readable_by`)."""
        return self.filter(reached(user, Act.GLIMPSE)).without_conflict(user)

    def readable_by(self, user: "Person") -> "VisitQuerySet":
        """Visits whose answers, findings and notes the person may read."""
        return self.filter(reached(user, Act.READ)).without_conflict(user)

    def editable_by(self, user: "Person") -> "VisitQuerySet":
        """Visits that the person's team is filling: open, or returned to it."""
        condition = NOTHING
        for scope in rights_of(user).scopes(Act.EDIT, Thing.VISIT_DRAFT):
            condition |= visits_in(scope, user)
        return self.filter(condition, state__in=("open", "returned")).without_conflict(user)

    def decidable_by(self, user: "Person") -> "VisitQuerySet":
        """Submitted visits that the person may accept or return. Nobody decides on a visit of a team they were on."""
        condition = NOTHING
        for scope in rights_of(user).scopes(Act.DECIDE, Thing.SUBMITTED_VISIT):
            condition |= visits_in(scope, user)
        rows = self.filter(condition, state__in=SUBMITTED_STATES)
        return rows.exclude(pk__in=ever_on_team_ids(user)).without_conflict(user)

    def voidable_by(self, user: "Person") -> "VisitQuerySet":
        """Visits the person may declare void: decidable ones, and drafts of a team the person leads."""
        condition = Q(pk__in=self.decidable_by(user).values("pk"))
        for scope in rights_of(user).scopes(Act.DECIDE, Thing.VISIT_DRAFT):
            condition |= Q(state__in=DRAFT_STATES) & visits_in(scope, user)
        return self.filter(condition).without_conflict(user)

    def alarmable_by(self, user: "Person") -> "VisitQuerySet":
        """Visits from which the person may report a child at risk, whatever their state."""
        condition = NOTHING
        for scope in rights_of(user).scopes(Act.CREATE, Thing.ESCALATION):
            condition |= visits_in(scope, user)
        return self.filter(condition).without_conflict(user)

    def awaiting_review(self) -> "VisitQuerySet":
        return self.filter(state="submitted")

    def accepted(self) -> "VisitQuerySet":
        return self.filter(state="accepted")

    def in_year(self, year: int) -> "VisitQuerySet":
        """Visits whose first day lies in this calendar year."""
        return self.filter(year=year)

    def newest_first(self) -> "VisitQuerySet":
        return self.order_by("-first_day", "-id")


class AnswerQuerySet(models.QuerySet["Answer"]):
    """Answers of checklists."""

    def visible_to(self, user: "Person") -> "AnswerQuerySet":
        visits = apps.get_model("visits", "Visit").objects.readable_by(user)
        return self.filter(visit__in=visits)


class DifferenceQuerySet(models.QuerySet["Difference"]):
    """Differences between two hands."""

    def visible_to(self, user: "Person") -> "DifferenceQuerySet":
        """Those of visits whose content the person may read, and one's own for as long as the visit may be known of."""
        visits = apps.get_model("visits", "Visit").objects
        return self.filter(
            Q(visit__in=visits.readable_by(user)) | Q(by_id=number_of(user), visit__in=visits.visible_to(user))
        )

    def waiting(self) -> "DifferenceQuerySet":
        """Not yet agreed: they stand in the way of submitting."""
        return self.filter(state="open")

    def late(self) -> "DifferenceQuerySet":
        """Came after submission: they wait for the reviewer."""
        return self.filter(state="late")


class DeviceCopyQuerySet(models.QuerySet["DeviceCopy"]):
    """Copies of visits on devices."""

    def visible_to(self, user: "Person") -> "DeviceCopyQuerySet":
        """One's own, and those of visits the person may know of as a coordinator of an NGO or of the office."""
        visits = apps.get_model("visits", "Visit").objects.visible_to(user)
        condition = Q(user_id=number_of(user))
        for scope in rights_of(user).scopes(Act.GLIMPSE, Thing.VISIT_DRAFT):
            if scope.reach in (Reach.ORGANISATION, Reach.ALL):
                condition |= Q(visit__in=visits)
        return self.filter(condition)

    def out(self) -> "DeviceCopyQuerySet":
        """Still on a device, as far as we know."""
        return self.filter(ended="")


class UrgentConcernQuerySet(models.QuerySet["UrgentConcern"]):
    """Urgent concerns. They do not wait for the visit to be submitted: the office sees them at once."""

    def visible_to(self, user: "Person") -> "UrgentConcernQuerySet":
        """Concerns of whose state the person may know: whoever decides on them or may glimpse them, and one's own."""
        rights, condition = rights_of(user), NOTHING
        if any(scope.reach is Reach.OWN for scope in rights.scopes(Act.READ, Thing.ESCALATION)):
            condition = Q(by_id=number_of(user), visit__in=team_visit_ids(user))
        scopes = [*rights.scopes(Act.GLIMPSE, Thing.ESCALATION), *rights.scopes(Act.DECIDE, Thing.ESCALATION)]
        return self._within(scopes, user, condition)

    def readable_by(self, user: "Person") -> "UrgentConcernQuerySet":
        """Concerns whose words the person may read; of one's own, a monitor sees the state only."""
        return self._within(rights_of(user).scopes(Act.READ, Thing.ESCALATION), user)

    def decidable_by(self, user: "Person") -> "UrgentConcernQuerySet":
        """Concerns on which the person may note calls, and which they may close."""
        return self._within(rights_of(user).scopes(Act.DECIDE, Thing.ESCALATION), user)

    def takeable_by(self, user: "Person") -> "UrgentConcernQuerySet":
        """Concerns for which the person answers on the office's side: a leader decides on those of the team, and takes none."""
        scopes = rights_of(user).scopes(Act.DECIDE, Thing.ESCALATION)
        return self._within([scope for scope in scopes if scope.reach is not Reach.TEAM], user)

    def _within(self, scopes: Iterable[Scope], user: "Person", condition: Q = NOTHING) -> "UrgentConcernQuerySet":
        for scope in scopes:
            condition |= visits_in(scope, user, "visit__")
        rows = self.filter(condition)
        return rows.exclude(visit__institution_id__in=conflicted_ids(user)) if user.is_authenticated else rows.none()

    def without_words(self) -> "UrgentConcernQuerySet":
        """For lists: what was seen and told stays closed."""
        return self.defer("seen", "told", "outcome_note")

    def open(self) -> "UrgentConcernQuerySet":
        return self.filter(closed_at__isnull=True)

    def oldest_first(self) -> "UrgentConcernQuerySet":
        return self.order_by("pressed_at", "id")


class InterviewQuerySet(models.QuerySet["Interview"]):
    """Submitted interviews. Their order means nothing and must never be shown as one."""

    def visible_to(self, user: "Person") -> "InterviewQuerySet":
        """Reviewers in their region and the coordinator; never the team, once submitted."""
        condition = NOTHING
        for scope in rights_of(user).scopes(Act.READ, Thing.INTERVIEW):
            condition |= visits_in(scope, user, "visit__")
        rows = self.filter(condition)
        return rows.exclude(visit__institution_id__in=conflicted_ids(user)) if user.is_authenticated else rows.none()

    def counted(self) -> "InterviewQuerySet":
        return self.filter(excluded="")


class FindingQuerySet(models.QuerySet["Finding"]):
    """Findings."""

    def visible_to(self, user: "Person") -> "FindingQuerySet":
        """Findings whose text the person may read; without sources for a report editor (the view leaves them out)."""
        condition = NOTHING
        for scope in rights_of(user).scopes(Act.READ, Thing.FINDING):
            where = visits_in(scope, user, "visit__")
            if scope.reach is not Reach.TEAM:
                where &= Q(visit__state__in=states_in(scope))
            if scope.role is Role.REPORT_EDITOR:
                where &= Q(state="accepted")
            condition |= where
        rows = self.filter(condition)
        return rows.exclude(visit__institution_id__in=conflicted_ids(user)) if user.is_authenticated else rows.none()

    def decidable_by(self, user: "Person") -> "FindingQuerySet":
        """Findings the person may accept, return or reject: never one's own, never of a visit of a team one was on."""
        visits = apps.get_model("visits", "Visit").objects.decidable_by(user)
        condition = NOTHING
        for scope in rights_of(user).scopes(Act.DECIDE, Thing.FINDING):
            condition |= visits_in(scope, user, "visit__")
        return self.filter(condition, visit__in=visits).exclude(by_id=user.pk)

    def recommendable_by(self, user: "Person") -> "FindingQuerySet":
        """Findings from which the person may draw a recommendation."""
        condition = NOTHING
        for scope in rights_of(user).scopes(Act.CREATE, Thing.RECOMMENDATION):
            condition |= visits_in(scope, user, "visit__")
        return self.visible_to(user).filter(condition)


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    """Recommendations."""

    def visible_to(self, user: "Person") -> "RecommendationQuerySet":
        """Recommendations the person may read; the public only sees those of a released report, by its own page."""
        condition = NOTHING
        for scope in rights_of(user).scopes(Act.READ, Thing.RECOMMENDATION):
            if scope.reach is Reach.RELEASED:
                continue
            where = visits_in(scope, user, "finding__visit__")
            if scope.role in ACCEPTED_ONLY:
                where &= Q(finding__visit__state__in=states_in(scope))
            condition |= where
        rows = self.filter(condition)
        return (
            rows.exclude(finding__visit__institution_id__in=conflicted_ids(user))
            if user.is_authenticated
            else rows.none()
        )

    def editable_by(self, user: "Person") -> "RecommendationQuerySet":
        """Recommendations on which the person may record what the authority says and what was seen."""
        condition = NOTHING
        for scope in rights_of(user).scopes(Act.EDIT, Thing.RECOMMENDATION):
            condition |= visits_in(scope, user, "finding__visit__")
        return self.visible_to(user).filter(condition)

    def overdue(self, day: date) -> "RecommendationQuerySet":
        """Open, and the deadline passed before `day`."""
        return self.open().filter(deadline__lt=day)

    def newest_first(self) -> "RecommendationQuerySet":
        return self.order_by("-year", "-number")

    def open(self) -> "RecommendationQuerySet":
        """Not yet seen to be implemented or overtaken."""
        return self.exclude(verification__in=("implemented", "overtaken"))


class EditionQuerySet(models.QuerySet["Edition"]):
    """Editions of instruments. Published instruments are no secret; drafts are the coordinator's."""

    def visible_to(self, user: "Person") -> "EditionQuerySet":
        if not user.is_authenticated:
            return self.none()
        if any(scope.reach is Reach.ALL for scope in rights_of(user).scopes(Act.EDIT, Thing.INSTITUTION)):
            return self
        return self.exclude(state="draft")

    def published(self) -> "EditionQuerySet":
        return self.filter(state="published")

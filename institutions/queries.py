"""Querysets of institutions, in the words of the office. They name no model, so models can use them."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ombudsman.model_parts import EVERYTHING, NOTHING
from ombudsman.people.access import rights_of
from ombudsman.people.roles import Act, Reach, Thing

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from ombudsman.people.models import User

    from .models import ConflictOfInterest, Institution  # noqa: F401


def conflicted_ids(user: "User | AnonymousUser", day: date | None = None) -> Any:
    """A subquery of the institutions this person must not touch: a declared conflict of interest in force on `day`."""
    day = day or timezone.localdate()
    conflicts = apps.get_model("institutions", "ConflictOfInterest").objects
    return conflicts.filter(Q(until__isnull=True) | Q(until__gte=day), user_id=user.pk or 0, starts__lte=day).values(
        "institution_id"
    )


class InstitutionQuerySet(models.QuerySet["Institution"]):
    """Institutions."""

    def visible_to(self, user: "User | AnonymousUser") -> "InstitutionQuerySet":
        """The rows this person may see; conflict of interest denies first."""
        seen = NOTHING
        for scope in rights_of(user).scopes(Act.READ, Thing.INSTITUTION):
            if scope.reach is Reach.ALL:
                seen |= EVERYTHING
            elif scope.reach is Reach.REGION:
                seen |= EVERYTHING if scope.regions is None else Q(region__iso__in=scope.regions)
            elif scope.reach is Reach.RELEASED:
                seen |= Q(name_released=True)
        rows = self.filter(seen)
        return rows.exclude(pk__in=conflicted_ids(user)) if user.is_authenticated else rows

    def visitable_by(self, user: "User | AnonymousUser") -> "InstitutionQuerySet":
        """Where the person may open a visit: within the grant that lets them visit, not one that lets them do other things."""
        rights, reached = rights_of(user), NOTHING
        for scope in rights.scopes(Act.CREATE, Thing.VISIT_DRAFT):
            regions = rights.roles[scope.role]
            reached |= EVERYTHING if regions is None else Q(region__iso__in=regions)
        return self.visible_to(user).filter(reached)

    def open_on(self, day: date) -> "InstitutionQuerySet":
        """Opened on or before `day` and not yet closed then (an unknown opening date counts as open)."""
        return self.filter(
            Q(opened_on__isnull=True) | Q(opened_on__lte=day), Q(closed_on__isnull=True) | Q(closed_on__gt=day)
        )

    def matching(self, words: str) -> "InstitutionQuerySet":
        """Institutions whose names in any language hold every word."""
        rows = self
        for word in words.casefold().split():
            rows = rows.filter(search__contains=word)
        return rows

    def with_latest_headcount(self) -> "InstitutionQuerySet":
        """Each row with `present`, `present_on` and `present_capacity` of its newest headcount (None without one)."""
        latest = apps.get_model("institutions", "Headcount").objects.filter(institution=models.OuterRef("pk"))
        latest = latest.order_by("-on", "source")
        return self.annotate(
            present=models.Subquery(latest.values("children")[:1]),
            present_on=models.Subquery(latest.values("on")[:1]),
            present_capacity=models.Subquery(latest.values("capacity")[:1]),
        )

    def in_alphabet(self) -> "InstitutionQuerySet":
        """In Kazakh alphabetical order."""
        return self.order_by("sort_key", "pk")


class ConflictQuerySet(models.QuerySet["ConflictOfInterest"]):
    """Declarations of conflict of interest."""

    def visible_to(self, user: "User | AnonymousUser") -> "ConflictQuerySet":
        """One's own; all for those who keep or audit the register."""
        rights = rights_of(user)
        if any(scope.reach is Reach.ALL for scope in rights.scopes(Act.READ, Thing.PEOPLE)):
            return self
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()

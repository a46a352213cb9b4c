"""Querysets of publications."""

from typing import TYPE_CHECKING

from django.db import models

from ombudsman.model_parts import EVERYTHING, NOTHING
from ombudsman.people.access import rights_of
from ombudsman.people.roles import Act, Reach, Thing

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import Q

    from ombudsman.people.models import User

    from .models import Order, Publication  # noqa: F401


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Annual reports."""

    def visible_to(self, user: "User | AnonymousUser") -> "PublicationQuerySet":
        """Released ones for everybody; drafts for the office's report people."""
        condition: Q = NOTHING
        for scope in rights_of(user).scopes(Act.READ, Thing.PUBLICATION):
            condition |= EVERYTHING if scope.reach is Reach.ALL else models.Q(state="released")
        return self.filter(condition)

    def released(self) -> "PublicationQuerySet":
        return self.filter(state="released")

    def of_year(self, year: int) -> "PublicationQuerySet":
        """The publications of a year, the one to show first: released before draft before withdrawn, newest edition first."""
        rank = models.Case(models.When(state="released", then=0), models.When(state="draft", then=1), default=2)
        return self.filter(year=year).annotate(rank=rank).order_by("rank", "-edition")

    def newest_first(self) -> "PublicationQuerySet":
        return self.order_by("-year", "-edition")


class OrderQuerySet(models.QuerySet["Order"]):
    """Work on reports that was asked for."""

    def visible_to(self, user: "User | AnonymousUser") -> "OrderQuerySet":
        """For those who read drafts of reports."""
        return self if rights_of(user).may(Act.READ, Thing.REPORT_DRAFT) else self.none()

    def open(self) -> "OrderQuerySet":
        """What waits or is being done."""
        return self.filter(state__in=["asked", "working"])

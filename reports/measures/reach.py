"""Whose visits a person's statistics count: the cell "Statistics" of the matrix (roles.py) as conditions on rows.

What is released to everybody is not read here but in the reports. A conflict of interest closes visits, never a figure: each
is about three institutions at least, and a total without one of them, beside the office's own, would be about that one.
"""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from institutions.models import Region
from ombudsman.model_parts import EVERYTHING, NOTHING
from ombudsman.people.access import Scope, rights_of
from ombudsman.people.models import User
from ombudsman.people.roles import Act, Reach, Thing
from visits.models import Visit
from visits.queries import visits_in


@dataclass(frozen=True)
class Reached:
    """The visits that figures may count, the institutions they are counted against, and both in words."""

    scopes: tuple[Scope, ...]
    user: User

    @property
    def everything(self) -> bool:
        """Whether nothing limits it."""
        return any(
            scope.reach is Reach.ALL or (scope.reach is Reach.REGION and scope.regions is None) for scope in self.scopes
        )

    @property
    def own_team_only(self) -> bool:
        return all(scope.reach is Reach.TEAM for scope in self.scopes)

    def visits(self, prefix: str = "") -> Q:
        """The condition on visits, reached through `prefix`."""
        if self.everything:
            return EVERYTHING
        condition = NOTHING
        for scope in self.scopes:
            condition |= visits_in(scope, self.user, prefix)
        return condition

    def institutions(self, prefix: str = "") -> Q:
        """The condition on institutions: those of the regions; for a team the ones it visited."""
        if self.everything:
            return EVERYTHING
        condition = NOTHING
        for scope in self.scopes:
            if scope.reach is Reach.REGION:
                condition |= Q(**{f"{prefix}region__iso__in": scope.regions})
            else:
                own = Visit.objects.accepted().filter(visits_in(scope, self.user)).order_by().values("institution")
                condition |= Q(**{f"{prefix}pk__in": own})
        return condition

    def in_words(self) -> str:
        """Whose figures these are; printed over every table. One query where regions limit it."""
        if self.everything:
            return _("The whole country")
        regions = {iso for scope in self.scopes if scope.regions for iso in scope.regions}
        names = (
            [str(region) for region in Region.objects.filter(iso__in=regions).order_by("sort_key")] if regions else []
        )
        own = [_("visits of the teams that you led")] if any(s.reach is Reach.TEAM for s in self.scopes) else []
        words = ", ".join([*names, *own])
        return words[:1].upper() + words[1:]


def reached_by(user: User) -> Reached | None:
    """What the person's statistics count; None for whoever reads released reports only."""
    scopes = rights_of(user).scopes(Act.READ, Thing.STATISTICS)
    own = tuple(scope for scope in scopes if scope.reach is not Reach.RELEASED)
    return Reached(own, user) if own else None

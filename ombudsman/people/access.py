"""May this person do this sort of thing, and to which rows? Reads the table of `roles.py` and the person's grants.

Views ask `require()`, querysets ask `scopes()`. Order is fixed: conflict of interest denies first (in the querysets, before
anything allows), then role and reach allow, then `rules.py` says whether it may be done now.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from ombudsman.prepared import Prepared

from .roles import Act, Cell, Reach, Role, Thing, cells

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from .models import Grant, User

EVERYWHERE = ""


class Refused(Exception):
    """An act that may not be done now. Carries whole translated sentences: the page, the button and the API show them."""

    def __init__(self, obstacles: Iterable[Any]) -> None:
        self.obstacles = [str(obstacle) for obstacle in obstacles]
        super().__init__(" ".join(self.obstacles))


@dataclass(frozen=True)
class Scope:
    """One way in which a person reaches rows: the reach and what it is limited to.

    `regions` holds ISO codes for `Reach.REGION` (never empty there; None = the whole country); `role` tells a leader's reach
    (own team, where the person leads) from a member's.
    """

    reach: Reach
    role: Role
    regions: frozenset[str] | None = None
    organisation_id: int | None = None


@dataclass
class Rights:
    """What one person may do today. Read once per request from grants; see `rights_of`."""

    user_id: int | None
    organisation_id: int | None = None
    # role -> region codes; None = everywhere
    roles: dict[Role, frozenset[str] | None] = field(default_factory=dict)

    def scopes(self, act: Act, thing: Thing) -> list[Scope]:
        """Every way in which the person may do `act` to a `thing`; empty = not at all.

        Reading metadata (`GLIMPSE`) is included in reading: who may read may also glimpse.
        """
        found = []
        for role, regions in self.roles.items():
            for cell in cells(role, thing):
                if act in cell.acts or (act is Act.GLIMPSE and Act.READ in cell.acts):
                    found.append(self._scope(role, cell, regions))
        return found

    def _scope(self, role: Role, cell: Cell, regions: frozenset[str] | None) -> Scope:
        return Scope(
            reach=cell.reach,
            role=role,
            regions=regions if cell.reach is Reach.REGION else None,
            organisation_id=self.organisation_id if cell.reach is Reach.ORGANISATION else None,
        )

    def may(self, act: Act, thing: Thing) -> bool:
        """Whether the person may do `act` to any `thing` at all (which rows: the querysets)."""
        return bool(self.scopes(act, thing))

    def has(self, *roles: Role) -> bool:
        """Whether the person holds one of these roles today. For worklists only, never to allow an act."""
        return any(role in self.roles for role in roles)


# The grants of one person in force on one day, each with its person.
GRANTED = Prepared(
    lambda user, day: (
        apps.get_model("people", "Grant").objects.filter(user_id=user).in_force(day).select_related("user")
    ),
    int,
    date,
)


def rights_of(user: "User | AnonymousUser", day: date | None = None) -> Rights:
    """The person's rights on `day` (today if None). Cached on the user object, which lives for one request.

    A person who is not signed in, or whose account is closed, has the rights of the public. A superuser flag gives nothing.
    """
    cached: Rights | None = getattr(user, "_rights", None)
    if cached is not None and day is None:
        return cached
    if user.is_authenticated and user.is_active:
        rights = _rights(user, GRANTED.rows(user.pk, day or timezone.localdate()))
    else:
        rights = Rights(user_id=user.pk, roles={Role.PUBLIC: None})
    if day is None:
        user._rights = rights  # type: ignore[union-attr]
    return rights


def keep_rights(user: "User", grants: "Iterable[Grant]") -> None:
    """Lets `rights_of` answer for an active person from their grants of today, which were read with the account."""
    user._rights = _rights(user, grants)  # type: ignore[attr-defined]


def _rights(user: "User", grants: "Iterable[Grant]") -> Rights:
    rights = Rights(user_id=user.pk, organisation_id=user.organisation_id, roles={Role.PUBLIC: None})
    for grant in grants:
        role = Role(grant.role)
        held = rights.roles.get(role, frozenset())
        if grant.region_code == EVERYWHERE or held is None:
            rights.roles[role] = None
        else:
            rights.roles[role] = held | {grant.region_code}
    if Role.MONITOR in rights.roles:
        # Being a leader is decided visit by visit; the querysets look at the team.
        rights.roles[Role.TEAM_LEADER] = rights.roles[Role.MONITOR]
    return rights


def may(user: "User | AnonymousUser", act: Act, thing: Thing) -> bool:
    """Whether this person may do this sort of thing at all."""
    return rights_of(user).may(act, thing)


def require(user: "User | AnonymousUser", act: Act, thing: Thing) -> None:
    """As `may`, but raises PermissionDenied (403). Rows outside the reach are 404 by way of `visible_to`."""
    if not may(user, act, thing):
        raise PermissionDenied

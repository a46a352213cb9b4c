"""A child at risk now: when the clock started, how it stands, and whether a concern may be raised, taken, noted or closed.

Nothing here stands in the way of raising one in time: a wrong clock, a submitted visit or an empty note are no reason to refuse.
"""

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ombudsman.people.access import rights_of
from ombudsman.people.models import User
from ombudsman.people.roles import Act, Reach, Thing

from ..models import Participation, UrgentConcern, Visit
from ..queries import visits_in
from .states import CONCERN, may_follow

# A concern that nobody has taken after this long is put before the coordinators, too.
UNTAKEN_AFTER = timedelta(hours=1)


def press_of(visit: Visit, pressed_at: datetime, at: datetime) -> datetime:
    """When the clock started: at the press, as far as the device's clock can be true (not before the visit, not later than now)."""
    earliest = timezone.make_aware(datetime.combine(visit.first_day, time.min))
    return min(max(pressed_at, earliest), at)


def state_of(concern: UrgentConcern) -> str:
    """received, taken or closed."""
    if concern.closed_at is not None:
        return "closed"
    return "received" if concern.taken_at is None else "taken"


def pressing(concern: UrgentConcern, at: datetime) -> str:
    """How the clock of an open concern stands: "", "late" (ochre) after half of the hours, "over" (red) after all."""
    if concern.closed_at is not None:
        return ""
    whole = timedelta(hours=settings.URGENT_HOURS)
    gone = at - concern.pressed_at
    return "over" if gone >= whole else "late" if gone >= whole / 2 else ""


def _reaches(user: User, act: Act, visit: Visit, *, office: bool = False) -> bool:
    """Whether the table lets this person do `act` to concerns of this visit; `office` leaves out the reach of a team."""
    condition = Q(pk__in=[])
    for scope in rights_of(user).scopes(act, Thing.ESCALATION):
        if not (office and scope.reach is Reach.TEAM):
            condition |= visits_in(scope, user)
    return Visit.objects.without_conflict(user).filter(condition, pk=visit.pk).exists()


def in_office(user: User, visit: Visit) -> bool:
    """Whether this person answers for concerns of this visit on the office's side."""
    return _reaches(user, Act.DECIDE, visit, office=True)


def obstacles_to_alarm(visit: Visit, user: User) -> list[Any]:
    """Whoever is or was on the team may, whatever the state of the visit; so may reviewers and coordinators within their reach."""
    if Participation.objects.filter(visit=visit, user=user).exists() or _reaches(user, Act.CREATE, visit):
        return []
    return [_("Only the team of the visit and the office report a child at risk there.")]


def obstacles_to_taking(concern: UrgentConcern, user: User, seen_with: int | None) -> list[Any]:
    """The office takes a concern; taking it over from a colleague says from whom, so that two never take it unawares.

    `seen_with` = the account that had it when the person pressed the button, None when nobody had.
    """
    if not may_follow(CONCERN, state_of(concern), "taken"):
        return [_("This concern has been closed.")]
    if not in_office(user, concern.visit):
        return [_("Only the office takes a concern.")]
    if concern.taken_by_id == user.pk:
        return [_("This concern is already with the person who asks for it.")]
    if concern.taken_by is not None and concern.taken_by_id != seen_with:
        return [_("%(name)s has it already.") % {"name": concern.taken_by.full_name}]
    return []


def obstacles_to_noting(concern: UrgentConcern, user: User) -> list[Any]:
    """Who was told is added by the one who raised the concern, and by whoever decides on it, until it is closed."""
    if state_of(concern) == "closed":
        return [_("This concern has been closed.")]
    if concern.by_id != user.pk and not _reaches(user, Act.DECIDE, concern.visit):
        return [_("Only the one who raised the concern, the leader of the team and the office note calls.")]
    return []


def obstacles_to_closing(concern: UrgentConcern, user: User) -> list[Any]:
    """After the office took it; never by the one who raised it: nobody can be pressed to take the own alarm back."""
    if state_of(concern) == "closed":
        return [_("This concern has been closed.")]
    found = []
    if not may_follow(CONCERN, state_of(concern), "closed"):
        found.append(_("Nobody at the office has taken it yet."))
    if concern.by_id == user.pk:
        found.append(_("The one who raised a concern does not close it."))
    if not _reaches(user, Act.DECIDE, concern.visit):
        found.append(_("Only the leader of the team and the office close a concern."))
    return found

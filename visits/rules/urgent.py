"""A child at risk now: when the clock started, how it stands, and whether a concern may be raised, taken, noted or closed.

Nothing here stands in the way of raising one in time: a wrong clock, a submitted visit or an empty note are no reason to refuse.
"""

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from ombudsman.people.models import User
from ombudsman.people.reaching import Reached

from ..models import Participation, UrgentConcern, Visit
from .states import CONCERN, may_follow

ALARMABLE = Reached(Visit.objects, "alarmable_by")
TAKEABLE = Reached(UrgentConcern.objects, "takeable_by")
DECIDABLE = Reached(UrgentConcern.objects, "decidable_by")
# A concern that nobody has taken after this long is put before the coordinators, too.
UNTAKEN_AFTER = timedelta(hours=1)
# A duty of the law for some kinds of places, not a setting.
PROSECUTOR_WITHIN = timedelta(hours=24)
# Critical indicators that point to one kind of danger: what the form starts from. Codes outlive editions.
POINTS_TO = {
    "injury": ("SAF-01", "SAF-02", "SAF-07", "SAF-08", "SAF-10", "DIS-01", "DIS-05", "DIS-06", "SPG-06"),
    "sexual": ("SAF-03",),
    "suicide": ("HEA-08",),
    "unlawful": ("ADM-01", "LEG-01", "LEG-12", "REI-06"),
    "adults": ("SEP-01", "SEP-02", "SEP-03"),
    "denial": ("FOO-03", "FOO-05", "HEA-06"),
    "reprisal": ("COM-06",),
}


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


def left_lying(concern: UrgentConcern, at: datetime) -> bool:
    """Whether nobody at the office has taken it in time: our own lateness."""
    return state_of(concern) == "received" and at - concern.received_at >= UNTAKEN_AFTER


def prosecutor_by(concern: UrgentConcern) -> datetime | None:
    """Until when the prosecutor must be told; None where the kind of place has no such duty, and once it is closed."""
    if concern.closed_at is not None or not concern.visit.institution_kind.tells_prosecutor_in_24h:
        return None
    return concern.pressed_at + PROSECUTOR_WITHIN


def category_of(indicator: str) -> str:
    """The danger that a critical indicator which is not met points to, by its code; empty when it points to none in particular."""
    return next((category for category, codes in POINTS_TO.items() if indicator in codes), "")


def obstacles_to_alarm(visit: Visit, user: User) -> list[Any]:
    """Whoever is or was on the team may, whatever the state of the visit; so may reviewers and coordinators within their reach."""
    if Participation.objects.filter(visit=visit, user=user).exists():
        return []
    if ALARMABLE.holds(user, visit.pk):
        return []
    return [_("Only the team of the visit and the office report a child at risk there.")]


def obstacles_to_taking(concern: UrgentConcern, user: User, seen_with: int | None) -> list[Any]:
    """The office takes a concern; taking it over from a colleague says from whom, so that two never take it unawares.

    `seen_with` = the account that had it when the person pressed the button, None when nobody had.
    """
    if not may_follow(CONCERN, state_of(concern), "taken"):
        return [_("This concern has been closed.")]
    if not TAKEABLE.holds(user, concern.pk):
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
    if concern.by_id != user.pk and not DECIDABLE.holds(user, concern.pk):
        return [_("Only the one who raised the concern, the leader of the team and the office note calls.")]
    return []


def obstacles_to_rewording(concern: UrgentConcern, user: User) -> list[Any]:
    """The author writes it again without a name, until it is closed."""
    if state_of(concern) == "closed":
        return [_("This concern has been closed.")]
    return [] if concern.by_id == user.pk else [_("Only the one who raised the concern writes it again.")]


def obstacles_to_closing(concern: UrgentConcern, user: User) -> list[Any]:
    """After the office took it; never by the one who raised it: nobody can be pressed to take the own alarm back."""
    if state_of(concern) == "closed":
        return [_("This concern has been closed.")]
    found = []
    if not may_follow(CONCERN, state_of(concern), "closed"):
        found.append(_("Nobody at the office has taken it yet."))
    if concern.by_id == user.pk:
        found.append(_("The one who raised a concern does not close it."))
    if not DECIDABLE.holds(user, concern.pk):
        found.append(_("Only the leader of the team and the office close a concern."))
    return found

"""Urgent concerns as lines of a list: the home page and the list show the same. Without a word of what was seen. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet

from ombudsman.people.models import User

from .models import UrgentConcern
from .rules.urgent import left_lying, pressing, state_of

# How long the one who raised a concern still sees on the first page that it was closed.
STILL_SHOWN = timedelta(days=7)


@dataclass(frozen=True)
class UrgentLine:
    """One concern at a moment."""

    concern: UrgentConcern
    at: datetime

    @property
    def state(self) -> str:
        return state_of(self.concern)

    @property
    def pressing(self) -> str:
        return pressing(self.concern, self.at)

    @property
    def left_lying(self) -> bool:
        return left_lying(self.concern, self.at)

    @property
    def gone(self) -> timedelta:
        """Since the press; until it was closed."""
        return (self.concern.closed_at or self.at) - self.concern.pressed_at


def known_to(user: User) -> QuerySet[UrgentConcern]:
    """Concerns of whose state the person may know, open ones first, the longest open on top; then the latest closed."""
    rows = UrgentConcern.objects.visible_to(user).without_words()
    rows = rows.select_related("visit__institution__region", "visit__institution_kind", "taken_by", "by")
    return rows.order_by(F("closed_at").desc(nulls_first=True), "pressed_at", "id")


def lines(rows: Iterable[UrgentConcern], at: datetime) -> list[UrgentLine]:
    return [UrgentLine(row, at) for row in rows]


def waiting_for(user: User, at: datetime) -> list[UrgentLine]:
    """What stands first on this person's day: open concerns, and one's own that were closed lately. One query."""
    lately = Q(by_id=user.pk, closed_at__gte=at - STILL_SHOWN)
    return lines(known_to(user).filter(Q(closed_at=None) | lately), at)


def for_devices(user: User, visits: Iterable[UUID], at: datetime) -> list[dict[str, str]]:
    """What a device may know without a network of concerns from these visits: when the button was pressed, and who is at it.

    The state alone, not even the danger. One query.
    """
    lately = Q(closed_at=None) | Q(closed_at__gte=at - STILL_SHOWN)
    rows = UrgentConcern.objects.visible_to(user).without_words().filter(lately, visit__in=visits).oldest_first()
    return [
        {"visit": str(row.visit_id), "pressed_at": row.pressed_at.isoformat(), "state": state_of(row)} for row in rows
    ]

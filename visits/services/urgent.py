"""Acts on a child at risk now: raise, take, note a telephone call, close. Pages, deliveries and the API call these.

What was seen and who was told rest encrypted; neither the trail nor a letter holds a word of it.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ombudsman.people.access import Refused
from ombudsman.people.models import User
from ombudsman.people.trail import record

from ..models import UrgentConcern, Visit
from ..rules.urgent import (
    obstacles_to_alarm,
    obstacles_to_closing,
    obstacles_to_noting,
    obstacles_to_rewording,
    obstacles_to_taking,
    press_of,
)
from .notices import tell_duty


def clean(text: str) -> str:
    """What is kept of a typed text."""
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


@transaction.atomic
def raise_concern(
    *,
    visit: Visit,
    id: UUID,
    category: str,
    seen: str,
    told: str,
    told_at: datetime | None,
    pressed_at: datetime,
    by: User,
    at: datetime,
) -> UrgentConcern:
    """A child at risk at the place of this visit; the office is told by mail that something waits. Raises Refused.

    Idempotent by `id`, which the page or device makes: the same again gives the same concern, and fills only what was empty
    (a call made after the first sending). The clock starts at `pressed_at` as far as that can be true.
    """
    if obstacles := obstacles_to_alarm(visit, by):
        raise Refused(obstacles)
    if category not in UrgentConcern.Category.values:
        raise Refused([_("Choose what endangers the child.")])
    seen, told = clean(seen), clean(told)
    told_at = min(told_at, at) if told_at else at if told else None
    concern, new = UrgentConcern.objects.get_or_create(
        pk=id,
        defaults={
            "visit": visit,
            "category": category,
            "seen": seen,
            "told": told,
            "told_at": told_at,
            "by": by,
            "pressed_at": press_of(visit, pressed_at, at),
            "received_at": at,
        },
    )
    if not new:
        return _fill(concern, visit, by, {"seen": seen, "told": told, "told_at": told_at})
    tell_duty(concern)
    record(by=by, at=at, act="concern.raise", thing=concern, visit=str(visit.pk), category=category)
    return concern


def _fill(concern: UrgentConcern, visit: Visit, by: User, values: dict[str, str | datetime | None]) -> UrgentConcern:
    if concern.visit_id != visit.pk or concern.by_id != by.pk:
        raise Refused([_("This number belongs to another concern.")])
    row = UrgentConcern.objects.select_for_update().get(pk=concern.pk)
    added = [name for name, value in values.items() if value and not getattr(row, name)]
    if added and row.closed_at is None:
        for name in added:
            setattr(row, name, values[name])
        row.save(update_fields=added)
    return row


def _held(concern: UrgentConcern) -> UrgentConcern:
    """The row, locked until the transaction ends: two never take it at once."""
    rows = UrgentConcern.objects.select_related("visit__institution_kind", "taken_by")
    return rows.select_for_update(of=("self",)).get(pk=concern.pk)


@transaction.atomic
def take_concern(*, concern: UrgentConcern, by: User, at: datetime, seen_with: int | None = None) -> UrgentConcern:
    """ "I have it": from now on this person answers for it. Taking it over names whom the page showed. Raises Refused.

    `taken_at` stays the hour at which the office first took it.
    """
    row = _held(concern)
    if obstacles := obstacles_to_taking(row, by, seen_with):
        raise Refused(obstacles)
    row.taken_by, row.taken_at = by, row.taken_at or at
    row.save(update_fields=["taken_by", "taken_at"])
    record(by=by, at=at, act="concern.take", thing=row, visit=str(row.visit_id))
    return row


@transaction.atomic
def note_call(
    *, concern: UrgentConcern, told: str, told_at: datetime | None = None, by: User, at: datetime
) -> UrgentConcern:
    """Adds who was told by telephone and when (now, unless said); earlier calls stay, `told_at` is the first. Raises Refused."""
    row, told = _held(concern), clean(told)
    obstacles = obstacles_to_noting(row, by)
    if not told:
        obstacles.append(_("Write who was told."))
    if obstacles:
        raise Refused(obstacles)
    moment = min(told_at or at, at)
    if row.told:
        row.told = f"{row.told}\n{timezone.localtime(moment):%d.%m.%Y %H:%M} {told}"
    else:
        row.told = told
    row.told_at = row.told_at or moment
    row.save(update_fields=["told", "told_at"])
    record(by=by, at=at, act="concern.call", thing=row, visit=str(row.visit_id))
    return row


@transaction.atomic
def reword_concern(*, concern: UrgentConcern, seen: str, by: User, at: datetime) -> UrgentConcern:
    """Puts other words in the place of what was seen; the first ones are not kept, since they may name a child. Raises Refused."""
    row = _held(concern)
    obstacles = obstacles_to_rewording(row, by)
    if not clean(seen):
        obstacles.append(_("Write what was seen."))
    if obstacles:
        raise Refused(obstacles)
    row.seen = clean(seen)
    row.save(update_fields=["seen"])
    record(by=by, at=at, act="concern.reword", thing=row, visit=str(row.visit_id))
    return row


@transaction.atomic
def close_concern(*, concern: UrgentConcern, outcome: str, note: str, by: User, at: datetime) -> UrgentConcern:
    """Closes it with a coded outcome; the note rests encrypted. Raises Refused."""
    row = _held(concern)
    obstacles = obstacles_to_closing(row, by)
    if outcome not in UrgentConcern.Outcome.values:
        obstacles.append(_("Choose how it ended."))
    if obstacles:
        raise Refused(obstacles)
    row.outcome, row.outcome_note, row.closed_by, row.closed_at = outcome, clean(note), by, at
    row.save(update_fields=["outcome", "outcome_note", "closed_by", "closed_at"])
    record(by=by, at=at, act="concern.close", thing=row, visit=str(row.visit_id), outcome=outcome)
    return row

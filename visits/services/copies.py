"""Acts on the copies of visits that devices hold: taking along, hearing from a device, ending a copy."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from ombudsman.people.access import Refused
from ombudsman.people.models import User
from ombudsman.people.trail import record

from ..models import DeviceCopy, Visit
from ..rules.copies import obstacles_to_taking_along

# More than a device can hold: what a program claims beyond it says nothing.
MOST = 1_000_000


@transaction.atomic
def take_along(*, visit: Visit, device: UUID, by: User, at: datetime) -> DeviceCopy:
    """Registers that a visit lies on a device from now on; taken again, its days begin anew. Raises Refused."""
    if obstacles := obstacles_to_taking_along(visit, by):
        raise Refused(obstacles)
    until = at + timedelta(days=settings.COPY_DAYS)
    copy, made = DeviceCopy.objects.select_for_update().get_or_create(
        user=by, visit=visit, device=device, defaults={"taken_at": at, "expires_at": until, "heard_at": at}
    )
    # A device renews its copy whenever it is online; one entry per day is enough to say that it is out.
    entry = made or copy.ended or at - copy.taken_at >= timedelta(days=1)
    if not made:
        copy.expires_at, copy.heard_at, copy.ended = until, at, ""
        copy.taken_at = at if entry else copy.taken_at
        copy.save(update_fields=["taken_at", "expires_at", "heard_at", "ended"])
    if entry:
        record(by=by, at=at, act="visit.take_along", thing=visit, device=str(device), days=settings.COPY_DAYS)
    return copy


@transaction.atomic
def hear_from(
    *, visit: Visit, device: UUID, unsent: int, since: datetime | None, by: User, at: datetime
) -> DeviceCopy | None:
    """Notes what a device says still waits on it for this visit: how much, since when. None when no copy is known.

    Never refuses: what a device says of itself must not stand in the way of what it sends.
    """
    copy = DeviceCopy.objects.select_for_update().filter(user=by, visit=visit, device=device).first()
    if copy is None:
        return None
    copy.unsent = min(max(unsent, 0), MOST)
    copy.unsent_since = (min(since, at) if since else at) if copy.unsent else None
    copy.heard_at = at
    copy.save(update_fields=["unsent", "unsent_since", "heard_at"])
    return copy


@transaction.atomic
def end_copy(*, copy: DeviceCopy, ended: str, by: User, at: datetime) -> DeviceCopy:
    """Notes that a device has erased its copy, and why. Raises Refused for a copy of somebody else."""
    row = DeviceCopy.objects.select_for_update().get(pk=copy.pk)
    if row.user_id != by.pk or ended not in DeviceCopy.End.values:
        raise Refused([])
    if row.ended:
        return row
    row.ended, row.unsent, row.unsent_since, row.heard_at = ended, 0, None, at
    row.save(update_fields=["ended", "unsent", "unsent_since", "heard_at"])
    record(by=by, at=at, act="visit.end_copy", thing=row.visit, device=str(row.device), why=ended)
    return row

"""Declaring and ending conflicts of interest. A declaration works from the next request on."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from institutions import conflict_rules as rules
from institutions.models import ConflictOfInterest, Institution
from ombudsman.people.access import Refused
from ombudsman.people.models import User
from ombudsman.people.trail import record


@transaction.atomic
def declare_conflict(
    *, person: User, institution: Institution, kind: str, starts: date, until: date | None, by: User, at: datetime
) -> ConflictOfInterest:
    """Puts a declaration into the register: from `starts` on the person sees nothing of this place. Raises Refused."""
    if obstacles := rules.obstacles_to_declare(person=person, institution=institution, by=by):
        raise Refused(obstacles)
    conflict = ConflictOfInterest.objects.create(
        user=person, institution=institution, kind=kind, starts=starts, until=until
    )
    record(by=by, at=at, act="conflict.declare", thing=conflict, person=person.pk, institution=str(institution.uid))
    return conflict


@transaction.atomic
def end_conflict(*, conflict: ConflictOfInterest, by: User, at: datetime) -> None:
    """Ends a declaration from today on; it stays in the register. Raises Refused."""
    today = timezone.localdate(at)
    if obstacles := rules.obstacles_to_end(conflict, by, today):
        raise Refused(obstacles)
    # A declaration of today or later never worked for a whole day: its last day is its first.
    conflict.until = max(conflict.starts, today - timedelta(days=1))
    conflict.save(update_fields=["until"])
    record(by=by, at=at, act="conflict.end", thing=conflict, person=conflict.user_id)

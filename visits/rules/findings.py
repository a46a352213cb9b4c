"""May a finding be raised or changed now, and by this person? Whole sentences; empty means yes."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from ombudsman.people.access import may
from ombudsman.people.models import User
from ombudsman.people.roles import Act, Thing
from ombudsman.prepared import Prepared

from ..models import Finding, Participation, Visit
from .fieldwork import BEING_FILLED, leads

PLACE = Prepared(
    lambda visit, user: Participation.objects.filter(visit=visit, user=user, left_on__isnull=True), UUID, int
)


def on_team(visit: Visit, user: User) -> bool:
    """Whether this person is on the visit's team now."""
    return PLACE.any(visit.pk, user.pk)


def was_on_team(visit: Visit, user: User) -> bool:
    """Whether this person is or ever was on the visit's team."""
    return Participation.objects.filter(visit=visit, user=user).exists()


def obstacles_to_raising(visit: Visit, user: User) -> list[Any]:
    """The team raises findings while it fills the visit, a reviewer while it is in review."""
    if on_team(visit, user):
        return [] if visit.state in BEING_FILLED else [_("The visit was submitted and is closed for changes.")]
    if visit.state != Visit.State.SUBMITTED:
        return [_("A reviewer raises findings while the visit is in review.")]
    if not may(user, Act.DECIDE, Thing.SUBMITTED_VISIT):
        return [_("Only the team and the reviewers raise findings.")]
    return []


def obstacles_to_editing(finding: Finding, visit: Visit, user: User) -> list[Any]:
    """The leader changes drafts and returned findings, a reviewer what is in review; accepted ones stand."""
    if finding.state in (Finding.State.ACCEPTED, Finding.State.REJECTED):
        return [_("This finding has been decided and stands as it is.")]
    if on_team(visit, user):
        if visit.state not in BEING_FILLED:
            return [_("The visit was submitted and is closed for changes.")]
        return [] if leads(visit, user) else [_("The leader of the team changes findings.")]
    return obstacles_to_raising(visit, user)

"""May a visit be taken along on a device, and which copies may no longer be kept? Whole sentences; empty means yes."""

from typing import Any

from django.utils.translation import gettext as _

from ombudsman.people.models import User

from ..models import DeviceCopy, Visit
from .fieldwork import BEING_FILLED
from .findings import on_team


def obstacles_to_taking_along(visit: Visit, user: User) -> list[Any]:
    """Only the team takes a visit along, and only while it is being filled."""
    if not on_team(visit, user):
        return [_("Only the team takes a visit along.")]
    if visit.state not in BEING_FILLED:
        return [_("The visit was submitted; there is nothing to take along.")]
    return []


def may_be_kept(copy: DeviceCopy) -> bool:
    """Whether its user may still hold this copy: an open account, a place on the team, a visit being filled, no declared tie."""
    if not copy.user.is_active or copy.visit.state not in BEING_FILLED:
        return False
    if not on_team(copy.visit, copy.user):
        return False
    return Visit.objects.filter(pk=copy.visit_id).without_conflict(copy.user).exists()

"""May two answers be agreed on, set aside or handed to the team now, and by this person? Whole sentences; empty means yes."""

from typing import Any

from django.utils.translation import gettext as _

from ombudsman.people.models import User

from ..models import Difference, Visit
from .fieldwork import leads, obstacles_to_filling
from .findings import on_team


def obstacles_to_settling(difference: Difference, visit: Visit, user: User) -> list[Any]:
    """The leader agrees for the team; who wrote the other answer may take it back or put it in place."""
    if difference.state != Difference.State.OPEN:
        return [_("This has been settled already.")]
    if obstacles := obstacles_to_filling(visit):
        return obstacles
    if not on_team(visit, user) or not (leads(visit, user) or difference.by_id == user.pk):
        return [_("The leader of the team, or who wrote the other answer, says which one stands.")]
    return []


def obstacles_to_deciding_late(difference: Difference, visit: Visit, *, then: str, reason: str = "") -> list[Any]:
    """What came after submission is set aside with a reason, or handed to the team."""
    if difference.state != Difference.State.LATE:
        return [_("This has been settled already.")]
    if then == "aside" and not reason:
        return [_("A reason is needed.")]
    if then == "hand" and visit.state == Visit.State.VOID:
        return [_("The visit is void already.")]
    return []

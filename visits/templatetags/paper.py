"""Paper on other pages: what was keyed how often, and the reminder before a visit is submitted. Templates only."""

from typing import Any

from django import template

from ..models import Visit
from ..paper.keyed import Reading, Times, readings_of

register = template.Library()


@register.simple_tag
def keyed(visit: Visit) -> dict[int, Reading]:
    """How often each answer from paper was read, by its indicator's key; one query where nothing came from paper."""
    return readings_of(visit)


@register.inclusion_tag("paper/reminder.html")
def paper_reminder(visit: Visit) -> dict[str, Any]:
    """Critical answers from paper that were read once, and readings that differ. A reminder, never an obstacle."""
    readings = readings_of(visit).values()
    once = [one.answer.indicator for one in readings if one.times is Times.ONCE and one.answer.indicator.critical]
    return {"visit": visit, "once": once, "differing": sum(one.times is Times.DIFFER for one in readings)}

"""Paper on other pages: what was keyed how often, and the reminder before a visit is submitted. Templates only."""

from typing import Any

from django import template

from ..models import Visit
from ..paper.keyed import Reading, critical_once, readings_of

register = template.Library()


@register.simple_tag
def keyed(visit: Visit) -> dict[int, Reading]:
    """How often each answer from paper was read, by its indicator's key; one query where nothing came from paper."""
    return readings_of(visit)


@register.inclusion_tag("paper/reminder.html")
def paper_reminder(visit: Visit) -> dict[str, Any]:
    """Critical answers from paper that stand on one reading. A reminder, never an obstacle."""
    return {"visit": visit, "once": critical_once(visit)}

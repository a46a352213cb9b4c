"""The button "A child is at risk" and the clock of an urgent concern. Templates only."""

from datetime import timedelta
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ombudsman.people.reaching import Reached

from ..models import Visit

register = template.Library()
ALARMABLE = Reached(Visit.objects, "alarmable_by")


@register.simple_tag(takes_context=True)
def at_risk(context: dict[str, Any]) -> SafeString | str:
    """The button, on every page that is about one `visit` from which the reader may report; nothing elsewhere.

    The frame calls it, so that it stands at the same place with the same words and no page can forget it. One query.
    """
    visit, user = context.get("visit"), context.get("user")
    if not isinstance(visit, Visit) or user is None or context.get("raising"):
        return ""
    if not ALARMABLE.holds(user, visit.pk):
        return ""
    return render_to_string("urgent/button.html", {"visit": visit})


@register.filter
def hours(gone: timedelta) -> str:
    """How long: "35 min", "3 h 12 min", after three days "4 d 2 h"."""
    minutes = max(int(gone.total_seconds() // 60), 0)
    whole, rest = divmod(minutes, 60)
    if whole >= 72:
        return _("%(days)d d %(hours)d h") % {"days": whole // 24, "hours": whole % 24}
    if whole:
        return _("%(hours)d h %(minutes)d min") % {"hours": whole, "minutes": rest}
    return _("%(minutes)d min") % {"minutes": rest}

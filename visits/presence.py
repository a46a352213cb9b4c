"""Several hands on one visit: who is here now and what they changed, for a page that is open. Reads only."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from ombudsman.people.models import User

from .models import Answer, Presence, Section, Visit

# A page beats every 20 seconds; three beats missed and nobody is there.
HERE_FOR = timedelta(seconds=60)


def others_here(visit: Visit, user: User, at: datetime) -> str:
    """Who else of the team has the visit open now, and where, in one sentence; empty when nobody has. One query."""
    places = dict(visit.checklist.sections.values_list("code", "order"))
    rows = Presence.objects.filter(
        visit=visit, seen_at__gt=at - HERE_FOR, user__participations__visit=visit, user__participations__left_on=None
    ).exclude(user=user)
    names = []
    for row in rows.select_related("user").order_by("user__full_name", "pk"):
        words: dict[str, Any] = {"name": row.user.full_name, "number": places.get(row.section)}
        names.append(_("%(name)s (section %(number)s)") % words if words["number"] else row.user.full_name)
    return _("Here now: %(names)s") % {"names": ", ".join(names)} if names else ""


def stamp_of(visit: Visit, section: Section) -> str:
    """Changes whenever any answer of the section does: versions only grow. One query."""
    found = Answer.objects.filter(visit=visit, indicator__section=section).aggregate(Count("pk"), Sum("version"))
    return f"{found['pk__count']}.{found['version__sum'] or 0}"


def answers_of(visit: Visit, section: Section) -> list[Answer]:
    """The section's answers with what a page shows of them. One query."""
    rows = Answer.objects.filter(visit=visit, indicator__section=section)
    return list(rows.select_related("choice", "indicator", "by").order_by("indicator__order"))

"""What of the trail a person may read, page by page, with names put to actors where they still stand."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet

from .access import rights_of
from .models import TrailActor, TrailEntry, User
from .roles import Act, Reach, Thing
from .trail_words import ACTS, THINGS

PAGE = 50


def readable_trail(user: User) -> "QuerySet[TrailEntry]":
    """All for who may export it (auditor), all but own acts for the coordinator, own acts for everybody else."""
    scopes = rights_of(user).scopes(Act.READ, Thing.TRAIL)
    own = TrailActor.objects.filter(user=user).values("actor")
    if any(scope.reach is Reach.ALL for scope in scopes):
        if rights_of(user).may(Act.EXPORT, Thing.TRAIL):
            return TrailEntry.objects.all()
        # A null actor is the system; `exclude` alone would drop it.
        return TrailEntry.objects.filter(actor__isnull=True) | TrailEntry.objects.exclude(actor__in=own)
    return TrailEntry.objects.filter(actor__in=own) if scopes else TrailEntry.objects.none()


def trail_page(user: User, asked: Any) -> dict[str, Any]:
    """One page of entries, newest first, and the filter that was asked for (`thing`)."""
    entries = readable_trail(user).order_by("-number")
    thing = asked.get("thing", "")
    if thing in THINGS:
        entries = entries.filter(thing=thing)
    page = Paginator(entries, PAGE).get_page(asked.get("page"))
    actors = {entry.actor for entry in page.object_list if entry.actor}
    names = dict(TrailActor.objects.filter(actor__in=actors).values_list("actor", "user__full_name"))
    rows = [
        {
            "entry": entry,
            "name": names.get(entry.actor, "") if entry.actor else "",
            "act": ACTS.get(entry.act, entry.act),
            "thing": THINGS.get(entry.thing, entry.thing),
        }
        for entry in page.object_list
    ]
    return {"page": page, "rows": rows, "things": sorted(THINGS.items(), key=lambda item: str(item[1])), "thing": thing}

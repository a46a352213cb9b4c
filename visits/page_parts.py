"""What visits bring to an institution's page: its open recommendations and its visits. Registered when the app starts."""

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone

from institutions.models import Institution
from institutions.page_parts import PagePart, register
from ombudsman.people.reaching import Reached

from .models import Answer, Recommendation, Visit

FEW = 10
# The first rows of a place, and one more if there are others.
OPEN = Reached(
    Recommendation.objects,
    "visible_to",
    by="finding__visit__institution",
    key=int,
    then=lambda rows: rows.open().order_by("deadline", "number")[: FEW + 1],
)
SEEN, READABLE = (
    Reached(Visit.objects, limit, by="institution", key=int, then=lambda rows: rows.newest_first()[: FEW + 1])
    for limit in ("visible_to", "readable_by")
)


def open_recommendations(request: HttpRequest, institution: Institution) -> PagePart | None:
    """What is still to be done here; nothing for those who may read no recommendation of this place."""
    found = list(OPEN.all(request.user, institution.pk))
    if not found:
        return None
    return PagePart(
        "followup/part.html", {"recommendations": found[:FEW], "more": len(found) > FEW, "today": timezone.localdate()}
    )


def past_visits(request: HttpRequest, institution: Institution) -> PagePart | None:
    """The visits the person may know of, newest first; what was judged stands beside those they may read."""
    visits = list(SEEN.all(request.user, institution.pk))
    if not visits:
        return None
    # Whoever may read a visit may know of it: what is readable of these is among as many of those.
    readable = {visit.pk for visit in READABLE.all(request.user, institution.pk)}
    counts = (
        Answer.objects.filter(visit__in=readable)
        .values_list("visit_id")
        .annotate(
            met=Count("pk", filter=Q(choice__code="met")),
            partly=Count("pk", filter=Q(choice__code="partly_met")),
            not_met=Count("pk", filter=Q(choice__code="not_met")),
        )
    )
    judged = {row[0]: row[1:] for row in counts}
    return PagePart(
        "visits/part.html",
        {
            "visits": [(visit, visit.pk in readable, judged.get(visit.pk)) for visit in visits[:FEW]],
            "more": len(visits) > FEW,
        },
    )


def register_all() -> None:
    """Called once, when the app starts."""
    register("open_recommendations", open_recommendations, order=10)
    register("past_visits", past_visits, order=20)

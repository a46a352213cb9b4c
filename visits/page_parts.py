"""What visits bring to an institution's page: its open recommendations and its visits. Registered when the app starts."""

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone

from institutions.models import Institution
from institutions.page_parts import PagePart, register

from .models import Answer, Recommendation, Visit

FEW = 10


def open_recommendations(request: HttpRequest, institution: Institution) -> PagePart | None:
    """What is still to be done here; nothing for those who may read no recommendation of this place."""
    seen = Recommendation.objects.visible_to(request.user).filter(finding__visit__institution=institution)
    found = list(seen.open().order_by("deadline", "number")[: FEW + 1])
    if not found:
        return None
    return PagePart(
        "followup/part.html", {"recommendations": found[:FEW], "more": len(found) > FEW, "today": timezone.localdate()}
    )


def past_visits(request: HttpRequest, institution: Institution) -> PagePart | None:
    """The visits the person may know of, newest first; what was judged stands beside those they may read."""
    seen = Visit.objects.visible_to(request.user).filter(institution=institution).newest_first()
    visits = list(seen[: FEW + 1])
    if not visits:
        return None
    readable = set(
        Visit.objects.readable_by(request.user)
        .filter(pk__in=[visit.pk for visit in visits])
        .values_list("pk", flat=True)
    )
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

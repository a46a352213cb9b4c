"""Two answers at one place: the page of a visit on which its team agrees, and keeps the trace of what was agreed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ombudsman.people.access import Refused
from ombudsman.people.reaching import Reached
from ombudsman.people.requests import PersonRequest

from ..kinds import SOURCES
from ..models import Difference, Finding, SectionRating, Visit
from ..rules.differences import obstacles_to_settling
from ..rules.findings import on_team
from ..services.differences import MovedOn, settle
from ..services.fieldwork import withdraw_finish
from ..two_answers import pairs_of

READABLE = Reached(Visit.objects, "readable_by", "institution", "region", "institution_kind", "checklist")


@require_http_methods(["GET", "HEAD", "POST"])
def visit_differences(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Everything that stands twice in a visit, side by side; below it what was agreed, with who and when."""
    visit = READABLE.get(request.user, pk)
    if request.method != "POST":
        return _page(request, visit)
    if not on_team(visit, request.user):
        raise PermissionDenied
    if request.POST.get("do") == "unfinish":
        return _unfinish(request, visit)
    number = _uuid(request.POST.get("difference"))
    difference = visit.differences.filter(pk=number).first() if number else None
    if difference is None:
        messages.error(request, _("Choose which one stands."))
        return redirect("visit_differences", visit.pk)
    stands = request.POST.get("stands", "")
    typed = _typed(request, difference) if stands == "other" else None
    try:
        settle(
            difference=difference,
            stands=stands,
            value=typed,
            seen_version=_number(request.POST.get("version")),
            by=request.user,
            at=timezone.now(),
        )
    except MovedOn as moved:
        return _page(request, visit, difference.pk, typed, moved.obstacles)
    except Refused as refused:
        return _page(request, visit, difference.pk, typed, refused.obstacles)
    messages.success(request, _("Agreed. Both stay readable below."))
    return redirect("visit_differences", visit.pk)


def _page(
    request: PersonRequest,
    visit: Visit,
    about: UUID | None = None,
    typed: dict[str, Any] | None = None,
    faults: list[str] | None = None,
) -> HttpResponse:
    seen = Difference.objects.visible_to(request.user).filter(visit=visit)
    rows = seen.select_related("indicator", "section", "by", "settled_by").order_by("received_at")
    pairs = pairs_of(visit, rows)
    for pair in pairs:
        pair.settles = not obstacles_to_settling(pair.difference, visit, request.user)
        if pair.difference.pk == about:
            pair.typed, pair.faults = typed or {}, faults or []
    context = {
        "visit": visit,
        "open": [pair for pair in pairs if pair.difference.state == Difference.State.OPEN],
        "late": [pair for pair in pairs if pair.difference.state == Difference.State.LATE],
        "settled": [pair for pair in reversed(pairs) if pair.difference.state not in Difference.WAITING],
        "scale": visit.checklist.choices.filter(question=None).order_by("order"),
        "steps": SectionRating.Step.choices,
        "severities": Finding.Severity.choices,
        "sources": SOURCES.items(),
    }
    return render(request, "visits/differences.html", context, status=400 if faults else 200)


def _typed(request: PersonRequest, difference: Difference) -> dict[str, Any]:
    """The third answer as it was sent, in the shape of what the difference holds."""
    sent = request.POST
    if difference.section_id:
        step = sent.get("step", "")
        return {"step": int(step) if step in ("1", "2", "3", "4") else None}
    if difference.indicator_id:
        return {
            "choice": sent.get("choice") or None,
            "measurement": sent.get("number", ""),
            "note": sent.get("note", ""),
            "sources": sent.getlist("source"),
            "anyway": difference.mine.get("anyway", False),
            "confirmed": False,
        }
    return {
        "text": sent.get("text", ""),
        "severity": sent.get("severity", ""),
        "sources": sent.getlist("source"),
        "indicators": sent.getlist("indicator"),
    }


def _unfinish(request: PersonRequest, visit: Visit) -> HttpResponse:
    try:
        withdraw_finish(visit=visit, by=request.user, at=timezone.now())
        messages.success(request, _("The request to submit was taken back."))
    except Refused as refused:
        for obstacle in refused.obstacles:
            messages.error(request, obstacle)
    return redirect("visit", visit.pk)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


urlpatterns: list[URLPattern] = [path("visits/<uuid:pk>/differences/", visit_differences, name="visit_differences")]

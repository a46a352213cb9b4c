"""Pages of talks with children: one's own bundle, and the form. Saving goes to the address of ordinary saves, so that no log
of requests tells when a child spoke (DESIGN decision 7). Members never see each other's talks.
"""

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ombudsman.people.access import Refused, require
from ombudsman.people.models import User
from ombudsman.people.reaching import Reached
from ombudsman.people.roles import Act, Thing

from ..models import Edition, Visit
from ..questionnaire import Asked, answers_in, fill, in_parts, points_to_say, questions_for, read_form
from ..rules.fieldwork import obstacles_to_interviewing
from ..rules.findings import on_team
from ..services.interviews import Moved, read_bundle, remove_interview, save_interview

READABLE = Reached(
    Visit.objects, "readable_by", "institution__kind", "institution_kind", "region", "questionnaire", "checklist"
)


def _own(request: HttpRequest, pk: UUID) -> tuple[Visit, User]:
    require(request.user, Act.CREATE, Thing.INTERVIEW)
    visit = READABLE.get(request.user, pk)
    if not isinstance(request.user, User) or not on_team(visit, request.user):
        raise PermissionDenied
    return visit, request.user


def address_to_save(visit: Visit) -> str:
    """The address of some ordinary answer of this visit, chosen at random."""
    codes = list(visit.checklist.indicators.values_list("code", flat=True))
    return reverse("visit_answer", args=[visit.pk, secrets.choice(codes)])


@require_safe
def visit_interviews(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One's own talks of this visit that were not submitted yet, numbered by their present random order only."""
    visit, user = _own(request, pk)
    version, rows = read_bundle(visit=visit, member=user)
    obstacles = obstacles_to_interviewing(visit)
    context = {
        "visit": visit,
        "version": version,
        "places": range(len(rows)),
        "obstacles": obstacles,
        "save_at": "" if obstacles else address_to_save(visit),
    }
    return render(request, "visits/interviews.html", context)


@require_safe
def visit_interview_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The questionnaire for one talk, empty or (`?talk=`, `?version=`) with a talk of one's own bundle to correct."""
    visit, user = _own(request, pk)
    if obstacles := obstacles_to_interviewing(visit):
        return render(request, "visits/interviews.html", {"visit": visit, "obstacles": obstacles, "places": []})
    questions = _questions(visit)
    replaces, version = _place(request.GET.get("talk")), _place(request.GET.get("version"))
    if replaces is not None and visit.questionnaire is not None:
        now, rows = read_bundle(visit=visit, member=user)
        if now != version or replaces >= len(rows):
            messages.warning(request, Moved().obstacles[0])
            return redirect("visit_interviews", visit.pk)
        # A device may have asked by another edition; what both ask is carried over.
        asked_by = get_object_or_404(Edition, pk=rows[replaces].edition)
        fill(questions, answers_in(asked_by, rows[replaces].packed))
    return _page(request, visit, questions, replaces, version)


def _questions(visit: Visit) -> list[Asked]:
    return questions_for(visit.questionnaire, visit.institution_kind.family) if visit.questionnaire else []


def _place(text: str | None) -> int | None:
    """A place or version as sent; None when absent. Raises 404 for anything else."""
    if text in (None, ""):
        return None
    if not (text and text.isascii() and text.isdigit() and len(text) < 10):
        raise Http404
    return int(text)


def _page(
    request: HttpRequest,
    visit: Visit,
    questions: list[Asked],
    replaces: int | None,
    version: int | None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "visit": visit,
        "parts": in_parts(questions),
        "faulty": [one for one in questions if one.faults],
        "replaces": replaces,
        "version": version,
        "points": points_to_say(visit.questionnaire) if visit.questionnaire else [],
        "save_at": address_to_save(visit),
    }
    return render(request, "visits/interview.html", context, status=status)


def save(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Keeps, corrects or removes one talk in one's own bundle. Called by the door of ordinary saves, for a visit of one's own."""
    visit, user = _own(request, visit.pk)
    replaces, version = _place(request.POST.get("talk")), _place(request.POST.get("version"))
    try:
        if request.POST.get("do") == "remove":
            remove_interview(visit=visit, place=replaces or 0, base_version=version or 0, by=user)
            messages.success(request, _("The talk was taken out."))
            return redirect("visit_interviews", visit.pk)
        questions = _questions(visit)
        answers, asked, sound = read_form(questions, request.POST)
        if not sound:
            return _page(request, visit, questions, replaces, version, status=400)
        if not any(answers.values()):
            messages.warning(request, _("Nothing was chosen, so nothing was kept."))
            return redirect("visit_interviews", visit.pk)
        save_interview(visit=visit, answers=answers, asked=asked, by=user, replaces=replaces, base_version=version)
        messages.success(request, _("The talk was kept."))
        if request.POST.get("do") == "another":
            return redirect("visit_keying_talk", visit.pk)
    except Refused as refused:
        for obstacle in refused.obstacles:
            messages.error(request, obstacle)
    return redirect("visit_interviews", visit.pk)


urlpatterns: list[URLPattern] = [
    path("visits/<uuid:pk>/talks/", visit_interviews, name="visit_interviews"),
    path("visits/<uuid:pk>/talks/new/", visit_interview_new, name="visit_interview_new"),
]

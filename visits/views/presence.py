"""Who is on a visit now: the address to which an open page beats and from which it hears what others changed."""

import json
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ombudsman.people.reaching import Reached
from ombudsman.people.requests import PersonRequest
from ombudsman.templatetags.house import clock

from ..models import Answer, Section, Visit
from ..presence import answers_of, others_here, stamp_of
from ..services.presence import beat
from .fieldwork import standing

EDITABLE = Reached(Visit.objects, "editable_by", "checklist")


@never_cache
@require_http_methods(["GET", "POST"])
def visit_presence(request: PersonRequest, pk: UUID) -> JsonResponse:
    """GET: who is here, and the section's answers when its stamp is another than the page has. POST: the same, after a beat.

    404 for everybody but the team while it fills the visit: a page that hears this stops asking.
    """
    visit, at = EDITABLE.get(request.user, pk), timezone.now()
    code, stamp = _asked(request)
    section = visit.checklist.sections.filter(code=code).first()
    if request.method == "POST":
        beat(visit=visit, section=section.code if section else "", by=request.user, at=at)
    answer = {"here": others_here(visit, request.user, at), "stamp": "", "answers": {}}
    return JsonResponse(answer | _news(visit, section, stamp) if section else answer)


def _asked(request: HttpRequest) -> tuple[str, str]:
    """Which section the page shows, and which stamp it has."""
    if request.method == "GET":
        return request.GET.get("section", ""), request.GET.get("stamp", "")
    try:
        sent = json.loads(request.body)
        return str(sent["section"])[:12], str(sent["stamp"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return "", ""


def _news(visit: Visit, section: Section, stamp: str) -> dict[str, object]:
    now = stamp_of(visit, section)
    changed = answers_of(visit, section) if now != stamp else []
    return {"stamp": now, "answers": {answer.indicator.code: _told(answer) for answer in changed}}


def _told(answer: Answer) -> dict[str, object]:
    said = _("Changed by %(name)s at %(hour)s") % {"name": answer.by.full_name, "hour": clock(answer.at)}
    return standing(answer) | {"said": said}


urlpatterns: list[URLPattern] = [path("visits/<uuid:pk>/presence/", visit_presence, name="visit_presence")]

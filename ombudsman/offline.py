"""Roof: what a device needs from the house to work without it: worker, manifest, the offline page, the state of the session.

Worker, manifest and page are the same bytes for everybody; the session's answer is never kept by anybody.
"""

import hashlib
import json
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ombudsman.offline_words import words
from ombudsman.people.access import Refused
from ombudsman.people.devices import closed_account, owner_number
from ombudsman.people.models import User
from visits.models import DeviceCopy
from visits.rules.copies import may_be_kept
from visits.services import copies
from visits.urgent_lines import for_devices
from visits.views.blank import document

NO_STORE = {"Cache-Control": "no-store"}
LANGUAGES = [code for code, _name in settings.LANGUAGES]
# What the offline documents are made of: when one byte of it changes, so does the worker, and devices fetch everything anew.
MADE_OF = ("static/css/*.css", "static/js/offline/*.js", "templates/offline/*", "templates/blank/*", "locale/*/*/*.mo")
PAPER, KOK = "#fbfcfa", "#0a506a"


def offline_pages() -> list[str]:
    """The addresses of the offline page, one per language."""
    return [f"{reverse('offline')}?l={language}" for language in LANGUAGES]


@document
def page(language: str) -> tuple[str, dict[str, Any]]:
    """The offline page in one language: of no person, no visit and no session."""
    return "offline/offline.html", {
        "languages": settings.LANGUAGES,
        "demonstration": settings.DEMONSTRATION,
        "lock_minutes": settings.LOCK_MINUTES,
        "copy_days": settings.COPY_DAYS,
        "lists": json.dumps({one: static(f"words/{one}.json") for one in LANGUAGES}),
        "words": words(),
        "kok": KOK,
    }


@require_safe
@login_not_required
def offline(request: HttpRequest) -> HttpResponse:
    """What is on this device; opens without a network. Without a language in the address, the reader's own is added."""
    language = request.GET.get("l", "")
    if language in LANGUAGES:
        return page(request, language=language)
    return HttpResponseRedirect(f"{reverse('offline')}?l={translation.get_language()}", headers=NO_STORE)


def version() -> str:
    """A hash of everything that the offline documents are made of."""
    return _version() if not settings.DEBUG else _version.__wrapped__()


@cache
def _version() -> str:
    made = hashlib.sha256(settings.VERSION.encode())
    for pattern in MADE_OF:
        for file in sorted(settings.BASE_DIR.glob(pattern)):
            made.update(file.name.encode() + file.read_bytes())
    return made.hexdigest()[:20]


@require_safe
@login_not_required
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker, at the root so that it may answer for every page; browsers ask for it anew each time."""
    storage = settings.STORAGES["staticfiles"]["BACKEND"]
    body = render_to_string(
        "offline/service-worker.js",
        {
            "version": version(),
            "pages": json.dumps(offline_pages()),
            "static": settings.STATIC_URL,
            "hashed": "HouseStaticStorage" in storage,
        },
    )
    return HttpResponse(body, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@require_safe
@login_not_required
def manifest(request: HttpRequest) -> HttpResponse:
    """What the product is called and looks like when it is installed, in the language that was asked for."""
    language = request.GET.get("l", "")
    language = language if language in LANGUAGES else settings.LANGUAGE_CODE
    with translation.override(language):
        content = {
            "id": "/",
            "name": _("Voice of the Child"),
            "short_name": _("Voice of the Child"),
            "description": _("Visits to closed institutions where children are held, with and without a network."),
            "lang": language,
            "dir": "ltr",
            "start_url": f"{reverse('offline')}?l={language}",
            "scope": "/",
            "display": "standalone",
            "background_color": PAPER,
            "theme_color": KOK,
            "icons": [
                {"src": static("icons/192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any"},
                {"src": static("icons/512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any"},
                {"src": static("icons/maskable.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
            ],
        }
    headers = {"Cache-Control": "public, max-age=600", "Content-Language": language}
    return HttpResponse(
        json.dumps(content, ensure_ascii=False),
        content_type="application/manifest+json; charset=utf-8",
        headers=headers,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def session(request: HttpRequest) -> JsonResponse:
    """GET: whose session this is, a fresh token, which visits this person's devices must erase, who is at their urgent concerns.
    POST: what a device still holds.

    `?of=` names the owner of a store: `closed` says that this account was closed, and then everything is to be erased.
    """
    user = request.user
    if not isinstance(user, User):
        if request.method == "POST":
            return JsonResponse({"detail": _("Sign in first.")}, status=401, headers=NO_STORE)
        gone = closed_account(request.GET.get("of", ""))
        wipe = _visits(DeviceCopy.objects.out().filter(user=gone)) if gone else []
        answer = {"signed_in": False, "user": "", "csrf": "", "wipe": wipe, "closed": gone is not None}
        return JsonResponse({**answer, "now": timezone.now().isoformat()}, headers=NO_STORE)
    if request.method == "POST":
        try:
            _hear(user, json.loads(request.body))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return JsonResponse({"detail": _("The device’s message could not be read.")}, status=400, headers=NO_STORE)
    out = list(DeviceCopy.objects.out().filter(user=user).select_related("user", "visit"))
    now = timezone.now()
    answer = {
        "signed_in": True,
        "user": owner_number(user),
        "csrf": get_token(request),
        "wipe": _visits(copy for copy in out if not may_be_kept(copy)),
        "closed": False,
        "concerns": for_devices(user, {copy.visit_id for copy in out}, now),
    }
    return JsonResponse({**answer, "now": now.isoformat()}, headers=NO_STORE)


def _visits(rows: Any) -> list[str]:
    return sorted({str(copy.visit_id) for copy in rows})


def _hear(user: User, said: dict[str, Any]) -> None:
    """Takes note of what one device says of its copies; others' copies and unknown ones are passed over."""
    device, now = UUID(str(said["device"])), timezone.now()
    told = {UUID(str(one["visit"])): one for one in said["copies"]}
    for copy in DeviceCopy.objects.out().filter(user=user, device=device, visit__in=told).select_related("visit"):
        one = told[copy.visit_id]
        if one.get("ended"):
            try:
                copies.end_copy(copy=copy, ended=str(one["ended"]), by=user, at=now)
            except Refused:
                raise ValueError(one["ended"]) from None
        else:
            unsent, since = int(one.get("unsent", 0)), _moment(one.get("since"))
            copies.hear_from(visit=copy.visit, device=device, unsent=unsent, since=since, by=user, at=now)


def _moment(text: Any) -> datetime | None:
    moment = parse_datetime(str(text)) if text else None
    return timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment


urlpatterns: list[URLPattern] = [
    path("offline/", offline, name="offline"),
    path("session/", session, name="session"),
    path("service-worker.js", service_worker, name="service_worker"),
    path("manifest.webmanifest", manifest, name="manifest"),
]

"""The blank documents that a device keeps: open to everyone, the same bytes for everybody, of no visit and no person.

They read no cookie, so anybody between may keep them, and one person's copy tells nothing about who asked for it.
"""

import gzip
import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from ..blank import chapters_of, choices_of_forms, provisions_of, scale_of, words
from ..families import FAMILIES
from ..models import Edition, Instrument
from ..questionnaire import in_parts, points_to_say, questions_for
from ..urgent_words import what_to_say

# How long a copy is good without asking again; the service worker renews it when a visit is taken along.
KEEP = "public, max-age=600"
Writer = Callable[..., tuple[str, dict[str, Any]]]


def the_edition(code: str, number: int, kind: str) -> Edition:
    """A published or retired edition of this kind of instrument; 404 otherwise."""
    editions = Edition.objects.filter(state__in=("published", "retired"), instrument__kind=kind)
    return get_object_or_404(editions.select_related("instrument"), instrument__code=code, number=number)


def document(write: Writer) -> Callable[..., HttpResponse]:
    """Answers with what `write` gives (template, words for it), in the language of the address, without any session."""

    @require_safe
    @login_not_required
    @wraps(write)
    def answer(request: HttpRequest, language: str, **place: Any) -> HttpResponse:
        if language not in dict(settings.LANGUAGES):
            raise Http404
        with translation.override(language):
            template, context = write(language=language, **place)
            body = render_to_string(template, {**context, "LANGUAGE_CODE": language}).encode()
        return _sent(request, body, language)

    return answer


def _sent(request: HttpRequest, body: bytes, language: str) -> HttpResponse:
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    # Whoever asks may be signed in; nothing of that may reach a copy that others are given.
    request.session.accessed = request.session.modified = False
    headers = {"Cache-Control": KEEP, "ETag": tag, "Content-Language": language, "Vary": "Accept-Encoding"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        # Compressing a secret beside what a stranger chose would betray it; here is neither.
        body, headers["Content-Encoding"] = gzip.compress(body, 9, mtime=0), "gzip"
    return HttpResponse(body, headers=headers)


def _as_json(said: dict[str, Any]) -> SafeString:
    """Like `json_script`, with letters instead of numbers for letters: a third of the bytes."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}))  # noqa: S308


@document
def blank_checklist(code: str, number: int, family: str, language: str) -> tuple[str, dict[str, Any]]:
    """The whole checklist of one edition for one family of places."""
    if family not in FAMILIES:
        raise Http404
    edition = the_edition(code, number, Instrument.Kind.CHECKLIST)
    return "blank/checklist.html", {
        "edition": edition,
        "family": family,
        "kind": FAMILIES[family],
        "chapters": chapters_of(edition, family),
        "scale": scale_of(edition),
        "forms": choices_of_forms(),
        "words": _as_json(words()),
        "phone": settings.DUTY_PHONE,
        "script": what_to_say(),
        "standards": reverse("blank_standards", args=[code, number, language]),
        "manifest": f"{reverse('manifest')}?l={language}",
        "back": f"{reverse('offline')}?l={language}",
    }


@document
def blank_standards(code: str, number: int, language: str) -> tuple[str, dict[str, Any]]:
    """What the indicators of an edition rest on, in our own words."""
    edition = the_edition(code, number, Instrument.Kind.CHECKLIST)
    return "blank/standards.html", {"edition": edition, "provisions": provisions_of(edition)}


@document
def blank_questionnaire(code: str, number: int, language: str) -> tuple[str, dict[str, Any]]:
    """Every question of one edition; the form leaves out what this family of places is not asked."""
    edition = the_edition(code, number, Instrument.Kind.QUESTIONNAIRE)
    parts = in_parts(questions_for(edition, None))
    return "blank/questionnaire.html", {"edition": edition, "parts": parts, "points": points_to_say(edition)}


urlpatterns: list[URLPattern] = [
    path("blank/<slug:code>/<int:number>/standards/<slug:language>/", blank_standards, name="blank_standards"),
    path("blank/<slug:code>/<int:number>/<slug:family>/<slug:language>/", blank_checklist, name="blank_checklist"),
    path("blank/<slug:code>/<int:number>/<slug:language>/", blank_questionnaire, name="blank_questionnaire"),
]

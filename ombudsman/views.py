"""Roof: home by role, language, health, the pages about the product itself."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from ombudsman.people.requests import PersonRequest
from ombudsman.specimens import specimens
from ombudsman.worklists import day_of


@require_safe
def home(request: PersonRequest) -> HttpResponse:
    """The day's work of the person who is signed in."""
    return render(request, "home.html", {"today": timezone.localdate(), "day": day_of(request.user)})


@require_safe
@login_not_required
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Keeps the chosen language in a cookie and goes back to the page it was chosen on (of this site only)."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    back = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.HTTPS,
        httponly=True,
    )
    return response


@require_safe
@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """Whether the site answers and reaches its database; says nothing else to a stranger."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True}, headers={"Cache-Control": "no-store"})


@require_safe
def components(request: PersonRequest) -> HttpResponse:
    """Every part of a page in every state; for development and demonstration only."""
    if not (settings.DEBUG or settings.DEMONSTRATION):
        raise Http404
    return render(request, "components.html", specimens())


@require_safe
@login_not_required
def help_page(request: HttpRequest) -> HttpResponse:
    """Where to turn."""
    return render(request, "about/help.html")


@require_safe
@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was done so that everybody can use the product, and what is known to be missing."""
    return render(request, "about/accessibility.html")


@require_safe
@login_not_required
def confidentiality(request: HttpRequest) -> HttpResponse:
    """What the system keeps and what it never keeps."""
    return render(request, "about/confidentiality.html")

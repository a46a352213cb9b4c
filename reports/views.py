"""Pages of reports: the list, a report's frozen figures, one figure, its files; asking for figures, release and the printed book.

What is released opens without sign-in; a draft opens to those whom `visible_to` lets see it.
"""

import hashlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ombudsman.people.access import Refused, may, require
from ombudsman.people.requests import PersonRequest
from ombudsman.people.roles import Act, Thing

from . import rules, services
from .forms import FreezeForm
from .models import Order, Publication, ReleaseAudit
from .page import arranged, one_figure
from .page_hidden import hidden
from .services import orders
from .shelf import reports_folder

Response = TypeVar("Response", bound=HttpResponseBase)


def _publication(request: HttpRequest, year: int) -> Publication:
    """The publication of the year that the reader is shown: a released one first; an edition can be asked for. Else 404."""
    found = Publication.objects.visible_to(request.user).filter(frozen__isnull=False).of_year(year)
    if (edition := request.GET.get("edition", "")).isdigit():
        found = found.filter(edition=int(edition))
    publication = found.select_related("frozen").first()
    if publication is None:
        raise Http404
    return publication


def _no_store(response: Response, publication: Publication) -> Response:
    if publication.state != Publication.State.RELEASED:
        response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
@login_not_required
def report_list(request: HttpRequest) -> HttpResponse:
    """Every report the reader may see, newest first."""
    publications = Publication.objects.visible_to(request.user).newest_first().prefetch_related("files")
    context = {"publications": publications, "form": FreezeForm() if _may_make(request) else None}
    return render(request, "reports/report_list.html", context | {"orders": _open_orders(request)})


def _may_make(request: HttpRequest) -> bool:
    return may(request.user, Act.CREATE, Thing.REPORT_DRAFT)


def _open_orders(request: HttpRequest) -> QuerySet[Order]:
    return Order.objects.visible_to(request.user).open().order_by("asked_at", "pk")


@require_safe
@login_not_required
def report(request: HttpRequest, year: int) -> HttpResponse:
    """The frozen figures of a year, as the book prints them."""
    publication = _publication(request, year)
    context = {"publication": publication, "files": _newest_files(publication), **arranged(publication.frozen.content)}
    context["may_see_hidden"] = may(request.user, Act.READ, Thing.REPORT_DRAFT)
    if may(request.user, Act.DECIDE, Thing.REPORT_DRAFT) and request.user.is_authenticated:
        context["may_decide"] = True
        context["obstacles"] = rules.obstacles_to_releasing(publication, request.user)
    context["all_printed"] = len(context["files"]) == len(settings.LANGUAGES)
    context["may_print"] = _may_make(request) and publication.state != Publication.State.WITHDRAWN
    return _no_store(render(request, "reports/report.html", context), publication)


def _newest_files(publication: Publication) -> list[tuple[str, str, int]]:
    """Language, its own name and the size of the newest file of each language in the ledger."""
    newest = {entry.language: entry for entry in publication.files.order_by("made_at", "pk")}
    return [(code, name, newest[code].size) for code, name in settings.LANGUAGES if code in newest]


@require_safe
@login_not_required
def figure(request: HttpRequest, year: int) -> HttpResponse:
    """What is this number? One figure with its base, institutions, period and edition: `?key=indicator.SEP-01`."""
    publication = _publication(request, year)
    page = one_figure(publication.frozen.content, request.GET.get("key", ""))
    if page is None:
        raise Http404
    return _no_store(render(request, "reports/figure.html", {"publication": publication, **page}), publication)


@require_safe
def report_hidden(request: PersonRequest, year: int) -> HttpResponse:
    """What was hidden, and why: for those who work on the report."""
    publication = _publication(request, year)
    require(request.user, Act.READ, Thing.REPORT_DRAFT)
    audit = ReleaseAudit.objects.filter(publication=publication).first()
    context = {"publication": publication, "audit": audit, **hidden(publication.frozen.content)}
    return _no_store(render(request, "reports/report_hidden.html", context), publication)


@require_safe
@login_not_required
def report_file(request: HttpRequest, year: int, language: str) -> HttpResponse | FileResponse:
    """The printed book in one language, if it is in the ledger and still has the bytes that were entered there."""
    publication = _publication(request, year)
    entry = publication.files.filter(language=language).order_by("-made_at", "-pk").first()
    path = reports_folder() / Path(entry.name).name if entry else None
    content = path.read_bytes() if path and path.is_file() else b""
    if entry is None or hashlib.sha256(content).hexdigest() != entry.sha256:
        raise Http404
    response = FileResponse(BytesIO(content), filename=entry.name, as_attachment=True, content_type="application/pdf")
    return _no_store(response, publication)


@require_POST
def report_freeze(request: PersonRequest) -> HttpResponse:
    """Asks for the figures of a year; the worker counts them and keeps them as a draft."""
    require(request.user, Act.CREATE, Thing.REPORT_DRAFT)
    form = FreezeForm(request.POST)
    if form.is_valid():
        try:
            order = orders.ask_to_freeze(by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            form.add_error("year", refused.obstacles)
        else:
            return redirect("report_order", order.pk)
    publications = Publication.objects.visible_to(request.user).newest_first().prefetch_related("files")
    context = {"publications": publications, "form": form, "orders": _open_orders(request)}
    return render(request, "reports/report_list.html", context)


@require_POST
def report_release(request: PersonRequest, year: int) -> HttpResponse:
    """Asks to make the draft public; refused with its reasons where something stands in the way."""
    publication = _publication(request, year)
    require(request.user, Act.DECIDE, Thing.REPORT_DRAFT)
    return _asked(request, publication, orders.ask_to_release)


@require_POST
def report_print(request: PersonRequest, year: int) -> HttpResponse:
    """Asks for the printed book in every language."""
    publication = _publication(request, year)
    require(request.user, Act.CREATE, Thing.REPORT_DRAFT)
    return _asked(request, publication, orders.ask_to_print)


def _asked(request: PersonRequest, publication: Publication, ask: Callable[..., Order]) -> HttpResponse:
    try:
        order = ask(publication=publication, by=request.user, at=timezone.now())
    except Refused as refused:
        return _refused(request, publication, refused)
    return redirect("report_order", order.pk)


def _refused(request: PersonRequest, publication: Publication, refused: Refused) -> HttpResponse:
    for obstacle in refused.obstacles:
        messages.error(request, obstacle)
    return _to_report(publication)


def _to_report(publication: Publication) -> HttpResponse:
    return redirect(f"{reverse('report', args=[publication.year])}?edition={publication.edition}")


@require_POST
def report_withdraw(request: PersonRequest, year: int) -> HttpResponse:
    """Takes a released report back."""
    publication = _publication(request, year)
    require(request.user, Act.DECIDE, Thing.PUBLICATION)
    try:
        services.withdraw(publication=publication, by=request.user, at=timezone.now())
    except Refused as refused:
        return _refused(request, publication, refused)
    messages.success(request, _("The report is withdrawn."))
    return _to_report(publication)

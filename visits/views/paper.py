"""Pages of paper: print blank sheets, see which sides are keyed and what waits to be keyed again. Keying: `keying.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import override
from django.views.decorators.http import require_safe

from ombudsman.pdf import NoPrinter
from ombudsman.words import current_language

from ..families import FAMILIES
from ..models import Edition, Section, SheetPlan, Visit
from ..paper import printing
from ..paper.code import code_of
from ..paper.grid import Sheet, from_json
from ..paper.keyed import differing, to_key_again
from ..rules.fieldwork import obstacles_to_answering, obstacles_to_interviewing
from ..rules.findings import on_team
from ..services.paper import plan_sheets
from .fieldwork import person, readable
from .instruments import the_edition

LANGUAGES = tuple(printing.TONGUES)


@dataclass(frozen=True)
class Side:
    """One printed side of the checklist, and how much of it is answered."""

    page: int
    sections: list[Section]
    answered: int
    asked: int

    @property
    def complete(self) -> bool:
        return self.answered == self.asked


def _pdf(edition: Edition, family: str, language: str, visit: Visit | None) -> HttpResponse:
    """The sheets as a file. Raises NoPrinter."""
    plan = plan_sheets(edition=edition, family=family, language=language)
    with override(language):
        place = str(FAMILIES[family])
    number = None if visit is None else visit.pk
    written = printing.print_sheets(edition, family, language, from_json(plan.pages), place=place, visit=number)
    name = f"{edition.instrument.code}-{edition.number}-{family}-{language}.pdf".replace("_", "-")
    return HttpResponse(
        written, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


def asked_language(request: HttpRequest) -> str:
    """The language of the sheets: as asked, else the reader's."""
    asked = request.GET.get("language", "")
    return asked if asked in LANGUAGES else current_language()


def printed(row: Visit, request: HttpRequest) -> tuple[str, list[Sheet], list[str]]:
    """The language of the sheets at hand, the sides of the checklist, and all languages that were printed so far.

    As asked, else the reader's, else any: nothing can be keyed from sheets that were never printed.
    """
    kept = SheetPlan.objects.filter(edition=row.checklist, family=row.institution_kind.family)
    plans = {plan.language: plan for plan in kept}
    known = [code for code in LANGUAGES if code in plans]
    wished = asked_language(request)
    language = wished if wished in plans else next(iter(known), "")
    return language, from_json(plans[language].pages) if language else [], known


def sides_of(row: Visit, sheets: Sequence[Sheet]) -> list[Side]:
    """The printed sides with what is answered on each; three queries."""
    indicators = {one.code: one for one in row.checklist.indicators.select_related("section")}
    family = row.institution_kind.family
    answered = set(row.answers.filter(choice__isnull=False).values_list("indicator__code", flat=True))
    sides = []
    for sheet in sheets:
        here = [indicators[code] for code in sheet.codes()]
        sections = list({one.section_id: one.section for one in here}.values())
        asked = [one for one in here if one.applies(family) or one.code in answered]
        sides.append(Side(sheet.page, sections, sum(one.code in answered for one in asked), len(asked)))
    return sides


@require_safe
def edition_sheets(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Blank sheets of an edition for a family of places, without a visit."""
    shown = the_edition(request.user, code, number)
    family = request.GET.get("family") or next(iter(FAMILIES))
    if family not in FAMILIES or not shown.layout:
        raise Http404
    try:
        return _pdf(shown, family, asked_language(request), None)
    except NoPrinter as why:
        messages.error(request, str(why))
        return redirect("edition", code, number)


@require_safe
def visit_sheets(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything about the paper of a visit: what can be printed, the sides of the checklist, what waits to be keyed again."""
    row = readable(request, pk)
    language, sheets, known = printed(row, request)
    obstacles = obstacles_to_answering(row)
    filling = on_team(row, person(request)) and not obstacles
    again = to_key_again(row, everything=True)
    context = {
        "visit": row,
        "code": code_of(row.pk),
        "languages": printing.TONGUES.items(),
        "language": language,
        "known": [(one, printing.TONGUES[one]) for one in known],
        "sides": sides_of(row, sheets),
        "filling": filling,
        "talking": filling and not obstacles_to_interviewing(row),
        "obstacles": obstacles,
        "again": [reading for reading in again if reading.answer.indicator.critical],
        "again_all": again,
        "differing": differing(row),
    }
    return render(request, "paper/sheets.html", context)


@require_safe
def visit_sheets_file(request: HttpRequest, pk: UUID, what: str, language: str) -> HttpResponse:
    """The blank sheets of a visit as PDF: the checklist or the child questionnaire."""
    row = readable(request, pk)
    edition = {"checklist": row.checklist, "questionnaire": row.questionnaire}.get(what)
    if edition is None or language not in LANGUAGES:
        raise Http404
    try:
        return _pdf(edition, row.institution_kind.family, language, row)
    except NoPrinter as why:
        messages.error(request, str(why))
        return redirect("visit_sheets", row.pk)


urlpatterns: list[URLPattern] = [
    path("instruments/<slug:code>/<int:number>/sheets/", edition_sheets, name="edition_sheets"),
    path("visits/<uuid:pk>/sheets/", visit_sheets, name="visit_sheets"),
    path("visits/<uuid:pk>/sheets/<slug:what>/<slug:language>/", visit_sheets_file, name="visit_sheets_file"),
]

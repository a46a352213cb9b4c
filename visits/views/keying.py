"""Keying filled sheets: side by side as they were printed, a second time for what is critical, and deciding between readings."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from ombudsman.people.access import Refused, require
from ombudsman.people.roles import Act, Thing

from ..forms.fieldwork import read_entries
from ..kinds import SOURCES
from ..models import Answer, Section, Visit
from ..paper import printing
from ..paper.code import code_of
from ..paper.grid import Sheet
from ..paper.keyed import differing, readings_of, to_key_again
from ..questionnaire import points_to_say, questions_for
from ..rules.fieldwork import obstacles_to_answering, obstacles_to_interviewing
from ..rules.findings import on_team
from ..services import answers
from ..services.answers import Entry
from ..services.paper import key_again, settle_reading
from ..sheet import Card, cards_of, give_back, sheet_of
from .fieldwork import own, person, readable, tell
from .interviews import address_to_save
from .paper import printed, sides_of

# Where the keys may stop besides answers and numbers, when the person wishes it.
STOPS = ("sources", "note")


@require_http_methods(["GET", "HEAD", "POST"])
def visit_keying(request: HttpRequest, pk: UUID, page: int) -> HttpResponseBase:
    """One printed side to be keyed: same order, same numbers, answers on the keys of their digits. Origin stays paper."""
    row = own(request, pk)
    _language, sheets, _known = printed(row, request)
    sheet = _side(sheets, page)
    if request.method != "POST":
        return _keying_page(request, row, page, _cards(row, sheet)) if not _shut(row) else _closed(request, row)
    sent = read_entries(request.POST, row.checklist.indicators.filter(code__in=sheet.codes()))
    try:
        refused = answers.save_section(
            visit=row, entries=sent, origin=Answer.Origin.PAPER, by=person(request), at=timezone.now()
        )
    except Refused:
        return _closed(request, row)
    if _wants_json(request):
        return _told(request, row, sent, refused)
    if refused:
        cards = _cards(row, sheet)
        give_back(cards, sent, refused)
        return _keying_page(request, row, page, cards)
    return redirect(_turned(request, "visit_keying", row, page, range(1, len(sheets) + 1)))


def _side(sheets: list[Sheet], page: int) -> Sheet:
    """One printed side. Raises 404 for one that was never printed."""
    if not 1 <= page <= len(sheets):
        raise Http404
    return sheets[page - 1]


def _cards(row: Visit, sheet: Sheet) -> list[Card]:
    """The cards of one side, in its order; what does not apply here keeps its place."""
    codes = sheet.codes()
    sections = row.checklist.sections.filter(indicators__code__in=codes).distinct()
    cards = {card.indicator.code: card for card in cards_of(row, sections)}
    return [cards[code] for code in codes]


def _keying_page(request: HttpRequest, row: Visit, page: int, cards: list[Card], **more: Any) -> HttpResponse:
    """The side as a form, with the other sides around it."""
    language, sheets, _known = printed(row, request)
    by_code = {card.indicator.code: card for card in cards}
    sections = {section.code: section for section in row.checklist.sections.all()}
    heading: Section | None = None
    lines: list[tuple[Section | None, Card | None]] = []
    for kind, one in sheets[page - 1].lines():
        if kind == "section":
            heading = sections.get(one)
        elif one in by_code:
            # A heading stands only over lines.
            lines += [(heading, None)] if heading else []
            lines.append((None, by_code[one]))
            heading = None
    context = {
        "visit": row,
        "code": code_of(row.pk),
        "page": page,
        "lines": lines,
        "faulty": [card for card in cards if card.faults],
        "sides": sides_of(row, sheets),
        "tongue": printing.TONGUES[language],
        "language": language,
        "scale": sheet_of(row).scale,
        "sources": SOURCES.items(),
        "stops": [name for name in STOPS if name in request.GET.getlist("stop")],
        **more,
    }
    return render(request, "paper/keying.html", context, status=400 if context["faulty"] else 200)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _shut(row: Visit) -> list[Any]:
    return obstacles_to_answering(row)


def _closed(request: HttpRequest, row: Visit) -> HttpResponseBase:
    """The visit cannot be filled (any more)."""
    refused = Refused(_shut(Visit.objects.get(pk=row.pk)))
    if _wants_json(request):
        return JsonResponse({"faults": [str(one) for one in refused.obstacles]}, status=409)
    tell(request, refused)
    return redirect("visit_sheets", row.pk)


def _told(request: HttpRequest, row: Visit, sent: Iterable[Entry], refused: Mapping[str, Refused]) -> JsonResponse:
    """What the page needs to go on saving: the versions of what it sent and what stands now, and what was not saved and why.

    Another person's version is not told: the page would then write over what it never showed.
    """
    codes = [entry.indicator for entry in sent if entry.indicator not in refused]
    saved = row.answers.filter(indicator__code__in=codes, by=person(request))
    faults = {code: [str(one) for one in refusal.obstacles] for code, refusal in refused.items()}
    return JsonResponse({"versions": dict(saved.values_list("indicator__code", "version")), "refused": faults})


def _turned(request: HttpRequest, name: str, row: Visit, page: int, pages: Iterable[int]) -> str:
    """Where the pressed button leads: the next or the former of these sides, or this one; past the end, all sides."""
    todo, others = request.POST.get("do", "save"), sorted(pages)
    if todo == "next":
        page = next((one for one in others if one > page), 0)
    elif todo == "previous":
        page = next((one for one in reversed(others) if one < page), page)
    query = request.GET.urlencode()
    if not page:
        return reverse("visit_sheets", args=[row.pk])
    return reverse(name, args=[row.pk, page]) + (f"?{query}" if query else "")


def _waiting(request: HttpRequest, row: Visit) -> set[str]:
    """Codes that wait for a second reading: critical ones, or (`?all=1`) all that came from paper."""
    readings = to_key_again(row, everything=request.GET.get("all") == "1")
    return {reading.answer.indicator.code for reading in readings}


def _sides_with(sheets: Iterable[Sheet], codes: Collection[str]) -> list[int]:
    return [sheet.page for sheet in sheets if set(codes) & set(sheet.codes())]


@require_safe
def visit_second_start(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Leads to the first side with something to key again, or to the readings that differ."""
    row = own(request, pk)
    pages = _sides_with(printed(row, request)[1], _waiting(request, row))
    if not pages:
        return redirect("visit_readings", row.pk)
    query = request.GET.urlencode()
    return redirect(reverse("visit_second", args=[row.pk, pages[0]]) + (f"?{query}" if query else ""))


@require_http_methods(["GET", "HEAD", "POST"])
def visit_second(request: HttpRequest, pk: UUID, page: int) -> HttpResponseBase:
    """The second reading of one side: empty boxes for what was keyed from it once. The first reading is not on the page."""
    row = own(request, pk)
    sheets = printed(row, request)[1]
    sheet = _side(sheets, page)
    if _shut(row):
        return _closed(request, row)
    if request.method != "POST":
        return _second_page(request, row, page, sheet, [], {})
    sent = read_entries(request.POST, row.checklist.indicators.filter(code__in=sheet.codes()))
    refused = key_again(visit=row, entries=sent, by=person(request), at=timezone.now())
    if _wants_json(request):
        return _told(request, row, sent, refused)
    if refused:
        return _second_page(request, row, page, sheet, sent, refused)
    left = _sides_with(sheets, _waiting(request, row))
    if request.POST.get("do") == "next" and not any(one > page for one in left):
        return redirect("visit_readings", row.pk)
    return redirect(_turned(request, "visit_second", row, page, left))


def _second_page(
    request: HttpRequest,
    row: Visit,
    page: int,
    sheet: Sheet,
    sent: Iterable[Entry],
    refused: Mapping[str, Refused],
) -> HttpResponse:
    asked = _waiting(request, row)
    cards = [card for card in _cards(row, sheet) if card.indicator.code in asked]
    first_by = {card.answer.by_id for card in cards if card.answer}
    for card in cards:
        card.answer = None
    typed = {entry.indicator: entry for entry in sent}
    for card in cards:
        if card.indicator.code in refused:
            card.entry = typed[card.indicator.code]
            card.faults = refused[card.indicator.code].obstacles
    same = person(request).pk in first_by
    return _keying_page(request, row, page, cards, second=True, same_person=same)


@require_http_methods(["GET", "HEAD", "POST"])
def visit_readings(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Two readings of one sheet side by side, where they differ: the team looks at the sheet and says which stands."""
    row = own(request, pk)
    if request.method == "POST":
        for reading in differing(row):
            code = reading.answer.indicator.code
            if stands := request.POST.get(f"stands-{code}", ""):
                try:
                    settle_reading(visit=row, indicator=code, stands=stands, by=person(request), at=timezone.now())
                except Refused as refused:
                    tell(request, refused)
        return redirect("visit_readings", row.pk)
    context = {
        "visit": row,
        "differing": differing(row),
        "labels": {choice.code: choice for choice in sheet_of(row).scale},
        "compared": sum(reading.second is not None for reading in readings_of(row).values()),
        "again": to_key_again(row),
        "obstacles": _shut(row),
    }
    return render(request, "paper/readings.html", context)


@require_safe
def visit_keying_talk(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One talk from its sheet, in the sheet's order. It is saved at the address of ordinary saves and leaves no trace."""
    require(request.user, Act.CREATE, Thing.INTERVIEW)
    row = readable(request, pk)
    if not on_team(row, person(request)):
        raise PermissionDenied
    obstacles = obstacles_to_interviewing(row)
    if obstacles or row.questionnaire is None:
        return render(request, "visits/interviews.html", {"visit": row, "obstacles": obstacles, "places": []})
    context = {
        "visit": row,
        "questions": questions_for(row.questionnaire, row.institution_kind.family),
        "points": points_to_say(row.questionnaire),
        "save_at": address_to_save(row),
    }
    return render(request, "paper/talk.html", context)


urlpatterns: list[URLPattern] = [
    path("visits/<uuid:pk>/keying/<int:page>/", visit_keying, name="visit_keying"),
    path("visits/<uuid:pk>/keying/again/", visit_second_start, name="visit_second_start"),
    path("visits/<uuid:pk>/keying/again/<int:page>/", visit_second, name="visit_second"),
    path("visits/<uuid:pk>/keying/readings/", visit_readings, name="visit_readings"),
    path("visits/<uuid:pk>/talks/paper/", visit_keying_talk, name="visit_keying_talk"),
]

"""Printing sheets: how high the texts are, and the finished PDF. Needs the printer's library (see `ombudsman/pdf.py`)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import ModuleType
from uuid import UUID

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override

from ombudsman.pdf import Press

from ..models import Edition
from . import checklist, grid, questionnaire
from .code import code_of, qr_text
from .drawing import draw
from .grid import Sheet, Text
from .wording import Line

STYLE = "css/paper-sheets.css"
TONGUES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
# How a text is tagged; everything else is a paragraph.
TAGS = {"title": "h1", "section": "h2"}


def room_of(edition: Edition) -> ModuleType:
    """Which of the two lays this edition out."""
    return checklist if edition.instrument.kind == "checklist" else questionnaire


def lay_out(edition: Edition, family: str, language: str) -> list[Sheet]:
    """The sheets of an edition for a family in a language, from the heights of its texts. Raises NoPrinter."""
    room = room_of(edition)
    with override(language):
        lines = room.lines_of(edition, family)
        sheets: list[Sheet] = room.lay_out(edition, family, measure(lines, language))
    return sheets


def measure(lines: Mapping[str, Line], language: str) -> dict[str, float]:
    """How high each text is when set to its width, in millimetres."""
    names = {f"t{place}": key for place, key in enumerate(lines)}
    body = format_html_join(
        "\n",
        '<div id="{}" class="{}" style="width:{}mm">{}</div>',
        ((name, lines[key].kind, f"{lines[key].w:g}", lines[key].html) for name, key in names.items()),
    )
    page = format_html('<html lang="{}"><body class="measured">{}</body></html>', language, body)
    return {names[name]: height for name, height in Press(page, style=STYLE).heights().items()}


def print_sheets(
    edition: Edition, family: str, language: str, sheets: Sequence[Sheet], *, place: str, visit: UUID | None
) -> bytes:
    """The PDF of these sheets: tagged (PDF/UA-1), the same bytes for the same input. `place`: the family of places in words.

    Raises NoPrinter.
    """
    with override(language):
        html = _document(edition, family, language, sheets, place)
        name = _("Visit %(code)s") % {"code": code_of(visit)} if visit else ""
    name_of_edition = f"{edition.instrument.code}.{edition.number}"
    codes = [
        qr_text(visit=visit, edition=name_of_edition, family=family, language=language, page=sheet.page)
        for sheet in sheets
    ]
    return draw(_written(html), sheets, codes=codes, name=name)


@lru_cache(maxsize=8)
def _written(html: str) -> bytes:
    """The texts alone, which are the same for every visit: setting them takes seconds, drawing on them does not."""
    return Press(html, style=STYLE).write(variant="pdf/ua-1")


def _document(edition: Edition, family: str, language: str, sheets: Sequence[Sheet], place: str) -> str:
    lines = room_of(edition).lines_of(edition, family)
    about = f"{_('Edition %(number)s') % {'number': edition.number}} · {TONGUES[language]}"
    pages = format_html_join(
        "\n",
        '<section class="sheet">{}</section>',
        ((_side(sheet, len(sheets), lines, place, about),) for sheet in sheets),
    )
    return format_html(
        '<html lang="{}"><head><title>{}</title></head><body>{}</body></html>',
        language,
        edition.instrument.title,
        pages,
    )


def _side(sheet: Sheet, total: int, lines: Mapping[str, Line], place: str, about: str) -> SafeString:
    page = _("Page %(page)d of %(total)d") % {"page": sheet.page, "total": total}
    head = format_html(
        '<div class="head"><{tag} class="{}">{}</{tag}><p class="place">{} · <b>{}</b></p></div>',
        "title" if sheet.page == 1 else "again",
        lines["title"].html,
        place,
        page,
        tag=SafeString("h1" if sheet.page == 1 else "p"),
    )
    foot = _placed("p", "foot", 18, grid.FOOT_AT, 174, format_html("{} · {}", about, page))
    texts = [_text(text, lines) for text in sheet.texts]
    return format_html_join("\n", "{}", ((one,) for one in (head, *texts, foot)))


def _text(text: Text, lines: Mapping[str, Line]) -> SafeString:
    return _placed(TAGS.get(text.kind, "p"), text.kind, text.x, text.y, text.w, lines[text.key].html)


def _placed(tag: str, kind: str, x: float, y: float, w: float, html: SafeString) -> SafeString:
    return format_html(
        '<{tag} class="{}" style="left:{}mm;top:{}mm;width:{}mm">{}</{tag}>',
        kind,
        f"{x:g}",
        f"{y:g}",
        f"{w:g}",
        html,
        tag=SafeString(tag),
    )

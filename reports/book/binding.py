"""The binding: the chapters in their order, as one HTML page and as a PDF with its open data."""

from datetime import date
from typing import Any, cast

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from .. import pdf, sentences
from ..wording import HIDDEN, on_day
from . import (
    checklist,
    cover,
    findings,
    index,
    method,
    official,
    places,
    questionnaire,
    recommendations,
    sections,
    summary,
    unmet,
    voices,
    voices_by,
    where,
)
from .enclosed import open_data
from .language import in_language
from .year import Book, Chapter

ORDER = (
    summary,
    voices,
    voices_by,
    findings,
    where,
    sections,
    checklist,
    unmet,
    recommendations,
    questionnaire,
    official,
    method,
    places,
    index,
)


def chapters(book: Book) -> list[Chapter]:
    """Everything after the contents, in order. The printed numbers of tables follow it."""
    return [chapter for room in ORDER for chapter in room.chapters(book)]


def frame(book: Book) -> dict[str, Any]:
    """What every page of the book knows."""
    groups = [book.fingerprint[at : at + 4] for at in range(0, len(book.fingerprint), 4)]
    return {
        "language": book.language,
        "year": book.year,
        "edition": book.edition,
        "demonstration": book.content["demonstration"],
        "frozen_on": on_day(book.frozen_on),
        "made_on": book.frozen_on.isoformat(),
        "fingerprint": book.fingerprint,
        "fingerprint_groups": [" ".join(groups[:8]), " ".join(groups[8:])],
        "c": book.content,
        "running": _("Voice of the Child · report for %(year)s") % {"year": book.year},
        "stamp": _("DEMONSTRATION · the data are invented") if book.content["demonstration"] else "",
        "estimate": sentences.not_an_estimate(),
        "HIDDEN": HIDDEN,
    }


def name_of(year: int, language: str, edition: int = 1) -> str:
    """The file's name: voice-of-the-child-2025-kk.pdf; a later edition says its number before the language."""
    later = f"{edition}-" if edition > 1 else ""
    return f"voice-of-the-child-{year}-{later}{language}.pdf"


def book_html(content: Any, *, language: str, fingerprint: str, edition: int = 1) -> str:
    """The book as one HTML page, in `language` whatever language is active."""
    with translation.override(language):
        book = Book(cast("dict[str, Any]", in_language(content, language)), language, fingerprint, edition)
        written = chapters(book)
        return render_to_string(
            "reports/book/book.html", {**frame(book), "chapters": written, "cover": cover.cover(book)}
        )


def build(content: Any, *, language: str, fingerprint: str, edition: int = 1) -> bytes:
    """The PDF of the book. The same content gives the same bytes. Raises pdf.NoPrinter without Pango."""
    html = book_html(content, language=language, fingerprint=fingerprint, edition=edition)
    return pdf.print_book(html, made_on=date.fromisoformat(content["frozen_on"]), enclosed=open_data(content))

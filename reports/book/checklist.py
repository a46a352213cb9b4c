"""All indicators with their counts, instrument by instrument."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .. import charts, sentences
from ..wording import percent
from . import indicators, spread
from .year import Book, Chapter

SMALL = 4  # an instrument with at most so many indicators gets its regions printed


def chapters(book: Book) -> Iterator[Chapter]:
    """One chapter with a table for each instrument; none where no indicator was answered."""
    instruments = list(dict.fromkeys(one["instrument"] for one in book.content["indicators"]))
    tables = []
    for instrument in instruments:
        mine = [one for one in book.content["indicators"] if one["instrument"] == instrument]
        judged, beside = book.steps(instrument)
        groups = []
        for section in [one for one in book.content["sections"] if one["instrument"] == instrument]:
            lines = [checked(book, one, judged, beside) for one in mine if one["section"] == section["code"]]
            if lines:
                groups.append({"title": section["title"], "lines": lines})
        title = next((one["title"] for one in book.content["editions"] if one["instrument"] == instrument), instrument)
        tables.append(
            {
                "caption": book.table(str(title)),
                "judged": judged,
                "beside": beside,
                "columns": len(judged) + len(beside),
                "width": f"{58 / max(len(judged) + len(beside), 1):.2f}",
                "span": 4 + len(judged) + len(beside),
                "groups": groups,
                "details": [detail(book, one) for one in mine if one["protection"] == "shown"]
                if len(mine) <= SMALL
                else [],
            }
        )
    if tables:
        yield Chapter(
            "checklist",
            "checklist",
            _("All indicators"),
            _("Every indicator of the checklist with its counts"),
            data={
                "tables": tables,
                "choice": sentences.choice_of_visits(book.choice),
                "unit": pgettext("book", "institutions") if book.choice == "latest" else pgettext("book", "visits"),
            },
        )


def checked(book: Book, one: Any, judged: list[Any], beside: list[Any]) -> dict[str, Any]:
    """A line of the table: the counts in the order of its columns, and their bar."""
    shown = one["protection"] == "shown" and one["base"]
    return {
        **one,
        "leads": book.indicators[one["code"]] is one,
        "share": percent(one["percent"]).rstrip("%").strip("\u00a0") if one["base"] != 0 else "–",
        "bar": charts.stacked_bar(
            [(one["counts"].get(step["code"]) or 0, step["ink"]) for step in judged],
            indicators.shares_in_words(book, one),
            width=25,
        )
        if shown
        else "",
        "judged": [one["counts"].get(step["code"]) for step in judged],
        "beside": [one["counts"].get(step["code"]) for step in beside],
    }


def detail(book: Book, one: Any) -> dict[str, Any]:
    """An indicator of a small instrument by itself, with its regions."""
    alt = _("Indicator %(code)s by region; the numbers are in the same table.") % {"code": one["code"]}
    return {
        **one,
        "bases": indicators.bases(book, one),
        "regions": spread.spread(book, one.get("by_region", []), one["percent"], str(one["statement"]), alt),
        "passport": indicators.passport(book, one),
    }

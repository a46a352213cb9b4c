"""Published numbers of others, and where they do not add up."""

from collections.abc import Iterator
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from .. import charts
from ..wording import number
from .year import Book, Chapter

MINUS = "\u2212"


def chapters(book: Book) -> Iterator[Chapter]:
    """One chapter; none where nothing was published."""
    published = book.content["official"]
    if not published["series"] and not published["contradictions"]:
        return
    cases = [case(one) for one in published["contradictions"]]
    yield Chapter(
        "official",
        "official",
        _("Where official statistics do not add up"),
        _("Published numbers of others, printed as they are"),
        data={
            "cases": cases,
            "caption": book.table(_("Published statistics, as their sources print them")),
            "series": [block for one in published["series"] for block in series(one)],
        },
    )


def series(one: Any) -> list[dict[str, Any]]:
    """A series as blocks of at most six years side by side, a row for each part."""
    years = sorted({row["year"] for row in one["rows"]})
    blocks = []
    for at in range(0, len(years), 6):
        these = years[at : at + 6]
        lines: dict[str, dict[int, str]] = {}
        for row in one["rows"]:
            if row["year"] in these:
                lines.setdefault(str(row["dimensions"]), {})[row["year"]] = plain(row["value"])
        padding = [""] * (6 - len(these))
        rows = [(part, padding + [values.get(year, "…") for year in these]) for part, values in lines.items()]
        blocks.append({**one, "years": [*padding, *these], "rows": rows})
    return blocks


def case(one: Any) -> dict[str, Any]:
    """One contradiction: a whole that its parts miss, or two sources that name different numbers."""
    parts = [{"label": part["label"], "value": plain(part["value"])} for part in one["parts"]]
    title = _("%(label)s, %(year)s. Whole: %(total)s; sum of parts: %(sum)s") % {
        "label": one["label"],
        "year": one["year"],
        "total": plain(one["total"]),
        "sum": plain(one["sum_of_parts"]),
    }
    drawn = [float(part["value"] or 0) for part in one["parts"]]
    return {
        **one,
        "parts": parts,
        "total": plain(one["total"]),
        "sum": plain(one["sum_of_parts"]),
        "difference": plain(one["difference"]),
        "chart": charts.sums(float(one["total"]), drawn, title) if one["kind"] == "sum" else "",
    }


def plain(value: Any) -> str:
    """A published number as published: thousands set apart, decimals kept."""
    amount = float(value)
    if amount == int(amount):
        return number(int(amount)).replace("-", MINUS)
    return f"{amount:g}".replace("-", MINUS).replace(".", "." if translation.get_language() == "en" else ",")

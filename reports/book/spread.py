"""Shares by region or kind of institution: a table with a plot across its rows."""

from textwrap import wrap
from typing import Any

from django.utils.translation import gettext as _

from .. import charts
from ..wording import enumeration
from .year import Book

NAMES = 46  # letters of a row: longer lists of places are named under the table
# Letters that surely fit a line of the column of names; points of a row by the lines of its longest name, as `report.css` has them.
LINE, PITCH = 40, {1: 16.25, 2: 16.25, 3: 22.75, 4: 32.5}


def place_names(book: Book, places: list[str]) -> list[str]:
    """Names of regions or kinds of institutions by their codes."""
    return [str(book.regions.get(code) or book.kinds.get(code) or code) for code in places]


def spread(book: Book, shares: list[Any], reference: int | None, title: str, alt: str) -> dict[str, Any] | None:
    """Shares by region or kind as a table with a dot plot; places pooled for protection are named under it."""
    if not shares:
        return None
    rows, pooled = [], []
    for share in sorted(
        shares, key=lambda one: (-(one["percent"] if one["percent"] is not None else -1), one["places"])
    ):
        names = place_names(book, share["places"])
        label = ", ".join(names)
        if len(names) > 1 and len(label) > NAMES:
            label = _("Together: %(names)s …") % {"names": names[0]}
            pooled.append(_("Counted together: %(names)s.") % {"names": enumeration(names)})
        rows.append({**share, "label": label})
    # All rows as tall as the plot believes: one that needs more would push those below away from their dots.
    pitch = PITCH[min(max(len(wrap(row["label"], LINE)) for row in rows), max(PITCH))]
    plot = charts.DotPlot(
        [row["percent"] for row in rows], alt, pitch=pitch, width=28, reference=reference, ink=charts.INK
    )
    return {
        "caption": book.table(title),
        "rows": rows,
        "pitch": int(pitch),
        "plot": plot.svg(),
        "pooled": pooled,
        "reference": reference,
    }

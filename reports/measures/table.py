"""The shape of what the statistics page shows: one table, its cells protected already, with all that must stand beside it. Pure.

Page, chart, CSV, XLSX and the page of one figure are made from a Table and from nothing else (rule R10).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Literal, Self


class Kept(Enum):
    """Why a cell holds no number."""

    HIDDEN = "hidden"  # few stand behind it
    EMPTY = "empty"  # nothing was counted


HIDDEN, EMPTY = Kept.HIDDEN, Kept.EMPTY
Value = int | str | Kept


@dataclass(frozen=True)
class Column:
    """`sort`: "count", "percent" (whole), "points" (a difference of two percentages) or "words". A phone leaves out what is
    `minor`; the row's own page has it.
    """

    code: str
    title: str
    sort: Literal["count", "percent", "points", "words"] = "count"
    minor: bool = False


@dataclass(frozen=True)
class Row:
    """One line. `key` names it in links; `places` are the codes that stand together in it (one, as a rule).

    `protection`: "shown", "together" (small ones are joined here) or "hidden".
    """

    key: str
    label: str
    values: tuple[Value, ...]
    protection: Literal["shown", "together", "hidden"] = "shown"
    places: tuple[str, ...] = ()
    # How the row is drawn: (count, role) from left to right; roles are inks of drawn.py. Empty = hidden.
    bar: tuple[tuple[int, str], ...] = ()
    # What the share is of, for comparisons: (how many, of how many); None = not compared.
    share: tuple[int, int] | None = None
    # Whether the row has a page of its own: totals and figures of somebody else may not.
    opens: bool = True


@dataclass(frozen=True)
class Table:
    """What was asked for, or why it is refused: then there are sentences in `refused` and no rows."""

    title: str = ""
    definition: str = ""
    base: str = ""
    head: str = ""  # over the labels
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    total: Row | None = None
    notes: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    # In place of the years asked for, where the table speaks of others.
    period: str = ""
    # Key of the drawing: (role, words) in order.
    key: tuple[tuple[str, str], ...] = ()
    # Which column stands beside the drawing.
    beside: int = 0
    # Further tables that belong to the same answer, such as contradictions between sources.
    more: tuple["Table", ...] = field(default=())

    def row(self, key: str) -> Row | None:
        """The row of this key, the total too."""
        lines = (*self.rows, *((self.total,) if self.total else ()))
        return next((row for row in lines if row.key == key), None)

    @property
    def caption(self) -> str:
        """What the drawing shows at its right."""
        return self.columns[self.beside].title

    def hides(self) -> bool:
        """Whether any cell is hidden."""
        lines: Sequence[Row] = (*self.rows, *((self.total,) if self.total else ()))
        return any(HIDDEN in row.values for row in lines)

    def joins(self) -> bool:
        """Whether rows stand together."""
        return any(row.protection == "together" for row in self.rows)

    def but(self, **changes: Any) -> Self:
        return replace(self, **changes)

    def noted(self, *sentences: str) -> Self:
        return replace(self, notes=(*self.notes, *(one for one in sentences if one)))


def refusal(*sentences: str) -> Table:
    """A table that may not be shown, with the reasons."""
    return Table(refused=sentences)


def hidden_row(key: str, label: str, columns: int, places: tuple[str, ...] = ()) -> Row:
    return Row(key, label, (HIDDEN,) * columns, "hidden", places, opens=False)

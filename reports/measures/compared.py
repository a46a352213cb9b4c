"""A column of differences: against the year before, or against the rest. Only like with like, with 30 or more on both sides; else
words. Pure.

Institutions were not drawn by chance, so what monitors judged has no interval. What children said has one where they
were drawn or all were asked; then all differences of a table are corrected together (Holm), and those that are more than
chance explains are marked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from .. import wording
from ..statistics.comparisons import Difference, Item, Side, compare, correct
from .broken import sentence
from .table import EMPTY, Column, Row, Table, Value
from .wanted import Wanted

# (how many, of how many)
Share = tuple[int, int]


def side(row: Row, wanted: Wanted, share: Share | None, group: str, *, item: Item | None = None) -> Side:
    """One of two figures of a row. `item`: what was asked; by default the same on both sides."""
    return Side(
        item=item or (wanted.measure, row.key if wanted.by == "indicator" else wanted.subject),
        successes=share[0] if share else None,
        base=share[1] if share else None,
        base_rule=wanted.base,
        choice_of_visits=wanted.visits,
        groups=frozenset({group}),
    )


def with_differences(
    table: Table,
    wanted: Wanted,
    pairs: Sequence[tuple[Side, Side | None]],
    crosswalk: Mapping[Item, Item] | None = None,
) -> Table:
    """The table with its differences. `pairs`: for each row its figure and the other; None = there is no other."""
    title = _("Against the year before, points") if wanted.compare == "before" else _("Against the rest, points")
    found = [compare(a, b, crosswalk) if b is not None else None for a, b in pairs]
    drawn = [one for one in found if isinstance(one, Difference) and one.interval is not None]
    marked = dict(zip(map(id, drawn), correct(drawn), strict=True))
    columns = (*table.columns, Column("difference", title, "points"))
    if drawn:
        columns = (*columns, Column("interval", _("Interval of 95 percent, points"), "words"))
    rows = []
    for row, one in zip(table.rows, found, strict=True):
        values: tuple[Value, ...] = (*row.values, _told(one))
        if drawn:
            values = (*values, _reach(marked.get(id(one))))
        rows.append(replace(row, values=values))
    total = table.total and replace(table.total, values=(*table.total.values, *(EMPTY,) * (2 if drawn else 1)))
    note = (
        _("* more than chance explains, all differences of this table taken together (Holm).")
        if drawn
        else _("Whether a difference is more than chance is not asked: nobody was drawn by chance.")
    )
    return table.but(columns=columns, rows=tuple(rows), total=total).noted(note)


def _told(found: Difference | Sequence[object] | None) -> Value:
    if found is None:
        return EMPTY
    if isinstance(found, Difference):
        return found.points
    return _("not compared: %(reasons)s") % {"reasons": "; ".join(sentence(str(one)) for one in found)}


def _reach(found: Difference | None) -> Value:
    if found is None or found.interval is None:
        return EMPTY
    low, high = (f"{round(100 * limit):+d}".replace("-", "−") for limit in (found.interval.low, found.interval.high))
    return f"{low} … {high}{' *' if found.marked else ''}"


def rest_of(row: Row, total: Row | None) -> Share | None:
    """The total less the row."""
    if total is None or total.share is None or row.share is None:
        return None
    return total.share[0] - row.share[0], total.share[1] - row.share[1]


def points(value: int) -> str:
    """A difference as it is printed: with its sign."""
    return f"+{wording.number(value)}" if value > 0 else wording.number(value).replace("-", "−")


def shares(rows: Sequence[Row]) -> Mapping[str, Share | None]:
    return {row.key: row.share for row in rows}

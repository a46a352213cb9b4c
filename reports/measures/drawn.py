"""The drawing of a table, row by row: the same numbers as bars, each with its text alternative. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.safestring import SafeString

from .. import charts, wording
from .compared import points
from .table import Kept, Row, Table, Value

WIDTH, HEIGHT = 120, 3
# More rows than fit on a screen are read in the table; of them the lowest are drawn.
MOST, LOWEST = 24, 12
INKS: Mapping[str, str] = {
    "good": charts.JUDGED[0],
    "middle": charts.JUDGED[1],
    "bad": charts.JUDGED[2],
    "beside": charts.MAP[2],
    "count": charts.INK,
    "bad_count": charts.GAP,
    "voice": charts.ANSWERS[0],
    "voice_2": charts.ANSWERS[1],
    "voice_3": charts.ANSWERS[2],
    "voice_4": charts.ANSWERS[3],
    "rest": charts.ANSWERS[3],
}


class Line(NamedTuple):
    """One row of the drawing."""

    label: str
    bar: SafeString | None
    value: Value
    sort: str


def drawing(table: Table) -> list[Line]:
    """The rows with their bars; empty where a drawing would say nothing (one row, or nothing to draw)."""
    if len(table.rows) < 2 or not any(row.bar for row in table.rows):
        return []
    top = max(sum(count for count, _ink in row.bar) for row in table.rows)
    shares = table.columns[0].sort == "percent"
    at = table.beside
    rows = _lowest(table) if cut_short(table) else table.rows
    return [Line(row.label, _bar(table, row, top, shares), row.values[at], table.columns[at].sort) for row in rows]


def cut_short(table: Table) -> bool:
    """Whether only the lowest rows are drawn."""
    return len(table.rows) > MOST


def _lowest(table: Table) -> list[Row]:
    counted = [row for row in table.rows if row.bar and isinstance(row.values[table.beside], int)]
    return sorted(counted, key=lambda row: int(str(row.values[table.beside])))[:LOWEST]


def _bar(table: Table, row: Row, top: int, shares: bool) -> SafeString | None:
    whole = sum(count for count, _ink in row.bar)
    if not row.bar or not whole:
        return None
    title = f"{row.label}: {', '.join(_said(table, row))}"
    if shares:
        parts = [(count, INKS[ink]) for count, ink in row.bar]
        return charts.stacked_bar(parts, title, width=WIDTH, height=HEIGHT)
    x, out = 0.1, []
    for count, ink in row.bar:
        length = (WIDTH - 0.2) * count / top
        box = charts.box(x, 0.1, length, HEIGHT - 0.2) if count else ""
        out.append(charts.path(box, fill=INKS[ink], stroke=charts.INK, width=0.16))
        x += length
    return charts.drawing(WIDTH, HEIGHT, title, *out)


def _said(table: Table, row: Row) -> list[str]:
    """The first column in words; of a bar with parts, each part."""
    if not table.key:
        return [str(row.values[0])]
    names = dict(table.key)
    return [f"{names[ink]} {wording.number(count)}" for count, ink in row.bar if ink in names]


def swatches(table: Table) -> list[tuple[SafeString, str]]:
    """The key of the drawing."""
    return [(charts.swatch(INKS[ink], words), words) for ink, words in table.key]


def written(value: Value, sort: str) -> str:
    """A cell in words, as the page prints it; empty for what is hidden or was not counted."""
    if isinstance(value, Kept):
        return ""
    if isinstance(value, str):
        return value
    if sort == "points":
        return points(value)
    return wording.percent(value) if sort == "percent" else wording.number(value)

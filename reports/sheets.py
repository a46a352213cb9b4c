"""A table of the statistics page as CSV and as XLSX: exactly its cells, and above them what must stand beside. Saves nothing.

Hidden cells are "c", those in which nothing was counted "z", the codes of official statistics; the notes say so. Words that a
spreadsheet would read as a formula get an apostrophe before them.
"""

import csv
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from .measures.table import EMPTY, HIDDEN, Table, Value

CODES = {HIDDEN: "c", EMPTY: "z"}
BOM = "\ufeff"
# What Excel and LibreOffice begin a formula with; a tab or line feed may stand before it.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

Line = list[int | str]


def harmless(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text


def lines(table: Table, about: Iterable[tuple[str, str]]) -> Iterator[Line]:
    """Title, what it is about (name and words), notes, then the table and what belongs to it."""
    yield [harmless(table.title)]
    for name, words in about:
        yield [harmless(name), harmless(words)]
    for note in table.notes:
        yield [harmless(note)]
    if table.hides():
        yield [f"{CODES[HIDDEN]} = " + _("hidden: too few stand behind it")]
    yield [f"{CODES[EMPTY]} = " + _("nothing was counted")]
    yield []
    yield from _grid(table)
    for other in table.more:
        yield []
        yield [harmless(other.title)]
        yield from _grid(other)


def _grid(table: Table) -> Iterator[Line]:
    yield [harmless(table.head), *(harmless(_heading(column.title, column.sort)) for column in table.columns)]
    for row in (*table.rows, *((table.total,) if table.total else ())):
        yield [harmless(row.label), *map(_cell, row.values)]


def _heading(title: str, sort: str) -> str:
    return f"{title}, %" if sort == "percent" else title


def _cell(value: Value) -> int | str:
    if value is HIDDEN or value is EMPTY:
        return CODES[value]
    return harmless(value) if isinstance(value, str) else value  # type: ignore[return-value]


def as_csv(written: Iterable[Line]) -> Iterator[bytes]:
    """UTF-8 with the mark by which Excel knows it, one line at a time."""
    yield BOM.encode()
    for line in written:
        page = StringIO()
        csv.writer(page).writerow(line)
        yield page.getvalue().encode()


def as_xlsx(written: Iterable[Line]) -> bytes:
    """A workbook of one sheet, written line by line; text stays text."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.column_dimensions["A"].width = 60
    for at, line in enumerate(written):
        sheet.append([_written(sheet, value, bold=at == 0) for value in line])
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def _written(sheet: object, value: int | str, *, bold: bool) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell

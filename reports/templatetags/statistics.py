"""How the cells of the statistics page are written."""

from django import template

from ..measures.drawn import written
from ..measures.table import EMPTY, HIDDEN, Column, Row, Table, Value

register = template.Library()


@register.filter
def is_hidden(value: Value) -> bool:
    return value is HIDDEN


@register.filter
def is_empty(value: Value) -> bool:
    return value is EMPTY


@register.filter
def is_words(value: Value) -> bool:
    return isinstance(value, str)


@register.filter
def in_cell(value: Value, sort: str) -> str:
    """The number of a cell in the reader's language."""
    return written(value, sort)


@register.filter
def cells(row: Row, table: Table) -> list[tuple[Column, Value]]:
    """The columns of a table with a row's values."""
    return list(zip(table.columns, row.values, strict=True))

"""The cheap attack: whatever a line with one blank gives away, again and again. No solver; anybody can do it on paper.

A line: a total and the categories it is made of, along one dimension (finest categories, or a group and its members). Tables
help one another, and an edition counted in several parts less an earlier one gives the parts added since.
"""

from collections.abc import Iterator

from .published import ALL, Dimension, Published, Table
from .truth import Spot

# Parts and finest categories of each dimension: the same place in any table.
Place = tuple[frozenset[str], frozenset[tuple[str, str]]]


def subtract(published: Published) -> dict[Spot, int]:
    """The hidden cells that come out, with their numbers."""
    told: dict[Place, int] = {}
    lines: list[list[Place]] = []
    for table in published.tables.values():
        for cell in table.cells:
            if cell.n is not None:
                told[_place(published, table, cell.at)] = cell.n
        lines += _lines(published, table)
    for known in published.known:
        told[frozenset(published.editions[known.edition]), frozenset(known.at.items())] = known.n
    lines += _editions(published, {place for line in lines for place in line} | set(told))
    waiting = True
    while waiting:
        waiting = False
        for total, *members in lines:
            blanks = [place for place in (total, *members) if place not in told]
            if len(blanks) == 1:
                sums = sum(told[place] for place in members if place in told)
                told[blanks[0]] = sums if blanks[0] == total else told[total] - sums
                waiting = True
    return {
        (table.code, cell.at): told[place]
        for table, cell in published.hidden()
        if (place := _place(published, table, cell.at)) in told
    }


def _place(published: Published, table: Table, at: tuple[str, ...]) -> Place:
    return frozenset(published.editions[table.edition]), frozenset(table.where(at).items())


def _lines(published: Published, table: Table) -> Iterator[list[Place]]:
    """Every line of a table: the total first."""
    asked = {cell.at for cell in table.cells}
    for position, code in enumerate(table.by):
        for at in {(*at[:position], ALL, *at[position + 1 :]) for at in asked}:
            for total, members in _sums(published.dimensions[code]):
                yield [
                    _place(published, table, (*at[:position], value, *at[position + 1 :]))
                    for value in (total, *members)
                ]


def _sums(dimension: Dimension) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Totals of one dimension and their members: of all, the finest categories, and the top groups where each category is
    in one of them; of each group, its members.
    """
    yield ALL, dimension.categories
    yield from dimension.groups.items()
    inner = {member for members in dimension.groups.values() for member in members}
    tops = tuple(code for code in dimension.within if code not in inner)
    if dimension.groups and sorted(each for code in tops for each in dimension.within[code]) == list(
        range(len(dimension.categories))
    ):
        yield ALL, tops


def _editions(published: Published, places: set[Place]) -> Iterator[list[Place]]:
    """The same place in an edition and in an earlier one, and what was added."""
    sets = {frozenset(parts) for parts in published.editions.values()}
    for parts, at in places:
        for fewer in sets:
            if fewer < parts:
                yield [(parts, at), (fewer, at), (parts - fewer, at)]

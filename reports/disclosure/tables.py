"""Tables before anything is hidden: their dimensions, editions, cells, and the true counts behind them. Pure.

A release is everything that is known about one population at once: several linked tables, tables of earlier editions, public
totals. The true counts stand in atoms: one part of time, one category of each dimension, the number, and who contributed it.

    region = Dimension("region", ("A", "B"))
    answer = Dimension("answer", ("yes", "no"))
    table = Table("t1", "e1", ("region", "answer"), every_cell(region, answer), answer="answer")
    release = Release((region, answer), ("p1",), (Edition("e1", ("p1",)),), (table,), atoms_of((region, answer), counts))
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

# All categories of a dimension: the margin.
ALL = "*"

# One category, group or ALL for each dimension of a table, in the table's order.
At = tuple[str, ...]


@dataclass(frozen=True)
class Dimension:
    """A question, place or kind with its finest categories, and groups of them. A group may name earlier groups."""

    code: str
    categories: tuple[str, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Everything a cell may name: categories, groups, and all."""
        return (*self.categories, *(group for group, _of in self.groups), ALL)

    def members(self, code: str) -> tuple[int, ...]:
        """The places of the finest categories that `code` stands for. Raises KeyError for an unknown code."""
        if code == ALL:
            return tuple(range(len(self.categories)))
        if code in self.categories:
            return (self.categories.index(code),)
        of = dict(self.groups)[code]
        return tuple(sorted({place for one in of for place in self.members(one)}))


@dataclass(frozen=True)
class Edition:
    """One publication in time, and the disjoint parts of the population that it counted."""

    code: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One printed table: the cells it has room for, before anything is hidden.

    `answer`: the dimension whose categories are the answers to one question; cell and base then both have to be safe.
    `sensitive`: the higher threshold holds. Codes of tables are unique in a release.
    """

    code: str
    edition: str
    by: tuple[str, ...]
    cells: tuple[At, ...]
    answer: str = ""
    sensitive: bool = False

    def named(self, at: At) -> dict[str, str]:
        """Dimension -> category or group, where the cell does not stand for all."""
        return {code: value for code, value in zip(self.by, at, strict=True) if value != ALL}

    def base(self, at: At) -> At | None:
        """The cell that `at` is a share of: all answers at the same place. None for the base itself."""
        if not self.answer or self.answer not in self.by:
            return None
        place = self.by.index(self.answer)
        return None if at[place] == ALL else (*at[:place], ALL, *at[place + 1 :])


@dataclass(frozen=True)
class Atom:
    """A true count: one part of time, one category of every dimension. `by`: how it lies over the institutions."""

    part: str
    at: Mapping[str, str]
    n: int
    by: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """A total that the public knows from elsewhere (R13). Dimensions left out stand for all."""

    edition: str
    at: Mapping[str, str]
    n: int


@dataclass(frozen=True)
class Release:
    """Everything that is looked at together (R11). `zeros`: categories that cannot meet, as everybody knows.

    `released`: tables that are out already, by code, with the cells they hid. They cannot be changed, and they are known (R12).
    """

    dimensions: tuple[Dimension, ...]
    parts: tuple[str, ...]
    editions: tuple[Edition, ...]
    tables: tuple[Table, ...]
    atoms: tuple[Atom, ...]
    zeros: tuple[Mapping[str, str], ...] = ()
    known: tuple[Known, ...] = ()
    released: Mapping[str, frozenset[At]] = field(default_factory=dict)

    def dimension(self, code: str) -> Dimension:
        """Raises KeyError for an unknown code."""
        return {dimension.code: dimension for dimension in self.dimensions}[code]

    def parts_of(self, edition: str) -> tuple[str, ...]:
        """Raises KeyError for an unknown edition."""
        return {one.code: one.parts for one in self.editions}[edition]

    @property
    def free(self) -> tuple[Table, ...]:
        """The tables that are not out yet: what may still be hidden."""
        return tuple(table for table in self.tables if table.code not in self.released)


def every_cell(*dimensions: Dimension) -> tuple[At, ...]:
    """All cells of a table with all its margins and groups."""
    return tuple(itertools.product(*(dimension.codes for dimension in dimensions)))


def atoms_of(
    dimensions: Sequence[Dimension], counts: npt.NDArray[Any], *, part: str = "p1", contributor: str = ""
) -> tuple[Atom, ...]:
    """Atoms from an array with one axis per dimension, all contributed by one institution if it is named."""

    def found() -> Iterator[Atom]:
        for place, n in np.ndenumerate(counts):
            if n:
                at = {one.code: one.categories[i] for one, i in zip(dimensions, place, strict=True)}
                yield Atom(part, at, int(n), {contributor: int(n)} if contributor else {})

    return tuple(found())

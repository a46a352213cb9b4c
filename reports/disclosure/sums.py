"""Which codes of a table, and so which of its cells, add up to which. Pure."""

import itertools

from .crossing import Crossing
from .tables import ALL, At, Release, Table

# The rows of one sum and its terms.
Relation = tuple[int, ...]
Codes = tuple[str, ...]


class Axis:
    """The codes that the cells of a table name along one dimension, and what is inside each of them."""

    def __init__(self, release: Release, table: Table, axis: int) -> None:
        dimension = release.dimension(table.by[axis])
        self.members = {code: frozenset(dimension.members(code)) for code in {at[axis] for at in table.cells}}

    def finest(self, code: str = ALL) -> Codes:
        """The codes of the table inside `code` that hold no other."""
        inside = [one for one in self.members if self.members[one] <= self.members.get(code, self.members[one])]
        return tuple(sorted(one for one in inside if not self._within(one)))

    def sums(self, code: str) -> list[Codes]:
        """The codes of the table that add up to `code`: the largest, and the finest."""
        inside = self._within(code)
        largest = sorted(one for one in inside if not any(self.members[one] < self.members[other] for other in inside))
        finest = [one for one in self.finest(code) if one != code]
        return [terms for terms in dict.fromkeys([tuple(largest), tuple(finest)]) if self._exactly(code, terms)]

    def _within(self, code: str) -> list[str]:
        return [one for one in self.members if self.members[one] < self.members[code]]

    def _exactly(self, code: str, terms: Codes) -> bool:
        held = list(itertools.chain.from_iterable(self.members[term] for term in terms))
        return len(held) == len(set(held)) == len(self.members[code])


def relations(crossing: Crossing) -> list[Relation]:
    """Every sum that stands in a table with all its terms: lines with their margin, groups with their members."""
    found: dict[Relation, None] = {}
    for table in crossing.release.tables:
        here = set(table.cells)
        for axis in range(len(table.by)):
            codes = Axis(crossing.release, table, axis)
            terms = {code: codes.sums(code) for code in codes.members}
            for at in table.cells:
                for these in terms[at[axis]]:
                    cells = [(*at[:axis], term, *at[axis + 1 :]) for term in these]
                    if here.issuperset(cells):
                        found[_rows(crossing, table, [at, *cells])] = None
    return [relation for relation in found if len(relation) > 1]


def beneath(crossing: Crossing) -> dict[tuple[str, At], int]:
    """For every cell, how many of the finest cells of its table it adds up."""
    found = {}
    for table in crossing.release.tables:
        axes = [Axis(crossing.release, table, axis) for axis in range(len(table.by))]
        sizes = [{code: len(axis.finest(code)) for code in axis.members} for axis in axes]
        for at in table.cells:
            size = 1
            for axis_sizes, code in zip(sizes, at, strict=True):
                size *= axis_sizes[code]
            found[table.code, at] = size
    return found


def _rows(crossing: Crossing, table: Table, cells: list[At]) -> Relation:
    rows = {crossing.row_of[table.code, at] for at in cells}
    return tuple(sorted(row for row in rows if row >= 0))

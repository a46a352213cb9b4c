"""A release as arithmetic: columns are the unknown counts, rows are the numbers that could be printed. Pure.

Everything that anybody can know is a row: a sparse vector over the columns, and its true value. Cells of different tables
that count the same children are one row, and are hidden or shown together.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from .cliques import Clique, cliques, junctions
from .tables import ALL, At, Release, Table

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

# A cell of a release: the code of its table, and where in the table.
Place = tuple[str, At]


@dataclass(frozen=True)
class Block:
    """The columns of one clique: parts of time x its dimensions."""

    dimensions: tuple[str, ...]
    shape: tuple[int, ...]
    start: int


class Crossing:
    """The columns and rows of one release.

    `truth`: the true count of each column. `rows`: sparse, one line per row; `values`: what each row truly is.
    `row_of`: the row of each cell, -1 where the cell can only be zero (structural). `fixed`: rows known whatever we do:
    margins that must agree, public totals, what earlier editions printed. `gone`: rows that an earlier edition hid for good.
    Raises ValueError where the counts contradict a structural zero or a public total.
    """

    def __init__(self, release: Release) -> None:
        self.release = release
        self.blocks = self._blocks()
        self.columns = sum(int(np.prod(block.shape)) for block in self.blocks)
        self.live = self._live()
        self.truth = self._projected({_key(atom.part, atom.at): atom.n for atom in release.atoms})
        if self.truth[~self.live].any():
            raise ValueError("A structural zero is not zero.")
        self._lines: list[Places] = []
        self._signs: list[Numbers] = []
        self._seen: dict[bytes, int] = {}
        self.row_of: dict[Place, int] = {}
        self._add_cells()
        always = self._add_known() + self._add_links()
        self.rows = self._matrix()
        self.values: Numbers = np.asarray(self.rows @ self.truth)
        self.fixed, self.gone = self._settled(always)

    @cached_property
    def contributors(self) -> tuple[str, ...]:
        return tuple(sorted({who for atom in self.release.atoms for who in atom.by}))

    @cached_property
    def own(self) -> Numbers:
        """What each contributor knows of its own: one line per contributor."""
        lines = [
            self._projected({_key(a.part, a.at): a.by[who] for a in self.release.atoms if who in a.by})
            for who in self.contributors
        ]
        return np.array(lines).reshape(len(lines), self.columns)

    def covered(self, parts: Iterable[str], at: Mapping[str, str], near: Iterable[str] = ()) -> Places:
        """The columns that a count over `parts` and `at` adds up. Dimensions left out or ALL stand for all.

        `near`: look in the block that also holds these dimensions, so that counts may be subtracted column by column.
        """
        named = {code: value for code, value in at.items() if value != ALL}
        wanted = named.keys() | set(near)
        block = next(block for block in self.blocks if wanted <= set(block.dimensions))
        found = self._inside(block, sorted(self.release.parts.index(part) for part in parts), named)
        return found[self.live[found]]

    def cell(self, place: Place) -> Places:
        """The columns of one cell."""
        table = self.table(place[0])
        return self.covered(self.release.parts_of(table.edition), table.named(place[1]))

    def table(self, code: str) -> Table:
        """Raises KeyError for an unknown code."""
        return self._tables[code]

    @cached_property
    def _tables(self) -> dict[str, Table]:
        return {table.code: table for table in self.release.tables}

    def _blocks(self) -> list[Block]:
        release = self.release
        together: list[Iterable[str]] = [
            [code for code, value in zip(table.by, at, strict=True) if value != ALL]
            for table in release.tables
            for at in table.cells
        ]
        together += [zero.keys() for zero in release.zeros]
        together += [[code for code, value in known.at.items() if value != ALL] for known in release.known]
        self.cliques: list[Clique] = cliques({frozenset(group) for group in together} or [[]])
        blocks, start = [], 0
        for clique in self.cliques:
            codes = tuple(one.code for one in release.dimensions if one.code in clique)
            shape = (len(release.parts), *(len(release.dimension(code).categories) for code in codes))
            blocks.append(Block(codes, shape, start))
            start += int(np.prod(shape))
        return blocks

    def _live(self) -> Flags:
        """Every column that is no structural zero. A kind that is nowhere has no answers either: zeros go over to the blocks
        that share a margin with nobody in it.
        """
        live = np.ones(self.columns, dtype=bool)
        for zero in self.release.zeros:
            for block in self.blocks:
                if zero.keys() <= set(block.dimensions):
                    live[self._inside(block, range(len(self.release.parts)), zero)] = False
        dead = -1
        while dead != (dead := int((~live).sum())):
            for left, right in self._links():
                if not live[left].any() or not live[right].any():
                    live[left] = live[right] = False
        return live

    def _inside(self, block: Block, parts: Iterable[int], at: Mapping[str, str]) -> Places:
        """The columns of one block at `at`; dimensions left out stand for all."""
        axes = [list(parts)]
        axes += [list(self.release.dimension(code).members(at.get(code, ALL))) for code in block.dimensions]
        found: Places = block.start + np.ravel_multi_index(np.ix_(*axes), block.shape).ravel()
        return found

    def _projected(self, counts: Mapping[tuple[str, tuple[tuple[str, str], ...]], int]) -> Numbers:
        """Counts of atoms as they lie in every block."""
        found = np.zeros(self.columns)
        for block in self.blocks:
            for (part, at), n in counts.items():
                where = dict(at)
                place = [self.release.parts.index(part)]
                place += [self.release.dimension(code).categories.index(where[code]) for code in block.dimensions]
                found[block.start + np.ravel_multi_index(place, block.shape)] += n
        return found

    def _add(self, columns: Places, signs: Numbers | None = None) -> int:
        """The row of these columns, a new one if there is none yet; -1 if there is nothing to count."""
        if not len(columns):
            return -1
        key = columns.tobytes() + (b"" if signs is None else signs.tobytes())
        if key not in self._seen:
            self._seen[key] = len(self._lines)
            self._lines.append(columns)
            self._signs.append(np.ones(len(columns)) if signs is None else signs)
        return self._seen[key]

    def _add_cells(self) -> None:
        for table in self.release.tables:
            for at in table.cells:
                self.row_of[table.code, at] = self._add(self.cell((table.code, at)))

    def _add_known(self) -> list[int]:
        found = []
        for known in self.release.known:
            columns = self.covered(self.release.parts_of(known.edition), known.at)
            if self.truth[columns].sum() != known.n:
                raise ValueError("A public total differs from the count of the same children.")
            found.append(self._add(columns))
        return [row for row in found if row >= 0]

    def _add_links(self) -> list[int]:
        """Blocks that share dimensions have the same margin there: rows whose value is nought, known to all."""
        found = []
        for left, right in self._links():
            left, right = left[self.live[left]], right[self.live[right]]
            signs = np.concatenate([np.ones(len(left)), -np.ones(len(right))])
            found.append(self._add(np.concatenate([left, right]), signs))
        return [row for row in found if row >= 0]

    def _links(self) -> Iterator[tuple[Places, Places]]:
        """Pairs of margins, as columns of two blocks, that count the same children."""
        for a, b, shared in junctions(self.cliques):
            codes = [one for one in self.release.dimensions if one.code in shared]
            for part in range(len(self.release.parts)):
                for place in np.ndindex(*(len(one.categories) for one in codes)):
                    at = {one.code: one.categories[i] for one, i in zip(codes, place, strict=True)}
                    yield self._inside(self.blocks[a], [part], at), self._inside(self.blocks[b], [part], at)

    def _matrix(self) -> Any:
        lengths = [len(line) for line in self._lines]
        lines = np.repeat(np.arange(len(lengths)), lengths)
        return sparse.csr_array(
            (np.concatenate(self._signs), (lines, np.concatenate(self._lines))), shape=(len(lengths), self.columns)
        )

    def _settled(self, always: list[int]) -> tuple[Flags, Flags]:
        fixed, gone = np.zeros(len(self._lines), dtype=bool), np.zeros(len(self._lines), dtype=bool)
        fixed[always] = True
        for table in self.release.tables:
            if table.code in self.release.released:
                hidden = self.release.released[table.code]
                rows = {at: self.row_of[table.code, at] for at in table.cells}
                fixed[[row for at, row in rows.items() if row >= 0 and at not in hidden]] = True
                gone[[row for at, row in rows.items() if row >= 0 and at in hidden]] = True
        gone &= ~fixed
        return fixed, gone


def _key(part: str, at: Mapping[str, str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    return part, tuple(sorted(at.items()))

"""Interviews counted some institutions at a time, so that a year takes the same memory however many there are. Read by voices.py.

What is asked of an interview is a column: whether one of some choices was made. A block holds every interview of its institutions
(tallies.take_interviews_whole); its columns are added up by institution at once, and only how they lie over institutions
(spreads.py) outlives the block.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from visits.layout import SINGLE, Place

from .tallies import Rows, chosen

Shares = NDArray[Any]
# More rows of one place than these are counted in wider numbers.
NARROW = 2**16 - 1


@dataclass(frozen=True)
class Column:
    """Interviews in which one of these choices was made, or in which the question stands in one of these states.

    `places`: edition -> where it asked the question.
    """

    places: Mapping[int, Place]
    codes: tuple[str, ...] = ()
    states: tuple[int, ...] = ()


class Columns:
    """Some columns, answered for all rows of an edition together."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self._plans: dict[int, list[tuple[int, list[int], NDArray[np.uint16]]]] = {}

    def __len__(self) -> int:
        return len(self.columns)

    def of(self, rows: Rows) -> NDArray[np.uint16]:
        """[row, column]: one or nothing."""
        found = np.zeros((len(rows), len(self)), np.uint16)
        if rows.edition not in self._plans:
            self._plans[rows.edition] = list(self._by_first_byte(rows.edition))
        for offset, at, answer in self._plans[rows.edition]:
            found[:, at] = answer[rows.packed[:, offset]]
        for number, one in enumerate(self.columns):
            place = one.places.get(rows.edition)
            if place is not None and place["kind"] != SINGLE and one.codes:
                columns = rows.packed[:, place["offset"] : place["offset"] + place["width"]]
                found[:, number] |= chosen(place, columns, one.codes)
        return found

    def _by_first_byte(self, edition: int) -> list[tuple[int, list[int], NDArray[np.uint16]]]:
        """What the first byte of a question tells of some columns: [byte, column]."""
        by_offset: dict[int, list[int]] = {}
        for number, one in enumerate(self.columns):
            if edition in one.places:
                by_offset.setdefault(one.places[edition]["offset"], []).append(number)
        plans = []
        for offset, numbers in by_offset.items():
            answer = np.zeros((256, len(numbers)), np.uint16)
            for at, number in enumerate(numbers):
                one = self.columns[number]
                place = one.places[edition]
                answer[[*one.states], at] = 1
                if place["kind"] == SINGLE:
                    answer[[place["codes"][code] for code in one.codes if code in place["codes"]], at] = 1
            plans.append((offset, numbers, answer))
        return plans


class Block:
    """Every interview of some institutions. `before`: how many institutions came in earlier blocks."""

    def __init__(self, parts: Sequence[Rows], before: int) -> None:
        self.parts, self.before = parts, before
        found, unit = np.unique(np.concatenate([part.institution for part in parts]), return_inverse=True)
        self.unit, self.units = unit.reshape(-1), len(found)
        self.held = np.bincount(self.unit, minlength=self.units)

    @cached_property
    def region(self) -> NDArray[np.int64]:
        """The region of each institution: all its interviews are of one visit (R1)."""
        return self._of_unit([part.region for part in self.parts])

    @cached_property
    def kind(self) -> NDArray[np.int64]:
        return self._of_unit([part.kind for part in self.parts])

    def _of_unit(self, rows: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
        found = np.zeros(self.units, np.int64)
        found[self.unit] = np.concatenate(rows)
        return found

    def answers(self, columns: Columns) -> NDArray[np.uint16]:
        """[interview, column]"""
        return np.concatenate([columns.of(part) for part in self.parts])

    def by_institution(self, answers: NDArray[np.uint16], among: NDArray[np.bool_] | None = None) -> Shares:
        """[institution, column]: in how many of its interviews (of those `among` them) the columns hold."""
        if among is None:
            return added(self.unit, self.units, answers)
        return added(self.unit[among], self.units, answers, np.flatnonzero(among))


def added(of: NDArray[Any], many: int, table: NDArray[np.uint16], rows: NDArray[Any] | None = None) -> Shares:
    """[place, column]: the rows of the table (some of its `rows`) added up by the place `of` each, among so `many`."""
    rows = np.arange(len(of)) if rows is None else rows
    order = np.argsort(of, kind="stable")
    held = np.bincount(of, minlength=many)
    wide = np.uint16 if int(held.max(initial=0)) <= NARROW else np.int64
    whose = csr_array((np.ones(len(rows), wide), rows[order], np.r_[0, np.cumsum(held)]), shape=(many, len(table)))
    found: Shares = whose @ table.astype(wide, copy=False)
    return found

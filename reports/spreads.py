"""How counts lie over institutions, category by category, without looking at an institution twice. Pure; numpy.

A hundred thousand institutions are gone through some at a time; what was found of each part is put together, and so are the rows
of a table from its categories.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .disclosure import Spread

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Spreads:
    """For each number [number, category]: how many, how many institutions, the largest of them and the second."""

    total: Counts
    institutions: Counts
    largest: Counts
    second: Counts

    @classmethod
    def of(cls, numbers: Iterable[Counts], leaf: Counts, leaves: int) -> "Spreads":
        """`numbers`: each a count for every line; `leaf`: the category of each line, ascending; an institution has one line in a
        category.
        """
        starts = np.flatnonzero(np.diff(leaf, prepend=-1))
        here, long = leaf[starts], np.diff(starts, append=len(leaf))
        rows = [_of_one(one, starts, long) for one in numbers]
        found = np.zeros((4, len(rows), leaves), np.int64)
        found[:, :, here] = np.array(rows, np.int64).reshape(len(rows), 4, len(here)).transpose(1, 0, 2)
        return cls(*found)

    @classmethod
    def empty(cls, numbers: int, leaves: int) -> "Spreads":
        """Of nobody yet."""
        return cls(*np.zeros((4, numbers, leaves), np.int64))

    def add(self, table: NDArray[Any], leaf: Counts | None = None) -> None:
        """Some more institutions: `table` [institution, number], and the category of each (None: all stand in the first). None of
        them was or will be added to the same category again. Overwrites `table`.
        """
        if leaf is None:
            self._add(0, table)
            return
        order = np.argsort(leaf, kind="stable")
        table, leaf = table[order], leaf[order]
        starts = np.flatnonzero(np.diff(leaf, prepend=-1)).tolist()
        for start, stop in zip(starts, [*starts[1:], len(leaf)], strict=False):
            self._add(int(leaf[start]), table[start:stop])

    def _add(self, at: int, table: NDArray[Any]) -> None:
        if not len(table):
            return
        self.total[:, at] += table.sum(axis=0, dtype=np.int64)
        self.institutions[:, at] += np.count_nonzero(table, axis=0)
        numbers = np.arange(table.shape[1])
        top = table.argmax(axis=0)
        first = table[top, numbers].astype(np.int64)
        # Where another is as large, it is the second.
        table[top, numbers] = 0
        second = np.maximum(table.max(axis=0).astype(np.int64), np.minimum(first, self.largest[:, at]))
        self.second[:, at] = np.maximum(second, self.second[:, at])
        self.largest[:, at] = np.maximum(first, self.largest[:, at])

    def gathered(self, leaf: Counts, leaves: int) -> "Spreads":
        """The same by other categories, of which each of ours is a part (-1: of none), and no institution stands in two of ours
        that are parts of one.
        """
        found = Spreads.empty(len(self.total), leaves)
        for at in range(leaves):
            here = self[:, np.flatnonzero(leaf == at).tolist()]
            if here.total.shape[1]:
                tops = np.sort(np.concatenate([here.largest, here.second], axis=1), axis=1)
                found.total[:, at], found.institutions[:, at] = here.total.sum(axis=1), here.institutions.sum(axis=1)
                found.largest[:, at], found.second[:, at] = tops[:, -1], tops[:, -2]
        return found

    def of_numbers(self, at: slice) -> "Spreads":
        """Some of the numbers, in every category."""
        return Spreads(self.total[at], self.institutions[at], self.largest[at], self.second[at])

    def __getitem__(self, at: tuple[slice, list[int]]) -> "Spreads":
        return Spreads(self.total[at], self.institutions[at], self.largest[at], self.second[at])

    def together(self) -> list[Spread]:
        """Each number over all categories, where no institution stands in two of them."""
        tops = np.sort(np.concatenate([self.largest, self.second], axis=1), axis=1)[:, -2:]
        columns = self.total.sum(axis=1), self.institutions.sum(axis=1), tops[:, 1], tops[:, 0]
        return [Spread(*one) for one in zip(*(column.tolist() for column in columns), strict=True)]


def _of_one(shares: Counts, starts: Counts, long: Counts) -> tuple[Counts, Counts, Counts, Counts]:
    """One number by category: total, institutions, largest, second."""
    if not len(starts):
        return (np.zeros(0, np.int64),) * 4
    largest = np.maximum.reduceat(shares, starts)
    first = shares == np.repeat(largest, long)
    # Where several are the largest, so is the second.
    second = np.where(
        np.add.reduceat(first, starts, dtype=np.int64) > 1,
        largest,
        np.maximum.reduceat(np.where(first, 0, shares), starts),
    )
    return (
        np.add.reduceat(shares, starts),
        np.add.reduceat(shares > 0, starts, dtype=np.int64),
        largest,
        second,
    )

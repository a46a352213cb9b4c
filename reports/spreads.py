"""How counts lie over institutions, category by category, without looking at an institution twice. Pure; numpy.

A hundred thousand institutions are gone through once for a question; the rows of its tables are then put together from the
categories.
"""

from collections.abc import Iterable
from dataclasses import dataclass

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

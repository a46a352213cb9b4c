"""Four numbers at a time: the simplest ways to change counts and no printed number. They save most questions the solver.

Two unknowns may grow by what two others lose, if either pair stands in the same printed numbers, as the corners of a
rectangle in a table do. Which pairs those are is seen by one sum for each pair: every printed number gets a number by lot, every
unknown the sum of those it stands in. Chance may err; so nothing is believed before the counts were seen to fit.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from .reach import Room

# Unknowns of a room, at most: their pairs are held in memory.
MOST = 1_200
SEED = 4


class Swaps:
    """The swaps of one room."""

    def __init__(self, room: Room) -> None:
        self.room = room
        lots = np.random.default_rng(SEED).integers(-(2**40), 2**40, room.matrix.shape[0])
        self.lots = np.asarray(room.matrix.T @ lots)
        self.known: dict[int, Any] = {}
        if self.useful:
            first, second = np.triu_indices(len(self.lots), 1)
            sums = self.lots[first] + self.lots[second]
            order = np.argsort(sums, kind="stable")
            self.first, self.second, self.sums = first[order], second[order], sums[order]

    @property
    def useful(self) -> bool:
        return len(self.lots) <= MOST

    def of(self, one: int) -> Any:
        """What may grow with this unknown, and the two that lose: three lines."""
        if one not in self.known:
            others = np.flatnonzero(np.arange(len(self.lots)) != one)
            sums = self.lots[one] + self.lots[others]
            begin, end = (np.searchsorted(self.sums, sums, side=side) for side in ("left", "right"))
            grows = np.repeat(others, end - begin)
            starts = np.repeat(begin - np.concatenate([[0], np.cumsum(end - begin)[:-1]]), end - begin)
            pairs = starts + np.arange(len(grows))
            found = np.stack([grows, self.first[pairs], self.second[pairs]])
            apart = (found[1:] != one).all(axis=0) & (found[1:] != found[0]).all(axis=0)
            self.known[one] = found[:, apart]
        return self.known[one]

    def climb(self, values: Any, factors: Any, wanted: int) -> Any:
        """Counts that fit and give `factors` at least `wanted`, or as near as swaps come from `values`."""
        values = values.copy()
        while (missing := wanted - int(factors @ values)) > 0:
            best = max(self._steps(values, factors), key=lambda step: step[0], default=None)
            if best is None:
                break
            gain, times, move, signs = best
            # No further than asked: what is left serves the next.
            np.add.at(values, move, signs * min(times, -(-missing // (gain // times))))
        return values

    def _steps(self, values: Any, factors: Any) -> Iterator[tuple[int, int, Any, Any]]:
        """For each unknown that is asked for the swap that gains most: its gain, how often, the unknowns and their signs."""
        most, signs = self.room.most - values, np.array([1, 1, -1, -1])
        for one in np.flatnonzero(factors).tolist():
            with_, *lose = self.of(one)
            if not len(with_):
                continue
            gains = factors[one] + factors[with_] - factors[lose[0]] - factors[lose[1]]
            forth = np.minimum(np.minimum(most[one], most[with_]), np.minimum(values[lose[0]], values[lose[1]]))
            back = np.minimum(np.minimum(values[one], values[with_]), np.minimum(most[lose[0]], most[lose[1]]))
            for sense, times in ((1, forth), (-1, back)):
                worth = sense * gains * times
                at = int(worth.argmax())
                if worth[at] > 0:
                    yield (
                        int(worth[at]),
                        int(times[at]),
                        np.array([one, with_[at], lose[0][at], lose[1][at]]),
                        sense * signs,
                    )

"""A reader with questions: how low and how high a number could be, looked up only as far as an answer needs it.

`attack` finds both ends of everything; here a number that was seen to be large once is not looked at again. The verdicts are the same.
"""

from collections.abc import Sequence

import numpy as np

from .published import Published
from .reach import SECONDS, Reach
from .system import System
from .truth import Spot, Target


class Asking:
    """Everybody who reads `published`. Questions are hidden cells (`cell`) and targets (`target`), named by their numbers."""

    def __init__(self, published: Published, targets: Sequence[Target] = (), seconds: float = SECONDS) -> None:
        """Raises `Contradiction` where nothing fits all that is printed, `TooLarge` where it cannot be looked at."""
        self.system = System(published, targets)
        self.reach = Reach(self.system, None, seconds)
        self._cells = {(table.code, cell.at): number for number, (table, cell) in enumerate(self.system.hidden)}

    def cell(self, spot: Spot) -> int | None:
        """The question that asks for a hidden cell; None where only nobody can be."""
        number = self._cells[spot]
        return number if self.system.asks(number) else None

    def target(self, place: int) -> int:
        """The question that asks for a target, by its place among them."""
        return len(self.system.hidden) + place

    def reaches(self, question: int, level: int) -> bool:
        """Whether the number could be `level` or more, for all this reader knows."""
        if self._seen(question)[1] >= level:
            return True
        high, _sure = self.reach.high(question)
        return high is None or high >= level

    def falls_to(self, question: int, level: int) -> bool:
        """Whether the number could be `level` or less."""
        return self._seen(question)[0] <= level or self.reach.low(question)[0] <= level

    def told(self, question: int) -> bool:
        """Whether the number can be one only."""
        low, high = self._seen(question)
        return low == high and self.reach.range(question).point

    def _seen(self, question: int) -> tuple[int, int]:
        """Least and greatest among the counts found so far that fit: certainly possible."""
        low = high = int(self.reach.base[question])
        asked = self.system.questions.matrix
        span = slice(asked.indptr[question], asked.indptr[question + 1])
        columns, factors = asked.indices[span], asked.data[span]
        for index in self.reach.rooms_of(question):
            room, inside = self.reach.rooms[index], self.reach.room[columns] == index
            if not room.found:
                self.reach.high(question)
            at = np.searchsorted(room.columns, columns[inside])
            values = np.asarray(room.found)[:, at] @ factors[inside]
            low, high = low + int(values.min()), high + int(values.max())
        return low, high

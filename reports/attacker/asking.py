"""A reader with questions: how low and how high a number could be, looked up only as far as an answer needs it.

`attack` finds both ends of everything; here a number that was seen to be large once is not looked at again, and counts are swapped
before a solver is asked. The verdicts are the same.
"""

from collections.abc import Sequence

from .published import Published
from .reach import NODES, Reach
from .swaps import Swaps
from .system import System
from .truth import Spot, Target


class Asking:
    """Everybody who reads `published`. Questions are hidden cells (`cell`) and targets (`target`), named by their numbers."""

    def __init__(self, published: Published, targets: Sequence[Target] = (), nodes: int = NODES) -> None:
        """Raises `Contradiction` where nothing fits all that is printed, `TooLarge` where it cannot be looked at."""
        self.system = System(published, targets)
        self.reach = Reach(self.system, None, nodes)
        self.reach.spread(published.k)
        self._swaps: dict[int, Swaps] = {}
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
        if self._seen(question)[1] >= level or self._swapped(question, level, 1):
            return True
        high, _sure = self.reach.high(question)
        return high is None or high >= level

    def falls_to(self, question: int, level: int) -> bool:
        """Whether the number could be `level` or less."""
        if self._seen(question)[0] <= level or self._swapped(question, level, -1):
            return True
        return self.reach.low(question)[0] <= level

    def told(self, question: int) -> bool:
        """Whether the number can be one only."""
        low, high = self._seen(question)
        return low == high and self.reach.range(question).point

    def _swapped(self, question: int, level: int, sense: int) -> bool:
        """Whether swaps from counts that were found before show the level to be possible. What they show is kept."""
        for index, factors in self.reach.parts(question):
            room = self.reach.rooms[index]
            swaps = self._swaps.get(index) or self._swaps.setdefault(index, Swaps(room))
            low, high = self._seen(question)
            missing = level - high if sense > 0 else low - level
            if missing <= 0 or not swaps.useful:
                continue
            sums = room.witnesses() @ factors * sense
            best = int(sums.argmax())
            values = swaps.climb(room.found[best], factors * sense, int(sums[best]) + missing)
            if room.fits(values):
                self.reach.keep(room, values)
        low, high = self._seen(question)
        return high >= level if sense > 0 else low <= level

    def _seen(self, question: int) -> tuple[int, int]:
        """Least and greatest among the counts found so far that fit: certainly possible."""
        return self.reach.seen(question)

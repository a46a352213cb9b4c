"""Which cells to hide: the fewest, then the smallest, that leave every target uncertain enough. Rules R8 and R9. Pure.

The integer program of Fischetti and Salazar (2001): one binary variable per cell; for each target and each of its two ends there
must be another table that equals the true one wherever a cell is printed. Solved by cuts (Benders): the binary program knows
only the inequalities found so far; the audit looks for a target that its pattern gives away, and says which inequality was
missing. When the audit finds none, the pattern is safe, and no cheaper one is.
"""

import time
from enum import StrEnum

import numpy as np
from scipy import optimize, sparse

from .alternatives import Cut
from .audit import Audit
from .crossing import Crossing, Flags, Numbers
from .sums import beneath, relations


class Cost(StrEnum):
    """What hiding should spare first: the number of cells, or what stands in them."""

    CELLS = "cells"
    VALUE = "value"


class Stuck(Exception):
    """No pattern of hidden cells protects everything: it is known from elsewhere, or from an earlier edition."""


class OutOfTime(Exception):
    """The time was up before a pattern was proved to be safe and the cheapest. `nearly`: the last one, not to be trusted."""

    def __init__(self, nearly: Flags) -> None:
        super().__init__()
        self.nearly = nearly


def weights(crossing: Crossing, cost: Cost) -> Numbers:
    """What it costs to hide each row. A sum is as dear as all the cells beneath it.

    Lexicographic by weight: one cell more outweighs whatever could stand in the cells, or the other way about.
    """
    cells, values = np.zeros(len(crossing.values)), np.zeros(len(crossing.values))
    for place, size in beneath(crossing).items():
        row = crossing.row_of[place]
        if row >= 0 and not crossing.fixed[row]:
            cells[row] += size
            values[row] += crossing.values[row]
    first, second = (cells, values) if cost is Cost.CELLS else (values, cells)
    # Solvers look at differences of a millionth: the first must not drown the second.
    second = second * min(1.0, 1e6 / max(second.sum(), 1.0))
    whole: Numbers = first * (second.sum() + 1) + second
    return whole


class Master:
    """The integer program over the cells: all that is known so far about which patterns are safe."""

    def __init__(self, crossing: Crossing, forced: Flags, cost: Numbers) -> None:
        self.forced, self.cost = forced, cost
        self.free = np.flatnonzero(~forced & ~crossing.fixed)
        self.place = {int(row): i for i, row in enumerate(self.free)}
        self.lines: list[dict[int, float]] = []
        self.least: list[float] = []
        self._never_alone(crossing)

    def _never_alone(self, crossing: Crossing) -> None:
        """A cell hidden alone in a sum can be worked out: hiding it was in vain. True of every cheapest pattern."""
        for relation in relations(crossing):
            hideable = [row for row in relation if not crossing.fixed[row]]
            firm = [row for row in hideable if self.forced[row]]
            others = [row for row in hideable if not self.forced[row]]
            if len(firm) == 1 and not crossing.gone[firm[0]]:
                self._add(dict.fromkeys(others, 1.0), 1)
            for row in others if not firm else []:
                self._add({**dict.fromkeys(others, 1.0), row: -1.0}, 0)

    def _add(self, shares: dict[int, float], least: float) -> None:
        self.lines.append(shares)
        self.least.append(least)

    def learn(self, cuts: list[Cut]) -> None:
        """Raises Stuck for a cut that nothing can satisfy."""
        for cut in cuts:
            if not cut.shares:
                raise Stuck
            self._add(cut.shares, 1)

    def solve(self, until: float) -> Flags:
        """The cheapest pattern that satisfies all that is known. Raises Stuck and OutOfTime."""
        hidden = self.forced.copy()
        if not self.lines:
            return hidden
        lines = np.repeat(np.arange(len(self.lines)), [len(line) for line in self.lines])
        columns = [self.place[row] for line in self.lines for row in line]
        shares = [share for line in self.lines for share in line.values()]
        matrix = sparse.csr_array((shares, (lines, columns)), shape=(len(self.lines), len(self.free)))
        solved = optimize.milp(
            self.cost[self.free] / self.cost[self.free].min(),
            integrality=np.ones(len(self.free)),
            bounds=optimize.Bounds(0, 1),
            constraints=optimize.LinearConstraint(matrix, self.least, np.inf),
            options={"time_limit": max(until - time.monotonic(), 0.01), "mip_rel_gap": 0},
        )
        if solved.x is not None:
            hidden[self.free[solved.x > 0.5]] = True
        if solved.status == 1:
            raise OutOfTime(hidden)
        if solved.x is None:
            raise Stuck
        return hidden


def cheapest(audit: Audit, forced: Flags, cost: Numbers, until: float) -> Flags:
    """The cheapest safe pattern that hides `forced`. Raises Stuck and OutOfTime."""
    master, hidden = Master(audit.crossing, forced, cost), forced
    while time.monotonic() < until:
        hidden = master.solve(until)
        found = audit.broken(hidden)
        if not found:
            return hidden
        master.learn(found)
    raise OutOfTime(hidden)

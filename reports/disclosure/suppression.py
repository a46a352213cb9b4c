"""Which cells to hide: the fewest, then the smallest, that leave every target uncertain enough. Rules R8 and R9. Pure.

The integer program of Fischetti and Salazar (2001): one binary variable per cell; for each target and each of its two ends there
must be another table that equals the true one wherever a cell is printed. Solved by cuts (Benders): the binary program knows
only the inequalities found so far; the audit looks for a target that its pattern gives away, and says which inequality was
missing. When the audit finds none, the pattern is safe, and no cheaper one is.
"""

from enum import StrEnum

import numpy as np
from scipy import optimize, sparse

from .alternatives import TOLERANCE, Cut
from .audit import Audit
from .crossing import Crossing, Flags, Numbers
from .sums import beneath, relations
from .work import NODE, Work


class Cost(StrEnum):
    """What hiding should spare first: the number of cells, or what stands in them."""

    CELLS = "cells"
    VALUE = "value"


class Stuck(Exception):
    """No pattern of hidden cells protects everything: it is known from elsewhere, or from an earlier edition."""


class Exhausted(Exception):
    """The work was done before a pattern was proved to be safe and the cheapest. `nearly`: the last one, not to be trusted."""

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

    def solve(self, work: Work, until: float) -> Flags:
        """The cheapest pattern that satisfies all that is known. Raises Stuck, Exhausted and TooLate."""
        hidden = self.forced.copy()
        if not self.lines:
            return hidden
        if not len(self.free):
            raise Stuck
        lines = np.repeat(np.arange(len(self.lines)), [len(line) for line in self.lines])
        columns = [self.place[row] for line in self.lines for row in line]
        shares = [share for line in self.lines for share in line.values()]
        matrix = sparse.csr_array((shares, (lines, columns)), shape=(len(self.lines), len(self.free)))
        solved = optimize.milp(
            self.cost[self.free] / self.cost[self.free].min(),
            integrality=np.ones(len(self.free)),
            bounds=optimize.Bounds(0, 1),
            constraints=optimize.LinearConstraint(matrix, self.least, np.inf),
            options={
                "node_limit": int(max(until - work.done, 0) // NODE) + 1,
                "time_limit": work.seconds,
                "mip_rel_gap": 0,
            },
        )
        work.add(NODE * max(1, solved.mip_node_count or 0))
        if solved.x is not None:
            hidden[self.free[solved.x > 0.5]] = True
        if solved.status == 1:
            raise Exhausted(hidden)
        if solved.x is None:
            raise Stuck
        return hidden


def cheapest(audit: Audit, forced: Flags, cost: Numbers, until: float) -> Flags:
    """The cheapest safe pattern that hides `forced`. `until`: units of work. Raises Stuck, Exhausted and TooLate.

    From each pattern that the master proposes it goes on to wider ones, until one is safe or dearer than the best so far: their
    cuts are sharper, and the best of them is at hand when the work is done.
    """
    master, best, nearly = Master(audit.crossing, forced, cost), np.inf, forced
    while audit.work.done < until:
        try:
            hidden = wider = master.solve(audit.work, until)
        except Exhausted as spent:
            raise Exhausted(nearly if best < np.inf else spent.nearly) from spent
        if cost[hidden].sum() >= best - TOLERANCE:
            return nearly
        while found := audit.broken(wider):
            master.learn(found)
            if audit.work.done > until or cost[wider].sum() >= best:
                break
            wider = wider | covering(found, cost)
        else:
            if wider is hidden:
                return hidden
            if cost[wider].sum() < best:
                best, nearly = cost[wider].sum(), wider
    raise Exhausted(nearly)


def covering(cuts: list[Cut], cost: Numbers) -> Flags:
    """Rows that satisfy all cuts, taken one by one by what they add for their cost."""
    chosen, missing = np.zeros(len(cost), dtype=bool), np.ones(len(cuts))
    while (missing > 0).any():
        worth = np.zeros(len(cost))
        for cut, left in zip(cuts, missing, strict=True):
            for row, share in cut.shares.items() if left > 0 else ():
                worth[row] += min(share, left)
        worth[chosen] = 0
        best = int(np.argmax(worth / np.maximum(cost, TOLERANCE)))
        chosen[best] = True
        for i, cut in enumerate(cuts):
            missing[i] -= cut.shares.get(best, 0.0)
            if missing[i] < TOLERANCE or all(chosen[row] for row in cut.shares):
                missing[i] = 0
    return chosen

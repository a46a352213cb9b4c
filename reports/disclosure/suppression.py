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


class Cost(StrEnum):
    """What hiding should spare first: the number of cells, or what stands in them."""

    CELLS = "cells"
    VALUE = "value"


class Stuck(Exception):
    """No pattern of hidden cells protects everything: it is known from elsewhere, or from an earlier edition."""


class OutOfTime(Exception):
    """The time was up before a pattern was proved to be the cheapest."""


def weights(crossing: Crossing, cost: Cost) -> Numbers:
    """What it costs to hide each row. A sum is as dear as all the cells beneath it.

    Lexicographic by weight: one cell more outweighs whatever could stand in the cells, or the other way about.
    """
    cells, values = np.zeros(len(crossing.values)), np.zeros(len(crossing.values))
    for (code, at), row in crossing.row_of.items():
        if row >= 0 and not crossing.fixed[row]:
            cells[row] += beneath(crossing, code, at)
            values[row] += crossing.values[row]
    first, second = (cells, values) if cost is Cost.CELLS else (values, cells)
    # Solvers look at differences of a millionth: the first must not drown the second.
    second = second * min(1.0, 1e6 / max(second.sum(), 1.0))
    whole: Numbers = first * (second.sum() + 1) + second
    return whole


def beneath(crossing: Crossing, code: str, at: tuple[str, ...]) -> int:
    """How many of the finest cells of its table a cell adds up."""
    table, release = crossing.table(code), crossing.release
    sizes = [len(release.dimension(one).members(value)) for one, value in zip(table.by, at, strict=True)]
    return int(np.prod(sizes)) if sizes else 1


def cheapest(audit: Audit, forced: Flags, cost: Numbers, known: list[Cut], until: float) -> Flags:
    """The cheapest safe pattern that hides `forced`. `known`: cuts found before. Raises Stuck and OutOfTime."""
    cuts = list(known)
    while True:
        hidden = _master(forced, cost, cuts, until)
        found = audit.broken(hidden)
        if time.monotonic() > until:
            raise OutOfTime
        if not found:
            return hidden
        cuts += found


def _master(forced: Flags, cost: Numbers, cuts: list[Cut], until: float) -> Flags:
    """The cheapest pattern that satisfies all cuts."""
    free = sorted({row for cut in cuts for row in cut.shares})
    hidden = forced.copy()
    if any(not cut.shares for cut in cuts):
        raise Stuck
    if not cuts:
        return hidden
    place = {row: i for i, row in enumerate(free)}
    lines = np.repeat(np.arange(len(cuts)), [len(cut.shares) for cut in cuts])
    columns = [place[row] for cut in cuts for row in cut.shares]
    shares = [share for cut in cuts for share in cut.shares.values()]
    matrix = sparse.csr_array((shares, (lines, columns)), shape=(len(cuts), len(free)))
    solved = optimize.milp(
        cost[free] / cost[free].min(),
        integrality=np.ones(len(free)),
        bounds=optimize.Bounds(0, 1),
        constraints=optimize.LinearConstraint(matrix, 1, np.inf),
        options={"time_limit": max(until - time.monotonic(), 0.01), "mip_rel_gap": 0},
    )
    if solved.status == 1:
        raise OutOfTime
    if solved.x is None:
        raise Stuck
    hidden[[row for row, chosen in zip(free, solved.x, strict=True) if chosen > 0.5]] = True
    return hidden

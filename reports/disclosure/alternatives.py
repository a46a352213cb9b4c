"""Could it have been otherwise? For each question either another table that fits all that is printed, or the reason why not. Pure.

A reader knows every printed number and that no count is below nought. A question asks whether, for all the reader knows, a
count could be as low or as high as it should be able to be. The answer is a *witness*, a whole other table of counts; or a *cut*:
an inequality, from the duals of the linear program, that every safe pattern of hidden cells satisfies and this one does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import optimize, sparse

from .crossing import Crossing, Flags, Numbers, Places
from .work import NODE, Work

TOLERANCE = 1e-6
# Questions put into one linear program: they are independent, and one call costs more than one question.
TOGETHER = 64
# What calling a solver costs whatever it is asked, in units of work.
CALL = 100
# Of an integer program that only looks whether there is a solution.
NODES = 1_000


@dataclass(frozen=True, eq=False)
class Ask:
    """Could a count (1 for each of its columns) be `reach`: at least (`rising`) or at most? `floor`: what is known to be there.

    `closed`: columns where nothing but the floor can be, as the reader knows.
    """

    count: Numbers
    rising: bool
    reach: int
    floor: Numbers
    closed: Flags

    @property
    def goal(self) -> Numbers:
        return self.count if self.rising else -self.count

    @property
    def gap(self) -> float:
        """What the goal has to reach above what is known to be there."""
        return (self.reach if self.rising else -self.reach) - float(self.goal @ self.floor)

    def holds(self, counts: Numbers) -> bool:
        """Whether another table answers the question."""
        found = float(self.count @ counts)
        return found >= self.reach - TOLERANCE if self.rising else found <= self.reach + TOLERANCE


@dataclass(frozen=True)
class Cut:
    """At least one's worth of these rows must be hidden: row -> share. Empty: no pattern whatever answers the question."""

    shares: dict[int, float]


@dataclass(frozen=True)
class Witness:
    """Another table that fits everything printed."""

    counts: Numbers

    @property
    def is_whole(self) -> bool:
        """Whether it consists of natural numbers."""
        return bool(np.abs(self.counts - np.round(self.counts)).max(initial=0) < TOLERANCE)


class Printed:
    """What a reader knows of one pattern of hidden cells, with everything worked out that follows by mere subtraction."""

    def __init__(self, crossing: Crossing, hidden: Flags, work: Work | None = None) -> None:
        self.crossing, self.shown, self.work = crossing, np.flatnonzero(~hidden), work or Work()
        self.matrix = crossing.rows[self.shown]
        self.known, self.steps = self._subtracted()
        self.unknown = np.flatnonzero(~self.known & crossing.live)
        left = self.matrix[:, self.unknown]
        self.used = np.flatnonzero(np.diff(left.indptr))
        self.left = left[self.used]

    def _subtracted(self) -> tuple[Flags, list[tuple[Places, Places]]]:
        """Columns that a printed row with nothing else unknown in it tells, in the order in which they become known."""
        known, steps = ~self.crossing.live, list[tuple[Places, Places]]()
        pattern = abs(self.matrix)
        while True:
            alone = np.flatnonzero(pattern @ (~known).astype(float) == 1)
            columns = [self._unknown_in(int(row), known) for row in alone]
            found, first = np.unique(np.array(columns, dtype=np.intp), return_index=True)
            if not len(found):
                return known, steps
            steps.append((alone[first], found))
            known[found] = True

    @cached_property
    def _backwards(self) -> list[tuple[Places, Places, Any, Numbers]]:
        """The steps from the last to the first: rows, columns, those columns' lines, and their signs in those rows."""
        found = []
        for rows, columns in reversed(self.steps):
            across = self.matrix[:, columns].T.tocsr()
            sign = np.array([self.matrix[row, place] for row, place in zip(rows, columns, strict=True)])
            found.append((rows, columns, across, sign))
        return found

    @cached_property
    def _pattern(self) -> Any:
        return abs(self.matrix)

    def _unknown_in(self, row: int, known: Flags) -> int:
        columns = self.matrix.indices[self.matrix.indptr[row] : self.matrix.indptr[row + 1]]
        return int(columns[~known[columns]][0])

    def answers(self, asks: Sequence[Ask]) -> list[Witness | Cut]:
        """One answer for each question, in their order. Raises TooLate."""
        return [
            answer
            for start in range(0, len(asks), TOGETHER)
            for answer in self._together(asks[start : start + TOGETHER])
        ]

    def reached(self, asks: Sequence[Ask]) -> list[float]:
        """How far each count can go towards what was asked, at most to there."""
        found: list[float] = []
        for start in range(0, len(asks), TOGETHER):
            some = asks[start : start + TOGETHER]
            found += [float(ask.count @ other) for ask, other in zip(some, self._solved(some)[0], strict=True)]
        return found

    def _together(self, asks: Sequence[Ask]) -> list[Witness | Cut]:
        counts, duals = self._solved(asks)
        return [
            Witness(other) if ask.holds(other) else self._cut(ask, dual)
            for ask, other, dual in zip(asks, counts, duals, strict=True)
        ]

    def _solved(self, asks: Sequence[Ask]) -> tuple[Numbers, Numbers]:
        """All questions as one linear program of independent blocks: other tables, and the dual of each printed row."""
        floors, goals = np.array([ask.floor for ask in asks]), np.array([ask.goal for ask in asks])
        gaps = np.array([ask.gap for ask in asks])
        many, width = len(goals), len(self.unknown)
        counts = np.tile(self.crossing.truth, (many, 1))
        duals = np.zeros((many, len(self.shown)))
        if width:
            above = (self.crossing.truth - floors)[:, self.unknown]
            goal = goals[:, self.unknown]
            settled = ((self.crossing.truth - floors) * goals)[:, self.known].sum(axis=1)
            closed = np.array([ask.closed for ask in asks])[:, self.unknown]
            solved = optimize.linprog(
                -goal.ravel(),
                A_ub=sparse.block_diag([line[None, :] for line in goal], format="csr"),
                b_ub=np.maximum(gaps - settled, (goal * above).sum(axis=1)),
                A_eq=sparse.kron(sparse.eye_array(many), self.left, format="csr") if len(self.used) else None,
                b_eq=(self.left @ above.T).T.ravel() if len(self.used) else None,
                bounds=np.column_stack([np.zeros(closed.size), np.where(closed, 0.0, np.inf).ravel()]),
                method="highs",
                options={"time_limit": self.work.seconds},
            )
            self.work.add(CALL + goal.size + solved.nit)
            if solved.x is None:
                raise ArithmeticError(f"The linear program was not solved: {solved.message}")
            counts[:, self.unknown] = solved.x.reshape(many, width) + floors[:, self.unknown]
            if len(self.used):
                duals[:, self.used] = -solved.eqlin.marginals.reshape(many, len(self.used))
        return counts, duals

    def _cut(self, ask: Ask, dual: Numbers) -> Cut:
        """From the duals: what hiding each printed row could add to the goal, at most, as a share of what is missing.

        A row with a positive dual would have to grow, without limit; one with a negative would have to shrink, at most to the
        insider's own share. A row of closed columns cannot grow.
        """
        goal, above = ask.goal, self.crossing.truth - ask.floor
        for rows, columns, across, sign in self._backwards:
            dual[rows] = 0
            dual[rows] = (goal[columns] - across @ dual) / sign
        missing = ask.gap - dual @ (self.matrix @ above)
        if missing <= TOLERANCE:
            raise ArithmeticError("A question without a witness must be missing something.")
        least = np.where(dual < 0, -dual * (self.matrix @ above), 0.0) / missing
        grows = self._pattern @ (self.crossing.live & ~ask.closed).astype(float) > 0
        shares = np.where(dual > TOLERANCE, np.where(grows, 1.0, 0.0), np.minimum(least, 1.0))
        shares[self.crossing.fixed[self.shown]] = 0
        return Cut({int(self.shown[i]): float(shares[i]) for i in np.flatnonzero(shares > TOLERANCE)})


def whole(printed: Printed, ask: Ask) -> bool:
    """Whether natural numbers answer the question: an integer program, where the linear one gave fractions.

    False also where that would be too much work: what is not known to be safe is not safe. Raises TooLate.
    """
    crossing, width = printed.crossing, len(printed.unknown)
    if not width:
        return ask.holds(crossing.truth)
    left = ask.reach - float(ask.count[printed.known] @ crossing.truth[printed.known])
    ends = (left, np.inf) if ask.rising else (-np.inf, left)
    limits: list[Any] = [optimize.LinearConstraint(ask.count[printed.unknown], *ends)]
    if len(printed.used):
        right = printed.left @ crossing.truth[printed.unknown]
        limits.append(optimize.LinearConstraint(printed.left, right, right))
    solved = optimize.milp(
        np.zeros(width),
        integrality=np.ones(width),
        bounds=optimize.Bounds(
            ask.floor[printed.unknown],
            np.where(ask.closed, ask.floor, np.inf)[printed.unknown],
        ),
        constraints=limits,
        options={"node_limit": NODES, "time_limit": printed.work.seconds},
    )
    printed.work.add(CALL + width + NODE * max(0, (solved.mip_node_count or 0) - 1))
    return solved.x is not None

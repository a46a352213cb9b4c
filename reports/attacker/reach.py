"""How far each asked number can go: least and greatest over all non-negative whole counts that fit everything printed.

Each end is found by an integer program (HiGHS through scipy) and believed only with a witness: counts that fit every equation
exactly, in whole numbers. So a rounding error of the solver can make the attacker bolder, never a table safer.
"""

from collections.abc import Collection
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, csr_array, eye_array, hstack, vstack
from scipy.sparse.csgraph import connected_components

from .system import Contradiction, Rows, System

# Of the search for one end. A number, not a time: the same document gets the same verdict on every machine.
NODES = 2_000
# Of the search for a first witness: how near the best, and how many nodes.
CLOSE, FEW = 0.02, 10
# For the day on which a solver does not come back.
SECONDS = 600.0
# Nothing binds an unknown that may grow beyond this many times the largest number printed.
FAR = 10


@dataclass(frozen=True)
class Range:
    """Both ends are reached by counts that fit. `high` None: no end. `sure`: nothing lies beyond them."""

    low: int
    high: int | None
    sure: bool = True

    @property
    def point(self) -> bool:
        return self.low == self.high

    def holds(self, value: int) -> bool:
        return self.low <= value and (self.high is None or value <= self.high)


@dataclass
class Room:
    """A part of the system that shares no unknown with the rest. `found`: witnesses. `ends`: what was already asked.

    `asked`: the rows of the questions (`numbers`) that reach into it; `low` and `high`: what the witnesses make of each.
    """

    number: int
    columns: Any
    matrix: Any
    lower: Any
    upper: Any
    most: Any
    found: list[Any]
    ends: dict[bytes, tuple[int, bool]]
    numbers: Any
    asked: Any
    low: Any = None
    high: Any = None
    _stack: Any = None

    def witnesses(self) -> Any:
        """What was found so far, one line each."""
        if self._stack is None or len(self._stack) != len(self.found):
            self._stack = np.asarray(self.found)
        return self._stack

    def fits(self, values: Any) -> bool:
        if (values < 0).any():
            return False
        sums = self.matrix @ values
        return bool((sums <= self.upper).all() and (sums >= self.lower).all())


NONE = np.iinfo(np.int64).min


class Reach:
    """The system as one reader sees it: an outsider, or an insider who knows `own` (values of the merged unknowns).

    `alone`: questions whose number an insider knows, being the only one who contributed to it.
    """

    def __init__(self, system: System, own: Any = None, nodes: int = NODES, alone: Collection[int] = ()) -> None:
        """Raises `Contradiction`."""
        self.system, self.nodes = system, nodes
        self.own = np.zeros(system.width, np.int64) if own is None else own
        equal, below = system.equal, system.below
        self.right = equal.right - equal.matrix @ self.own
        self.limit = below.right - below.matrix @ self.own
        self.far = FAR * int(max([100, system.published.k, *equal.right, *np.abs(below.right)]))
        known = np.where(system.covered(tuple(alone)), 0, -1)
        self.fixed = settle(equal, self.right, known)
        self.rooms: list[Room] = []
        self._held: dict[int, list[tuple[int, Any]]] = {}
        self._rooms: dict[int, list[int]] = {}
        self.room = np.full(system.width, -1, np.int64)
        self._split()
        self.base = system.questions.matrix @ (self.own + np.maximum(self.fixed, 0))
        self._least, self._greatest = self.base.copy(), self.base.copy()

    def _split(self) -> None:
        """Rooms of the unknowns that are not settled yet."""
        equal, below = self.system.equal.matrix, self.system.below.matrix
        open_ = np.flatnonzero(self.fixed < 0)
        settled = np.maximum(self.fixed, 0)
        rows = csr_array(vstack([equal, below], format="csr"))
        upper = np.concatenate([self.right - equal @ settled, self.limit - below @ settled])
        lower = upper.copy()
        lower[equal.shape[0] :] = NONE
        rows = csr_array(rows[:, open_])
        lengths = np.diff(rows.indptr)
        idle = lengths == 0
        if (upper[idle] < 0).any() or (lower[idle] > 0).any():
            bad = int(np.flatnonzero(idle & ((upper < 0) | (lower > 0)))[0])
            raise Contradiction((*self.system.equal.names, *self.system.below.names)[bad])
        rows, lower, upper = csr_array(rows[~idle]), lower[~idle], upper[~idle]
        lines = rows.shape[0]
        pattern = csr_array((np.ones(rows.nnz, np.int8), rows.indices, rows.indptr), shape=rows.shape)
        graph = csr_array(vstack([csr_array((lines, lines), dtype=np.int8), pattern.T], format="csr"))
        graph.resize((lines + len(open_), lines + len(open_)))
        _number, label = connected_components(graph, directed=False)
        of_row, of_column = label[:lines], label[lines:]
        row_order, column_order = np.argsort(of_row, kind="stable"), np.argsort(of_column, kind="stable")
        asked = csc_array(self.system.questions.matrix)
        for one in np.unique(of_column):
            chosen = column_order[slice(*np.searchsorted(of_column[column_order], [one, one + 1]))]
            lines_in = row_order[slice(*np.searchsorted(of_row[row_order], [one, one + 1]))]
            matrix = csr_array(rows[lines_in][:, chosen])
            most = self._most(matrix, lower[lines_in], upper[lines_in])
            self.room[open_[chosen]] = len(self.rooms)
            inside = csr_array(asked[:, open_[chosen]])
            numbers = np.flatnonzero(np.diff(inside.indptr))
            ends = lower[lines_in], upper[lines_in]
            self.rooms.append(
                Room(len(self.rooms), open_[chosen], matrix, *ends, most, [], {}, numbers, inside[numbers])
            )

    def _most(self, matrix: Any, lower: Any, upper: Any) -> Any:
        """What the rows without minus signs leave for each unknown at most."""
        most = np.full(matrix.shape[1], self.far, np.int64)
        whole = np.ones(matrix.shape[0], bool)
        lines = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        whole[lines[matrix.data < 0]] = False
        kept = whole[lines]
        np.minimum.at(most, matrix.indices[kept], np.maximum(upper[lines[kept]], 0) // matrix.data[kept])
        return most

    def seen(self, question: int) -> tuple[int, int]:
        """Least and greatest among the witnesses so far: what is certainly possible. Solves where there is none yet."""
        for index in self.rooms_of(question):
            if not self.rooms[index].found:
                self._end(*self.by_room(question)[self.rooms_of(question).index(index)], 1)
        return int(self._least[question]), int(self._greatest[question])

    def keep(self, room: Room, values: Any) -> None:
        """A witness, and what it makes of every question that reaches into the room."""
        room.found.append(values)
        sums = room.asked @ values
        low, high = (sums, sums) if room.low is None else (np.minimum(room.low, sums), np.maximum(room.high, sums))
        self._least[room.numbers] += low - (0 if room.low is None else room.low)
        self._greatest[room.numbers] += high - (0 if room.high is None else room.high)
        room.low, room.high = low, high

    def spread(self, level: int) -> None:
        """One witness for each room in which as many questions as can be reach `level` at once: most need no other."""
        for room in self.rooms:
            if len(room.numbers):
                self._spread(room, level)

    def _spread(self, room: Room, level: int) -> None:
        size, many = len(room.columns), len(room.numbers)
        reached = np.full(many, float(level))
        lower = np.concatenate([np.where(room.lower == NONE, -np.inf, room.lower), np.zeros(many)])
        upper = np.concatenate([room.upper.astype(float), np.full(many, np.inf)])
        no_more = csr_array((room.matrix.shape[0], many))
        both = vstack([hstack([room.matrix, no_more]), hstack([room.asked, -eye_array(many)])])
        done = milp(
            np.concatenate([np.zeros(size), np.full(many, -1.0)]),
            integrality=np.concatenate([np.ones(size), np.zeros(many)]),
            bounds=Bounds(
                np.concatenate([np.zeros(size), np.full(many, -np.inf)]), np.concatenate([room.most, reached])
            ),
            constraints=[LinearConstraint(csc_array(both, dtype=float), lower, upper)],
            options={"mip_rel_gap": CLOSE, "node_limit": FEW, "time_limit": SECONDS},
        )
        if done.x is not None:
            values = np.rint(done.x[:size]).astype(np.int64)
            if room.fits(values):
                self.keep(room, values)

    def range(self, question: int) -> Range:
        """Both ends of one question."""
        (low, sure_low), (high, sure_high) = self.low(question), self.high(question)
        return Range(low, high, sure_low and sure_high)

    def low(self, question: int) -> tuple[int, bool]:
        """The least, and whether that is sure."""
        total, sure = int(self.base[question]), True
        for room, factors in self.by_room(question):
            value, proved = self._end(room, factors, 1)
            total, sure = total + value, sure and proved
        return total, sure

    def high(self, question: int) -> tuple[int | None, bool]:
        """The greatest (None: no end), and whether that is sure."""
        total, sure = int(self.base[question]), True
        for room, factors in self.by_room(question):
            value, proved = self._end(room, factors, -1)
            total, sure = total - value, sure and proved
        return (None if total >= self.far else total), sure

    def rooms_of(self, question: int) -> list[int]:
        """The rooms a question reaches into."""
        if question not in self._rooms:
            asked = self.system.questions.matrix
            inside = self.room[asked.indices[asked.indptr[question] : asked.indptr[question + 1]]].tolist()
            self._rooms[question] = sorted({each for each in inside if each >= 0})
        return self._rooms[question]

    def by_room(self, question: int) -> list[tuple[Room, Any]]:
        """The question room by room."""
        return [(self.rooms[index], there) for index, there in self.parts(question)]

    def parts(self, question: int) -> list[tuple[int, Any]]:
        """The question by the number of each room: its factors there."""
        if question in self._held:
            return self._held[question]
        asked = self.system.questions.matrix
        span = slice(asked.indptr[question], asked.indptr[question + 1])
        columns, factors = asked.indices[span], asked.data[span]
        parts = []
        for index in self.rooms_of(question):
            room, inside = self.rooms[index], self.room[columns] == index
            there = np.zeros(len(room.columns), np.int64)
            there[np.searchsorted(room.columns, columns[inside])] = factors[inside]
            parts.append((index, there))
        self._held[question] = parts
        return parts

    def _end(self, room: Room, factors: Any, sense: int) -> tuple[int, bool]:
        """The least of sense * factors over the room, by a witness; and whether it is sure."""
        aim = sense * factors
        key = aim.tobytes()
        if key not in room.ends:
            room.ends[key] = self._solve(room, aim)
        return room.ends[key]

    def _solve(self, room: Room, aim: Any) -> tuple[int, bool]:
        lower = np.where(room.lower == NONE, -np.inf, room.lower)
        rules = [LinearConstraint(csc_array(room.matrix, dtype=float), lower, room.upper.astype(float))]
        done = milp(
            aim.astype(float),
            integrality=np.ones(len(aim)),
            bounds=Bounds(0, room.most),
            constraints=rules if room.matrix.shape[0] else [],
            options={"mip_rel_gap": 0.0, "node_limit": self.nodes, "time_limit": SECONDS},
        )
        if done.status == 2:
            raise Contradiction("the printed numbers contradict one another")
        if done.x is not None:
            values = np.rint(done.x).astype(np.int64)
            if room.fits(values):
                self.keep(room, values)
                least = int(aim @ values)
                return least, done.status == 0 and least <= ceil(done.mip_dual_bound - 1e-6)
        if not room.found:
            raise Contradiction("no counts were found that fit what was printed")
        return int((np.asarray(room.found) @ aim).min()), False


def settle(equal: Rows, right: Any, known: Any) -> Any:
    """Unknowns that one equation after the other gives away, beside those known before: -1 where none does.

    Raises `Contradiction`.
    """
    matrix, fixed = equal.matrix, known.copy()
    plus, minus = csr_array(matrix > 0).astype(np.int64), csr_array(matrix < 0).astype(np.int64)
    lines = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    while True:
        open_ = fixed < 0
        rest = right - matrix @ np.maximum(fixed, 0)
        ahead, behind = plus @ open_, minus @ open_
        broken = ((behind == 0) & (rest < 0)) | ((ahead == 0) & (rest > 0))
        if broken.any():
            raise Contradiction(equal.names[int(np.flatnonzero(broken)[0])])
        empty = (rest == 0) & ((ahead == 0) != (behind == 0))
        single = (ahead + behind == 1) & ~empty
        here = open_[matrix.indices]
        zeros = matrix.indices[empty[lines] & here]
        alone = single[lines] & here
        if not len(zeros) and not alone.any():
            return fixed
        fixed[zeros] = 0
        values = rest[lines[alone]] // matrix.data[alone]
        fixed[matrix.indices[alone]] = values

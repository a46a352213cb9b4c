"""Ways from the truth to other counts that fit all the same: what proves quickly that nobody can know.

A move changes some counts and no printed number. As far as no count falls below what a reader knows of it, the truth may have
been moved, once or many times, forward or back. The smallest moves are looked for, because they serve the most readers: an
insider knows its own part and forbids only the moves that eat into it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, hstack, vstack

from .reach import NODES, NONE, SECONDS, Reach, Room


@dataclass(frozen=True)
class Knowledge:
    """What one reader knows besides. `own`: values of the merged unknowns that are there at least; `closed`: known exactly."""

    name: str
    own: Any
    closed: Any


@dataclass
class Ground:
    """A room at the truth: the moves found so far, one per row. `asked`: the questions (`numbers`) that reach into it."""

    room: Room
    there: Any
    numbers: Any
    asked: Any
    moves: Any
    seen: tuple[Knowledge | None, int, tuple[Any, Any]] = (None, 0, (None, None))

    def question(self, number: int) -> Any:
        """One question's row."""
        return self.asked[[int(np.searchsorted(self.numbers, number))]]

    def ends(self, knows: Knowledge) -> tuple[Any, Any]:
        """How often each move may be made, back and forth. The last answer is kept: one reader asks many times."""
        if self.seen[0] is not knows or self.seen[1] != len(self.moves):
            self.seen = (knows, len(self.moves), self._ends(knows))
        return self.seen[2]

    def _ends(self, knows: Knowledge) -> tuple[Any, Any]:
        columns, room = self.room.columns, self.room
        slack = np.where(knows.closed[columns], 0, self.there - knows.own[columns])
        free = ~(self.moves[:, knows.closed[columns]] != 0).any(axis=1)
        forth, back = _times(self.moves, slack), _times(-self.moves, slack)
        open_ = np.flatnonzero((room.lower == NONE) | (room.lower < room.upper))
        if len(open_):
            change = self.moves @ room.matrix[open_].T
            room_above = room.upper[open_] - room.matrix[open_] @ self.there
            forth = np.minimum(forth, _times(-change, room_above))
            back = np.minimum(back, _times(change, room_above))
        return -np.where(free, back, 0), np.where(free, forth, 0)


def _times(falls: Any, slack: Any) -> Any:
    """How often rows of changes fit: where an entry is negative, it eats that much of the slack."""
    often = np.where(falls < 0, slack // np.maximum(-falls, 1), np.iinfo(np.int32).max)
    return often.min(axis=1, initial=np.iinfo(np.int32).max)


class Moves:
    """All rooms of an outsider's system at the truth."""

    def __init__(self, reach: Reach, there: Any, nodes: int = NODES) -> None:
        self.reach, self.there, self.nodes = reach, there, nodes
        asked = csc_array(reach.system.questions.matrix)
        self.values = np.asarray(asked @ there)
        self.grounds = []
        for room in reach.rooms:
            inside = csc_array(asked[:, room.columns]).tocsr()
            numbers = np.flatnonzero(np.diff(inside.indptr))
            none = np.zeros((0, len(room.columns)), np.int64)
            self.grounds.append(Ground(room, there[room.columns], numbers, inside[numbers], none))

    def spans(self, knows: Knowledge) -> tuple[Any, Any]:
        """For every question the least and the greatest number that the moves found so far prove possible."""
        low, high = self.values.copy(), self.values.copy()
        for ground in self.grounds:
            if len(ground.moves):
                down, up = _reach(np.asarray(ground.asked @ ground.moves.T), *ground.ends(knows))
                low[ground.numbers] += down
                high[ground.numbers] += up
        return low, high

    def span(self, question: int, knows: Knowledge) -> tuple[int, int]:
        """The same for one question."""
        low = high = int(self.values[question])
        for index in self.reach.rooms_of(question):
            ground = self.grounds[index]
            if len(ground.moves):
                down, up = _reach(np.asarray(ground.question(question) @ ground.moves.T), *ground.ends(knows))
                low, high = low + int(down[0]), high + int(up[0])
        return low, high

    def find(self, question: int, change: int, knows: Knowledge) -> bool:
        """Looks for the smallest move that changes one question by at least so much (down where negative); keeps it.

        Looked for where one room alone can do it.
        """
        rooms = self.reach.rooms_of(question)
        return any(self._smallest(self.grounds[index], question, change, knows) for index in rooms)

    def _smallest(self, ground: Ground, question: int, change: int, knows: Knowledge) -> bool:
        room, size = ground.room, len(ground.room.columns)
        closed = knows.closed[room.columns]
        slack = np.where(closed, 0, ground.there - knows.own[room.columns])
        most = np.where(closed, 0, np.maximum(room.most - ground.there, 0))
        sums = room.matrix @ ground.there
        aim = ground.question(question) * (1 if change > 0 else -1)
        both = vstack([hstack([room.matrix, -room.matrix]), hstack([aim, -aim])])
        lower = np.append(np.where(room.lower == NONE, -np.inf, room.lower - sums), abs(change))
        upper = np.append((room.upper - sums).astype(float), np.inf)
        done = milp(
            np.ones(2 * size),
            integrality=np.ones(2 * size),
            bounds=Bounds(0, np.concatenate([most, slack])),
            constraints=[LinearConstraint(csc_array(both, dtype=float), lower, upper)],
            options={"node_limit": self.nodes, "time_limit": SECONDS},
        )
        if done.x is None:
            return False
        counts = np.rint(done.x).astype(np.int64)
        move = counts[:size] - counts[size:]
        fits = room.fits(ground.there + move) and (move >= -slack).all() and not move[closed].any()
        if not fits or int((aim @ move)[0]) < abs(change):
            return False
        step = int(np.gcd.reduce(move[move != 0]))
        ground.moves = np.vstack([ground.moves, move // step])
        return True


def _reach(changes: Any, back: Any, forth: Any) -> tuple[Any, Any]:
    """How far down and up one room can take each question."""
    first, second = changes * back, changes * forth
    return np.minimum(first, second).min(axis=1, initial=0), np.maximum(first, second).max(axis=1, initial=0)

"""The attack: bounds for every hidden cell and target by an outsider, and beside the truth by every insider (R14)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, Literal

import numpy as np

from .moves import Knowledge, Moves
from .published import Published
from .reach import NODES, Range, Reach
from .system import Contradiction, System
from .truth import Spot, Target, Truth


@dataclass(frozen=True)
class Attack:
    """What was found. `cells`: each hidden cell (structural zeros left out). `targets`: each target, in order."""

    cells: dict[Spot, Range]
    targets: tuple[tuple[Target, Range], ...]

    @property
    def recovered(self) -> list[Spot]:
        """Hidden cells that can hold one number only."""
        return [spot for spot, found in self.cells.items() if found.point]

    @property
    def breaches(self) -> list[Target]:
        """Targets whose interval is one point, does not hold their lower end or does not reach their upper end (R9)."""
        return [
            target
            for target, found in self.targets
            if found.point or found.low > target.lower or (found.high is not None and found.high < target.upper)
        ]


@dataclass(frozen=True)
class Breach:
    """Something found out that should not be. `insider`: who knew its own contribution; "" for everybody.

    `alone`: it also had to know that it was the only contributor to a cell.
    """

    kind: Literal["recovered", "target"]
    where: str
    insider: str
    low: int
    high: int | None
    lower: int = 0
    upper: int = 0
    alone: bool = False

    def said(self) -> str:
        """One line for people."""
        who = f"with what {self.insider} knows" if self.insider else "from what is printed"
        who += ", alone in a cell" if self.alone else ""
        wanted = f", wanted [{self.lower}, {self.upper}]" if self.kind == "target" else ""
        return f"{self.where}: [{self.low}, {'no end' if self.high is None else self.high}]{wanted}, {who}"


def insiders(truth: Truth) -> list[str]:
    """Everybody who contributed."""
    return sorted({name for atom in truth.atoms for name, n in atom.by.items() if n})


def attack(
    published: Published,
    *,
    targets: Sequence[Target] = (),
    insider: tuple[Truth, str] | None = None,
    nodes: int = NODES,
) -> Attack:
    """Both ends of every hidden cell and target. `insider`: a contributor that knows what it gave itself.

    `nodes`: of the search for one end; an end that they did not prove is marked. Raises `Contradiction`.
    """
    system = System(published, targets)
    if insider:
        there, parts = system.counts(insider[0])
        own = parts.get(insider[1], np.zeros(system.width, np.int64))
        reach = Reach(system, own, nodes, _alone(system, there, own))
    else:
        reach = Reach(system, None, nodes)
    found = [reach.range(question) for question in range(len(system.questions.names))]
    cells = {
        (table.code, cell.at): found[question]
        for question, (table, cell) in enumerate(system.hidden)
        if system.asks(question)
    }
    return Attack(cells, tuple(zip(system.targets, found[len(system.hidden) :], strict=True)))


def breaks(published: Published, truth: Truth, *, with_insiders: bool = True, nodes: int = NODES) -> list[Breach]:
    """What the attack finds out beside the truth: hidden cells recovered and targets missed, by everybody or by one insider.

    Starts from the truth and looks for moves that keep all that is printed; both ends are sought only where no move saves a
    number. Quicker than all bounds, with the same verdict. An insider is told only where it finds more than everybody, and
    about targets only: what it finds out of another blank is a number that might have been printed, also where it is the base of
    a target or one of two editions; what that tells of the target is asked of the target.
    Raises `Contradiction` where the document and the truth do not belong together.
    """
    system = System(published, truth.targets)
    there, own = system.counts(truth)
    if misfit := system.misfit(there):
        raise Contradiction(f"the truth does not fit: {misfit}")
    outsider = Reach(system, None, nodes)
    moves = Moves(outsider, there, nodes)
    nothing = np.zeros(system.width, np.int64)
    found = _audit(moves, Knowledge("", nothing, nothing != 0), _idle(system), lambda: outsider)
    leave = _idle(system) | {question for question, _breach in found} | _no_targets(system)
    breaches = [breach for _question, breach in found]
    for name, part in own.items() if with_insiders else ():
        breaches += _inside(moves, name, part, leave, nodes)
    return breaches


def _inside(moves: Moves, name: str, own: Any, leave: set[int], nodes: int) -> list[Breach]:
    """What one insider finds; and of that, what it would find too if it did not know that it is alone in a cell."""
    system = moves.reach.system
    alone = _alone(system, moves.there, own)
    knows = Knowledge(name, own, system.covered(alone))
    leave = leave | _mine(system, moves.there, own) | system.within(knows.closed)
    found = dict(_audit(moves, knows, leave, cache(partial(Reach, system, own, nodes, tuple(alone)))))
    if not found or not alone:
        return list(found.values())
    less = Knowledge(name, own, np.zeros(system.width, bool))
    others = set(range(len(system.questions.names))) - set(found)
    plain = dict(_audit(moves, less, others, cache(partial(Reach, system, own, nodes))))
    return [plain.get(question, replace(breach, alone=True)) for question, breach in found.items()]


def _mine(system: System, there: Any, own: Any) -> set[int]:
    """Questions that ask for one contributor's own numbers only."""
    asked = system.questions.matrix
    parts, whole = asked @ own, asked @ there
    return {int(each) for each in np.flatnonzero((parts == whole) & (parts > 0))}


def _alone(system: System, there: Any, own: Any) -> list[int]:
    """The cells among them: an only contributor knows that there is nobody else (singletons)."""
    return sorted(each for each in _mine(system, there, own) if system.single(each))


def _idle(system: System) -> set[int]:
    """Questions about structural zeros only."""
    return {each for each in range(len(system.questions.names)) if not system.asks(each)}


def _no_targets(system: System) -> set[int]:
    """Blanks that are no targets themselves."""
    secret = {spot for target in system.targets if target.single for spot in target.plus}
    return {each for each, (table, cell) in enumerate(system.hidden) if (table.code, cell.at) not in secret}


def _audit(moves: Moves, knows: Knowledge, leave: set[int], exact: Callable[[], Reach]) -> list[tuple[int, Breach]]:
    """What one reader finds, by number of the question; those in `leave` are left out. `exact`: makes its system.

    A target that can hold one number only is missed whatever its ends.
    """
    system = moves.reach.system
    own = system.questions.matrix @ knows.own
    lows, highs = moves.spans(knows)
    found = []
    for question, name in enumerate(system.questions.names):
        place = question - len(system.hidden)
        target = system.targets[place] if place >= 0 else None
        lower = max(target.lower, int(own[question])) if target else int(moves.values[question])
        upper = target.upper if target else lower

        def safe(low: int, high: int | None, lower: int = lower, upper: int = upper) -> bool:
            return low <= lower and low != high and (high is None or high >= upper)

        if question in leave or safe(int(lows[question]), int(highs[question])):
            continue
        if _saved(moves, question, knows, lower, upper, safe):
            continue
        ends = exact().range(question)
        if not safe(ends.low, ends.high):
            kind: Literal["recovered", "target"] = "target" if target else "recovered"
            found.append((question, Breach(kind, name, knows.name, ends.low, ends.high, lower, upper)))
    return found


def _saved(
    moves: Moves, question: int, knows: Knowledge, lower: int, upper: int, safe: Callable[[int, int], bool]
) -> bool:
    """Whether moves save a number: found before, or looked for now in the directions that are still wanting."""
    value = int(moves.values[question])
    low, high = moves.span(question, knows)
    if low > lower:
        moves.find(question, lower - value, knows)
    if high < upper:
        moves.find(question, upper - value, knows)
    low, high = moves.span(question, knows)
    if low == high and not moves.find(question, 1, knows):
        moves.find(question, -1, knows)
    return safe(*moves.span(question, knows))

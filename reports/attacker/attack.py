"""The attack: bounds for every hidden cell and target by an outsider, and beside the truth by every insider (R14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .published import Published
from .reach import SECONDS, Contradiction, Range, Reach
from .system import System, named
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
    """Something found out that should not be. `insider`: who knew its own contribution; "" for everybody."""

    kind: Literal["recovered", "target"]
    where: str
    insider: str
    low: int
    high: int | None
    lower: int = 0
    upper: int = 0

    def said(self) -> str:
        """One line for people."""
        who = f"with what {self.insider} knows" if self.insider else "from what is printed"
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
    seconds: float = SECONDS,
) -> Attack:
    """Both ends of every hidden cell and target. `insider`: a contributor that knows what it gave itself.

    `seconds`: time for one end; an end that was not proved in time is marked. Raises `Contradiction`.
    """
    system = System(published, targets)
    reach = _inside(system, *insider, seconds)[0] if insider else Reach(system, None, seconds)
    found = [reach.range(question) for question in range(len(system.questions.names))]
    cells = {
        (table.code, cell.at): found[question]
        for question, (table, cell) in enumerate(system.hidden)
        if system.asks(question)
    }
    return Attack(cells, tuple(zip(system.targets, found[len(system.hidden) :], strict=True)))


def breaks(published: Published, truth: Truth, *, with_insiders: bool = True, seconds: float = SECONDS) -> list[Breach]:
    """What the attack finds out beside the truth: hidden cells recovered and targets missed, by everybody or by one insider.

    The truth itself is the first witness, others follow only where a target still needs one: quicker than all bounds, with the
    same verdict. An insider is told only where it finds more than everybody. Raises `Contradiction` where the document and the
    truth do not belong together.
    """
    system = System(published, truth.targets)
    counts = system.atoms.counts(truth)
    there = system.merged(counts)
    if int(counts.sum()) != int(counts[system.column >= 0].sum()):
        raise Contradiction("the truth has somebody where a structural zero is declared")
    outsider = Reach(system, None, seconds)
    if not outsider.whole(there):
        raise Contradiction(f"the truth does not fit: {system.misfit(there)}")
    outsider.witness(there)
    found = _audit(system, outsider, "", frozenset())
    broken = frozenset(question for question, _breach in found)
    breaches = [breach for _question, breach in found]
    for name in insiders(truth) if with_insiders else []:
        reader, mine = _inside(system, truth, name, seconds)
        for values in (there, *outsider.witnesses()):
            reader.witness(values)
        breaches += [breach for _question, breach in _audit(system, reader, name, broken | mine)]
    return breaches


def _inside(system: System, truth: Truth, name: str, seconds: float) -> tuple[Reach, frozenset[int]]:
    """The system as a contributor sees it, and the questions that ask for its own numbers only.

    It knows its own atoms, and each cell that nobody else contributed to (singletons).
    """
    own = system.merged(system.atoms.counts(truth, name))
    parts, whole = system.questions.matrix @ own, system.questions.matrix @ system.merged(system.atoms.counts(truth))
    mine = frozenset(int(each) for each in np.flatnonzero((parts == whole) & (parts > 0)))
    return Reach(system, own, seconds, [each for each in mine if system.single(each)]), mine


def _audit(system: System, reach: Reach, insider: str, leave: frozenset[int]) -> list[tuple[int, Breach]]:
    """What one reader finds, by number of the question; those in `leave` are left out.

    A target that can hold one number only is missed whatever its ends. What an insider finds out about a blank that is no
    target is a number that might have been printed.
    """
    own = system.questions.matrix @ reach.own
    secret = {spot for target in system.targets for spot in (*target.plus, *target.minus)}
    found = []
    for question, name in enumerate(system.questions.names):
        if question in leave or not system.asks(question):
            continue
        low, high = reach.seen(question)
        if question < len(system.hidden):
            table, cell = system.hidden[question]
            if low < high or (insider and (table.code, cell.at) not in secret):
                continue
            ends = reach.range(question)
            if ends.point:
                breach = Breach("recovered", named(table.code, cell.at), insider, ends.low, ends.high)
                found.append((question, breach))
            continue
        target = system.targets[question - len(system.hidden)]
        lower = max(target.lower, int(own[question]))
        end: int | None = high
        if low > lower or low == high:
            low, _sure = reach.low(question)
        if high < target.upper or low == high:
            end, _sure = reach.high(question)
        if low > lower or low == end or (end is not None and end < target.upper):
            found.append((question, Breach("target", name, insider, low, end, lower, target.upper)))
    return found

"""Protect a release of linked tables: the engine's only door. Rules R1 to R14. Pure: no Django, no database.

    protected = protect(release, rules)
    protected.hidden["t1"]          # the cells of table t1 that must not be printed: frozenset of `at`
    protected.shows("t1", at)       # whether a cell may be printed
    protected.method                # "none" nothing hidden, "exact" fewest cells, "greedy" more of them, "withheld" no table at all

The cheapest pattern if so much work finds it, else a safe one that hides more, else nothing is printed. Whatever comes out has
passed the audit, and is the same whenever and wherever it is worked out. What is printed stands in published.py as the
attacker gets it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .audit import Audit, intervals
from .crossing import Crossing, Flags, Numbers, Place
from .fallback import greedy, spared
from .mending import mended
from .primary import Primary, Target, asked, primary
from .rules import Rules
from .suppression import Cost, Exhausted, Stuck, cheapest, weights
from .tables import At, Release
from .work import EFFORT, PATIENCE, TooLate, Work


class Method(StrEnum):
    """How the pattern was found."""

    NONE = "none"
    EXACT = "exact"
    GREEDY = "greedy"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Protected:
    """A release and what may be printed of it. `hidden`: by table the cells to leave out, also of the released ones.

    `targets` is for the audit and for tests; it tells what is small and never leaves the office. `work`: the units it took.
    `late`: nothing is printed because the clock ran out; on another day it may come out otherwise.
    """

    release: Release
    hidden: Mapping[str, frozenset[At]]
    method: Method
    targets: tuple[Target, ...]
    work: int = 0
    late: bool = False

    def shows(self, table: str, at: At) -> bool:
        return at not in self.hidden[table]

    @property
    def blanks(self) -> int:
        """How many cells are hidden in the tables that are not out yet."""
        return sum(len(self.hidden[table.code]) for table in self.release.free)


def protect(
    release: Release,
    rules: Rules,
    effort: int = EFFORT,
    *,
    levels: Mapping[Place, tuple[int, int]] | None = None,
    cost: Cost = Cost.CELLS,
    patience: float = PATIENCE,
) -> Protected:
    """The release with as little hidden as can be. `levels`: targets by hand, cell -> ends, instead of the rules.
    `effort`: units of work (work.py). `patience`: seconds of last resort.

    Raises ValueError where the counts contradict a structural zero or a public total.
    """
    crossing, work, late = Crossing(release), Work(patience), False
    marked = primary(crossing, rules) if levels is None else asked(crossing, dict(levels))
    try:
        hidden, method = _pattern(crossing, marked, weights(crossing, cost), work, effort)
    except TooLate:
        hidden, method, late = ~crossing.fixed, Method.WITHHELD, True
    return Protected(release, _by_table(crossing, hidden), method, marked.targets, work.done, late)


def bounds(protected: Protected) -> tuple[tuple[Target, int, int | None], ...]:
    """For every target the least and the most that the public can work out. Kept with a release, inside the office."""
    crossing = Crossing(protected.release)
    hidden = np.zeros(len(crossing.values), dtype=bool)
    for (code, at), row in crossing.row_of.items():
        if row >= 0 and not protected.shows(code, at):
            hidden[row] = True
    found = intervals(crossing, hidden & ~crossing.fixed, [target.columns for target in protected.targets])
    return tuple((target, low, high) for target, (low, high) in zip(protected.targets, found, strict=True))


def _pattern(crossing: Crossing, marked: Primary, cost: Numbers, work: Work, effort: int) -> tuple[Flags, Method]:
    """Rows to hide. Three quarters of the effort belong to the cheapest pattern, the rest to mending what it had come to.

    Until something safe is found as much again is granted; then, and when a solver fails, nothing is printed.
    """
    forced = crossing.gone.copy()
    forced[list(marked.rows)] = True
    audit = Audit(crossing, marked.targets, work=work)
    try:
        try:
            hidden, method = cheapest(audit, forced, cost, 0.75 * effort), Method.EXACT
        except Exhausted as spent:
            safe = greedy(audit, spent.nearly, cost, 2 * effort)
            hidden, method = spared(audit, safe, forced, cost, effort), Method.GREEDY
        last = mended(audit, hidden, forced, cost, max(2 * effort, work.done + effort / 2))
        if (last & ~hidden).any():
            method = Method.GREEDY
    except (Exhausted, Stuck, ArithmeticError):
        return ~crossing.fixed, Method.WITHHELD
    return last, Method.NONE if (last == crossing.gone).all() else method


def _by_table(crossing: Crossing, hidden: Flags) -> dict[str, frozenset[At]]:
    found: dict[str, set[At]] = {table.code: set() for table in crossing.release.tables}
    for (code, at), row in crossing.row_of.items():
        if row >= 0 and hidden[row]:
            found[code].add(at)
    return {code: frozenset(cells) for code, cells in found.items()}

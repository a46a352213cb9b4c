"""One question by age, sex, kind or region: merged first, then as few cells hidden as can be, or withheld. Pure; numpy.

Every printed row has 30 answers or more, three institutions well spread (R3), and outside its base nobody or at least k. What
still may not be printed is hidden by the engine (disclosure.protecting) together with what it could be worked out from: the
national figures are known to all, and so is in which regions which kinds were visited. A table in which too much would be hidden
gets coarser; one that cannot be made useful is withheld as a whole.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .between import Met
from .disclosure import Asked, Group, Rules, Spread, passes, well_spread
from .disclosure.protecting import Method, Protected, protect
from .disclosure.questions import unions_are_safe
from .disclosure.tables import ALL, Atom, Dimension, Edition, Known, Release, Table, every_cell
from .ladders import Branch, Cut
from .spreads import Spreads

Counts = NDArray[np.int64]

PART, EDITION, ANSWER = "p", "e", "answer"
YES, NO = "yes", "no"
# Of the numbers of a row (its base, its cells), and of a table, at most one in three is hidden; more, and the table gets coarser.
MOST_HIDDEN = 3
# Nothing is hidden alone: the smallest pattern is two cells of two rows.
FEWEST_HIDDEN = 4
# The cheapest pattern of so many unknown counts is found within seconds; of more the table gets coarser, so that the same
# figures always come out the same, however fast the machine is.
WIDEST = 100


@dataclass(frozen=True)
class Held:
    """How one row lies over institutions: its base, each cell, and what the base holds beside each."""

    whole: Spread
    cells: list[Spread]
    rest: list[Spread]
    outside: int

    @classmethod
    def of(cls, lies: Sequence[Spread], outside: int) -> "Held":
        """From the spreads of all cells, all rests, and the base."""
        *parts, whole = lies
        return cls(whole, parts[: len(parts) // 2], parts[len(parts) // 2 :], outside)


class Divided(Protocol):
    """How one dimension divides the answers, institutions already added up; `Side` has each of them."""

    @property
    def by(self) -> str: ...
    @property
    def tree(self) -> Branch: ...
    @property
    def codes(self) -> tuple[str, ...]: ...

    def held(self, branch: Branch) -> Held:
        """What a row holds."""

    def crossings(self, other: "Divided", multiple: bool) -> list[Met]:
        """How each number that is printed, and what is left of its base, lies where rows of two dimensions cross."""

    def in_full(self) -> "Side":
        """With every institution."""


@dataclass(frozen=True)
class Side:
    """How one dimension divides the answers. One line for each category and institution that meet, in the order of categories:
    `leaf` and `unit` say which, `inside` [cell, line], `base` and `outside` [line] how many. `units`: of all institutions.

    Categories are the leaves of `tree`, in the order of `codes`.
    """

    by: str
    tree: Branch
    codes: tuple[str, ...]
    leaf: Counts
    unit: Counts
    inside: Counts
    base: Counts
    outside: Counts
    units: int

    @cached_property
    def _held(self) -> dict[tuple[str, ...], Held]:
        return {}

    @cached_property
    def _starts(self) -> list[int]:
        return np.searchsorted(self.leaf, np.arange(len(self.codes) + 1)).tolist()  # type: ignore[no-any-return]

    def held(self, branch: Branch) -> Held:
        """What a row holds. Each is counted once: rows are looked at again and again while others merge."""
        if branch.codes not in self._held:
            places = [self.codes.index(code) for code in branch.codes]
            outside = int(self._outside[places].sum())
            if len(places) == 1 or self.apart:
                lies = self._leaves[:, places]
            else:
                _unit, inside, base = self.by_unit(branch)
                lies = Spreads.of([*inside, *(base - inside), base], np.zeros(len(base), np.int64), 1)
            self._held[branch.codes] = Held.of(lies.together(), outside)
        return self._held[branch.codes]

    def by_unit(self, branch: Branch) -> tuple[Counts, Counts, Counts]:
        """The institutions of a row, and what each has in its cells [cell, institution] and in its base."""
        places = [self.codes.index(code) for code in branch.codes]
        lines = np.concatenate([np.arange(*self._starts[place : place + 2]) for place in places])
        if len(places) == 1:
            return self.unit[lines], self.inside[:, lines], self.base[lines]
        unit, place = np.unique(self.unit[lines], return_inverse=True)

        def summed(shares: Counts) -> Counts:
            return np.bincount(place, shares[lines], len(unit)).astype(np.int64)

        return unit, np.stack([summed(cell) for cell in self.inside]), summed(self.base)

    @cached_property
    def apart(self) -> bool:
        """Whether each institution stands in one category only, as it does in its region: then rows are sums of categories."""
        return bool(np.bincount(self.unit).max(initial=0) <= 1)

    @cached_property
    def _leaves(self) -> "Spreads":
        rests = (self.base - cell for cell in self.inside)
        return Spreads.of([*self.inside, *rests, self.base], self.leaf, len(self.codes))

    @cached_property
    def _outside(self) -> Counts:
        return np.bincount(self.leaf, self.outside, len(self.codes)).astype(np.int64)

    def by_institution(self, shares: Counts) -> Counts:
        """Numbers by line as numbers by institution."""
        return np.bincount(self.unit, shares, self.units).astype(np.int64)

    def crossings(self, other: Divided, multiple: bool) -> list[Met]:
        """What institutions contributed where two sides cross."""
        numbers = np.concatenate([self.inside, self.base - self.inside]) if multiple else self.inside
        second = other.in_full().leaf_of_unit
        return Met.of_each(map(self.by_institution, numbers), self.leaf_of_unit, second)

    def in_full(self) -> "Side":
        return self

    @cached_property
    def leaf_of_unit(self) -> Counts:
        """The category of each institution, of a dimension in which each has one; -1 for one that gave no answers here."""
        found = np.full(self.units, -1, np.int64)
        found[self.unit] = self.leaf
        return found


def _rows_of_leaves(side: Divided, rows: Sequence[Branch]) -> Counts:
    """In which of these rows each category stands; -1 for one that stands in none."""
    found = np.full(len(side.codes), -1, np.int64)
    for at, branch in enumerate(rows):
        found[[side.codes.index(code) for code in branch.codes]] = at
    return found


@dataclass(frozen=True)
class Row:
    """One printed row: its base and the count of each cell; None = hidden."""

    branch: Branch
    base: int | None
    cells: tuple[int | None, ...]


@dataclass(frozen=True)
class Broken:
    """One question by one dimension as it may be printed; no rows = withheld."""

    by: str
    rows: tuple[Row, ...] = field(default=())

    @property
    def complete(self) -> bool:
        """Whether it is printed with nothing hidden."""
        return bool(self.rows) and all(None not in (row.base, *row.cells) for row in self.rows)


@dataclass(frozen=True)
class Question:
    """The question as printed nationally: the codes of its cells, and what is known of it."""

    asked: Asked
    cells: tuple[tuple[str, ...], ...]
    k: int


def break_down(
    question: Question, sides: Sequence[Sequence[Divided]], rules: Rules, allowed: Mapping[str, Sequence[Branch]]
) -> list[Broken]:
    """The question by every side; sides of one group are looked at together, as regions and kinds are.

    `allowed`: for a question asked after another, the rows that the other may be printed by; a side that is not named there
    is free, one with no rows is withheld.
    """
    found = []
    for together in sides:
        cuts = {side.by: Cut(side.tree, allowed.get(side.by)) for side in together}
        for side in together:
            cuts[side.by].until(lambda branch, side=side: _stands(question, side, branch, rules))  # type: ignore[misc]
        found += _protected(question, together, cuts, rules)
    return found


def _stands(question: Question, side: Divided, branch: Branch, rules: Rules) -> bool:
    """Whether a row may be printed, but for some of its cells."""
    held = side.held(branch)
    base = held.whole
    if base.total < rules.percentages_from or not well_spread(base, rules) or 0 < held.outside < question.k:
        return False
    failing = _failing(question, held, rules)
    if question.asked.multiple:
        return failing == 0 and unions_are_safe(_of_row(question.asked, base), _groups(question, held), question.k)
    return failing * MOST_HIDDEN <= len(question.cells)


def _failing(question: Question, held: Held, rules: Rules) -> int:
    """How many cells of a row may not be printed as they are."""
    pairs = zip(held.cells, held.rest, strict=True)
    return sum(not passes(inside, outside, question.k, rules) for inside, outside in pairs)


def _groups(question: Question, held: Held) -> list[Group]:
    return [Group(*one) for one in zip(question.cells, held.cells, held.rest, strict=True)]


def _of_row(asked: Asked, base: Spread) -> Asked:
    return Asked(
        asked.choices,
        asked.merge_order,
        asked.count,
        base,
        Spread(),
        Spread(),
        asked.sensitive,
        asked.multiple,
        asked.excluding,
    )


def _protected(question: Question, together: Sequence[Divided], cuts: dict[str, Cut], rules: Rules) -> list[Broken]:
    """Hides what has to be hidden; merges and tries again where that would be too much."""
    crossings = _crossings(question, together)
    while True:
        sides = [side for side in together if not cuts[side.by].useless]
        if coarser := _not_worth_hiding(question, sides, cuts, rules):
            cuts[coarser[0]].merge(coarser[1])
            continue
        if coarser := _told_between(question, sides, cuts, rules, crossings):
            cuts[coarser[0]].merge(coarser[1])
            continue
        rows = {side.by: list(cuts[side.by].rows) for side in sides}
        tried = {one.by: one for one in _hide(question, sides, rows, rules)} if sides else {}
        too_much = next((one for one in tried.values() if _too_much(one)), None)
        if too_much is None:
            return [tried.get(side.by) or Broken(side.by) for side in together]
        worst = max(too_much.rows, key=lambda row: (_hidden(row), -len(row.branch.codes), row.branch.codes))
        cuts[too_much.by].merge(worst.branch)


def _told_between(
    question: Question, sides: Sequence[Divided], cuts: Mapping[str, Cut], rules: Rules, crossings: Sequence[Met]
) -> tuple[str, Branch] | None:
    """A row that, beside those of the other side, tells of too few where the two cross."""
    if len(sides) < 2:
        return None
    rows = {side.by: cuts[side.by].rows for side in sides}
    first, second = (_rows_of_leaves(side, rows[side.by]) for side in sides)
    found: Counter[tuple[str, int]] = Counter()
    for met in crossings:
        for place in met.told(first, second, question.k, rules):
            found.update(zip((side.by for side in sides), place, strict=True))
    if not found:
        return None
    # The longer table gets shorter, in the row that tells most.
    by = max(rows, key=lambda by: (len(rows[by]), by))
    at = max(range(len(rows[by])), key=lambda at: (found[by, at], -at))
    return by, rows[by][at]


def _crossings(question: Question, together: Sequence[Divided]) -> list[Met]:
    """What institutions contributed to each number that is printed, and to what is left of its base, where two sides cross."""
    if len(together) < 2:
        return []
    first, second = together
    return first.crossings(second, question.asked.multiple)


def _not_worth_hiding(
    question: Question, sides: Sequence[Divided], cuts: Mapping[str, Cut], rules: Rules
) -> tuple[str, Branch] | None:
    """A row with unsafe cells, where hiding them would take too much of the table or too long."""
    wide = len(question.cells) * np.prod([len(cuts[side.by].rows) for side in sides], initial=1)
    for side in sides:
        rows = cuts[side.by].rows
        failing = [_failing(question, side.held(row), rules) for row in rows]
        small = len(rows) * len(question.cells) < FEWEST_HIDDEN * MOST_HIDDEN
        if any(failing) and (small or wide > WIDEST):
            return side.by, rows[failing.index(max(failing))]
    return None


def _hide(
    question: Question, sides: Sequence[Divided], rows: Mapping[str, Sequence[Branch]], rules: Rules
) -> list[Broken]:
    """The tables of these sides, with what has to be hidden. Answers of which a child may give several are looked at one by
    one, each as yes or no; there a hidden cell hides its row, so that the table gets coarser.
    """
    if not any(_failing(question, side.held(row), rules) for side in sides for row in rows[side.by]):
        # Every cell may be printed and so may what its base holds beside it: the engine would find nothing to hide.
        return [_broken(side, rows[side.by], None) for side in sides]
    if not question.asked.multiple:
        protected = protect(_release(question, sides, rows, None), rules)
        return [_broken(side, rows[side.by], protected) for side in sides]
    each = [protect(_release(question, sides, rows, at), rules) for at in range(len(question.cells))]
    return [_broken_of_many(side, rows[side.by], each) for side in sides]


def _release(
    question: Question, divided: Sequence[Divided], rows: Mapping[str, Sequence[Branch]], cell: int | None
) -> Release:
    """The tables of one or two sides, linked. `cell`: the one answer that is looked at, of a question with several."""
    sides = [side.in_full() for side in divided]
    answers = tuple(str(at) for at in range(len(question.cells))) if cell is None else (YES, NO)
    answer = Dimension(ANSWER, answers)
    dimensions = [Dimension(side.by, tuple(str(at) for at in range(len(rows[side.by])))) for side in sides]
    atoms = _atoms(question, sides, rows, cell)
    national: dict[str, int] = dict.fromkeys(answers, 0)
    for atom in atoms:
        national[atom.at[ANSWER]] += atom.n
    return Release(
        dimensions=(*dimensions, answer),
        parts=(PART,),
        editions=(Edition(EDITION, (PART,)),),
        tables=tuple(
            Table(one.code, EDITION, (one.code, ANSWER), every_cell(one, answer), ANSWER, question.asked.sensitive)
            for one in dimensions
        ),
        atoms=tuple(atoms),
        zeros=_zeros(sides, rows),
        known=(
            Known(EDITION, {}, sum(national.values())),
            *(Known(EDITION, {ANSWER: code}, n) for code, n in national.items()),
        ),
    )


def _atoms(
    question: Question, sides: Sequence[Side], rows: Mapping[str, Sequence[Branch]], cell: int | None
) -> list[Atom]:
    """The true counts. Of two sides, each institution stands in one row of either."""
    first, *second = sides
    atoms = []
    stands = [_row_of_unit(side, rows[side.by]) for side in second]
    for at, branch in enumerate(rows[first.by]):
        unit, inside, base = first.by_unit(branch)
        counted = dict(enumerate(inside)) if cell is None else {}
        if cell is not None:
            counted = {YES: inside[cell], NO: base - inside[cell]}  # type: ignore[dict-item]
        places = np.array([one[unit] for one in stands], np.int64).reshape(len(stands), len(unit))
        for name, shares in counted.items():
            for place in {tuple(one) for one in places[:, shares > 0].T.tolist()}:
                here = (shares > 0) & (places == np.array(place, np.int64)[:, None]).all(axis=0)
                by = dict(zip(map(str, unit[here].tolist()), shares[here].tolist(), strict=True))
                where = {first.by: str(at), ANSWER: str(name)}
                where |= {side.by: str(number) for side, number in zip(second, place, strict=True)}
                atoms.append(Atom(PART, where, sum(by.values()), by))
    return atoms


def _row_of_unit(side: Side, rows: Sequence[Branch]) -> Counts:
    """In which row each institution stands; -1 for one that gave no answers here."""
    leaf = side.leaf_of_unit
    return np.where(leaf >= 0, _rows_of_leaves(side, rows)[leaf], -1)


def _zeros(sides: Sequence[Side], rows: Mapping[str, Sequence[Branch]]) -> tuple[Mapping[str, str], ...]:
    """Rows of two sides in which no institution meets: as everybody knows who reads which places were visited."""
    if len(sides) < 2:
        return ()
    first, second = sides
    a, b = (_row_of_unit(side, rows[side.by]) for side in sides)
    met = set(zip(a.tolist(), b.tolist(), strict=True))
    return tuple(
        {first.by: str(one), second.by: str(other)}
        for one in range(len(rows[first.by]))
        for other in range(len(rows[second.by]))
        if (one, other) not in met
    )


def _broken(side: Divided, rows: Sequence[Branch], protected: Protected | None) -> Broken:
    """The table as it is printed; whole if the engine was not needed."""

    def shown(row: int, answer: str, n: int) -> int | None:
        shows = protected is None or (
            protected.method is not Method.WITHHELD and protected.shows(side.by, (str(row), answer))
        )
        return n if shows else None

    made = []
    for at, branch in enumerate(rows):
        held = side.held(branch)
        cells = tuple(shown(at, str(cell), one.total) for cell, one in enumerate(held.cells))
        made.append(Row(branch, shown(at, ALL, held.whole.total), cells))
    return Broken(side.by, tuple(made))


def _broken_of_many(side: Divided, rows: Sequence[Branch], each: Sequence[Protected]) -> Broken:
    made = []
    for at, branch in enumerate(rows):
        held = side.held(branch)
        complete = all(
            one.method is not Method.WITHHELD and one.shows(side.by, (str(at), answer))
            for one in each
            for answer in (YES, NO, ALL)
        )
        cells = tuple(one.total for one in held.cells)
        made.append(Row(branch, held.whole.total, cells) if complete else Row(branch, None, (None,) * len(cells)))
    return Broken(side.by, tuple(made))


def _hidden(row: Row) -> int:
    return sum(cell is None for cell in (row.base, *row.cells))


def _too_much(broken: Broken) -> bool:
    numbers = sum(1 + len(row.cells) for row in broken.rows)
    hidden = sum(_hidden(row) for row in broken.rows)
    return hidden * MOST_HIDDEN > numbers or any(
        row.base is None or _hidden(row) * MOST_HIDDEN > 1 + len(row.cells) for row in broken.rows
    )

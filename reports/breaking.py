"""One question by age, sex, kind or region: merged first, then as few cells hidden as can be, or withheld. Pure; numpy.

Every printed row has 30 answers or more, three institutions well spread (R3), and outside its base nobody or at least k. What
still may not be printed is hidden by the engine (disclosure.protecting) together with what it could be worked out from: the
national figures are known to all, and so is in which regions which kinds were visited. A table in which too much would be hidden
gets coarser; one that cannot be made useful is withheld as a whole.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .between import told
from .disclosure import Asked, Group, Rules, Spread, passes, well_spread
from .disclosure.protecting import Method, Protected, protect
from .disclosure.questions import unions_are_safe
from .disclosure.tables import ALL, Atom, Dimension, Edition, Known, Release, Table, every_cell
from .ladders import Branch, Cut
from .tallies import spread

Counts = NDArray[np.int64]

PART, EDITION, ANSWER = "p", "e", "answer"
YES, NO = "yes", "no"
# Of the cells of a row, and of a table, at most one in three is hidden; more, and the table gets coarser.
MOST_HIDDEN = 3
# Nothing is hidden alone: the smallest pattern is two cells of two rows.
FEWEST_HIDDEN = 4
# The cheapest pattern of so many unknown counts is found within seconds; of more the table gets coarser, so that the same
# figures always come out the same, however fast the machine is.
WIDEST = 100
SECONDS = 600.0


@dataclass(frozen=True)
class Side:
    """How one dimension divides the answers. `inside` [category, cell, institution]; `base`, `outside` [category, institution].

    Categories are the leaves of `tree`, in the order of `codes`.
    """

    by: str
    tree: Branch
    codes: tuple[str, ...]
    inside: Counts
    base: Counts
    outside: Counts

    def places(self, branch: Branch) -> list[int]:
        return [self.codes.index(code) for code in branch.codes]


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
    question: Question, sides: Sequence[Sequence[Side]], rules: Rules, allowed: Mapping[str, Sequence[Branch]]
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


def _stands(question: Question, side: Side, branch: Branch, rules: Rules) -> bool:
    """Whether a row may be printed, but for some of its cells."""
    places = side.places(branch)
    base = spread(side.base[places].sum(axis=0))
    outside = int(side.outside[places].sum())
    if base.total < rules.percentages_from or not well_spread(base, rules) or 0 < outside < question.k:
        return False
    groups = [_group(question, side, places, at) for at in range(len(question.cells))]
    failing = _failing(question, groups, rules)
    if question.asked.multiple:
        return failing == 0 and unions_are_safe(_of_row(question.asked, base), groups, question.k)
    return failing * MOST_HIDDEN <= len(groups)


def _failing(question: Question, groups: Sequence[Group], rules: Rules) -> int:
    return sum(not passes(group.inside, group.outside, question.k, rules) for group in groups)


def _group(question: Question, side: Side, places: list[int], at: int) -> Group:
    base, inside = side.base[places].sum(axis=0), side.inside[places, at].sum(axis=0)
    return Group(question.cells[at], spread(inside), spread(base - inside))


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


def _protected(question: Question, together: Sequence[Side], cuts: dict[str, Cut], rules: Rules) -> list[Broken]:
    """Hides what has to be hidden; merges and tries again where that would be too much."""
    while True:
        sides = [side for side in together if not cuts[side.by].useless]
        if coarser := _not_worth_hiding(question, sides, cuts, rules):
            cuts[coarser[0]].merge(coarser[1])
            continue
        if coarser := _told_between(question, sides, cuts, rules):
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
    question: Question, sides: Sequence[Side], cuts: Mapping[str, Cut], rules: Rules
) -> tuple[str, Branch] | None:
    """A row that, beside those of the other side, tells of too few where the two cross."""
    if len(sides) < 2:
        return None
    rows = {side.by: cuts[side.by].rows for side in sides}
    first, second = (_row_of_unit(side, rows[side.by]) for side in sides)
    found: Counter[tuple[str, int]] = Counter()
    for shares in _by_institution(question, sides[0]):
        for place in told(shares, first, second, question.k, rules):
            found.update(zip((side.by for side in sides), place, strict=True))
    if not found:
        return None
    # The longer table gets shorter, in the row that tells most.
    by = max(rows, key=lambda by: (len(rows[by]), by))
    at = max(range(len(rows[by])), key=lambda at: (found[by, at], -at))
    return by, rows[by][at]


def _by_institution(question: Question, side: Side) -> Iterator[Counts]:
    """What each institution contributed to each number that is printed, and to what is left of its base."""
    base = side.base.sum(axis=0)
    for at in range(len(question.cells)):
        inside = side.inside[:, at].sum(axis=0)
        yield inside
        if question.asked.multiple:
            yield base - inside


def _not_worth_hiding(
    question: Question, sides: Sequence[Side], cuts: Mapping[str, Cut], rules: Rules
) -> tuple[str, Branch] | None:
    """A row with unsafe cells, where hiding them would take too much of the table or too long."""
    wide = len(question.cells) * np.prod([len(cuts[side.by].rows) for side in sides], initial=1)
    for side in sides:
        rows = cuts[side.by].rows
        failing = [
            _failing(
                question, [_group(question, side, side.places(row), at) for at in range(len(question.cells))], rules
            )
            for row in rows
        ]
        small = len(rows) * len(question.cells) < FEWEST_HIDDEN * MOST_HIDDEN
        if any(failing) and (small or wide > WIDEST):
            return side.by, rows[failing.index(max(failing))]
    return None


def _hide(
    question: Question, sides: Sequence[Side], rows: Mapping[str, Sequence[Branch]], rules: Rules
) -> list[Broken]:
    """The tables of these sides, with what has to be hidden. Answers of which a child may give several are looked at one by
    one, each as yes or no; there a hidden cell hides its row, so that the table gets coarser.
    """
    if not question.asked.multiple:
        protected = protect(_release(question, sides, rows, None), rules, SECONDS)
        return [_broken(question, side, rows[side.by], protected) for side in sides]
    each = [protect(_release(question, sides, rows, at), rules, SECONDS) for at in range(len(question.cells))]
    return [_broken_of_many(question, side, rows[side.by], each) for side in sides]


def _release(
    question: Question, sides: Sequence[Side], rows: Mapping[str, Sequence[Branch]], cell: int | None
) -> Release:
    """The tables of one or two sides, linked. `cell`: the one answer that is looked at, of a question with several."""
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
        places = first.places(branch)
        inside = first.inside[places].sum(axis=0)
        counted = dict(enumerate(inside)) if cell is None else {}
        if cell is not None:
            counted = {YES: inside[cell], NO: first.base[places].sum(axis=0) - inside[cell]}  # type: ignore[dict-item]
        for name, shares in counted.items():
            for place in {tuple(int(one[unit]) for one in stands) for unit in np.flatnonzero(shares)}:
                here = shares > 0
                for one, number in zip(stands, place, strict=True):
                    here = here & (one == number)
                by = {str(unit): int(shares[unit]) for unit in np.flatnonzero(here).tolist()}
                where = {first.by: str(at), ANSWER: str(name)}
                where |= {side.by: str(number) for side, number in zip(second, place, strict=True)}
                atoms.append(Atom(PART, where, sum(by.values()), by))
    return atoms


def _row_of_unit(side: Side, rows: Sequence[Branch]) -> NDArray[np.int64]:
    """In which row each institution stands; -1 for one that gave no answers here."""
    found = np.full(side.base.shape[1], -1, np.int64)
    for at, branch in enumerate(rows):
        found[(side.base + side.outside)[side.places(branch)].sum(axis=0) > 0] = at
    return found


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


def _broken(question: Question, side: Side, rows: Sequence[Branch], protected: Protected) -> Broken:
    def shown(row: int, answer: str, n: int) -> int | None:
        shows = protected.method is not Method.WITHHELD and protected.shows(side.by, (str(row), answer))
        return n if shows else None

    made = []
    for at, branch in enumerate(rows):
        places = side.places(branch)
        inside = side.inside[places].sum(axis=(0, 2)).tolist()
        cells = tuple(shown(at, str(cell), n) for cell, n in enumerate(inside))
        made.append(Row(branch, shown(at, ALL, int(side.base[places].sum())), cells))
    return Broken(side.by, tuple(made))


def _broken_of_many(question: Question, side: Side, rows: Sequence[Branch], each: Sequence[Protected]) -> Broken:
    made = []
    for at, branch in enumerate(rows):
        places = side.places(branch)
        inside, base = side.inside[places].sum(axis=(0, 2)).tolist(), int(side.base[places].sum())
        complete = all(
            one.method is not Method.WITHHELD and one.shows(side.by, (str(at), answer))
            for one in each
            for answer in (YES, NO, ALL)
        )
        made.append(Row(branch, base, tuple(inside)) if complete else Row(branch, None, (None,) * len(inside)))
    return Broken(side.by, tuple(made))


def _hidden(row: Row) -> int:
    return sum(cell is None for cell in (row.base, *row.cells))


def _too_much(broken: Broken) -> bool:
    cells = sum(len(row.cells) for row in broken.rows)
    hidden = sum(_hidden(row) for row in broken.rows)
    return hidden * MOST_HIDDEN > cells or any(
        row.base is None or _hidden(row) * MOST_HIDDEN > len(row.cells) for row in broken.rows
    )

"""Which counts may not be worked out, and how far off a reader must stay: rules R2, R3, R4, R9 and R12. Pure.

A target is a count (a cell, what its base holds beside it, what one edition adds to another, two small cells together) with
the two ends that a reader must not be able to rule out: nobody at all, and as many as the threshold.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .crossing import Crossing, Flags, Place, Places
from .rules import Rules, Spread, enough, well_spread
from .sums import Axis
from .tables import ALL, At, Table


@dataclass(frozen=True)
class Target:
    """A count to protect. `cells`: the cells it is told by; `kind` says how (cell, complement, difference, union; rest: a
    cell that is nearly all of its base).

    `base`: for a complement, the cell it is taken from. The reader's interval must contain `lower` and reach `upper`.
    """

    kind: str
    cells: tuple[Place, ...]
    columns: tuple[int, ...]
    lower: int
    upper: int
    base: At | None = None


@dataclass(frozen=True)
class Primary:
    """What has to be hidden for its own sake (rows), and what must not be worked out."""

    rows: tuple[int, ...]
    targets: tuple[Target, ...]


def primary(crossing: Crossing, rules: Rules) -> Primary:
    """Every unsafe cell, complement, difference of editions and union of small cells of a release."""
    hidden, targets = np.zeros(len(crossing.values), dtype=bool), list[Target]()
    for table in crossing.release.tables:
        for at in table.cells:
            targets += _of_cell(crossing, rules, table, at, hidden)
        targets += _of_unions(crossing, rules, table)
        for earlier in _nested(crossing, table):
            for at in table.cells:
                targets += _of_difference(crossing, rules, table, earlier, at)
    hidden &= ~crossing.fixed
    return Primary(tuple(np.flatnonzero(hidden).tolist()), tuple(_once(targets)))


def asked(crossing: Crossing, levels: dict[Place, tuple[int, int]]) -> Primary:
    """Targets with levels given by hand: cell -> the two ends that a reader must not be able to rule out."""
    targets = tuple(
        Target("cell", (place,), tuple(crossing.cell(place).tolist()), lower, upper)
        for place, (lower, upper) in levels.items()
    )
    return Primary(tuple(crossing.row_of[place] for place in levels), targets)


def unsafe(crossing: Crossing, columns: Places, k: int, rules: Rules) -> bool:
    """R2, R3 and R4 for one count. What nobody could be part of is no secret."""
    if not len(columns):
        return False
    total = int(crossing.truth[columns].sum())
    if total == 0:
        return rules.zero_is_small
    if not enough(Spread(total), k):
        return True
    if not crossing.contributors:
        return False
    shares = [int(share) for share in crossing.own[:, columns].sum(axis=1)]
    return not well_spread(Spread.over(shares), rules)


def _of_cell(crossing: Crossing, rules: Rules, table: Table, at: At, hidden: Flags) -> Iterator[Target]:
    """The cell and what its base holds beside it; what is printed of one may be subtracted from the other."""
    place, k = (table.code, at), rules.k(table.sensitive)
    row, columns = crossing.row_of[place], crossing.cell(place)
    if row < 0 or crossing.fixed[row]:
        return
    if unsafe(crossing, columns, k, rules):
        hidden[row] = True
        yield Target("cell", (place,), _tuple(columns), 0, k)
    base = table.base(at)
    if base is None:
        return
    parts, named = crossing.release.parts_of(table.edition), table.named(at)
    rest = np.setdiff1d(crossing.covered(parts, table.named(base), near=named), columns)
    if unsafe(crossing, rest, k, rules):
        hidden[row] = True
        yield Target("complement", (place,), _tuple(rest), 0, k, base)
        n = int(crossing.truth[columns].sum() + crossing.truth[rest].sum())
        # An institution with some of the rest knows that the cell cannot be all.
        largest = int(crossing.own[:, rest].sum(axis=1).max(initial=0))
        yield Target("rest", (place,), _tuple(columns), max(0, n - k), n - largest)


def _of_unions(crossing: Crossing, rules: Rules, table: Table) -> Iterator[Target]:
    """Small cells of one line, together still small: that somebody stands in either must not be known."""
    k = rules.k(table.sensitive)
    for axis in range(len(table.by)):
        finest = Axis(crossing.release, table, axis).finest()
        lines: dict[At, list[At]] = {}
        for at in table.cells:
            if at[axis] in finest:
                lines.setdefault((*at[:axis], ALL, *at[axis + 1 :]), []).append(at)
        for line in lines.values():
            small = [at for at in line if 0 < _count(crossing, (table.code, at)) < k]
            together = [tuple(small)] if sum(_count(crossing, (table.code, at)) for at in small) < k else []
            for cells in together or itertools.combinations(small, 2):
                places = tuple((table.code, at) for at in cells)
                if len(cells) > 1 and sum(_count(crossing, place) for place in places) < k:
                    columns = np.concatenate([crossing.cell(place) for place in places])
                    yield Target("union", places, _tuple(columns), 0, k)


def _nested(crossing: Crossing, table: Table) -> list[Table]:
    """Tables of editions that counted a part of what this one counts."""
    parts = set(crossing.release.parts_of(table.edition))
    return [one for one in crossing.release.tables if set(crossing.release.parts_of(one.edition)) < parts]


def _of_difference(crossing: Crossing, rules: Rules, table: Table, earlier: Table, at: At) -> Iterator[Target]:
    """What an edition adds to an earlier one, where both print the cell. Nobody new at a whole place is no secret."""
    before = _same_place(table, at, earlier)
    if before is None:
        return
    k, base, named = rules.k(table.sensitive or earlier.sensitive), table.base(at), table.named(at)
    parts = set(crossing.release.parts_of(table.edition)) - set(crossing.release.parts_of(earlier.edition))
    cells = ((table.code, at), (earlier.code, before))
    added = crossing.covered(parts, named)
    new = crossing.covered(parts, table.named(base or at) if table.answer else {}, near=named)
    if not crossing.truth[new].any():
        return
    if unsafe(crossing, added, k, rules):
        yield Target("difference", cells, _tuple(added), 0, k)
    if base is not None and unsafe(crossing, rest := np.setdiff1d(new, added), k, rules):
        yield Target("difference", cells, _tuple(rest), 0, k, base)


def _same_place(table: Table, at: At, other: Table) -> At | None:
    """Where the other table counts the same place and answer, or None."""
    named = table.named(at)
    if not named.keys() <= set(other.by):
        return None
    found = tuple(named.get(code, ALL) for code in other.by)
    return found if found in other.cells else None


def _count(crossing: Crossing, place: Place) -> int:
    return int(crossing.truth[crossing.cell(place)].sum())


def _tuple(columns: Places) -> tuple[int, ...]:
    return tuple(sorted(columns.tolist()))


def _once(targets: list[Target]) -> Iterator[Target]:
    """Each count once for every level asked for it, named by its own cell where it has one."""
    seen: set[tuple[tuple[int, ...], int, int]] = set()
    for target in sorted(targets, key=lambda one: one.kind != "cell"):
        key = (target.columns, target.lower, target.upper)
        if target.columns and key not in seen:
            seen.add(key)
            yield target

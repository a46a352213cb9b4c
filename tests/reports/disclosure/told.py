"""What tables give away as they are meant to be printed, beside those that are out and what is said in prose: R11 and R12.

The audit of the protector, put to a pattern that it did not choose. Nothing is hidden here.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np

from ombudsman.shares import counts_behind
from reports.disclosure import Rules
from reports.disclosure.audit import Audit, alone
from reports.disclosure.crossing import Crossing, Flags, Place
from reports.disclosure.primary import Target, primary
from reports.disclosure.protecting import Protected
from reports.disclosure.tables import At, Release


def given_away(release: Release, rules: Rules, hidden: Mapping[str, frozenset[At]]) -> tuple[Target, ...]:
    """What a reader, or an institution that reads, could work out of tables with these cells hidden. Empty: it may go out.

    `hidden`: by table, also of the released ones. Small cells that are printed are given away, too.
    """
    crossing = Crossing(release)
    blank = np.zeros(len(crossing.values), dtype=bool)
    shown = np.zeros(len(crossing.values), dtype=bool)
    for (code, at), row in crossing.row_of.items():
        if row >= 0:
            (blank if at in hidden.get(code, ()) else shown)[row] = True
    blank &= ~shown & ~crossing.fixed
    return broken_targets(crossing, blank, primary(crossing, rules).targets)


def completed_by(protected: Protected, rules: Rules, said: Sequence[Place]) -> tuple[Target, ...]:
    """What is given away when prose quotes these cells, as counts or as percentages: R5 shows that both are the same."""
    quoted = {code: {at for table, at in said if table == code} for code in protected.hidden}
    left = {code: cells - quoted[code] for code, cells in protected.hidden.items()}
    return given_away(protected.release, rules, left)


def broken_targets(crossing: Crossing, hidden: Flags, targets: Sequence[Target]) -> tuple[Target, ...]:
    """The targets that the public or an institution can narrow down too far."""
    return tuple(one_by_one(crossing, hidden, targets))


def one_by_one(crossing: Crossing, hidden: Flags, targets: Sequence[Target]) -> Iterator[Target]:
    """The same, each when it is found: whoever only asks whether anything is broken stops at the first."""
    witnesses, closed = crossing.truth[None, :], alone(crossing)
    for target in targets:
        audit = Audit(crossing, [target], closed=closed)
        audit.witnesses = witnesses
        if audit.broken(hidden):
            yield target
        witnesses = audit.witnesses


def gives_away(share: int, base: int, k: int) -> bool:
    """Whether a percentage with its base tells that fewer than k are in the cell, or beside it."""
    behind = counts_behind(share, base)
    return len(behind) > 0 and (behind[-1] < k or base - behind[0] < k)


def fractions_behind(share: int, largest_base: int) -> list[tuple[int, int]]:
    """Every (count, base) that is printed as this percentage without its base."""
    return [(n, base) for base in range(1, largest_base + 1) for n in counts_behind(share, base)]


def share_is_known(share: int, largest_base: int) -> bool:
    """Whether one share only of any base up to this is printed so: then not even the missing base hides it."""
    return len({Fraction(n, base) for n, base in fractions_behind(share, largest_base)}) == 1

"""The last look at a pattern: no blank that everybody can fill in, no secret cell that an institution can. Pure.

The audit holds the targets. A blank may still be one number only: it is printed, for it is public anyway; or, where it must
not be (it is small, or an earlier edition hid it), more is hidden. Of a cell that is a target itself no institution may know the
number, unless it is wholly its own. Another blank, such as the base that a small rest is taken from, is no secret by itself: what
it tells of the rest is asked as the rest's own question.
"""

import numpy as np

from .alternatives import TOLERANCE, Ask, Cut, Printed, whole
from .audit import Audit
from .crossing import Flags, Numbers
from .suppression import Exhausted, Stuck, covering


def mended(audit: Audit, hidden: Flags, forced: Flags, cost: Numbers, until: float) -> Flags:
    """A safe pattern with more hidden where that is needed, and without blanks that would not deceive anybody.

    `forced`: rows that may not be printed. `until`: units of work. Raises Stuck where nothing more can be hidden, Exhausted, and
    TooLate.
    """
    kept = hidden.copy()
    while True:
        told, found = _told(audit, kept, forced)
        if not found:
            break
        if any(not cut.shares for cut in found):
            raise Stuck
        if audit.work.done >= until:
            raise Exhausted(kept)
        kept |= covering(found, cost)
    kept[told] = False
    # Hiding more gives nothing away, nor does a number that follows from what is printed; proved again all the same.
    if (kept != hidden).any() and audit.broken(kept):
        raise Stuck
    return kept


def _told(audit: Audit, hidden: Flags, forced: Flags) -> tuple[list[int], list[Cut]]:
    """Blanks that everybody can fill in and that may be printed; and, for all other blanks that somebody can, what to hide."""
    printed = Printed(audit.crossing, hidden, audit.work)
    public = _points(audit, printed, 0, np.flatnonzero(hidden).tolist())
    told = [row for row in public if not forced[row]]
    cuts = [cut for row, cut in public.items() if forced[row]]
    secret = [row for row in _secret(audit) if hidden[row] and row not in public]
    if cuts or not secret or len(audit.knows) == 1:
        return told, cuts
    values, rows = audit.crossing.values, audit.crossing.rows
    _points(audit, printed, None, secret)
    for reader in range(1, len(audit.knows)):
        own, open_ = rows @ audit.knows[reader], rows @ (~audit.closed[reader]).astype(float)
        asked = [row for row in secret if open_[row] > 0 and not 0 < own[row] == values[row]]
        cuts += _points(audit, printed, reader, asked).values()
    return told, cuts


def _secret(audit: Audit) -> list[int]:
    """The rows of the cells that are targets themselves."""
    row_of = audit.crossing.row_of
    places = {place for target in audit.targets if target.kind in ("cell", "rest") for place in target.cells}
    return sorted({row_of[place] for place in places if row_of.get(place, -1) >= 0})


def _points(audit: Audit, printed: Printed, reader: int | None, rows: list[int]) -> dict[int, Cut]:
    """Of these rows the ones that can be one number only, each with what to hide so that they can be another.

    `reader` None: somebody who knows all that any institution knows of its own. What even that one cannot tell, nobody can.
    """
    crossing = audit.crossing
    floor: Numbers = audit.knows.max(axis=0) if reader is None else audit.knows[reader]
    closed: Flags = np.logical_or.reduce(audit.closed) if reader is None else audit.closed[reader]
    pool = audit.fitting(printed)
    pool = pool[(pool >= floor).all(axis=1) & (pool[:, closed] == floor[closed]).all(axis=1)]
    free = [int(row) for row in printed.shown if not crossing.fixed[row]]
    left, found = list(rows), dict[int, Cut]()
    for step in (1, -1):
        sums = np.asarray(crossing.rows[left] @ pool.T) if left else np.zeros((0, 0))
        left = [row for row, line in zip(left, sums, strict=True) if np.ptp(line) < TOLERANCE]
        asks = [_ask(audit, row, step, floor, closed) for row in left]
        still, others = list[int](), list[Numbers]()
        for row, ask, answer in zip(left, asks, printed.answers(asks), strict=True):
            if isinstance(answer, Cut):
                if row not in found or not found[row].shares:
                    found[row] = answer
                still.append(row)
            elif answer.is_whole:
                others.append(np.round(answer.counts))
            elif not whole(printed, ask):
                found.setdefault(row, Cut(dict.fromkeys(free, 1.0)))
                still.append(row)
        left, pool = still, audit.keep(others, pool)
    sums = np.asarray(crossing.rows[left] @ pool.T) if left else np.zeros((0, 0))
    return {row: found[row] for row, line in zip(left, sums, strict=True) if np.ptp(line) < TOLERANCE}


def _ask(audit: Audit, row: int, step: int, floor: Numbers, closed: Flags) -> Ask:
    count = np.asarray(audit.crossing.rows[[row]].toarray())[0]
    return Ask(count, step > 0, int(audit.crossing.values[row]) + step, floor, closed)

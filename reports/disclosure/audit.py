"""The protector's own audit: does a pattern of hidden cells keep every target, from every reader? Rules R9, R11, R13 and R14. Pure.

Readers are the public and, one at a time, every institution, which knows its own children's answers: of the others in a cell it
must not be able to rule out that there is nobody, nor that there are as many as the threshold. Whoever is the only one in a cell
is taken to know that there is nobody else (singletons): in its audit nothing can be added there.
"""

from collections.abc import Sequence

import numpy as np

from .alternatives import TOLERANCE, Ask, Cut, Printed, whole
from .crossing import Crossing, Flags, Numbers
from .primary import Target
from .work import Work

# Tables that once answered a question are kept, newest first, because most questions are answered by one of them.
KEPT = 400
# Questions that are put before it is looked whether their answers answer others, too.
AT_ONCE = 256

# Reader (0 is the public), target, and whether it is the upper end that is asked about.
Key = tuple[int, int, bool]


class Audit:
    """The questions of one release: readers x targets x the two ends; and the tables that answered some of them before."""

    def __init__(
        self,
        crossing: Crossing,
        targets: Sequence[Target],
        *,
        work: Work | None = None,
        closed: Flags | None = None,
    ) -> None:
        self.crossing, self.targets, self.work = crossing, targets, work or Work()
        self.knows: Numbers = np.vstack([np.zeros((1, crossing.columns)), crossing.own])
        closed = alone(crossing) if closed is None else closed
        self.closed: Flags = np.vstack([np.zeros((1, crossing.columns), dtype=bool), closed])
        self.counts: Numbers = np.zeros((len(targets), crossing.columns))
        for line, target in zip(self.counts, targets, strict=True):
            line[list(target.columns)] = 1
        own = self.knows @ self.counts.T
        self.low: Numbers = np.maximum(np.array([target.lower for target in targets]), own)
        # That two cells together may be many follows from each of them.
        self.high: Numbers = own + np.array([target.upper if target.kind != "union" else -np.inf for target in targets])
        for place, target in enumerate(targets):
            if target.kind == "rest":
                self.high[:, place] = target.upper
        # What is wholly its own, or lies where it is alone, is no secret from an institution.
        mine = (own > 0) & (own == self.counts @ crossing.truth)
        mine |= (~self.closed).astype(float) @ self.counts.T == 0
        self.low[mine], self.high[mine] = np.inf, -np.inf
        self.witnesses: Numbers = crossing.truth[None, :]

    def broken(self, hidden: Flags) -> list[Cut]:
        """Why the pattern is not safe: empty when it is. The public asks first, then the insiders, then whole numbers.

        Raises TooLate.
        """
        printed, halves = Printed(self.crossing, hidden, self.work), list[Ask]()
        pool = self.fitting(printed)
        for readers in (range(1), range(1, len(self.knows))):
            asked: set[Key] = set()
            if readers.start:
                pool = self._of_all_insiders(printed, pool)
            while left := [key for key in self._unanswered(pool, readers) if key not in asked][:AT_ONCE]:
                asks = [self._ask(key) for key in left]
                asked.update(left)
                answers = printed.answers(asks)
                halves += [
                    ask
                    for ask, answer in zip(asks, answers, strict=True)
                    if not isinstance(answer, Cut) and not answer.is_whole
                ]
                found = [np.round(one.counts) for one in answers if not isinstance(one, Cut) and one.is_whole]
                pool = self.keep(found, pool)
                if cuts := [answer for answer in answers if isinstance(answer, Cut)]:
                    return cuts
        return self._not_whole(printed, hidden, halves)

    def fitting(self, printed: Printed) -> Numbers:
        """Earlier answers that fit what is printed now. The truth is one of them."""
        off = np.abs(printed.matrix @ self.witnesses.T - self.crossing.values[printed.shown][:, None])
        fitting: Numbers = self.witnesses[off.max(axis=0, initial=0) < TOLERANCE]
        return fitting

    def keep(self, found: list[Numbers], pool: Numbers) -> Numbers:
        """These other tables, kept for later questions, before those of the pool."""
        if not found:
            return pool
        self.witnesses = np.vstack([self.crossing.truth, *found, self.witnesses])[:KEPT]
        return np.vstack([*found, pool])

    def _unanswered(self, pool: Numbers, readers: range) -> list[Key]:
        """The questions that none of these tables answers to somebody who knows what the reader knows."""
        sums, found = pool @ self.counts.T, list[Key]()
        for reader in readers:
            possible = sums[self.possible(reader, pool)]
            low, high = possible.min(axis=0, initial=np.inf), possible.max(axis=0, initial=-np.inf)
            found += [(reader, int(target), False) for target in np.flatnonzero(low > self.low[reader])]
            found += [(reader, int(target), True) for target in np.flatnonzero(high < self.high[reader])]
        return found

    def possible(self, reader: int, pool: Numbers) -> Flags:
        """Which of these tables fit what the reader knows of its own."""
        own, closed = self.knows[reader], self.closed[reader]
        fits: Flags = (pool >= own).all(axis=1) & (pool[:, closed] == own[closed]).all(axis=1)
        return fits

    def _ask(self, key: Key) -> Ask:
        reader, target, rising = key
        reach = (self.high if rising else self.low)[reader, target]
        return Ask(self.counts[target], rising, int(reach), self.knows[reader], self.closed[reader])

    def _of_all_insiders(self, printed: Printed, pool: Numbers) -> Numbers:
        """Tables that would answer every institution at once: sought first, because there are so many institutions.

        At the upper end, one that holds what any of them knows; at the lower end, the same outside the target, which
        answers all that are not in it. Where there is none, nothing follows: each is asked for itself.
        """
        left = self._unanswered(pool, range(1, len(self.knows)))
        most, asks = self.knows.max(axis=0), list[Ask]()
        closed: Flags = np.logical_or.reduce(self.closed)
        for target, rising in sorted({(target, rising) for _reader, target, rising in left}):
            count = self.counts[target]
            if rising:
                asks.append(Ask(count, True, int(self.high[:, target].max()), most, closed))
            else:
                held = np.where(closed, self.crossing.truth, most * (1 - count))
                asks.append(Ask(count, False, int(self.low[0, target]), held, closed))
        answers = printed.answers(asks)
        return self.keep([np.round(one.counts) for one in answers if not isinstance(one, Cut) and one.is_whole], pool)

    def _not_whole(self, printed: Printed, hidden: Flags, asks: Sequence[Ask]) -> list[Cut]:
        """Questions that only fractions answer. No dual tells what to hide then: one row more, whichever."""
        for ask in asks:
            if not whole(printed, ask):
                free = np.flatnonzero(~hidden & ~self.crossing.fixed)
                return [Cut({int(row): 1.0 for row in free})]
        return []


def alone(crossing: Crossing) -> Flags:
    """For each contributor the columns of the cells that it fills alone: nobody else is there, and it may know that."""
    cells = crossing.rows[[int(row) for row in sorted({row for row in crossing.row_of.values() if row >= 0})]]
    own = cells @ crossing.own.T
    filled = (own > 0) & (own == (cells @ crossing.truth)[:, None])
    closed: Flags = (filled.T.astype(float) @ cells) > 0
    return closed.reshape(len(crossing.own), crossing.columns)


def intervals(
    crossing: Crossing, hidden: Flags, counts: Sequence[Sequence[int]], *, insider: int | None = None
) -> list[tuple[int, int | None]]:
    """What a reader can work out about each count (its columns): the least and the most, None where nothing limits it."""
    far = int(2 * crossing.truth.sum()) + 1000
    floor = np.zeros(crossing.columns) if insider is None else crossing.own[insider]
    closed = np.zeros(crossing.columns, dtype=bool) if insider is None else alone(crossing)[insider]
    asks = []
    for columns in counts:
        count = np.zeros(crossing.columns)
        count[list(columns)] = 1
        asks += [Ask(count, False, 0, floor, closed), Ask(count, True, far, floor, closed)]
    reached = Printed(crossing, hidden).reached(asks)
    return [
        (int(np.ceil(low - TOLERANCE)), None if high > far - 1 else int(np.floor(high + TOLERANCE)))
        for low, high in zip(reached[::2], reached[1::2], strict=True)
    ]

"""The protector's own audit: does a pattern of hidden cells keep every target, from every reader? Rules R9, R11, R13 and R14. Pure.

Readers are the public and, one at a time, every institution, which knows its own children's answers: of the others in a cell it
must not be able to rule out that there is nobody, nor that there are as many as the threshold.
"""

import time
from collections.abc import Sequence

import numpy as np

from .alternatives import TOLERANCE, Ask, Cut, Printed, holds, whole
from .crossing import Crossing, Flags, Numbers
from .primary import Target

# Tables that once answered a question are kept, newest first, because most questions are answered by one of them.
KEPT = 400


class Audit:
    """The questions of one release, and the tables that answered some of them before."""

    def __init__(self, crossing: Crossing, targets: Sequence[Target], *, until: float = np.inf) -> None:
        self.crossing, self.until = crossing, until
        self.outside = list(dict.fromkeys(ask for target in targets for ask in _asks(crossing, target, None)))
        self.inside = list(
            dict.fromkeys(
                ask
                for insider in range(len(crossing.contributors))
                for target in targets
                for ask in _asks(crossing, target, insider)
            )
        )
        self.witnesses: list[Numbers] = []

    def broken(self, hidden: Flags) -> list[Cut]:
        """Why the pattern is not safe: empty when it is. The public asks first, then the insiders, then whole numbers."""
        printed, fractions = Printed(self.crossing, hidden), list[Ask]()
        fitting = self._fitting(printed)
        for asks in (self.outside, self.inside):
            cuts, found = list[Cut](), list[Numbers]()
            left = self._unanswered(asks, fitting)
            for ask, answer in zip(left, printed.answers(left), strict=True):
                if isinstance(answer, Cut):
                    cuts.append(answer)
                elif answer.is_whole:
                    found.append(np.round(answer.counts))
                else:
                    fractions.append(ask)
            self.witnesses = [*found, *self.witnesses][:KEPT]
            if cuts:
                return cuts
            fitting = [*found, *fitting]
        return self._not_whole(printed, hidden, fractions)

    def _fitting(self, printed: Printed) -> list[Numbers]:
        """Earlier answers that fit what is printed now."""
        values = self.crossing.values[printed.shown]
        return [
            counts for counts in self.witnesses if np.abs(printed.matrix @ counts - values).max(initial=0) < TOLERANCE
        ]

    def _unanswered(self, asks: Sequence[Ask], fitting: Sequence[Numbers]) -> list[Ask]:
        """The questions that no earlier answer answers."""
        if not fitting or not asks:
            return list(asks)
        counts = np.array(fitting)
        knows = [(counts >= own).all(axis=1) for own in self.crossing.own]
        found = []
        for ask in asks:
            sums = counts[:, list(ask.columns)].sum(axis=1)
            fits = sums >= ask.reach if ask.rising else sums <= ask.reach
            if not (fits if ask.insider is None else fits & knows[ask.insider]).any():
                found.append(ask)
        return found

    def _not_whole(self, printed: Printed, hidden: Flags, asks: Sequence[Ask]) -> list[Cut]:
        """Questions that only fractions answer. No dual tells what to hide then: one row more, whichever."""
        for ask in asks:
            if not whole(printed, ask, self.until - time.monotonic()):
                free = np.flatnonzero(~hidden & ~self.crossing.fixed)
                return [Cut({int(row): 1.0 for row in free})]
        return []


def _asks(crossing: Crossing, target: Target, insider: int | None) -> list[Ask]:
    """The two ends of a target. An insider must be as unsure about the others as the public is about all."""
    own = 0 if insider is None else int(crossing.own[insider][list(target.columns)].sum())
    ends = [Ask(target.columns, False, max(target.lower, own), insider)]
    if target.kind != "union":
        ends.append(Ask(target.columns, True, target.upper + own, insider))
    return [ask for ask in ends if not holds(crossing, ask, crossing.truth)]


def intervals(
    crossing: Crossing, hidden: Flags, asked: Sequence[Sequence[int]], *, insider: int | None = None
) -> list[tuple[int, int | None]]:
    """What a reader can work out about each count: the least and the most, None where nothing limits it."""
    printed = Printed(crossing, hidden)
    far = int(2 * crossing.truth.sum()) + 1000
    asks = [Ask(tuple(columns), rising, far if rising else 0, insider) for columns in asked for rising in (False, True)]
    return [
        (int(np.ceil(low - TOLERANCE)), None if high > far - 1 else int(np.floor(high + TOLERANCE)))
        for low, high in zip(*[iter(printed.reached(asks))] * 2, strict=True)
    ]


def broken_targets(crossing: Crossing, hidden: Flags, targets: Sequence[Target]) -> tuple[Target, ...]:
    """The targets that the public or an institution can narrow down too far."""
    found, witnesses = list[Target](), list[Numbers]()
    for target in targets:
        audit = Audit(crossing, [target])
        audit.witnesses = witnesses
        if audit.broken(hidden):
            found.append(target)
        witnesses = audit.witnesses
    return tuple(found)

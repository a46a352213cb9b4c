"""When there is no time for the cheapest pattern: a safe one, found greedily. Never the unsafe cells alone. Pure."""

import time

import numpy as np

from .alternatives import Cut
from .audit import Audit
from .crossing import Flags, Numbers
from .suppression import OutOfTime, Stuck


def greedy(audit: Audit, begun: Flags, cost: Numbers, until: float) -> Flags:
    """A safe pattern: hides more and more beside what is hidden in `begun`, until the audit finds nothing.

    Raises Stuck where not even hiding everything would do, OutOfTime when the time is up before the pattern is safe.
    """
    hidden = begun.copy()
    while found := audit.broken(hidden):
        if any(not cut.shares for cut in found):
            raise Stuck
        if time.monotonic() > until:
            raise OutOfTime(hidden)
        hidden |= _covering(found, cost)
    return hidden


def _covering(cuts: list[Cut], cost: Numbers) -> Flags:
    """Rows that satisfy all cuts, taken one by one by what they add for their cost."""
    chosen, missing = np.zeros(len(cost), dtype=bool), np.ones(len(cuts))
    while (missing > 0).any():
        worth = np.zeros(len(cost))
        for cut, left in zip(cuts, missing, strict=True):
            if left > 0:
                for row, share in cut.shares.items():
                    worth[row] += min(share, left)
        worth[chosen] = 0
        best = int(np.argmax(worth / np.maximum(cost, 1e-12)))
        chosen[best] = True
        for i, cut in enumerate(cuts):
            missing[i] -= cut.shares.get(best, 0.0)
            if missing[i] < 1e-9 or all(chosen[row] for row in cut.shares):
                missing[i] = 0
    return chosen


def spared(audit: Audit, hidden: Flags, forced: Flags, cost: Numbers, until: float) -> Flags:
    """The pattern with every cell shown again that need not be hidden, the dearest first, as long as there is time."""
    kept = hidden.copy()
    for row in sorted(np.flatnonzero(hidden & ~forced), key=lambda one: (-cost[one], one)):
        if time.monotonic() > until:
            break
        kept[row] = False
        if audit.broken(kept):
            kept[row] = True
    return kept

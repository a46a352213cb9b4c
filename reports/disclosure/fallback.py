"""Where the cheapest pattern would be too much work: a safe one, found greedily. Never the unsafe cells alone. Pure."""

import numpy as np

from .audit import Audit
from .crossing import Flags, Numbers
from .suppression import Exhausted, Stuck, covering


def greedy(audit: Audit, begun: Flags, cost: Numbers, until: float) -> Flags:
    """A safe pattern: hides more and more beside what is hidden in `begun`, until the audit finds nothing.

    Raises Stuck where not even hiding everything would do, Exhausted where `until` units of work are done before the pattern is
    safe, and TooLate.
    """
    hidden = begun.copy()
    while found := audit.broken(hidden):
        if any(not cut.shares for cut in found):
            raise Stuck
        if audit.work.done >= until:
            raise Exhausted(hidden)
        hidden |= covering(found, cost)
    return hidden


def spared(audit: Audit, hidden: Flags, forced: Flags, cost: Numbers, until: float) -> Flags:
    """The pattern with every cell shown again that need not be hidden, the dearest first, until so much work is done."""
    kept = hidden.copy()
    for row in sorted(np.flatnonzero(hidden & ~forced), key=lambda one: (-cost[one], one)):
        if audit.work.done >= until:
            break
        kept[row] = False
        if audit.broken(kept):
            kept[row] = True
    return kept

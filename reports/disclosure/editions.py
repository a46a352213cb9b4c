"""May these figures stand beside those that are out already, and beside what is said in prose? Rules R11 and R12. Pure.

Nothing is hidden here: a publication is looked at as it is meant to be, and what it would give away is named.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from .audit import broken_targets
from .crossing import Crossing, Place
from .primary import Target, primary
from .protecting import Protected
from .rules import Rules
from .tables import At, Release


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

"""The three-way merge of one thing: what it was made from, what was made of it, what stands now. Pure.

Whole answers are merged, never parts of them: a choice with somebody else's note would be an answer that nobody gave.
"""

from enum import StrEnum
from typing import Any


class Merged(StrEnum):
    """What becomes of a change."""

    SAVED = "saved"
    SAME = "same"
    THEIRS = "theirs"
    DIFFERENCE = "difference"


class _Unknown:
    """A base that nobody can say any more: equal to nothing, so nothing is overwritten on its account."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()


def merge(base: Any, mine: Any, theirs: Any) -> Merged:
    """`mine` was made from `base` while `theirs` came to stand. Values are compared with ==.

    Both say the same: nothing to do. Only one side changed: that side. Both changed and differ: both are kept.
    """
    if mine == theirs:
        return Merged.SAME
    if base is UNKNOWN:
        return Merged.DIFFERENCE
    if theirs == base:
        return Merged.SAVED
    if mine == base:
        return Merged.THEIRS
    return Merged.DIFFERENCE

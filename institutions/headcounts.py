"""Comparing counts of children: what we counted beside what the authorities say. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from .models import Headcount

# A return and a count this many days apart speak of the same children.
NEAR_DAYS = 7


@dataclass(frozen=True)
class Disagreement:
    """Our count and somebody's return of nearly the same day, with different numbers."""

    ours: Headcount
    theirs: Headcount

    @property
    def difference(self) -> int:
        """Children we counted beyond the return; negative when we found fewer."""
        return self.ours.children - self.theirs.children


def disagreements(headcounts: Iterable[Headcount]) -> list[Disagreement]:
    """Every count by monitors that differs from the nearest return within a week, newest first."""
    rows = list(headcounts)
    returns = [row for row in rows if row.source != Headcount.Source.VISIT]
    found = []
    for ours in sorted(
        (row for row in rows if row.source == Headcount.Source.VISIT), key=lambda row: row.on, reverse=True
    ):
        near = [row for row in returns if abs((row.on - ours.on).days) <= NEAR_DAYS]
        nearest = min(near, key=lambda row: (abs((row.on - ours.on).days), row.source), default=None)
        if nearest is not None and nearest.children != ours.children:
            found.append(Disagreement(ours, nearest))
    return found

"""The limits that are published, and what one count must be to pass them: rules R2, R3 and R4. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ombudsman.shares import PERCENTAGES_FROM


class Protection(StrEnum):
    """How a figure left this room."""

    SHOWN = "shown"
    MERGED = "merged"
    TOO_FEW = "too_few"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Rules:
    """The limits, all published. `threshold` is R2's k; `of_sensitive` its k for sensitive questions.

    `zero_is_small`: R4, in tables: nobody is fewer than k.
    """

    threshold: int = 5
    of_sensitive: int = 10
    institutions: int = 3
    largest_percent: int = 70
    two_largest_percent: int = 90
    percentages_from: int = PERCENTAGES_FROM
    zero_is_small: bool = True

    def k(self, sensitive: bool) -> int:
        return max(self.threshold, self.of_sensitive) if sensitive else self.threshold


@dataclass(frozen=True)
class Spread:
    """A count and how it lies over institutions. Says nothing about their order."""

    total: int = 0
    institutions: int = 0
    largest: int = 0
    second: int = 0

    @classmethod
    def over(cls, shares: Sequence[int]) -> "Spread":
        """From one count per institution, in any order; zeros do not matter."""
        held = sorted((share for share in shares if share), reverse=True)
        return cls(sum(held), len(held), held[0] if held else 0, held[1] if len(held) > 1 else 0)


def enough(cell: Spread, k: int) -> bool:
    """R2 and R4: at least k. Zero is fewer than k on every question: were zero alone printed, a merged cell would prove
    that somebody stands in it.
    """
    return cell.total >= k


def well_spread(cell: Spread, rules: Rules) -> bool:
    """R3: at least three institutions; the largest holds at most 70 %, the two largest at most 90 % of the cell."""
    return (
        cell.institutions >= rules.institutions
        and 100 * cell.largest <= rules.largest_percent * cell.total
        and 100 * (cell.largest + cell.second) <= rules.two_largest_percent * cell.total
    )


def passes(cell: Spread, rest: Spread, k: int, rules: Rules) -> bool:
    """R2, R3 and R4 for a cell and for its complement in the same base: what may be printed of one may be subtracted."""
    return enough(cell, k) and enough(rest, k) and well_spread(cell, rules) and well_spread(rest, rules)


def interviews_may_be_counted(interviews: Spread, rules: Rules) -> bool:
    """Whether the number of interviews itself is printed: at least k, in at least three institutions."""
    return enough(interviews, rules.threshold) and interviews.institutions >= rules.institutions


def may_follow(earlier: Sequence[tuple[int, int]], later: Sequence[tuple[int, int]], k: int) -> bool:
    """R12: whether the figures of one question, (count, base) for each answer, may follow those of an earlier edition.

    Either nobody was added, or every answer and its complement gained at least k. Never if the answers are not as many.
    """
    if len(earlier) != len(later):
        return False
    gained = [(n - m, base - before) for (m, before), (n, base) in zip(earlier, later, strict=True)]
    nobody = all(more == base == 0 for more, base in gained)
    return nobody or all(more >= k and base - more >= k for more, base in gained)

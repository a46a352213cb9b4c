"""Whole percentages: when they may be printed, and what they give away. Rule R5. Pure.

Rounding hides nothing: with a known base of up to 99 every whole percentage stands for one count only.
"""

from ..rounding import percent
from .rules import Rules


def percentage(n: int, base: int, rules: Rules) -> int | None:
    """The share in whole percent, half up, or nothing numeric: from 30 on, and only if cell and rest are at least k."""
    if base < rules.percentages_from or not all(part >= rules.threshold for part in (n, base - n)):
        return None
    return percent(n, base)


def counts_behind(share: int, base: int) -> range:
    """Every count of the base that is printed as this percentage."""
    # share - 1/2 <= 100 n / base < share + 1/2
    least = max(0, -(-(2 * share - 1) * base // 200))
    return range(least, min(base, -(-(2 * share + 1) * base // 200) - 1) + 1)


def gives_away(share: int, base: int, k: int) -> bool:
    """Whether a percentage with its base tells that fewer than k are in the cell, or beside it."""
    behind = counts_behind(share, base)
    return len(behind) > 0 and (behind[-1] < k or base - behind[0] < k)


def fractions_behind(share: int, largest_base: int) -> list[tuple[int, int]]:
    """Every (count, base) that is printed as this percentage without its base."""
    return [(n, base) for base in range(1, largest_base + 1) for n in counts_behind(share, base)]

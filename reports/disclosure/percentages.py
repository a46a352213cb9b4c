"""Whole percentages: when they may be printed, and what they give away. Rule R5. Pure.

Rounding hides nothing: with a known base of up to 99 every whole percentage stands for one count only.
"""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from ..rounding import percent
from .rules import Rules


class Refusal(StrEnum):
    """Why a percentage must not be printed."""

    DECIMALS = "decimals"
    NO_BASE = "no base"
    SMALL_BASE = "small base"
    NO_COUNT = "no count"
    SMALL_COUNT = "small count"


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


def share_is_known(share: int, largest_base: int) -> bool:
    """Whether one share only of any base up to this is printed so: then not even the missing base hides it."""
    return len({Fraction(n, base) for n, base in fractions_behind(share, largest_base)}) == 1


def refused(share: Decimal | int, base: int | None, rules: Rules, *, sensitive: bool = False) -> Refusal | None:
    """Why this percentage may not be printed, None if it may. `base`: the number printed beside it, None if there is none.

    With one decimal every share of a base up to 30 is known without the base, so decimals never pass. Of whole ones without
    a base some are (`share_is_known`), others leave a choice of a few: the exact base stands beside it, or nothing.
    With a base a percentage is as good as its count: whatever it may stand for has to be k at least, as has the rest.
    How a count lies over institutions (R3) is looked at before, where the institutions are known.
    """
    share = Decimal(share)
    if share.as_tuple().exponent != 0:
        return Refusal.DECIMALS
    if base is None:
        return Refusal.NO_BASE
    if base < rules.percentages_from:
        return Refusal.SMALL_BASE
    behind, k = counts_behind(int(share), base), rules.k(sensitive)
    if not behind:
        return Refusal.NO_COUNT
    return Refusal.SMALL_COUNT if behind[0] < k or base - behind[-1] < k else None

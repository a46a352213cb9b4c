"""Shares, rates and changes from counts, each rounded once (ombudsman/rounding.py). Sums are not forced to 100. Pure."""

from decimal import Decimal
from fractions import Fraction

from ombudsman.rounding import rounded

__all__ = ["change", "percent", "percent_with", "points", "rate", "rounded"]


def percent(numerator: int, base: int) -> int | None:
    """`numerator` of `base` in whole percent, half up; None where nothing was counted. Raises ValueError below zero."""
    share = percent_with(numerator, base, places=0)
    return None if share is None else int(share)


def percent_with(numerator: int, base: int, *, places: int = 1) -> Decimal | None:
    """`numerator` of `base` in percent with so many decimals; None where nothing was counted. Raises ValueError below zero."""
    if numerator < 0 or base < 0:
        raise ValueError("Counts are never negative.")
    return rounded(Fraction(100 * numerator, base), places) if base else None


def points(numerator: int, base: int, other_numerator: int, other_base: int) -> int | None:
    """One share less another in whole percentage points, from the counts and not from two rounded shares."""
    if min(numerator, base, other_numerator, other_base) < 0:
        raise ValueError("Counts are never negative.")
    if not (base and other_base):
        return None
    return int(rounded(100 * (Fraction(numerator, base) - Fraction(other_numerator, other_base))))


def rate(count: int, population: int, *, per: int = 100, times: int = 1, places: int = 0) -> Decimal | None:
    """Events for so many of a population: count x times / population x per; None without a population.

    `times`: periods in the year the rate is for (4 for a quarter's count). Raises ValueError below zero.
    """
    if count < 0 or population < 0:
        raise ValueError("Counts are never negative.")
    return rounded(Fraction(count * times * per, population), places) if population else None


def change(before: int, after: int, *, places: int = 0) -> Decimal | None:
    """From `before` to `after` in percent of before, negative for a fall; None where there was nothing before."""
    if before < 0 or after < 0:
        raise ValueError("Counts are never negative.")
    return rounded(Fraction(100 * (after - before), before), places) if before else None

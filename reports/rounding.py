"""Percentages: whole numbers, rounded once, half up, from two integers. Pure; anybody may import it.

Never round a rounded number: 39 of 153 is 25.49 %, which is 25, though 25.5 would be 26. Sums are not forced to 100.
"""


def percent(numerator: int, base: int) -> int | None:
    """`numerator` of `base` in whole percent, half up; None where nothing was counted. Raises ValueError below zero."""
    if numerator < 0 or base < 0:
        raise ValueError("Counts are never negative.")
    return (200 * numerator + base) // (2 * base) if base else None

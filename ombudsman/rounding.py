"""Rounding: once, half up, from whole numbers or exact fractions. The one place where a number is rounded. Pure. Cellar.

Never round a rounded number: 39 of 153 is 25.49 %, which is 25, though 25.5 would be 26. A half goes away from zero, so that a
fall prints as the rise of the same size does.
"""

from decimal import Decimal
from fractions import Fraction


def rounded(value: Fraction | int, places: int = 0) -> Decimal:
    """An exact number with so many decimals, half away from zero. Binary floats are no exact numbers and are not taken.

    Raises TypeError for anything but int and Fraction, ValueError for fewer than no decimals.
    """
    if not isinstance(value, int | Fraction):
        raise TypeError("Only whole numbers and exact fractions are rounded.")
    if places < 0:
        raise ValueError("Decimals are counted from 0 up.")
    scaled = abs(Fraction(value)) * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(units if value >= 0 else -units).scaleb(-places)

"""What a whole percentage tells, by going through all counts (instance I8). No solver; the oracle of the other rooms."""

from collections.abc import Iterable
from fractions import Fraction


def half_up(count: int, base: int, decimals: int = 0) -> Fraction:
    """The percentage as printed: rounded once, half up. Exact."""
    places = 10**decimals
    return Fraction((200 * places * count + base) // (2 * base), places)


def candidates(percent: Fraction | int, bases: Iterable[int], decimals: int = 0) -> list[tuple[int, int]]:
    """Every (count, base) that prints as `percent`, for bases from 1 up."""
    return [(count, base) for base in bases for count in range(base + 1) if half_up(count, base, decimals) == percent]


def fractions(percent: Fraction | int, up_to: int, decimals: int = 0) -> set[Fraction]:
    """The reduced fractions that print as `percent`, bases up to `up_to`; one only means that the share is known exactly."""
    return {Fraction(count, base) for count, base in candidates(percent, range(1, up_to + 1), decimals)}

"""Occupancy and rates, from counts, rounded once (reports/rounding.py). Pure."""

from decimal import Decimal

from reports.rounding import percent, rate

MONTHS_A_YEAR = 12


def occupancy(children: int, capacity: int) -> int | None:
    """Children held of the places there are, in whole percent; above 100 = overcrowded; None without places."""
    return percent(children, capacity)


def annual_rate(count: int, population: int, *, months: int = MONTHS_A_YEAR, per: int = 100) -> Decimal | None:
    """Events of so many months as a yearly rate for `per` of the mean population: a quarter's count times 4.

    None without a population. Raises ValueError below zero, and for months that do not divide a year: a rate made of five
    months would be no whole number of counts.
    """
    if months < 1 or MONTHS_A_YEAR % months:
        raise ValueError("The months divide a year.")
    return rate(count, population, per=per, times=MONTHS_A_YEAR // months)


def share_of_population(count: int, population: int, *, per: int = 100_000) -> Decimal | None:
    """Children in a state for `per` of all children, with one decimal; None without a population."""
    return rate(count, population, per=per, places=1)

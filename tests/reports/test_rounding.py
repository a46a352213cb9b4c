"""Figures are rounded once, half away from zero, from exact numbers."""

from decimal import Decimal
from fractions import Fraction

import pytest

from reports.rounding import change, percent, percent_with, points, rate, rounded


@pytest.mark.parametrize(
    ("value", "places", "printed"),
    [
        (Fraction(1, 2), 0, "1"),
        (Fraction(5, 2), 0, "3"),  # not to the even number
        (Fraction(-1, 2), 0, "-1"),
        (Fraction(-5, 2), 0, "-3"),
        (Fraction(2549, 100), 0, "25"),
        (Fraction(2545, 100), 1, "25.5"),
        (Fraction(1, 3), 4, "0.3333"),
        (7, 2, "7.00"),
        (0, 0, "0"),
    ],
)
def test_a_half_goes_away_from_zero(value, places, printed):
    assert str(rounded(value, places)) == printed


@pytest.mark.parametrize("value", [0.5, Decimal("0.5"), "1"])
def test_only_exact_numbers_are_rounded(value):
    with pytest.raises(TypeError, match="exact"):
        rounded(value)


def test_decimals_are_counted_from_zero_up():
    with pytest.raises(ValueError, match="from 0 up"):
        rounded(1, -1)


def test_whole_percentages_are_whole_numbers():
    assert percent(1, 200) == 1
    assert type(percent(1, 200)) is int


def test_every_small_percentage_is_the_nearest_and_halves_go_up():
    for base in range(1, 120):
        for count in range(base + 1):
            exact = Fraction(100 * count, base)
            found = percent(count, base)
            assert abs(found - exact) <= Fraction(1, 2)
            assert found - exact != Fraction(-1, 2)


def test_a_decimal_is_printed_even_where_it_is_zero():
    assert str(percent_with(1, 2)) == "50.0"
    assert str(percent_with(1, 1000, places=2)) == "0.10"
    assert percent_with(0, 0) is None


def test_points_come_from_the_counts():
    assert points(167, 500, 83, 500) == 17  # 33.4 less 16.6; rounded shares would give 33 less 17
    assert points(83, 500, 167, 500) == -17
    assert points(1, 2, 0, 0) is None


def test_a_fall_prints_as_the_rise_of_its_size():
    assert (change(200, 197), change(200, 203)) == (-2, 2)
    assert change(3, 4, places=1) == Decimal("33.3")
    assert change(0, 4) is None


def test_rates_are_rounded_once():
    assert rate(473, 480, times=4) == 394
    assert rate(1, 3, per=1000, places=1) == Decimal("333.3")
    assert rate(1, 0) is None


@pytest.mark.parametrize(
    "ask",
    [
        lambda: percent_with(-1, 5),
        lambda: percent_with(1, -5),
        lambda: points(-1, 5, 1, 5),
        lambda: rate(-1, 5),
        lambda: change(-1, 5),
    ],
)
def test_nothing_is_counted_below_zero(ask):
    with pytest.raises(ValueError, match="never negative"):
        ask()

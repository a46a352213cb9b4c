"""Occupancy, rates and parts of a whole, each rounded once from its counts."""

from decimal import Decimal

import pytest

from reports.statistics.rates import annual_rate, occupancy, share_of_population
from reports.statistics.sums import shares


def test_occupancy_may_exceed_all_places():
    assert (occupancy(165, 249), occupancy(30, 24), occupancy(0, 10), occupancy(3, 0)) == (66, 125, 0, None)


def test_a_quarter_counts_four_times_in_a_yearly_rate():
    assert annual_rate(120, 480, months=3) == 100
    assert annual_rate(120, 480, months=6) == 50
    assert annual_rate(120, 480) == 25
    assert annual_rate(120, 0) is None


@pytest.mark.parametrize("months", [0, 5, 7, 24])
def test_months_that_do_not_divide_a_year_are_refused(months):
    with pytest.raises(ValueError, match="divide a year"):
        annual_rate(1, 10, months=months)


def test_children_per_hundred_thousand_keep_one_decimal():
    assert share_of_population(438, 5_600_000) == Decimal("7.8")
    assert share_of_population(438, 0) is None


def test_parts_are_rounded_by_themselves_and_keep_their_sum():
    thirds = shares([1, 1, 1])
    assert (thirds.percents, thirds.printed_sum, thirds.needs_rounding_note) == ((33, 33, 33), 99, True)
    assert shares([1, 1]).needs_rounding_note is False
    assert shares([]).percents == ()
    assert shares([0, 0]).percents == (None, None)
    assert shares([0, 0]).needs_rounding_note is False


def test_parts_that_miss_their_whole_say_by_how_much():
    short = shares([422, 33], 461)
    assert (short.missing, short.needs_rounding_note) == (6, False)

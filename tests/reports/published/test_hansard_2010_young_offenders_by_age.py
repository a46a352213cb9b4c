"""Young offenders by age, all and female, 2006-07 to 2008-09, percentages with one decimal.

Source: House of Commons, written answers, 2 February 2010, column 308W (publications.parliament.uk). Each percentage is of all
offenders of its year, the female ones too. The source notes that sex is not always recorded.
"""

from decimal import Decimal

import pytest

from institutions.official import gaps
from reports.rounding import percent_with
from reports.statistics.sums import shares

from .rows import table

YEARS = [2006, 2007, 2008]
AGES = [10, 11, 12, 13, 14, 15, 16, 17]
ALL = {
    2006: [2064, 4578, 9044, 14482, 20302, 22911, 20033, 16872],
    2007: [1834, 3983, 7963, 12759, 17769, 20779, 18628, 16495],
    2008: [1309, 2989, 5854, 9585, 13743, 15909, 15287, 14584],
}
FEMALE = {
    2006: [317, 965, 2671, 5244, 7745, 7770, 5552, 4147],
    2007: [241, 869, 2552, 4836, 6917, 7270, 5306, 3937],
    2008: [175, 665, 1825, 3804, 5418, 5585, 4236, 3483],
}
TOTAL = {2006: 110_286, 2007: 100_210, 2008: 79_260}
FEMALE_TOTAL = {2006: 34_411, 2007: 31_928, 2008: 25_191}
PERCENT_ALL = {
    2006: "1.9 4.2 8.2 13.1 18.4 20.8 18.2 15.3",
    2007: "1.8 4.0 7.9 12.7 17.7 20.7 18.6 16.5",
    2008: "1.7 3.8 7.4 12.1 17.3 20.1 19.3 18.4",
}
PERCENT_FEMALE = {
    2006: "0.3 0.9 2.4 4.8 7.0 7.0 5.0 3.8",
    2007: "0.2 0.9 2.5 4.8 6.9 7.3 5.3 3.9",
    2008: "0.2 0.8 2.3 4.8 6.8 7.0 5.3 4.4",
}
PERCENT_FEMALE_TOTAL = {2006: "31.2", 2007: "31.9", 2008: "31.8"}


@pytest.mark.parametrize("year", YEARS)
def test_all_48_percentages_come_out(year):
    everybody = shares(ALL[year], TOTAL[year], places=1)
    girls = shares(FEMALE[year], TOTAL[year], places=1)
    assert [str(share) for share in everybody.percents] == PERCENT_ALL[year].split()
    assert [str(share) for share in girls.percents] == PERCENT_FEMALE[year].split()
    assert everybody.missing == 0


@pytest.mark.parametrize("year", YEARS)
def test_the_row_of_totals_comes_out(year):
    assert str(percent_with(FEMALE_TOTAL[year], TOTAL[year])) == PERCENT_FEMALE_TOTAL[year]
    assert percent_with(TOTAL[year], TOTAL[year]) == 100


def test_every_column_makes_its_published_total():
    for parts, totals in ((ALL, TOTAL), (FEMALE, FEMALE_TOTAL)):
        lines = {str(age): [parts[year][at] for year in YEARS] for at, age in enumerate(AGES)}
        assert gaps(table("offenders", YEARS, "age", lines, totals.values())) == []
        lines["17"][2] -= 1
        [gap] = gaps(table("offenders", YEARS, "age", lines, totals.values()))
        assert (gap.year, gap.missing) == (2008, 1)


def test_printed_percentages_of_one_year_do_not_make_100():
    sums = {year: shares(ALL[year], places=1).printed_sum for year in YEARS}
    assert sums == {2006: Decimal("100.1"), 2007: Decimal("99.9"), 2008: Decimal("100.1")}
    assert all(shares(ALL[year], places=1).needs_rounding_note for year in YEARS)


def test_one_decimal_is_not_rounded_again():
    """16,495 of 100,210 is 16.46 %: 16.5 printed with one decimal, 16 printed whole, never 17."""
    assert str(percent_with(16_495, 100_210)) == "16.5"
    assert percent_with(16_495, 100_210, places=0) == 16

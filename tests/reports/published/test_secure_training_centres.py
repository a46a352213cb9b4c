"""Restraint in secure training centres 2010 to 2014, and places commissioned for children 2010 to 2017, England and Wales.

Sources: House of Commons, written answers, 11 June 2015, question 2096 (theyworkforyou.com); written question 126813
(parallelparliament.co.uk). All five and all eight published totals come out.
"""

import pytest

from institutions.official import gaps, tables
from reports.rounding import change
from reports.statistics.sums import shares

from .rows import table

RESTRAINT = {
    "Hassockfield": [553, 537, 504, 631, 407],
    "Medway": [256, 284, 202, 133, 166],
    "Oakhill": [222, 173, 166, 197, 344],
    "Rainsbrook": [319, 387, 205, 381, 396],
}
RESTRAINT_TOTALS = [1350, 1381, 1077, 1342, 1313]
PLACES = {
    "homes": [194, 191, 183, 166, 167, 138, 138, 117],
    "centres": [301, 301, 301, 301, 301, 243, 243, 223],
    "institutions": [3007, 2285, 2024, 2024, 1154, 970, 970, 896],
}
PLACES_TOTALS = [3502, 2777, 2508, 2491, 1622, 1351, 1351, 1236]
TABLES = [
    ("restraint", range(2010, 2015), "centre", RESTRAINT, RESTRAINT_TOTALS),
    ("places", range(2010, 2018), "kind", PLACES, PLACES_TOTALS),
]


@pytest.mark.parametrize(("series", "years", "by", "lines", "totals"), TABLES)
def test_every_total_comes_out(series, years, by, lines, totals):
    rows = table(series, list(years), by, lines, totals)
    assert gaps(rows) == []
    [printed] = tables(rows)
    assert printed.years == tuple(years)
    assert printed.lines[-1].values == tuple(totals)
    for at, total in enumerate(totals):
        assert shares([values[at] for values in lines.values()], total).missing == 0


@pytest.mark.parametrize(("series", "years", "by", "lines", "totals"), TABLES)
def test_one_wrong_cell_is_found_in_its_year(series, years, by, lines, totals):
    first, *_rest = lines
    changed = {**lines, first: [lines[first][0] + 3, *lines[first][1:]]}
    [gap] = gaps(table(series, list(years), by, changed, totals))
    assert (gap.year, gap.total, gap.missing) == (2010, totals[0], -3)


def test_a_total_left_out_is_no_gap():
    rows = [
        row for row in table("restraint", range(2010, 2015), "centre", RESTRAINT, RESTRAINT_TOTALS) if row.dimensions
    ]
    assert gaps(rows) == []


def test_oakhill_used_restraint_75_percent_more_in_2014():
    assert change(197, 344) == 75
    assert change(631, 407) == -35

"""Fifteen-year-olds in young offender institutions, 31 October 1996.

Source: House of Commons, written answers, 18 December 1996, "Young offenders" (Historic Hansard): remand 78, sentenced 172,
31 and 69 per cent. One cell is missing in the source (Thorn Cross); only 4 sentenced makes both totals.
"""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import timezone

from institutions.models import Headcount
from institutions.official import gaps, tables
from institutions.services.headcounts import record_headcount
from reports.coverage import coverage
from reports.figures import rules_in_force
from reports.statistics.sums import shares
from tests import factories as make

from .rows import Published, table

DAY = date(1996, 10, 31)
REMAND, SENTENCED = 78, 172
PLACES = {
    "Aylesbury": (0, 2), "Brinsford": (14, 5), "Bullwood Hall": (0, 2), "Cardiff": (2, 0), "Deerbolt": (1, 20),
    "Doncaster": (7, 4), "Exeter": (1, 0), "Feltham": (16, 42), "Glen Parva": (20, 3), "Hindley": (1, 6),
    "Hollesley Bay": (0, 1), "Hull": (4, 0), "Huntercombe": (0, 1), "Lancaster Farms": (0, 2), "Low Newton": (9, 2),
    "Moorland": (0, 1), "New Hall": (0, 1), "Northallerton": (3, 0), "Onley": (0, 16), "Portland": (0, 14),
    "Stoke Heath": (0, 15), "Styal": (0, 2), "Swansea": (0, 1), "Thorn Cross": (0, 4), "Wetherby": (0, 11),
    "Werrington": (0, 17),
}  # fmt: skip


@pytest.fixture
def published() -> list[Published]:
    """By place and state, with both totals and the total of all."""
    remand = table("remand", [1996], "place", {place: (row[0],) for place, row in PLACES.items()}, [REMAND])
    sentenced = table("sentenced", [1996], "place", {place: (row[1],) for place, row in PLACES.items()}, [SENTENCED])
    whole = replace(remand[-1], series="held", value=REMAND + SENTENCED)
    return [*remand, *sentenced, whole]


def test_both_totals_and_their_sum_come_out(published):
    assert gaps(published, {"held": ("remand", "sentenced")}) == []


def test_the_missing_cell_is_found_by_its_total(published):
    thorn_cross = [row for row in published if row.part == "Thorn Cross" and row.series == "sentenced"]
    [gap] = gaps([row for row in published if row not in thorn_cross], {"held": ("remand", "sentenced")})
    assert (gap.series, gap.total, gap.sum, gap.missing) == ("sentenced", 172, 168, 4)


def test_31_and_69_percent():
    whole = shares([REMAND, SENTENCED])
    assert (whole.whole, whole.percents, whole.printed_sum, whole.missing) == (250, (31, 69), 100, 0)
    assert [str(share) for share in shares([REMAND, SENTENCED], places=1).percents] == ["31.2", "68.8"]


def test_the_table_keeps_every_place_in_its_order(published):
    remand, _sentenced, _held = tables(published)
    assert [line.part for line in remand.lines] == [*PLACES, ""]
    assert sum(line.values[0] for line in remand.lines[:-1]) == remand.lines[-1].values[0] == REMAND


def test_headcounts_of_the_visits_sum_to_250_children(db):
    leader = make.person("ina@example.test", "monitor")
    for name, (remand, sentenced) in PLACES.items():
        place = make.institution(name, opened_on=date(1900, 1, 1))
        make.visit(place, leader, first_day=DAY, state="accepted")
        counted = {"on": DAY, "children": remand + sentenced, "by": leader, "at": timezone.now()}
        record_headcount(institution=place, source=Headcount.Source.VISIT, **counted)
        # What the institution itself returned a week before is another source and is not added.
        record_headcount(institution=place, source=Headcount.Source.INSTITUTION, **counted)
    seen = coverage(1996, rules_in_force())
    assert (seen["children_present"], seen["institutions_visited"]) == (250, 26)

"""Convicted minors, conciliation and children separated from their parents in Kazakhstan, 2011 to 2014.

Source: Reply of Kazakhstan to the list of issues of the Committee on the Rights of the Child, 2015 (docstore.ohchr.org). The
values are those loaded with the product. Sex and age make the totals of every year; ethnicity makes 85 of 95 in 2014.
"""

from collections import defaultdict

import pytest
from django.utils.translation import override

from institutions import reference_files
from institutions.models import OfficialFigure
from institutions.official import contradictions, gaps, tables
from reports.official import official_figures
from reports.statistics.sums import shares


@pytest.fixture
def series():
    with override("en"):
        return {one.code: one for one in tables(reference_files.official_figures())}


def by_split(one) -> dict[str, dict[str, tuple]]:
    lines = defaultdict(dict)
    for line in one.lines:
        lines[line.split][line.part] = tuple(int(value) for value in line.values)
    return lines


def test_convicted_minors_by_sex_and_age_make_the_totals_of_every_year(series):
    with override("en"):
        convicted = series["convicted_minors"]
        lines = by_split(convicted)
    assert convicted.years == (2011, 2012, 2013, 2014)
    assert lines[""][""] == (160, 121, 125, 95)
    assert sorted(lines["sex"].values()) == [(5, 7, 2, 4), (155, 114, 123, 91)]
    assert list(lines["age"].values()) == [
        (3, 0, 6, 0), (16, 3, 18, 6), (53, 56, 43, 41), (78, 41, 49, 38), (10, 21, 9, 10),
    ]  # fmt: skip
    for year, total in enumerate(lines[""][""]):
        assert shares([values[year] for values in lines["sex"].values()], total).missing == 0
        assert shares([values[year] for values in lines["age"].values()], total).missing == 0


def test_ethnicity_misses_ten_of_2014_and_nothing_else(series):
    convicted = series["convicted_minors"]
    [gap] = convicted.gaps
    assert (gap.year, gap.by, gap.total, gap.sum, gap.missing) == (2014, "ethnicity", 95, 85, 10)
    by_year = list(zip(*by_split(convicted)["ethnicity"].values(), strict=True))
    assert [sum(values) for values in by_year] == [160, 121, 125, 85]
    assert [shares(values, total).missing for values, total in zip(by_year, (160, 121, 125, 95), strict=True)] == [
        0, 0, 0, 10,
    ]  # fmt: skip


def test_conciliation_makes_its_published_sum(series):
    [line] = series["conciliation_closed"].lines
    closed = [int(value) for value in line.values]
    assert closed == [581, 972, 1790, 1872]
    assert shares(closed, 5215).missing == 0


def test_separated_children_by_sex_and_age_make_their_totals(series):
    separated = series["separated_children"]
    lines = by_split(separated)
    assert lines[""][""] == (36777, 34785, 33682)
    assert lines["sex"] == {"girls": (17542, 16503, 15886), "boys": (19235, 18282, 17796)}
    assert list(lines["age"].values()) == [
        (2420, 2545, 1773), (2904, 3099, 3073), (15322, 14366, 14246), (16131, 14775, 14590),
    ]  # fmt: skip
    assert separated.gaps == separated.contradictions == ()


def test_a_changed_cell_would_be_found():
    rows = reference_files.official_figures()
    for row in rows:
        if row.series == "separated_children" and row.year == 2012 and row.dimensions == {"sex": "female"}:
            row.value += 1
    assert [(gap.year, gap.missing) for gap in gaps(rows) if gap.series == "separated_children"] == [(2012, -1)]
    assert contradictions(rows) == []


def test_the_report_prints_the_gap_in_three_languages(db):
    OfficialFigure.objects.bulk_create(reference_files.official_figures())
    found = official_figures()["contradictions"]
    [gap] = [one for one in found if one["series"] == "convicted_minors"]
    assert (gap["year"], gap["total"], gap["sum_of_parts"], gap["difference"]) == (2014, "95", "85", "10")
    assert len({gap["by"][language] for language in ("kk", "ru", "en")}) == 3
    assert [part["value"] for part in gap["parts"]] == ["35", "40", "2", "3", "1", "2", "1", "1"]

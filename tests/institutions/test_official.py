"""Contradictions and totals in official figures, on published numbers. Each test is named after its source."""

from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from django.utils.translation import override

from institutions import reference_files
from institutions.official import contradictions, gaps, tables


@dataclass
class Row:
    """A published value; only what the rules read."""

    series: str
    year: int
    value: Decimal
    dimensions: dict[str, str] = field(default_factory=dict)
    source_en: str = "one source"
    unit: str = "children"
    row: int = 1

    @property
    def label(self):
        return self.series

    @property
    def split(self):
        return next(iter(self.dimensions), "")

    @property
    def part(self):
        return next(iter(self.dimensions.values()), "")

    @property
    def source(self):
        return self.source_en


@pytest.fixture
def rows():
    return reference_files.official_figures()


def test_reply_to_the_committee_on_the_rights_of_the_child_2015_ethnicity_of_convicted_minors_sums_to_85_not_95(rows):
    with override("en"):
        found = [gap for gap in gaps(rows) if gap.series == "convicted_minors"]
    assert [(gap.year, gap.by, gap.total, gap.sum, gap.missing) for gap in found] == [(2014, "ethnicity", 95, 85, 10)]


def test_undp_on_the_national_preventive_mechanism_2023_422_and_33_are_not_461(rows):
    (gap,) = [gap for gap in gaps(rows) if gap.series == "npm_visits"]
    assert (gap.total, gap.sum, gap.missing) == (461, 455, 6)


def test_note_on_the_first_training_2017_176_and_8_are_not_about_180(rows):
    (gap,) = [gap for gap in gaps(rows) if gap.series == "special_schools_children"]
    assert (gap.total, gap.sum, gap.missing, gap.by) == (180, 184, -4, "")


def test_nothing_else_that_was_published_misses_its_total(rows):
    assert {(gap.series, gap.year) for gap in gaps(rows)} == {
        ("convicted_minors", 2014),
        ("npm_visits", 2023),
        ("special_schools_children", 2017),
    }
    assert contradictions(rows) == []


def test_reply_to_the_committee_2015_children_separated_from_parents_sum_by_sex_and_by_age(rows):
    (series,) = [one for one in tables(rows) if one.code == "separated_children"]
    assert series.years == (2011, 2012, 2013)
    assert series.lines[0].values == (36777, 34785, 33682)
    assert series.gaps == ()


def test_howard_league_and_a_campaign_article_disagree_on_overnight_detentions():
    """45,318 against 45,311 for the same year (domain: small traps)."""
    said = [
        Row("overnight", 2010, Decimal(45318), source_en="Howard League", row=1),
        Row("overnight", 2010, Decimal(45311), source_en="openDemocracy", row=2),
        Row("overnight", 2011, Decimal(40716), source_en="Howard League", row=3),
    ]
    (found,) = contradictions(said)
    assert [(claim.value, claim.source) for claim in found.claims] == [
        (45318, "Howard League"),
        (45311, "openDemocracy"),
    ]
    assert [one.contradictions for one in tables(said)] == [(found,), (found,)]


def test_two_sources_that_agree_do_not_contradict_each_other():
    said = [Row("x", 2010, Decimal(5), source_en="a"), Row("x", 2010, Decimal("5.000"), source_en="b", row=2)]
    assert contradictions(said) == []


def test_a_part_is_not_compared_with_a_total_of_another_source():
    said = [Row("x", 2010, Decimal(5), source_en="a"), Row("x", 2010, Decimal(3), {"sex": "male"}, "b", row=2)]
    assert gaps(said) == []


def test_a_year_that_was_not_published_stays_empty():
    said = [
        Row("x", 2010, Decimal(5)),
        Row("x", 2010, Decimal(5), {"sex": "male"}, row=2),
        Row("x", 2011, Decimal(6), row=3),
    ]
    (series,) = tables(said)
    assert series.lines[1].values == (5, None)

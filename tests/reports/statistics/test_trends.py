"""Years make a series only where nothing broke it; the test for a trend equals published examples."""

from dataclasses import replace
from math import inf
from random import Random

import numpy as np
import pytest

from reports.statistics.comparisons import Difference, Side, correct
from reports.statistics.trends import Break, Broken, Trend, YearPoint, breaks, cochran_armitage, runs, trend

CARRIERS = [(19, 516), (29, 589), (24, 293)]  # carriers of streptococcus by size of tonsils


def point(year: int, successes: int | None = 40, base: int | None = 100, **more) -> YearPoint:
    covers = more.pop("covers", frozenset({"KZ-75", "KZ-79"}))
    side = {"item": (1, "Q-07"), "base_rule": "answer", "drawn": True, **more}
    return YearPoint(year, Side(successes=successes, base=base, **side), covers)


RISING = [point(2022, 30), point(2023, 40), point(2024, 55), point(2025, 70)]


def test_the_test_for_trend_equals_armitages_example(stats):
    """Holmes and Williams (1954) in Armitage, Berry and Matthews, Statistical Methods in Medical Research: chi-square 7.19."""
    _slope, p_value = cochran_armitage(CARRIERS, [-1, 0, 1])
    assert stats.chi2.isf(p_value, 1) == pytest.approx(7.19, abs=0.01)
    assert p_value == pytest.approx(0.0073, abs=0.0001)


def test_the_test_for_trend_is_the_correlation_of_score_and_answer(stats):
    """N r^2 of the single answers: Agresti, Categorical Data Analysis, section 5.3.5."""
    dice = Random(1955)
    for _ in range(50):
        counts = [(dice.randint(0, n), n) for n in (dice.randint(5, 60) for _year in range(dice.randint(3, 6)))]
        scores = sorted(dice.sample(range(2010, 2030), len(counts)))
        answers: list[int] = []
        years: list[int] = []
        for (successes, n), score in zip(counts, scores, strict=True):
            answers += [1] * successes + [0] * (n - successes)
            years += [score] * n
        if len(set(answers)) < 2:
            continue
        slope, p_value = cochran_armitage(counts, scores)
        line = stats.linregress(years, answers)
        assert slope == pytest.approx(line.slope, abs=1e-9)
        assert p_value == pytest.approx(stats.chi2.sf(len(answers) * line.rvalue**2, 1), abs=1e-9)


def test_clusters_and_headcounts_change_what_is_certain():
    counts, years = [(30, 100), (40, 100), (45, 100)], [2022, 2023, 2024]
    plain = cochran_armitage(counts, years)
    halved = cochran_armitage(counts, years, effective=[50, 50, 50])
    assert halved[0] == pytest.approx(plain[0])
    assert halved[1] > plain[1]
    assert cochran_armitage(counts, years, effective=[inf, inf, inf])[1] == 0.0
    assert cochran_armitage([(1, 3), (10, 30), (2, 6)], years, effective=[inf] * 3)[1] == pytest.approx(1.0, abs=1e-4)


def test_where_everybody_said_the_same_there_is_no_trend():
    assert cochran_armitage([(50, 50), (60, 60), (40, 40)], [1, 2, 3]) == (0.0, 1.0)


@pytest.mark.parametrize("counts", [[], [(1, 2)], [(1, 2), (0, 0)]])
def test_too_little_for_a_slope_is_refused(counts):
    with pytest.raises(ValueError, match="two scores"):
        cochran_armitage(counts, list(range(len(counts))))


def test_an_unbroken_series_rises_in_any_order_of_its_years():
    assert trend(RISING).direction == "level"  # nothing is marked before it is corrected
    [found] = correct([trend(RISING)])
    assert isinstance(found, Trend)
    assert (found.years, found.direction, found.marked) == ((2022, 2023, 2024, 2025), "up", True)
    assert isinstance(found.first_to_last, Difference)
    assert found.first_to_last.points == 40
    shuffled = [RISING[at] for at in (2, 0, 3, 1)]
    assert correct([trend(shuffled)]) == [found]
    falling = [point(year, 100 - one.side.successes) for year, one in zip(range(2022, 2026), RISING, strict=True)]
    assert correct([trend(falling)])[0].direction == "down"


def test_a_small_movement_is_level():
    [found] = correct([trend([point(2022, 40), point(2023, 41), point(2024, 42)])])
    assert (found.is_adjusted, found.direction) == (True, "level")


def test_without_a_draw_every_year_no_direction_is_told():
    [found] = correct([trend([*RISING[:-1], point(2025, 70, drawn=False)])])
    assert (found.p_value, found.direction) == (None, "")
    assert found.first_to_last.interval is None


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"item": (2, "Q-07")}, Break.DIFFERENT_ITEM),
        ({"item": (1, "Q-08")}, Break.DIFFERENT_ITEM),
        ({"base_rule": "all"}, Break.DIFFERENT_BASE),
        ({"choice_of_visits": "all"}, Break.DIFFERENT_CHOICE),
        ({"covers": frozenset({"KZ-75"})}, Break.DIFFERENT_PLACES),
    ],
)
def test_what_changes_between_years_breaks_the_series(changed, reason):
    years = [point(2022), point(2023), point(2024, **changed), point(2025, **changed)]
    assert trend(years) == breaks(years) == [Broken(2024, reason)]
    assert [[one.year for one in run] for run in runs(years)] == [[2022, 2023], [2024, 2025]]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"successes": None, "base": None}, Break.HIDDEN),
        ({"successes": 9, "base": 29}, Break.TOO_FEW),
    ],
)
def test_a_year_that_cannot_be_shown_breaks_the_series(changed, reason):
    years = [point(2022), point(2023), point(2024, **changed), point(2025)]
    assert trend(years) == [Broken(2024, reason)]
    assert [[one.year for one in run] for run in runs(years)] == [[2022, 2023], [2025]]


def test_a_missing_year_breaks_the_series():
    years = [point(2021), point(2022), point(2024)]
    assert trend(years) == [Broken(2024, Break.MISSING_YEAR)]
    assert [[one.year for one in run] for run in runs(years)] == [[2021, 2022], [2024]]


def test_a_year_twice_breaks_the_series():
    assert trend([point(2021), point(2022), point(2022), point(2023)]) == [Broken(2022, Break.REPEATED_YEAR)]


def test_two_years_are_no_series():
    assert trend([point(2024), point(2025)]) == [Broken(0, Break.TOO_SHORT)]
    assert trend([]) == [Broken(0, Break.TOO_SHORT)]


def test_a_crosswalk_mends_a_series():
    years = [point(2022), point(2023, item=(2, "Q-07")), point(2024, item=(3, "Q-09"))]
    walk = {(1, "Q-07"): (2, "Q-07"), (2, "Q-07"): (3, "Q-09")}
    assert {broken.reason for broken in trend(years)} == {Break.DIFFERENT_ITEM}
    assert isinstance(trend(years, walk), Trend)


def test_the_same_places_every_year_do_not_overlap():
    groups = frozenset({"KZ-75"})
    years = [replace(one, side=replace(one.side, groups=groups)) for one in RISING]
    assert isinstance(trend(years), Trend)


def test_a_trend_is_seldom_seen_where_there_is_none():
    dice = np.random.default_rng(1954)
    series = [[point(year, int(dice.binomial(100, 0.4))) for year in range(2021, 2026)] for _ in range(600)]
    marked = sum(correct([trend(one)])[0].marked for one in series)
    assert 0.02 < marked / 600 < 0.09
    assert sum(one.marked for one in correct([trend(one) for one in series])) <= 1

"""Intervals equal the published worked examples and a second, independent implementation."""

from math import inf, isinf
from random import Random

import pytest

from reports.statistics.intervals import (
    Z_95,
    Interval,
    design_effect,
    effective_size,
    interval_of,
    interval_terms,
    wilson,
    z_of,
)

# Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3, 95 %.
NEWCOMBE_TABLE_I = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]
# Weil (1970): pups alive after 21 days of those alive after 4, by litter; Rao and Scott (1992), Biometrics 48, 577-585, table 1.
WEIL_CONTROL = [
    (13, 13), (12, 12), (9, 9), (9, 9), (8, 8), (8, 8), (12, 13), (11, 12),
    (9, 10), (9, 10), (8, 9), (11, 13), (4, 5), (5, 7), (7, 10), (7, 10),
]  # fmt: skip
WEIL_TREATED = [
    (12, 12), (11, 11), (10, 10), (9, 9), (10, 11), (9, 10), (9, 10), (8, 9),
    (8, 9), (4, 5), (7, 9), (4, 7), (5, 10), (3, 6), (3, 10), (0, 7),
]  # fmt: skip


@pytest.mark.parametrize(("successes", "n", "low", "high"), NEWCOMBE_TABLE_I)
def test_the_score_interval_equals_newcombes_table(successes, n, low, high):
    found = wilson(successes, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_the_score_interval_equals_two_other_implementations(stats, proportion):
    dice = Random(1927)
    for _ in range(500):
        n = dice.randint(1, 5000)
        successes = dice.randint(0, n)
        confidence = dice.choice([0.8, 0.9, 0.95, 0.99])
        found = wilson(successes, n, z=z_of(confidence))
        assert (found.low, found.high) == pytest.approx(
            proportion.proportion_confint(successes, n, alpha=1 - confidence, method="wilson"), abs=1e-12
        )
        other = stats.binomtest(successes, n).proportion_ci(confidence, method="wilson")
        assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=1e-12)


def test_the_interval_holds_its_share_and_stays_within_0_and_1():
    for n in range(1, 40):
        for successes in range(n + 1):
            found = wilson(successes, n)
            assert 0 <= found.low <= successes / n <= found.high <= 1
            assert successes / n in found
    assert (wilson(0, 20).low, wilson(20, 20).high) == (0.0, 1.0)
    assert 0.5 not in wilson(0, 20)


def test_z_is_the_quantile_of_the_level():
    assert pytest.approx(1.959963984540054, abs=1e-12) == Z_95
    assert z_of(0.99) == pytest.approx(2.5758293035489004, abs=1e-12)
    assert wilson(81, 263, z=z_of(0.99)).low < wilson(81, 263).low


@pytest.mark.parametrize("confidence", [0, 1, -0.5, 95])
def test_a_level_outside_0_and_1_is_refused(confidence):
    with pytest.raises(ValueError, match="between 0 and 1"):
        z_of(confidence)


@pytest.mark.parametrize(("successes", "n"), [(1, 0), (0, 0), (-1, 5), (6, 5)])
def test_counts_that_cannot_be_are_refused(successes, n):
    with pytest.raises(ValueError, match="0 <= successes <= n"):
        wilson(successes, n)


def test_a_size_of_nothing_is_refused():
    with pytest.raises(ValueError, match="above zero"):
        wilson(1, 2, effective=0)


def test_the_design_effect_equals_rao_and_scotts_of_weils_litters():
    assert design_effect(WEIL_CONTROL) == pytest.approx(1.232495, abs=5e-7)
    assert design_effect(WEIL_TREATED) == pytest.approx(3.952861, abs=5e-7)


def test_answers_spread_more_evenly_than_chance_count_no_more_than_they_are():
    assert design_effect([(5, 10)] * 8) == 1.0


def test_where_nothing_can_be_estimated_an_institution_counts_as_one_answer():
    assert design_effect([(10, 10), (10, 10), (10, 10)]) == 10.0
    assert design_effect([(0, 4), (0, 8)]) == pytest.approx((16 + 64) / 12)
    assert design_effect([(3, 12)]) == 12.0
    assert effective_size(12, design_effect=design_effect([(3, 12)])) == 1.0


def test_institutions_without_answers_and_their_order_do_not_matter():
    whole = design_effect(WEIL_TREATED)
    shuffled = [*WEIL_TREATED, (0, 0)]
    Random(4).shuffle(shuffled)
    assert design_effect(shuffled) == pytest.approx(whole, abs=1e-12)


@pytest.mark.parametrize("clusters", [[], [(0, 0)], [(5, 3)], [(-1, 3)], [(1, 0)]])
def test_clusters_that_cannot_be_are_refused(clusters):
    with pytest.raises(ValueError, match="clusters"):
        design_effect(clusters)


def test_likeness_inside_institutions_widens_the_interval():
    narrow, wide = wilson(112, 145), interval_of(WEIL_TREATED)
    assert wide.low < narrow.low
    assert narrow.high < wide.high
    assert wide == wilson(112, 145, effective=145 / design_effect(WEIL_TREATED))


def test_a_known_headcount_narrows_the_interval_until_everybody_was_asked():
    alone, half, all_ = (interval_of(WEIL_CONTROL, population=size) for size in (None, 316, 158))
    assert alone.low < half.low < all_.low == all_.high < half.high < alone.high
    assert all_ == Interval(142 / 158, 142 / 158)
    assert effective_size(158, population=316) == pytest.approx(158 * 315 / 158)
    assert isinf(effective_size(158, population=158))
    assert wilson(1, 2, effective=inf) == Interval(0.5, 0.5)


def test_a_headcount_below_the_number_asked_corrects_nothing():
    assert effective_size(158, population=150) == 158
    assert interval_of(WEIL_CONTROL, population=150) == interval_of(WEIL_CONTROL)


@pytest.mark.parametrize(("n", "effect"), [(0, 1.0), (10, 0.9)])
def test_sizes_and_effects_below_one_are_refused(n, effect):
    with pytest.raises(ValueError, match="1 or more"):
        effective_size(n, design_effect=effect)


@pytest.mark.parametrize(
    ("samplings", "allowed"),
    [
        (["all", "random"], True),
        (["random"], True),
        (["all", "chosen"], False),
        (["all", ""], False),  # not recorded is not drawn
        (["chosen"], False),
        ([], False),
    ],
)
def test_an_interval_needs_every_visit_to_have_drawn_or_asked_all(samplings, allowed):
    assert interval_terms(samplings) is allowed


def test_the_words_of_sampling_are_those_of_a_visit():
    from reports.statistics.intervals import DRAWN
    from visits.models import Visit

    assert {Visit.Sampling.ALL, Visit.Sampling.RANDOM} == DRAWN
    assert set(Visit.Sampling.values) - DRAWN == {Visit.Sampling.CHOSEN}

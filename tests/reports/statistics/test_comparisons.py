"""Differences and corrections equal the published worked examples and a second implementation; only like is compared."""

import gc
from dataclasses import replace
from math import inf
from random import Random

import numpy as np
import pytest

from reports.statistics.comparisons import (
    Correction,
    Difference,
    Obstacle,
    Side,
    benjamini_hochberg,
    compare,
    correct,
    counted_as,
    holm,
    newcombe,
    obstacles_to_comparing,
    score_test,
)
from reports.statistics.intervals import z_of

# Newcombe (1998), Statistics in Medicine 17, 873-890, table II, contrasts (a) to (h), method 10, 95 %.
NEWCOMBE_TABLE_II = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (0, 10, 0, 10, -0.2775, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0000),
    (10, 10, 0, 10, 0.6075, 1.0000),
]
# Benjamini and Hochberg (1995), section 4.2: the 15 comparisons of Neuhaus et al. (1992), treatments of heart attacks.
NEUHAUS = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
]  # fmt: skip


@pytest.mark.parametrize(("x1", "n1", "x2", "n2", "low", "high"), NEWCOMBE_TABLE_II)
def test_the_interval_of_a_difference_equals_newcombes_table(x1, n1, x2, n2, low, high):
    found = newcombe(x1, n1, x2, n2)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def counts(dice: Random, largest: int = 800) -> tuple[int, int]:
    n = dice.randint(1, largest)
    return dice.randint(0, n), n


def test_the_interval_of_a_difference_equals_another_implementation(proportion):
    dice = Random(1998)
    for _ in range(400):
        (x1, n1), (x2, n2) = counts(dice), counts(dice)
        confidence = dice.choice([0.9, 0.95, 0.99])
        found = newcombe(x1, n1, x2, n2, z=z_of(confidence))
        other = proportion.confint_proportions_2indep(
            x1, n1, x2, n2, method="newcomb", compare="diff", alpha=1 - confidence, correction=False
        )
        assert (found.low, found.high) == pytest.approx(other, abs=1e-9)


def test_swapping_the_sides_mirrors_the_interval():
    dice = Random(10)
    for _ in range(100):
        (x1, n1), (x2, n2) = counts(dice), counts(dice)
        there, back = newcombe(x1, n1, x2, n2), newcombe(x2, n2, x1, n1)
        assert (there.low, there.high) == pytest.approx((-back.high, -back.low), abs=1e-12)
        assert score_test(x1, n1, x2, n2) == pytest.approx(score_test(x2, n2, x1, n1), abs=1e-12)


def test_the_score_test_is_pearsons_chi_square(stats, proportion):
    dice = Random(1900)
    for _ in range(300):
        (x1, n1), (x2, n2) = counts(dice), counts(dice)
        table = np.array([[x1, n1 - x1], [x2, n2 - x2]])
        if 0 in table.sum(axis=0):
            assert score_test(x1, n1, x2, n2) == 1.0
            continue
        expected = stats.chi2_contingency(table, correction=False).pvalue
        assert score_test(x1, n1, x2, n2) == pytest.approx(expected, abs=1e-12)
        assert score_test(x1, n1, x2, n2) == pytest.approx(
            proportion.proportions_ztest([x1, x2], [n1, n2])[1], abs=1e-12
        )


def test_rao_and_scott_divide_counts_by_their_design_effect():
    plain = score_test(28, 40, 24, 60)
    divided = score_test(56, 80, 48, 120, effective=(40.0, 60.0))
    assert divided == pytest.approx(plain, abs=1e-12)
    assert divided > score_test(56, 80, 48, 120)


def test_two_shares_known_of_everybody_differ_for_certain_or_not_at_all(stats):
    assert score_test(10, 40, 11, 40, effective=(inf, inf)) == 0.0
    assert score_test(10, 40, 10, 40, effective=(inf, inf)) == 1.0
    one_known = score_test(20, 40, 10, 40, effective=(inf, None))
    assert one_known == pytest.approx(2 * stats.norm.sf(0.25 / np.sqrt(0.25 / 40)), abs=1e-12)


def test_benjamini_and_hochberg_mark_four_of_neuhaus_and_holm_three():
    assert [value <= 0.05 for value in benjamini_hochberg(NEUHAUS)].count(True) == 4
    assert [value <= 0.05 for value in holm(NEUHAUS)].count(True) == 3
    # Their fourth: 0.0095 <= 4/15 x 0.05 = 0.013; the fifth: 0.0201 > 5/15 x 0.05.
    assert benjamini_hochberg(NEUHAUS)[3] == pytest.approx(15 / 4 * 0.0095)
    assert holm(NEUHAUS)[:4] == pytest.approx([0.0015, 0.0056, 0.0247, 0.1140])


def test_holm_equals_abdis_example():
    """Abdi, H. (2010). Holm's sequential Bonferroni procedure. Encyclopedia of Research Design, table 1."""
    assert holm([0.000040, 0.016100, 0.612300]) == pytest.approx([0.000120, 0.032200, 0.612300])


def test_corrections_equal_another_implementation_in_any_order(monkeypatch, multitest):
    # The other one sweeps the whole memory at each call, which takes a hundred times as long as its arithmetic.
    monkeypatch.setattr(gc, "collect", lambda: 0)
    dice = Random(1979)
    for _ in range(200):
        values = [
            round(dice.random() ** dice.choice([1, 3, 8]), dice.choice([2, 12])) for _ in range(dice.randint(1, 40))
        ]
        assert holm(values) == pytest.approx(list(multitest.multipletests(values, method="holm")[1]), abs=1e-12)
        assert benjamini_hochberg(values) == pytest.approx(
            list(multitest.multipletests(values, method="fdr_bh")[1]), abs=1e-12
        )


def test_nothing_compared_needs_no_correction():
    assert holm([]) == benjamini_hochberg([]) == correct([]) == []


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(adjust, value):
    with pytest.raises(ValueError, match="between 0 and 1"):
        adjust([0.5, value])


BOYS = Side(item=(2, "Q-07"), successes=56, base=70, base_rule="answer", groups=frozenset({"boys"}), drawn=True)
GIRLS = Side(item=(2, "Q-07"), successes=48, base=80, base_rule="answer", groups=frozenset({"girls"}), drawn=True)


def test_like_is_compared_with_like():
    found = compare(BOYS, GIRLS)
    assert isinstance(found, Difference)
    assert (found.points, found.value) == (20, pytest.approx(0.2))
    assert found.interval == newcombe(56, 70, 48, 80)
    assert found.p_value == score_test(56, 70, 48, 80)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"item": (2, "Q-08")}, Obstacle.DIFFERENT_ITEM),
        ({"item": (1, "Q-07")}, Obstacle.DIFFERENT_ITEM),  # the same code of an edition that no crosswalk joins
        ({"base_rule": "all"}, Obstacle.DIFFERENT_BASE),
        ({"choice_of_visits": "latest"}, Obstacle.DIFFERENT_CHOICE),
        ({"groups": frozenset({"boys", "girls"})}, Obstacle.OVERLAPPING),
        ({"base": 29, "successes": 20}, Obstacle.TOO_FEW),
        ({"successes": None}, Obstacle.HIDDEN),
        ({"successes": None, "base": None}, Obstacle.HIDDEN),
    ],
)
def test_unlike_is_refused_with_its_reason_on_either_side(change, reason):
    other = replace(GIRLS, **change)
    assert obstacles_to_comparing(BOYS, other) == compare(BOYS, other) == [reason]
    assert obstacles_to_comparing(other, BOYS) == [reason]


def test_thirty_on_both_sides_is_enough():
    side = replace(GIRLS, base=30, successes=20)
    assert obstacles_to_comparing(BOYS, side) == []
    assert obstacles_to_comparing(replace(BOYS, base=30, successes=3), side) == []


def test_every_reason_is_told():
    other = replace(GIRLS, item=(9, "X"), base_rule="all", base=5, successes=1)
    assert obstacles_to_comparing(BOYS, other) == [
        Obstacle.TOO_FEW, Obstacle.DIFFERENT_ITEM, Obstacle.DIFFERENT_BASE,
    ]  # fmt: skip


def test_a_crosswalk_joins_editions():
    older = replace(GIRLS, item=(1, "Q-05"))
    walk = {(1, "Q-05"): (2, "Q-07")}
    assert obstacles_to_comparing(BOYS, older) == [Obstacle.DIFFERENT_ITEM]
    assert obstacles_to_comparing(BOYS, older, walk) == []
    assert isinstance(compare(BOYS, older, walk), Difference)


def test_a_crosswalk_is_followed_to_its_end_and_never_round_and_round():
    walk = {(1, "A"): (2, "A"), (2, "A"): (3, "B"), (4, "C"): (5, "C"), (5, "C"): (4, "C")}
    assert counted_as((1, "A"), walk) == (3, "B") == counted_as((3, "B"), walk)
    assert counted_as((4, "C"), walk)[1] == "C"


def test_without_a_draw_there_are_two_figures_and_no_more():
    found = compare(BOYS, replace(GIRLS, drawn=False))
    assert isinstance(found, Difference)
    assert (found.points, found.interval, found.p_value) == (20, None, None)
    assert not correct([found])[0].marked


def test_nothing_is_marked_before_it_is_corrected():
    found = compare(BOYS, GIRLS)
    assert not found.marked
    assert not found.is_adjusted
    [alone] = correct([found])
    assert alone.is_adjusted
    assert alone.marked
    assert alone.adjusted == found.p_value == pytest.approx(0.0080, abs=0.0001)
    # Among twenty such comparisons chance explains it.
    assert not any(one.marked for one in correct([found, *[compare(BOYS, replace(BOYS, groups=frozenset()))] * 19]))


def test_the_correction_asked_for_is_the_one_made():
    found = [
        compare(BOYS, GIRLS),
        compare(BOYS, replace(GIRLS, successes=52)),
        compare(BOYS, replace(GIRLS, drawn=False)),
    ]
    values = [one.p_value for one in found[:2]]
    assert [one.adjusted for one in correct(found)] == [*holm(values), None]
    assert [one.adjusted for one in correct(found, Correction.BENJAMINI_HOCHBERG)] == [
        *benjamini_hochberg(values),
        None,
    ]


def test_points_are_rounded_once_from_the_counts():
    # 33.4 % and 16.6 % print as 33 and 17, which are 16 apart; the counts are 16.8 apart.
    a = replace(BOYS, successes=167, base=500)
    b = replace(GIRLS, successes=83, base=500)
    assert (compare(a, b).points, compare(b, a).points) == (17, -17)


def test_clustered_answers_make_a_difference_less_certain():
    clustered = compare(replace(BOYS, effective=35.0), replace(GIRLS, effective=40.0))
    plain = compare(BOYS, GIRLS)
    assert clustered.interval.low < plain.interval.low
    assert clustered.p_value > plain.p_value

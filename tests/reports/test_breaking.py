"""One question by age, sex, kind and region: what merges with what, and that no printed number tells of a few."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from reports import ladders
from reports.between import Met, told
from reports.breaking import Question, Side, break_down
from reports.disclosure import Asked, Rules, Spread, well_spread
from reports.ladders import Branch, Cut

RULES = Rules()


# --- ladders -------------------------------------------------------------------------------------------------------------


def test_every_region_of_the_country_has_its_neighbours():
    known = {code for half in ladders.REGIONS for part in half for group in part for code in group}
    assert len(known) == 20
    tree = ladders.of_regions(sorted(known))
    assert sorted(tree.codes) == sorted(known)
    assert [len(branch.codes) for branch in tree.children] == [9, 11]


def test_regions_that_nobody_visited_and_new_ones_do_not_disturb_the_tree():
    tree = ladders.of_regions(["KZ-71", "KZ-10", "KZ-99"])
    assert [branch.codes for branch in tree.children] == [("KZ-71", "KZ-10"), ("KZ-99",)]
    assert ladders.of_regions([]) is None


def test_kinds_merge_within_their_family_first():
    tree = ladders.of_kinds({"a": "police", "b": "police", "c": "colony", "d": "psychiatric", "e": "boat"})
    cut = Cut(tree)
    cut.merge(next(row for row in cut.rows if row.codes == ("a",)))
    assert [row.codes for row in cut.rows] == [("a", "b"), ("c",), ("d",), ("e",)]
    cut.merge(cut.rows[0])
    assert [row.codes for row in cut.rows] == [("a", "b", "c"), ("d",), ("e",)]


def test_ages_merge_in_the_order_of_their_edition():
    tree = ladders.of_choices(["10_12", "13_14", "15_16", "17_plus"], [[["10_12", "13_14"]], [["15_16", "17_plus"]]])
    assert [branch.codes for branch in tree.children] == [("10_12", "13_14"), ("15_16", "17_plus")]


# --- where two tables cross ----------------------------------------------------------------------------------------------


def bounds(flow, live, place):
    """The least and the most that fits the sums, by linear programming."""
    cells = [(r, c) for r, c in product(*map(range, flow.shape)) if live[r, c]]
    sums = [[float(cell[0] == r) for cell in cells] for r in range(flow.shape[0])]
    sums += [[float(cell[1] == c) for cell in cells] for c in range(flow.shape[1])]
    values = [*flow.sum(axis=1), *flow.sum(axis=0)]
    aim = [float(cell == place) for cell in cells]
    low = linprog(aim, A_eq=sums, b_eq=values).fun
    high = -linprog([-one for one in aim], A_eq=sums, b_eq=values).fun
    return round(low), round(high)


units = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 9)), min_size=1, max_size=14)


@settings(max_examples=80, deadline=None)
@given(units)
def test_crossings_are_told_exactly_where_nobody_or_k_can_be_ruled_out(rows):
    table = np.array(rows, np.int64)
    row, column, shares = (
        np.unique(table[:, at], return_inverse=True)[1] if at < 2 else table[:, 2] for at in range(3)
    )
    flow = np.zeros((row.max() + 1, column.max() + 1), np.int64)
    np.add.at(flow, (row, column), shares)
    live = np.zeros(flow.shape, bool)
    live[row, column] = True
    expected = []
    for place in map(tuple, np.argwhere(live).tolist()):
        own = shares[(row == place[0]) & (column == place[1])].tolist()
        spread = Spread.over(own)
        if spread.total >= 5 and well_spread(spread, RULES):
            continue
        low, high = bounds(flow, live, place)
        others = spread.total - max(own)
        if low > 0 or high < 5 or low > max(own) - spread.total + others or high - max(own) < 5:
            expected.append(place)
    assert told(shares, row, column, 5, RULES) == expected


@settings(max_examples=60, deadline=None)
@given(
    units, st.lists(st.integers(-1, 1), min_size=3, max_size=3), st.lists(st.integers(-1, 1), min_size=3, max_size=3)
)
def test_crossings_of_coarser_rows_are_made_of_finer_ones(rows, coarse_row, coarse_column):
    row, column, shares = np.array(rows, np.int64).T
    to_row, to_column = np.array(coarse_row), np.array(coarse_column)
    assert Met.of_each([shares], row, column)[0].told(to_row, to_column, 5, RULES) == told(
        shares, to_row[row], to_column[column], 5, RULES
    )


# --- whole tables --------------------------------------------------------------------------------------------------------


def asked(*, multiple=False, sensitive=False):
    nothing = Spread()
    return Asked(
        ("yes", "no"), (), lambda codes: None, nothing, nothing, nothing, sensitive, multiple, "no" if multiple else ""
    )


def side(by, tree, leaf, unit, answer, units):
    """The counts of a dimension from one line per child; answer -1 = none given."""
    codes = tuple(one.codes[0] for one in tree.everywhere() if not one.children)
    inside, outside = whole(len(codes), leaf, unit, answer, units)
    base = inside.sum(axis=1)
    lines = np.nonzero(base + outside)
    return Side(by, tree, codes, *lines, inside[lines[0], :, lines[1]].T, base[lines], outside[lines], units)


def whole(leaves, leaf, unit, answer, units):
    """[leaf, answer, institution] and, of those who gave none, [leaf, institution]."""
    inside = np.zeros((leaves, 2, units), np.int64)
    outside = np.zeros((leaves, units), np.int64)
    for place, who, said in zip(leaf, unit, answer, strict=True):
        if said < 0:
            outside[place, who] += 1
        else:
            inside[place, said, who] += 1
    return inside, outside


@pytest.mark.parametrize("seed", range(12))
def test_printed_rows_keep_all_rules_and_tell_nothing_where_they_cross(seed):
    dice = np.random.default_rng(seed)
    units, children = 40, int(dice.integers(200, 700))
    region_of, kind_of = dice.integers(0, 6, units), dice.integers(0, 4, units)
    kind_of[region_of == 5] = 3
    unit = dice.integers(0, units, children)
    answer = np.where(dice.random(children) < 0.04, -1, dice.random(children) < dice.choice([0.5, 0.15, 0.9])).astype(
        int
    )
    regions = Branch(
        tuple("abcdef"),
        (Branch(("a", "b"), (Branch(("a",)), Branch(("b",)))), Branch(("c", "d"), (Branch(("c",)), Branch(("d",)))),
         Branch(("e", "f"), (Branch(("e",)), Branch(("f",))))),
    )  # fmt: skip
    kinds = Branch(tuple("wxyz"), tuple(Branch((code,)) for code in "wxyz"))
    ages = Branch(("old", "young"), (Branch(("old",)), Branch(("young",))))
    age_of = dice.integers(0, 2, children)
    leaves = {"age": age_of, "kind": kind_of[unit], "region": region_of[unit]}
    trees = {"age": ages, "kind": kinds, "region": regions}
    made = {by: side(by, tree, leaves[by], unit, answer, units) for by, tree in trees.items()}
    sides = [[made["age"]], [made["kind"], made["region"]]]
    found = {one.by: one for one in break_down(Question(asked(), (("yes",), ("no",)), 5), sides, RULES, {})}
    for group in sides:
        for one in group:
            told_inside, told_outside = whole(len(one.codes), leaves[one.by], unit, answer, units)
            for row in found[one.by].rows:
                places = [one.codes.index(code) for code in row.branch.codes]
                base = Spread.over(told_inside[places].sum(axis=(0, 1)).tolist())
                assert base.total >= 30
                assert well_spread(base, RULES)
                assert int(told_outside[places].sum()) == 0 or int(told_outside[places].sum()) >= 5
                for cell, n in enumerate(row.cells):
                    inside = told_inside[places, cell].sum(axis=0)
                    if n is not None:
                        assert n == inside.sum() >= 5
                        assert well_spread(Spread.over(inside.tolist()), RULES)
    kind, region = found["kind"], found["region"]
    if kind.complete and region.complete:
        stands = [
            np.array([next((at for at, row in enumerate(rows) if name[of] in row.branch.codes), -1) for of in numbers])
            for rows, name, numbers in ((kind.rows, "wxyz", kind_of), (region.rows, "abcdef", region_of))
        ]
        for cell in (0, 1):
            shares = np.bincount(unit[answer == cell], minlength=units)
            assert told(shares, *stands, 5, RULES) == []


def test_a_table_that_cannot_be_useful_is_withheld_as_a_whole():
    unit, answer = np.arange(60) % 6, np.array([1] * 57 + [0] * 3)
    tree = Branch(("old", "young"), (Branch(("old",)), Branch(("young",))))
    found = break_down(
        Question(asked(), (("yes",), ("no",)), 5), [[side("age", tree, np.arange(60) % 2, unit, answer, 6)]], RULES, {}
    )
    assert found[0].rows == ()


def test_a_question_asked_after_another_takes_the_rows_of_that_one_or_none():
    unit, answer = np.arange(240) % 12, (np.arange(240) // 12) % 2
    tree = Branch(tuple("abcd"), tuple(Branch((code,)) for code in "abcd"))
    one = side("age", tree, (np.arange(240) // 24) % 4, unit, answer, 12)
    question = Question(asked(), (("yes",), ("no",)), 5)
    free = break_down(question, [[one]], RULES, {})[0]
    assert [row.branch.codes for row in free.rows] == [("a",), ("b",), ("c",), ("d",)]
    assert break_down(question, [[one]], RULES, {"age": []})[0].rows == ()


def test_two_blanks_in_a_row_of_five_answers_leave_a_useful_table():
    """Two of the youngest gave the first answer. Merging them with their elders would say less than four blanks do."""
    counts = np.array([[2, 11, 29, 46, 59], [26, 20, 67, 77, 86], [31, 41, 72, 124, 165], [17, 39, 53, 82, 92]])
    ages, answers, units = ("10", "13", "15", "17"), tuple("abcde"), 12
    leaf, unit = np.repeat(np.arange(4), units), np.tile(np.arange(units), 4)
    inside = (counts[leaf] // units + (unit[:, None] < counts[leaf] % units)).T
    tree = Branch(ages, tuple(Branch((code,)) for code in ages))
    one = Side("age", tree, ages, leaf, unit, inside, inside.sum(axis=0), np.zeros(4 * units, np.int64), units)
    nothing = Spread()
    question = Asked(answers, (), lambda codes: None, nothing, nothing, nothing, False, False, "")
    (found,) = break_down(Question(question, tuple((code,) for code in answers), 5), [[one]], RULES, {})
    assert [row.branch.codes for row in found.rows] == [(code,) for code in ages]
    assert [row.base for row in found.rows] == counts.sum(axis=1).tolist()
    blanks = [row.cells.count(None) for row in found.rows]
    assert blanks[0] == 2
    assert sorted(blanks) == [0, 0, 2, 2]
    shown = [(n, counts[at, cell]) for at, row in enumerate(found.rows) for cell, n in enumerate(row.cells)]
    assert all(n in (None, true) for n, true in shown)
    assert found.rows[0].cells[0] is None

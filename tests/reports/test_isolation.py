"""No sum or difference of printed tables is about fewer than three institutions: against brute force on small countries."""

from itertools import combinations, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.disclosure import Rules
from reports.measures.isolation import safe_boxes

RULES = Rules()


def inside(box, places):
    return all(category is None or category == place for category, place in zip(box, places, strict=True))


def found(rows, **more):
    wide = len(rows[0]) if rows else 3
    table = np.array([(at, *places) for at, places in enumerate(rows)], np.int64).reshape(-1, 1 + wide)
    return safe_boxes(table[:, 0], table[:, 1:], RULES, **more)


def reachable(boxes, rows, few):
    """Whether some combination of the printed boxes leaves only these institutions."""
    printed = np.array([[inside(box, places) for places in rows] for box in boxes], float)
    if not len(printed):
        return False
    others = np.delete(printed, few, axis=1)
    rank = np.linalg.matrix_rank
    return rank(printed) > (rank(others) if others.size else 0)


countries = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 2)), min_size=0, max_size=12)


@settings(max_examples=150, deadline=None)
@given(countries)
def test_no_combination_of_boxes_is_about_one_or_two_institutions(rows):
    safe = found(rows)
    for size in (1, 2):
        for few in combinations(range(len(rows)), size):
            assert not reachable(safe, rows, list(few)), (safe, few)


@settings(max_examples=50, deadline=None)
@given(countries)
def test_the_order_of_rows_never_matters_and_wide_boxes_do_not_wait_for_narrow_ones(rows):
    assert found(rows) == found(list(reversed(rows)))
    wide = {box for box in found(rows, width=1) if sum(one is not None for one in box) <= 1}
    assert wide <= found(rows)


def test_a_small_place_takes_its_smallest_neighbour_with_it():
    """Region 3 has one institution; were region 2 printed, it would be all less the others."""
    rows = [(1,)] * 6 + [(2,)] * 5 + [(3,)]
    assert found(rows) == {(None,), (1,)}


def test_a_kind_inside_one_region_is_not_subtracted_from_it():
    """Kind 2 stands in region 1 alone, beside one institution of another kind: region 1 less kind 2 is that one."""
    rows = [(1, 2)] * 5 + [(1, 1)] + [(2, 1)] * 5
    safe = found(rows)
    assert (None, None) in safe
    assert not {(1, None), (None, 2)} <= safe


def test_every_box_with_enough_behind_it_is_printed_where_nothing_small_is_near():
    rows = [places for places in product((1, 2), (1, 2)) for _one in range(3)]
    assert found(rows) == {(a, b) for a in (None, 1, 2) for b in (None, 1, 2)}
    assert found([(1, 1), (1, 2)]) == frozenset()

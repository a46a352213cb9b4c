"""How counts lie over institutions, put together from categories, is how they lie when all are looked at."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.disclosure import Spread
from reports.spreads import Spreads


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 4), max_size=6), min_size=1, max_size=5),
    st.lists(st.integers(0, 4), min_size=1, max_size=5, unique=True),
)
def test_rows_made_of_categories_are_rows_counted_anew(leaves, chosen):
    chosen = [place for place in chosen if place < len(leaves)] or [0]
    shares = np.array([n for leaf in leaves for n in leaf], np.int64)
    leaf = np.repeat(np.arange(len(leaves)), [len(one) for one in leaves])
    twice = Spreads.of([shares, 2 * shares], leaf, len(leaves))[:, chosen]
    held = [n for place in chosen for n in leaves[place]]
    assert twice.together() == [Spread.over(held), Spread.over([2 * n for n in held])]


def test_where_two_are_the_largest_the_second_is_as_large():
    found = Spreads.of([np.array([3, 3, 1, 7])], np.array([0, 0, 0, 2]), 3)
    assert found.second.tolist() == [[3, 0, 0]]
    assert found[:, [0, 2]].together() == [Spread(14, 4, 7, 3)]

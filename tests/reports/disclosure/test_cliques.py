"""Linked tables need no full cross-classification: the same intervals come out of small blocks glued along a tree."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.disclosure.audit import intervals
from reports.disclosure.cliques import cliques, junctions
from reports.disclosure.crossing import Crossing

from .naive import BIG, Naive
from .releases import releases


def test_tables_that_share_one_dimension_stay_apart():
    assert sorted(map(sorted, cliques([["region", "answer"], ["kind", "answer"], ["answer"]]))) == [
        ["answer", "kind"],
        ["answer", "region"],
    ]


def test_tables_in_a_ring_must_be_crossed():
    assert cliques(["ab", "bc", "ac"]) == [frozenset("abc")]
    assert max(map(len, cliques(["ab", "bc", "cd", "da"]))) == 3


def test_one_number_alone_is_a_table_too():
    assert cliques([[]]) == [frozenset()]


@given(st.lists(st.sets(st.sampled_from("abcdef"), min_size=1, max_size=4), min_size=1, max_size=6))
def test_every_table_lies_in_a_clique_and_dimensions_hang_together(together):
    found = cliques(together)
    assert all(any(group <= clique for clique in found) for group in together)
    edges = junctions(found)
    assert len(edges) == len(found) - 1
    # In a junction tree the cliques that hold a dimension are joined by edges that hold it.
    for code in set().union(*together):
        assert sum(code in clique for clique in found) == 1 + sum(code in shared for _a, _b, shared in edges)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(releases(), st.data())
def test_the_same_intervals_as_from_the_full_cross_classification(release, data):
    crossing, naive = Crossing(release), Naive(release)
    places = [place for place, row in crossing.row_of.items() if row >= 0]
    chosen = data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=8, unique=True))
    rows = {crossing.row_of[place] for place in chosen}
    blank = np.zeros(len(crossing.values), dtype=bool)
    blank[list(rows)] = True
    blank &= ~crossing.fixed
    hidden = {table.code: frozenset() for table in release.tables}
    for code, at in places:
        if blank[crossing.row_of[code, at]]:
            hidden[code] |= {at}
    for place in chosen[:3]:
        low, high = intervals(crossing, blank, [crossing.cell(place)])[0]
        assert (low, BIG if high is None else high) == naive.interval(naive.cell(*place), hidden)

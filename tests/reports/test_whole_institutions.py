"""A year counted some institutions at a time is the year counted as a whole, wherever it is cut."""

from itertools import pairwise

import numpy as np
import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import breaking, columns, national, tallies, voices, voices_by
from reports.disclosure import Spread
from reports.figures import year_content
from reports.spreads import Spreads

from .test_tallies import OPEN, YEAR, country  # noqa: F401


def rows_of(institutions, edition=1):
    """Rows of these institutions, each with a byte of its own."""
    ids = np.array(institutions, np.int64)
    return tallies.Rows(edition, [], np.arange(len(ids), dtype=np.uint8)[:, None], ids, ids, ids)


# --- no institution is cut -----------------------------------------------------------------------------------------------


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(1, 3)), max_size=30).map(sorted),
    st.lists(st.integers(0, 30), max_size=8),
)
def test_no_institution_is_handed_over_in_two_parts(rows, cuts):
    handed = []
    whole = tallies._Whole(handed.append)
    for start, stop in pairwise([0, *sorted(min(cut, len(rows)) for cut in cuts), len(rows)]):
        # As they come: some thousands, by edition.
        for edition in {edition for _institution, edition in rows[start:stop]}:
            whole.add(rows_of([one for one, of in rows[start:stop] if of == edition], edition))
        whole.so_far()
    whole.all_of()
    seen = [{one for part in parts for one in part.institution.tolist()} for parts in handed]
    assert sum(map(len, seen)) == len(set().union(*seen))
    assert [max(one) < min(other) for one, other in pairwise(seen)] == [True] * (len(seen) - 1 if seen else 0)
    found = [(one, part.edition) for parts in handed for part in parts for one in part.institution.tolist()]
    assert sorted(found) == rows


def test_rows_out_of_order_are_refused():
    whole = tallies._Whole(lambda parts: None)
    whole.add(rows_of([3, 4]))
    whole.so_far()
    with pytest.raises(tallies.OutOfOrder):
        whole.add(rows_of([3]))


@pytest.fixture(params=[(1, 1), (2, 5), (7, 3)])
def cut(request, monkeypatch):
    """So few institutions by a statement, so few rows at a time."""
    together, fetch = request.param
    monkeypatch.setattr(tallies, "TOGETHER", together)
    monkeypatch.setattr(tallies, "AT_MOST", 1_000_000)
    monkeypatch.setattr(columns, "FETCH", fetch)


@pytest.mark.parametrize("choice", ["latest", "all"])
def test_what_the_database_sends_is_whole_and_complete(country, monkeypatch, cut, choice):  # noqa: F811
    handed = []
    tallies.take_visits_whole(YEAR, handed.append, choice)
    seen = [{one for part in parts for one in part.institution.tolist()} for parts in handed]
    assert len(handed) > 2
    assert [max(one) < min(other) for one, other in pairwise(seen)] == [True] * (len(seen) - 1)
    together = tallies.visit_rows(YEAR, choice)
    as_sent = sorted(bytes(row) for parts in handed for part in parts for row in part.packed)
    assert as_sent == sorted(bytes(row) for part in together for row in part.packed)


# --- what is put together is what is counted at once ---------------------------------------------------------------------


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 5)), max_size=25),
    st.lists(st.integers(0, 25), max_size=6),
)
def test_spreads_of_blocks_are_those_of_all_institutions(shares, cuts):
    everywhere, apart = Spreads.empty(2, 1), Spreads.empty(2, 4)
    for start, stop in pairwise([0, *sorted(min(cut, len(shares)) for cut in cuts), len(shares)]):
        part = np.array(shares[start:stop], np.uint16).reshape(-1, 3)
        apart.add(part[:, 1:].copy(), part[:, 0].astype(np.int64))
        everywhere.add(part[:, 1:].copy())
    for number in (1, 2):
        assert everywhere.together()[number - 1] == Spread.over([one[number] for one in shares])
        for leaf in range(4):
            expected = Spread.over([one[number] for one in shares if one[0] == leaf])
            assert apart[:, [leaf]].together()[number - 1] == expected
    halves = apart.gathered(np.array([0, 1, 0, -1]), 2)
    for number in (1, 2):
        expected = Spread.over([one[number] for one in shares if one[0] in (0, 2)])
        assert halves[:, [0]].together()[number - 1] == expected


def test_the_report_is_the_same_wherever_it_is_cut(country, request):  # noqa: F811
    whole = {choice: year_content(YEAR, choice_of_visits=choice, rules=OPEN) for choice in ("latest", "all")}
    strict = year_content(YEAR)
    monkeypatch = request.getfixturevalue("monkeypatch")
    for together, fetch in ((1, 1), (3, 4)):
        monkeypatch.setattr(tallies, "TOGETHER", together)
        monkeypatch.setattr(tallies, "AT_MOST", 1_000_000)
        monkeypatch.setattr(columns, "FETCH", fetch)
        for choice, content in whole.items():
            assert year_content(YEAR, choice_of_visits=choice, rules=OPEN) == content
        assert year_content(YEAR) == strict


def test_rows_added_up_are_those_of_every_institution(country, cut, monkeypatch):  # noqa: F811
    """Each row of each table, and each crossing of kinds and regions, against the institutions themselves."""
    looked_at = []

    def look(question, sides, rules, allowed):
        for together in sides:
            for side in together:
                full = side.in_full()
                for branch in side.tree.everywhere():
                    assert side.held(branch) == full.held(branch)
                    looked_at.append(side.by)
            if len(together) == 2:
                summed = together[0].crossings(together[1], True)
                whole = together[0].in_full().crossings(together[1].in_full(), True)
                assert [[column.tolist() for column in vars(one).values()] for one in summed] == [
                    [column.tolist() for column in vars(one).values()] for one in whole
                ]
                looked_at.append("crossings")
        return breaking.break_down(question, sides, rules, allowed)

    monkeypatch.setattr(voices_by, "break_down", look)
    voices.voices(YEAR, OPEN)
    assert {"kind", "region", "crossings"} <= set(looked_at)


def test_interviews_are_held_as_they_are_counted(country, cut):  # noqa: F811
    blocks = []
    national.listen(YEAR, blocks.append)
    held = [n for block in blocks for n in block.held.tolist()]
    assert tallies.interviews_held(YEAR) == Spread.over(held)
    assert [block.before for block in blocks] == np.cumsum([0, *(block.units for block in blocks[:-1])]).tolist()


def test_few_pages_are_kept_only_while_a_year_is_counted(country):  # noqa: F811
    if connection.vendor != "sqlite":
        with columns.few_pages(connection.alias):
            assert connection.vendor == "postgresql"
        return

    def pages():
        return connection.connection.execute("PRAGMA cache_size").fetchone()[0]

    def counting():
        with columns.few_pages(connection.alias):
            assert pages() == columns.PAGES != before
            raise ZeroDivisionError

    before = pages()
    with pytest.raises(ZeroDivisionError):
        counting()
    assert pages() == before

"""Whatever is protected stays uncertain for everybody, nothing is hidden in vain, and time running out is safe."""

import itertools
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import optimize

from reports.disclosure import Rules, work
from reports.disclosure.audit import Audit, intervals
from reports.disclosure.crossing import Crossing
from reports.disclosure.fallback import greedy
from reports.disclosure.mending import mended
from reports.disclosure.primary import primary
from reports.disclosure.protecting import Cost, Method, bounds, protect
from reports.disclosure.suppression import Stuck, weights
from reports.disclosure.tables import Atom, Dimension, Edition, Known, Release, Table, atoms_of, every_cell

from .naive import Naive, fewest, two_way
from .releases import releases
from .told import given_away

RULES = Rules(threshold=3, of_sensitive=4)
FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


def counted(naive, release, target):
    """A target as a sum over all atoms, from the cells that tell it alone."""
    if target.kind == "union":
        return sum(naive.cell(*place) for place in target.cells)
    cells = [naive.cell(*place) for place in target.cells]
    if target.base is not None:
        cells = [naive.cell(code, target.base) - cell for (code, _at), cell in zip(target.cells, cells, strict=True)]
    return cells[0] - cells[1] if target.kind == "difference" else cells[0]


@FEW
@given(releases())
def test_no_reader_narrows_a_target_down(release):
    protected = protect(release, RULES)
    naive = Naive(release)
    for target in protected.targets if protected.method is not Method.WITHHELD else ():
        low, high = naive.interval(counted(naive, release, target), protected.hidden)
        assert low <= target.lower
        assert high >= target.upper or target.kind == "union"


@FEW
@given(releases(shapes=[["ab"], ["ab", "cb"]]))
def test_no_hidden_cell_can_be_worked_out_exactly(release):
    protected = protect(release, RULES)
    naive = Naive(release)
    for table in release.tables if protected.method is not Method.WITHHELD else ():
        for at in protected.hidden[table.code]:
            low, high = naive.interval(naive.cell(table.code, at), protected.hidden)
            assert low < high


@FEW
@given(releases(institutions=4, shapes=[["ab"], ["a"]], largest=2))
def test_no_institution_learns_about_the_others(release):
    rules = Rules(threshold=4, of_sensitive=4, institutions=1, largest_percent=100, two_largest_percent=100)
    protected = protect(release, rules)
    naive = Naive(release)
    for who in range(4) if protected.method is not Method.WITHHELD else ():
        own = np.zeros(len(naive.atoms))
        for atom in release.atoms:
            place = naive.place[(atom.part, *(atom.at[one.code] for one in release.dimensions))]
            own[place] += atom.by.get(f"i{who}", 0)
        closed = naive.alone(own)
        for target in protected.targets:
            count = counted(naive, release, target)
            if count @ own == count @ naive.truth > 0 or set(np.flatnonzero(count)) <= closed:
                continue
            low, high = naive.interval(count, protected.hidden, own)
            assert low <= max(target.lower, count @ own)
            if target.kind == "rest":
                assert high >= target.upper
            assert high >= target.upper + count @ own or target.kind in ("rest", "union")
            assert low < high


@settings(max_examples=12, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=3))
def test_nothing_cheaper_would_do(counts):
    release = two_way(counts)
    protected = protect(release, RULES)
    if protected.method is Method.NONE:
        assert protected.targets == ()
        return
    assert protected.method is Method.EXACT
    naive = Naive(release)
    targets = [
        SimpleNamespace(
            count=counted(naive, release, target),
            lower=target.lower,
            upper=target.upper if target.kind != "union" else 0,
        )
        for target in protected.targets
    ]
    crossing = Crossing(release)
    cost = weights(crossing, Cost.CELLS)
    places = [place for place, row in crossing.row_of.items() if row >= 0]
    best = fewest(release, targets, places, lambda place: cost[crossing.row_of[place]])
    assert sum(cost[crossing.row_of["t1", at]] for at in protected.hidden["t1"]) == pytest.approx(best)


@FEW
@given(releases())
def test_the_way_out_is_as_safe(release):
    crossing = Crossing(release)
    marked = primary(crossing, RULES)
    forced = np.zeros(len(crossing.values), dtype=bool)
    forced[list(marked.rows)] = True
    audit = Audit(crossing, marked.targets)
    try:
        hidden = greedy(audit, forced, weights(crossing, Cost.CELLS), np.inf)
    except Stuck:
        hidden = ~crossing.fixed
        assert audit.broken(hidden)
        return
    assert not audit.broken(hidden)
    assert hidden[forced].all()


COUNTIES = two_way([[15, 1, 3, 1], [20, 10, 10, 15], [3, 10, 10, 2], [12, 14, 7, 2]])


def test_where_nothing_may_be_worked_out_nothing_is_printed_rather_than_only_the_small_cells_hidden():
    protected = protect(COUNTIES, Rules(), effort=0)
    assert protected.method is Method.WITHHELD
    assert protected.blanks == len(COUNTIES.tables[0].cells)
    assert not protected.late


def test_when_the_clock_of_last_resort_runs_out_nothing_is_printed_and_the_result_says_so():
    protected = protect(COUNTIES, Rules(), patience=0)
    assert (protected.method, protected.late) == (Method.WITHHELD, True)
    assert protected.blanks == len(COUNTIES.tables[0].cells)


@pytest.mark.parametrize("effort", [300, 3_000, 3_000_000])
def test_a_slow_machine_comes_to_the_same_as_a_fast_one(monkeypatch, effort):
    """On this one every look at the clock takes an hour."""
    quick = protect(COUNTIES, Rules(), effort)
    hours = itertools.count(step=3600)
    monkeypatch.setattr(work, "time", SimpleNamespace(monotonic=lambda: next(hours)))
    slow = protect(COUNTIES, Rules(), effort, patience=1e9)
    assert (slow.hidden, slow.method, slow.work) == (quick.hidden, quick.method, quick.work)


def test_no_solver_is_given_less_time_than_the_last_resort(monkeypatch):
    given = []
    for name in ("linprog", "milp"):

        def called(*arguments, of=getattr(optimize, name), **named):
            given.append(named["options"]["time_limit"])
            return of(*arguments, **named)

        monkeypatch.setattr(optimize, name, called)
    protect(COUNTIES, Rules(), 300, patience=1e6)
    assert given
    assert min(given) > 0.9e6


def test_with_too_little_work_for_the_best_the_greedy_pattern_is_safe(monkeypatch):
    from reports.disclosure import protecting

    def late(audit, forced, *rest):
        raise protecting.Exhausted(forced)

    monkeypatch.setattr(protecting, "cheapest", late)
    protected = protect(COUNTIES, Rules())
    assert protected.method is Method.GREEDY
    assert given_away(COUNTIES, Rules(), protected.hidden) == ()
    assert protected.blanks < len(COUNTIES.tables[0].cells)


def test_the_bounds_kept_with_a_release_reach_from_nobody_to_the_threshold():
    kept = bounds(protect(COUNTIES, Rules()))
    assert len(kept) >= 6
    assert all(low <= target.lower for target, low, _high in kept)
    assert all(high is None or high >= target.upper for target, _low, high in kept if target.kind == "cell")


def test_a_table_without_small_cells_is_printed_whole():
    protected = protect(two_way([[20, 30], [40, 50]], "column"), Rules())
    assert protected.method is Method.NONE
    assert protected.blanks == 0


def test_a_structural_zero_is_never_blanked():
    region, kind = Dimension("region", ("A", "B", "C")), Dimension("kind", ("x", "y", "z"))
    counts = np.array([[0, 3, 9], [9, 9, 9], [8, 2, 9]])
    table = Table("t1", "e1", ("region", "kind"), every_cell(region, kind))
    release = Release(
        (region, kind),
        ("p1",),
        (Edition("e1", ("p1",)),),
        (table,),
        atoms_of((region, kind), counts),
        zeros=({"region": "A", "kind": "x"},),
    )
    assert protect(release, Rules()).shows("t1", ("A", "x"))
    assert not protect(COUNTIES, Rules()).shows("t1", ("A", "b"))
    with pytest.raises(ValueError, match="structural zero"):
        protect(Release(**{**vars(release), "zeros": ({"region": "A", "kind": "y"},)}), Rules())


def test_a_kind_that_is_in_no_region_is_empty_in_every_table():
    region, kind = Dimension("region", ("A", "B")), Dimension("kind", ("x", "y", "z"))
    answer = Dimension("answer", ("yes", "no"))
    counts = np.array([[[9, 9], [9, 8], [0, 0]], [[8, 9], [9, 9], [0, 0]]])
    tables = (
        Table("t1", "e1", ("region", "kind"), every_cell(region, kind)),
        Table("t2", "e1", ("kind", "answer"), every_cell(kind, answer), "answer"),
    )
    release = Release(
        (region, kind, answer),
        ("p1",),
        (Edition("e1", ("p1",)),),
        tables,
        atoms_of((region, kind, answer), counts),
        zeros=tuple({"region": one, "kind": "z"} for one in "AB"),
    )
    protected = protect(release, Rules())
    assert protected.method is Method.NONE
    some = replace(release, zeros=release.zeros[:1])
    assert protect(some, Rules()).method is not Method.NONE


def test_a_public_total_is_knowledge_of_the_attacker():
    line = Dimension("line", ("a", "b", "c"))
    table = Table("t1", "e1", ("line",), (("a",), ("b",), ("c",)))
    release = Release((line,), ("p1",), (Edition("e1", ("p1",)),), (table,), atoms_of((line,), np.array([2, 20, 30])))
    assert protect(release, Rules()).hidden["t1"] == {("a",)}
    told = Release(**{**vars(release), "known": (Known("e1", {}, 52),)})
    assert protect(told, Rules()).hidden["t1"] == {("a",), ("b",)}
    with pytest.raises(ValueError, match="public total"):
        protect(Release(**{**vars(release), "known": (Known("e1", {}, 53),)}), Rules())


def test_a_public_number_is_no_secret():
    line = Dimension("line", ("a", "b"))
    table = Table("t1", "e1", ("line",), every_cell(line))
    release = Release(
        (line,),
        ("p1",),
        (Edition("e1", ("p1",)),),
        (table,),
        atoms_of((line,), np.array([2, 20])),
        known=(Known("e1", {"line": "a"}, 2),),
    )
    assert protect(Release(**{**vars(release), "known": ()}), Rules()).method is Method.EXACT
    assert protect(release, Rules()).method is Method.NONE


def test_beside_an_edition_that_gave_somebody_away_nothing_more_is_printed():
    line, place = Dimension("line", ("a", "b")), Dimension("place", ("x", "y"))
    tables = (
        Table("t1", "e1", ("line",), every_cell(line)),
        Table("t2", "e1", ("line", "place"), every_cell(line, place)),
    )
    atoms = atoms_of((line, place), np.array([[1, 1], [10, 10]]))
    released = {"t1": frozenset({("a",)})}
    release = Release((line, place), ("p1",), (Edition("e1", ("p1",)),), tables, atoms, released=released)
    protected = protect(release, Rules())
    assert protected.method is Method.WITHHELD
    assert protected.hidden["t1"] == {("a",)}
    assert not any(protected.shows("t2", at) for at in itertools.product(("a", "b"), ("x", "y")))


def by_institutions(shares):
    """Places x two answers; shares: place -> answer -> what each institution has there."""
    place, answer = Dimension("place", tuple(shares)), Dimension("answer", ("yes", "no"))
    atoms = tuple(
        Atom("p1", {"place": at, "answer": one}, sum(by.values()), by)
        for at, answers in shares.items()
        for one, by in answers.items()
    )
    table = Table("t1", "e1", ("place", "answer"), every_cell(place, answer))
    return Release((place, answer), ("p1",), (Edition("e1", ("p1",)),), (table,), atoms)


def test_whoever_is_alone_in_a_cell_does_not_open_its_neighbour():
    """Four blanks, two in every line: enough for the public, not for the one who knows that it is alone in one."""
    many = {f"i{number}": 10 for number in range(4)}
    shares = {
        "x": {"yes": {"a": 3}, "no": many},
        "y": {"yes": {"b": 1, "c": 1, "d": 1}, "no": many},
        "z": {"yes": many, "no": many},
    }
    release = by_institutions(shares)
    two = {"t1": frozenset(itertools.product("xy", ("yes", "no")))}
    assert [target.cells for target in given_away(release, Rules(), two)] == [(("t1", ("y", "yes")),)]
    protected = protect(release, Rules())
    assert protected.method is Method.EXACT
    assert given_away(release, Rules(), protected.hidden) == ()


def test_whoever_has_some_of_the_rest_need_not_think_that_the_cell_is_all():
    """A table with a known total is printed: what an institution has among the other answers cannot be the cell's."""
    many = {f"i{number}": 15 for number in range(4)}
    answer = Dimension("answer", ("yes", "no", "perhaps"))
    atoms = (
        Atom("p1", {"answer": "yes"}, 60, many),
        Atom("p1", {"answer": "no"}, 2, {"i0": 1, "i1": 1}),
        Atom("p1", {"answer": "perhaps"}, 2, {"i2": 1, "i3": 1}),
    )
    table = Table("t1", "e1", ("answer",), every_cell(answer), "answer")
    release = Release((answer,), ("p1",), (Edition("e1", ("p1",)),), (table,), atoms, known=(Known("e1", {}, 64),))
    protected = protect(release, Rules())
    assert protected.method is Method.EXACT
    assert protected.shows("t1", ("*",))
    assert {target.upper for target in protected.targets if target.kind == "rest"} == {63}


def test_a_blank_that_everybody_can_fill_in_is_printed():
    release = two_way([[2, 20, 30], [20, 2, 30], [30, 30, 40]])
    crossing = Crossing(release)
    marked = primary(crossing, Rules())
    forced = np.zeros(len(crossing.values), dtype=bool)
    forced[list(marked.rows)] = True
    block = [*itertools.product("AB", "ab"), ("C", "c")]
    hidden = forced.copy()
    hidden[[crossing.row_of["t1", at] for at in block]] = True
    cost = weights(crossing, Cost.CELLS)
    shown = mended(Audit(crossing, marked.targets), hidden, forced, cost, np.inf)
    assert np.flatnonzero(hidden & ~shown).tolist() == [crossing.row_of["t1", ("C", "c")]]
    assert not (shown & ~hidden).any()


def test_a_blank_that_must_not_be_printed_gets_others_beside_it():
    release = two_way([[20, 20, 30], [20, 20, 30], [30, 30, 40]])
    crossing = Crossing(release)
    firm = np.zeros(len(crossing.values), dtype=bool)
    firm[crossing.row_of["t1", ("A", "a")]] = True
    kept = mended(Audit(crossing, ()), firm, firm, weights(crossing, Cost.CELLS), np.inf)
    low, high = intervals(crossing, kept, [crossing.cell(("t1", ("A", "a")))])[0]
    assert low < high
    assert kept.sum() == 4


def test_half_a_child_is_no_alternative():
    """Three sums are one. Halves would fit without the child whom all three share, whole children would not."""
    line = Dimension(
        "line", ("x", "y", "z", "s"), (("1", ("x", "y", "s")), ("2", ("y", "z", "s")), ("3", ("x", "z", "s")))
    )
    table = Table("t1", "e1", ("line",), tuple((one,) for one in "xyzs123"))
    release = Release((line,), ("p1",), (Edition("e1", ("p1",)),), (table,), atoms_of((line,), np.array([0, 0, 0, 1])))
    three = {(one,) for one in "xyzs"}
    crossing = Crossing(release)
    blank = np.zeros(len(crossing.values), dtype=bool)
    blank[[crossing.row_of["t1", at] for at in three]] = True
    assert intervals(crossing, blank, [crossing.cell(("t1", ("s",)))]) == [(0, 1)]
    protected = protect(release, Rules(), levels={("t1", ("s",)): (0, 1)})
    assert protected.method is Method.EXACT
    assert protected.hidden["t1"] & {(one,) for one in "123"}


def test_the_threshold_of_a_sensitive_question_is_the_higher_one():
    line = Dimension("line", ("a", "b", "c"))
    atoms = tuple(Atom("p1", {"line": one}, n) for one, n in (("a", 7), ("b", 30), ("c", 40)))

    def hidden(sensitive):
        table = Table("t1", "e1", ("line",), every_cell(line), sensitive=sensitive)
        return protect(Release((line,), ("p1",), (Edition("e1", ("p1",)),), (table,), atoms), Rules()).hidden["t1"]

    assert hidden(False) == frozenset()
    assert hidden(True) == {("a",), ("b",)}

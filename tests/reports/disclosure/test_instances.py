"""Published tables whose right answers are known, and two of our own: optimal patterns, intervals and refusals."""

import itertools
from decimal import Decimal

import numpy as np
import pytest

from ombudsman.shares import Refusal, counts_behind, refused
from reports.disclosure import Rules, may_follow
from reports.disclosure.audit import intervals
from reports.disclosure.crossing import Crossing
from reports.disclosure.primary import primary
from reports.disclosure.protecting import Cost, Method, protect
from reports.disclosure.tables import ALL, Atom, Dimension, Edition, Release, Table, atoms_of, every_cell

from .naive import two_way
from .told import completed_by, fractions_behind, given_away, one_by_one, share_is_known

RULES = Rules()
# Delinquent children by county and education of the head of household (US Statistical Policy Working Paper 22).
COUNTIES = [[15, 1, 3, 1], [20, 10, 10, 15], [3, 10, 10, 2], [12, 14, 7, 2]]
SMALL = {("A", "b"), ("A", "c"), ("A", "d"), ("C", "a"), ("C", "d"), ("D", "d")}


def seen(release, hidden, place):
    """The interval of one cell for somebody who reads all but the hidden cells."""
    crossing = Crossing(release)
    blank = np.zeros(len(crossing.values), dtype=bool)
    blank[[crossing.row_of["t1", at] for at in hidden]] = True
    return intervals(crossing, blank, [crossing.cell(("t1", place))])[0]


def is_safe(release, hidden):
    return given_away(release, RULES, {"t1": frozenset(hidden)}) == ()


def test_i1_two_blanks_in_every_line_tell_a_child():
    hidden = SMALL | {("B", "b"), ("B", "c"), ("D", "a")}
    for axis in (0, 1):
        for code in {at[axis] for at in hidden}:
            assert sum(at[axis] == code for at in hidden) >= 2
    assert seen(two_way(COUNTIES), hidden, ("A", "d")) == (1, 1)
    assert not is_safe(two_way(COUNTIES), hidden)


def test_i1_the_optimum_hides_three_more_cells_of_value_29():
    release = two_way(COUNTIES)
    protected = protect(release, RULES)
    assert protected.method is Method.EXACT
    assert protected.hidden["t1"] - SMALL == {("C", "b"), ("D", "a"), ("D", "c")}
    assert SMALL < protected.hidden["t1"]
    for place in SMALL:
        low, high = seen(release, protected.hidden["t1"], place)
        assert low == 0
        assert high is None or high >= 5


def test_i1_by_enumeration_no_pattern_with_two_more_and_four_with_three():
    release = two_way(COUNTIES)
    crossing = Crossing(release)
    targets = [target for target in primary(crossing, RULES).targets if target.kind == "cell"]
    others = sorted(set(itertools.product("ABCD", "abcd")) - SMALL)

    def safe(extra):
        blank = np.zeros(len(crossing.values), dtype=bool)
        blank[[crossing.row_of["t1", at] for at in SMALL | set(extra)]] = True
        broken = next(one_by_one(crossing, blank, targets), None)
        if broken:
            # What one pattern tells, the next often tells, too: it is asked about first there.
            targets.remove(broken)
            targets.insert(0, broken)
        return broken is None

    assert not any(safe(extra) for extra in itertools.combinations(others, 2))
    found = [extra for extra in itertools.combinations(others, 3) if safe(extra)]
    assert len(found) == 4
    values = {extra: sum(COUNTIES["ABCD".index(row)]["abcd".index(column)] for row, column in extra) for extra in found}
    assert min(values.values()) == 29


def test_i2_the_least_value_is_59_and_the_interval_5_to_30():
    release = two_way([[20, 50, 10], [8, 19, 22], [17, 32, 12]])
    protected = protect(release, RULES, levels={("t1", ("B", "c")): (17, 27)}, cost=Cost.VALUE)
    assert protected.hidden["t1"] == {("B", "a"), ("B", "c"), ("C", "a"), ("C", "c")}
    assert 8 + 22 + 17 + 12 == 59
    assert seen(release, protected.hidden["t1"], ("B", "c")) == (5, 30)


def test_i3_the_least_value_is_42():
    release = two_way([[18, 2], [14, 19], [12, 10], [11, 14]])
    protected = protect(release, RULES, levels={("t1", ("A", "b")): (0, 5)}, cost=Cost.VALUE)
    assert protected.hidden["t1"] == {("A", "a"), ("A", "b"), ("C", "a"), ("C", "b")}
    assert 18 + 2 + 12 + 10 == 42


FOUR_LINES = [[30, 47, 64, 89], [90, 124, 5, 31], [92, 100, 59, 85], [800, 991, 651, 685]]
NINE = {
    *(("A", one) for one in "abc"),
    *(("B", one) for one in "ac"),
    *(("C", one) for one in "bd"),
    *(("D", one) for one in "bd"),
}


def test_i4_nine_blanks_two_in_every_line_and_one_known_exactly():
    for axis, codes in ((0, "ABCD"), (1, "abcd")):
        assert all(sum(at[axis] == code for at in NINE) >= 2 for code in codes)
    assert seen(two_way(FOUR_LINES), NINE, ("A", "b")) == (47, 47)


@pytest.mark.parametrize("more", [("B", "b"), ("C", "a")])
def test_i4_one_blank_more_opens_it(more):
    low, high = seen(two_way(FOUR_LINES), NINE | {more}, ("A", "b"))
    assert low < 47 < high


def linked(*codes):
    """Units by county, and the same units by size."""
    units = Dimension(
        "unit",
        tuple("ABIJKLMN"),
        (("c1", tuple("ABIJ")), ("c2", tuple("KLMN")), ("s1", tuple("ABIJKN")), ("s2", tuple("LM"))),
    )
    every = {"county": (*"ABIJKLMN", "c1", "c2", ALL), "size": (*"ABIJKNLM", "s1", "s2", ALL)}
    tables = tuple(Table(code, "e1", ("unit",), tuple((one,) for one in every[code])) for code in codes)
    atoms = atoms_of((units,), np.array([2, 2, 8, 8, 3, 3, 3, 7]))
    return Release((units,), ("p1",), (Edition("e1", ("p1",)),), tables, atoms)


def unit_seen(release, hidden, unit):
    crossing = Crossing(release)
    blank = np.zeros(len(crossing.values), dtype=bool)
    blank[[crossing.row_of[release.tables[0].code, (one,)] for one in hidden]] = True
    return intervals(crossing, blank, [crossing.cell((release.tables[0].code, (unit,)))])[0]


def test_i5_two_tables_that_are_safe_alone_tell_k_together():
    hidden = "ABKLM"
    for alone in ("county", "size"):
        low, high = unit_seen(linked(alone), hidden, "K")
        assert low == 0
        assert high >= 5
    assert unit_seen(linked("county", "size"), hidden, "K") == (3, 3)
    assert unit_seen(linked("county", "size"), hidden + "N", "K") == (0, 10)


def test_i5_protected_together_they_tell_nothing():
    protected = protect(linked("county", "size"), RULES)
    assert protected.method is Method.EXACT
    assert given_away(protected.release, RULES, protected.hidden) == ()
    assert protected.hidden["county"] - {("c1",), ("c2",)} == protected.hidden["size"] - {("s1",), ("s2",)}


def three(*, singletons):
    """One line: a 1, b 2, c 1; a and c come from one institution each."""
    line = Dimension("line", ("a", "b", "c"))
    table = Table("t1", "e1", ("line",), every_cell(line))
    by = {"a": {"first": 1}, "b": {"second": 1, "third": 1}, "c": {"fourth": 1}} if singletons else {}
    atoms = tuple(Atom("p1", {"line": one}, n, by.get(one, {})) for one, n in (("a", 1), ("b", 2), ("c", 1)))
    return Release((line,), ("p1",), (Edition("e1", ("p1",)),), (table,), atoms)


def test_i6_whoever_is_alone_in_a_cell_knows_it():
    levels = {("t1", ("a",)): (0, 2), ("t1", ("c",)): (0, 2)}
    assert protect(three(singletons=False), RULES, levels=levels).hidden["t1"] == {("a",), ("c",)}
    assert protect(three(singletons=True), RULES, levels=levels).hidden["t1"] == {("a",), ("b",), ("c",)}


def two_years():
    """27 of 60 up to 2024; 29 of 66 up to 2025."""
    answer = Dimension("answer", ("yes", "no"))
    counts = {"to2024": (27, 33), "in2025": (2, 4)}
    atoms = tuple(
        Atom(part, {"answer": one}, n)
        for part, both in counts.items()
        for one, n in zip(("yes", "no"), both, strict=True)
    )
    editions = (Edition("e1", ("to2024",)), Edition("e2", ("to2024", "in2025")))
    tables = tuple(
        Table(code, edition, ("answer",), every_cell(answer), "answer")
        for code, edition in (("t1", "e1"), ("t2", "e2"))
    )
    return Release((answer,), ("to2024", "in2025"), editions, tables, atoms, released={"t1": frozenset()})


def test_i7_the_second_edition_is_refused_beside_the_first():
    told = given_away(two_years(), RULES, {})
    assert {target.kind for target in told} == {"difference"}
    assert not may_follow([(27, 60), (33, 60)], [(29, 66), (37, 66)], RULES.threshold)
    assert may_follow([(27, 60)], [(27, 60)], RULES.threshold)
    assert may_follow([(27, 60)], [(37, 80)], RULES.threshold)


def test_i7_protected_the_second_edition_gives_nothing_away():
    protected = protect(two_years(), RULES)
    assert protected.hidden["t1"] == frozenset()
    assert protected.hidden["t2"] >= {("yes",), ("no",)}
    assert given_away(protected.release, RULES, protected.hidden) == ()


def test_i8_a_whole_percentage_of_a_known_base_is_its_count():
    pairs = [(n, base) for base in range(2, 100) for n in range(base + 1)]
    assert len(pairs) == 5047
    assert all(list(counts_behind((200 * n + base) // (2 * base), base)) == [n] for n, base in pairs)
    assert {(11, 17), (13, 20), (15, 23), (17, 26)} <= set(fractions_behind(65, 30))


def test_i8_without_its_base_11_of_93_whole_percentages_tell_the_share():
    printed = [share for share in range(1, 100) if fractions_behind(share, 30)]
    assert len(printed) == 93
    assert sum(share_is_known(share, 30) for share in printed) == 11
    assert share_is_known(50, 30)
    assert not share_is_known(65, 30)


def test_i8_a_percentage_without_its_exact_base_is_refused():
    assert all(refused(share, None, k=5) is Refusal.NO_BASE for share in range(101))
    assert refused(65, 20, k=5) is Refusal.SMALL_BASE
    assert refused(65, 40, k=5) is None
    assert refused(Decimal("65.0"), 40, k=5) is Refusal.DECIMALS
    assert refused(Decimal("64.7"), None, k=5) is Refusal.DECIMALS
    assert refused(8, 50, k=5) is refused(92, 50, k=5) is Refusal.SMALL_COUNT
    assert refused(16, 50, k=5) is None
    assert refused(16, 50, k=10) is Refusal.SMALL_COUNT
    assert refused(51, 30, k=5) is Refusal.NO_COUNT


def test_i8_a_region_with_one_institution_is_not_printed():
    region, answer = Dimension("region", ("North", "South")), Dimension("answer", ("yes", "no"))
    houses = {"North": ["n1", "n2", "n3", "n4"], "South": ["s1"]}
    atoms = tuple(
        Atom("p1", {"region": place, "answer": one}, 10 * len(inside), dict.fromkeys(inside, 10))
        for place, inside in houses.items()
        for one in ("yes", "no")
    )
    table = Table("t1", "e1", ("region", "answer"), every_cell(region, answer), "answer")
    release = Release((region, answer), ("p1",), (Edition("e1", ("p1",)),), (table,), atoms)
    assert {target.cells[0][1] for target in given_away(release, RULES, {})} == set(
        itertools.product(["South"], ["yes", "no", ALL])
    )
    hidden = protect(release, RULES).hidden["t1"]
    assert {("South", "yes"), ("South", "no"), ("South", ALL)} <= hidden
    assert len(hidden) > 3


def test_i8_a_number_in_prose_that_completes_a_blank_is_refused():
    protected = protect(two_way(COUNTIES), RULES)
    assert completed_by(protected, RULES, [("t1", ("B", "a"))]) == ()
    assert completed_by(protected, RULES, [("t1", ("D", "c"))]) != ()

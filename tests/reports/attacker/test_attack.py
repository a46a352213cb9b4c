"""The attack against enumeration: its bounds are the true ends, hold the truth, and its verdict needs no luck."""

import json
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.attacker import Contradiction, Range, attack, breaks, read, read_truth, subtract
from reports.attacker.atoms import cliques_of, links_of

from .paper import ALL, covers, document, enumerated, half, line, spots, square, truth_of

MORE = settings(max_examples=40, deadline=None)


@st.composite
def tiny(draw):
    """A published document over at most eight atoms with its atoms; anything hidden, percentages, groups, links, two editions."""
    shape = draw(st.sampled_from([[4], [2, 2], [2, 3], [2, 2, 2], [2, 2, "parts"], [3, "parts"]]))
    parts = ["p1", "p2"] if "parts" in shape else ["p1"]
    dimensions = [
        {"code": f"d{index}", "categories": [f"{'abc'[index]}{each}" for each in range(size)]}
        for index, size in enumerate(size for size in shape if size != "parts")
    ]
    if shape == [4]:
        dimensions[0]["groups"] = [
            {"code": "g1", "of": ["a0", "a1"]},
            {"code": "g2", "of": draw(st.sampled_from([["a2", "a3"], ["a1", "a2"], ["g1", "a2"]]))},
        ]
    editions = [{"code": f"e{index + 1}", "parts": parts[: index + 1]} for index in range(len(parts))]
    size = len(parts)
    for dimension in dimensions:
        size *= len(dimension["categories"])
    atoms = draw(st.lists(st.integers(0, 2), min_size=size, max_size=size).filter(lambda held: sum(held) <= 7))
    made = document(dimensions, [], parts=parts, editions=editions)
    ways = [[0]] if len(dimensions) == 1 else [[0, 1]] if len(dimensions) == 2 else None
    scopes = ways or draw(st.sampled_from([[[0, 1, 2]], [[0, 1], [1, 2]], [[0, 1], [1, 2], [0, 2]], [[0], [1, 2]]]))
    scopes = [scopes[0]] if ways else scopes
    for edition in editions:
        for number, scope in enumerate([ways[0]] if ways else scopes):
            chosen = [dimensions[each] for each in scope]
            sides = [
                [*each["categories"], *(group["code"] for group in each.get("groups", [])), ALL] for each in chosen
            ]
            by = [each["code"] for each in chosen]
            cells = []
            for at in product(*sides):
                covered = spots(made, edition["code"], dict(zip(by, at, strict=True)))
                n = sum(atoms[index] for index in covered)
                how = draw(st.sampled_from(["shown", "shown", "blank", "blank", "percent", "left out"]))
                cell = {"at": list(at), "n": n}
                base = sum(atoms)
                if set(at) == {ALL}:
                    pass
                elif how == "left out":
                    continue
                elif how in ("blank", "percent"):
                    cell["n"] = None
                    of = [ALL] * len(at)
                    base = sum(atoms[index] for index in spots(made, edition["code"], dict(zip(by, of, strict=True))))
                    if how == "percent" and base:
                        cell.update(percent=half(n, base), of=of)
                cells.append(cell)
            made["tables"].append(
                {"code": f"t{number}{edition['code']}", "edition": edition["code"], "by": by, "cells": cells}
            )
    return made, atoms


@MORE
@given(tiny())
def test_bounds_are_those_of_enumeration(case):
    made, atoms = case
    found = attack(read(made))
    every = enumerated(made, sum(atoms))
    assert set(found.cells) == set(every)
    for spot, values in every.items():
        assert found.cells[spot] == Range(min(values), max(values)), spot
    assert all(found.cells[spot].low == n for spot, n in subtract(read(made)).items())
    assert set(subtract(read(made))) <= set(found.recovered)


@MORE
@given(tiny(), st.data())
def test_bounds_hold_the_truth_and_the_quick_verdict_is_that_of_all_bounds(case, data):
    made, atoms = case
    codes = [dimension["code"] for dimension in made["dimensions"]]
    every = list(product(made["parts"], *(dimension["categories"] for dimension in made["dimensions"])))
    held = []
    for (part, *at), n in zip(every, atoms, strict=True):
        first = data.draw(st.integers(0, n))
        by = {name: share for name, share in (("one", first), ("two", n - first)) if share}
        held.append({"part": part, "at": dict(zip(codes, at, strict=True)), "n": n, "by": by})
    hidden = [(table, cell["at"]) for table in made["tables"] for cell in table["cells"] if cell["n"] is None]
    watched = [each for each in hidden if data.draw(st.booleans())]
    targets = [{"table": table["code"], "at": at, "lower": 0, "upper": 2} for table, at in watched]
    targets += [{**target, "complement_of": [ALL] * len(target["at"])} for target in targets]
    published = read(made)
    truth = read_truth({"schema": "published-tables-truth/1", "atoms": held, "targets": targets}, published)
    quick = breaks(published, truth)
    for insider in ("", "one", "two"):
        found = attack(published, targets=truth.targets, insider=(truth, insider) if insider else None)
        values, own, under = {}, {}, {}
        for table, at in hidden:
            covered = spots(made, table["edition"], dict(zip(table["by"], at, strict=True)))
            under[table["code"], tuple(at)] = set(covered)
            values[table["code"], tuple(at)] = sum(atoms[index] for index in covered)
            own[table["code"], tuple(at)] = sum(held[index]["by"].get(insider, 0) for index in covered)
        for spot, range_ in found.cells.items():
            assert range_.holds(values[spot])
            assert range_.low >= own[spot]
        if not insider:
            told = {breach.where for breach in quick if not breach.insider and breach.kind == "recovered"}
            assert told == {f"{table}: {' × '.join(at)}" for table, at in found.recovered}
            assert {breach.where for breach in quick if not breach.insider and breach.kind == "target"} == {
                target.said() for target in found.breaches
            }
            known = told
        else:
            told = {breach.where for breach in quick if breach.insider == insider and breach.kind == "recovered"}
            secret = {(table["code"], tuple(at)) for table, at in watched}
            secret |= {(table["code"], (ALL,) * len(at)) for table, at in watched}
            alone = {spot for spot in values if own[spot] == values[spot] and own[spot]}
            # What lies within the cells it fills alone is its own business, noughts too.
            within = set().union(*(under[spot] for spot in alone))
            others = {spot for spot in found.recovered if spot in secret and not under[spot] <= within}
            assert told == {f"{table}: {' × '.join(at)}" for table, at in others} - known


def test_one_percentage_of_a_hidden_base_opens_both_to_a_range():
    yes = {"at": ["yes"], "n": None, "percent": 50, "of": [ALL]}
    made = document(
        [{"code": "answer", "categories": ["yes", "no"]}],
        [
            {
                "code": "t",
                "edition": "e",
                "by": ["answer"],
                "cells": [yes, {"at": ["no"], "n": None}, {"at": [ALL], "n": None}],
            }
        ],
    )
    found = attack(read(made)).cells
    assert found["t", (ALL,)] == Range(2, None)
    assert found["t", ("yes",)].low == 1


def test_a_cell_of_structural_zeros_is_nobody_s_secret():
    made = square([[3, 0], [4, 9]], ["r1-1", "r1-2", "r2-1", "r2-2"])
    assert attack(read(made)).recovered == []
    made["zeros"] = [{"row": "r1", "column": "2"}]
    found = attack(read(made))
    assert ("t", ("r1", "2")) not in found.cells
    assert len(found.recovered) == 3


def test_tables_that_share_one_dimension_need_no_crossing_of_all():
    cliques = cliques_of([frozenset({0, each}) for each in range(1, 40)], [5] * 40)
    assert sorted(cliques) == [(0, each) for each in range(1, 40)]
    assert {shared for _one, _other, shared in links_of(cliques)} == {(0,)}
    square_of_four = cliques_of([frozenset(pair) for pair in ((0, 1), (1, 2), (2, 3), (0, 3))], [2] * 4)
    assert sorted(map(len, square_of_four)) == [3, 3]


def test_two_tables_tell_the_same_margin_without_printing_it():
    dimensions = [{"code": code, "categories": [f"{code}1", f"{code}2"]} for code in "abc"]
    first = [{"at": ["a1", "b1"], "n": 3}, {"at": ["a2", "b1"], "n": None}]
    second = [{"at": ["b1", "c1"], "n": 4}, {"at": ["b1", "c2"], "n": 6}]
    tables = [
        {"code": "t1", "edition": "e", "by": ["a", "b"], "cells": first},
        {"code": "t2", "edition": "e", "by": ["b", "c"], "cells": second},
    ]
    assert attack(read(document(dimensions, tables))).cells["t1", ("a2", "b1")] == Range(7, 7)
    assert attack(read(document(dimensions, tables[:1]))).cells["t1", ("a2", "b1")] == Range(0, None)


def test_a_rounded_percentage_binds_the_moves_as_well():
    yes = {"at": ["yes"], "n": None, "percent": 50, "of": [ALL]}
    made = document(
        [{"code": "answer", "categories": ["yes", "no"]}],
        [{"code": "t", "edition": "e", "by": ["answer"], "cells": [yes, {"at": [ALL], "n": 300}]}],
    )
    published = read(made)
    assert attack(published).cells["t", ("yes",)] == Range(149, 151)
    for lower, upper, missed in ((149, 151, 0), (150, 151, 0), (148, 151, 1), (149, 152, 1)):
        target = {"table": "t", "at": ["yes"], "lower": lower, "upper": upper}
        truth = read_truth(truth_of(made, {("yes",): 150, ("no",): 150}, [target]), published)
        assert len(breaks(published, truth)) == missed


def test_an_insider_s_own_part_is_no_finding():
    made = line({"a": None, "b": None}, 23)
    held = {("a",): {"one": 2, "two": 1}, ("b",): {"two": 4, "three": 16}}
    target = {"table": "t", "at": ["a"], "lower": 0, "upper": 5}
    truth = read_truth(truth_of(made, held, [target]), read(made))
    assert breaks(read(made), truth) == []
    found = attack(read(made), targets=truth.targets, insider=(truth, "one"))
    assert found.cells["t", ("a",)] == Range(2, 23)


def test_the_base_of_a_secret_is_no_secret_where_it_does_not_tell_it():
    """Alone in its kind, an institution knows how many the other kind holds, and still not how many of them said no."""
    kinds = [{"at": ["a"], "n": None}, {"at": ["b"], "n": None}, {"at": [ALL], "n": 32}]
    answers = [{"at": ["a", one], "n": None} for one in ("yes", "no", ALL)]
    dimensions = [{"code": "kind", "categories": ["a", "b"]}, {"code": "answer", "categories": ["yes", "no"]}]
    made = document(dimensions, [])
    made["tables"] = [
        {"code": "t", "edition": "e", "by": ["kind"], "cells": kinds},
        {"code": "u", "edition": "e", "by": ["kind", "answer"], "cells": answers},
    ]
    held = {
        ("a", "yes"): {"one": 12, "three": 8},
        ("a", "no"): {"one": 1, "three": 1},
        ("b", "yes"): {"two": 6},
        ("b", "no"): {"two": 4},
    }
    rest = {"table": "u", "at": ["a", "yes"], "complement_of": ["a", ALL], "lower": 0, "upper": 5}
    published = read(made)
    assert breaks(published, read_truth(truth_of(made, held, [rest]), published)) == []
    base = {"table": "t", "at": ["a"], "lower": 22, "upper": 22}
    found = breaks(published, read_truth(truth_of(made, held, [rest, base]), published))
    assert {(each.insider, each.low, each.high, each.alone) for each in found} == {("two", 22, 22, True)}


def test_numbers_that_contradict_one_another_are_told_and_not_attacked():
    made = line({"a": 3, "b": 4}, 8)
    with pytest.raises(Contradiction, match="t"):
        attack(read(made))
    made = line({"a": None, "b": 9}, 8)
    with pytest.raises(Contradiction):
        attack(read(made))


def test_a_truth_that_does_not_belong_to_the_document_is_refused():
    made = line({"a": None, "b": None}, 8)
    published = read(made)
    with pytest.raises(Contradiction, match="= 8"):
        breaks(published, read_truth(truth_of(made, {("a",): 3, ("b",): 4}), published))


def test_an_insider_is_told_only_where_it_finds_more_than_everybody():
    made = line({"a": None, "b": 5}, 8)
    published = read(made)
    truth = read_truth(truth_of(made, {("a",): {"one": 1, "two": 2}, ("b",): {"two": 5}}), published)
    assert [(breach.insider, breach.where) for breach in breaks(published, truth)] == [("", "t: a")]


def test_a_printed_small_cell_is_a_breach_though_nothing_is_hidden():
    made = line({"a": 3, "b": 5}, 8)
    truth = truth_of(made, {("a",): 3, ("b",): 5}, [{"table": "t", "at": ["a"], "lower": 0, "upper": 5}])
    (breach,) = breaks(read(made), read_truth(truth, read(made)))
    assert (breach.kind, breach.low, breach.high) == ("target", 3, 3)


def test_a_union_of_small_cells_is_as_secret_as_one():
    made = line({"a": None, "b": None, "c": 5}, 8)
    union = {"union": [["e", "t", ["a"]], ["e", "t", ["b"]]], "lower": 0, "upper": 5}
    truth = read_truth(truth_of(made, {("a",): 2, ("b",): 1, ("c",): 5}, [union]), read(made))
    (breach,) = breaks(read(made), truth)
    assert breach.said() == "t: a and t: b: [3, 3], wanted [0, 5], from what is printed"


def test_the_same_numbers_in_another_order_are_the_same_attack():
    made = square([[3, 4, 9], [4, 9, 1], [6, 6, 6]], ["r1-1", "r1-2", "r2-1", "r2-3", "r3-2", "r3-3"])
    turned = json.loads(json.dumps(made))
    turned["tables"][0]["cells"].reverse()
    assert attack(read(made)).cells == attack(read(turned)).cells


def test_groups_are_covered_as_they_are_written():
    dimension = {
        "code": "d",
        "categories": ["a", "b", "c"],
        "groups": [{"code": "g", "of": ["a", "b"]}, {"code": "h", "of": ["g", "c"]}],
    }
    assert covers(dimension, "h") == {"a", "b", "c"}
    assert read(document([dimension], [])).dimensions["d"].within["h"] == {0, 1, 2}

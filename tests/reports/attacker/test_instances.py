"""Instances of the literature, attacked. I1 to I6: figures as printed by their sources; I7 and I8 are ours.

I1 US Statistical Policy Working Paper 22; I2 Fischetti and Salazar 2001, doi 10.1287/mnsc.47.7.1008.9805; I3 to I6
the published test tables of sdcTable (numbers only).
"""

from fractions import Fraction

import pytest

from reports.attacker import Range, attack, breaks, candidates, fractions, read, read_targets, read_truth, subtract
from reports.attacker.percentages import half_up

from .paper import document, line, square, truth_of

COUNTIES = ["Alpha", "Beta", "Gamma", "Delta"]
DELINQUENTS = [[15, 1, 3, 1], [20, 10, 10, 15], [3, 10, 10, 2], [12, 14, 7, 2]]
SMALL = ["Alpha-2", "Alpha-3", "Alpha-4", "Gamma-1", "Gamma-4", "Delta-4"]


def delinquents(*secondary):
    return square(DELINQUENTS, [*SMALL, *secondary], COUNTIES)


def delinquents_truth(published):
    counts = {
        (county, column): n
        for county, row in zip(COUNTIES, DELINQUENTS, strict=True)
        for column, n in zip("1234", row, strict=True)
    }
    targets = [{"table": "t", "at": cell.split("-"), "lower": 0, "upper": 5} for cell in SMALL]
    return truth_of(published, counts, targets)


def cells(published):
    return {"-".join(at): found for (_table, at), found in attack(read(published)).cells.items()}


def test_i1_two_blanks_in_every_line_still_give_alpha_4_away():
    found = cells(delinquents("Beta-2", "Beta-3", "Delta-1"))
    assert found.pop("Alpha-4") == Range(1, 1)
    assert not any(range_.point for range_ in found.values())
    assert len(found) == 8
    # No line has one blank: subtraction alone finds nothing.
    assert subtract(read(delinquents("Beta-2", "Beta-3", "Delta-1"))) == {}


def test_i1_the_best_pattern_keeps_every_small_cell_between_nought_and_five():
    published = delinquents("Gamma-2", "Delta-1", "Delta-3")
    found = cells(published)
    for cell in SMALL:
        assert found[cell].low == 0
        assert found[cell].high >= 5
    assert breaks(read(published), read_truth(delinquents_truth(published), read(published))) == []


@pytest.mark.parametrize("left_out", ["Gamma-2", "Delta-1", "Delta-3"])
def test_i1_two_of_its_three_extra_blanks_are_not_enough(left_out):
    published = delinquents(*({"Gamma-2", "Delta-1", "Delta-3"} - {left_out}))
    breaches = breaks(read(published), read_truth(delinquents_truth(published), read(published)))
    assert {breach.kind for breach in breaches} >= {"target"}


def test_i1_the_small_cells_alone_fall_to_subtraction():
    assert subtract(read(delinquents())) != {}


def test_i2_the_sensitive_cell_lies_between_5_and_30():
    found = cells(square([[20, 50, 10], [8, 19, 22], [17, 32, 12]], ["r2-1", "r2-3", "r3-1", "r3-3"]))
    assert found["r2-3"] == Range(5, 30)


def test_i3_three_blanks_beside_the_sensitive_one_protect_it():
    rows = [[18, 2], [14, 19], [12, 10], [11, 14]]
    assert cells(square(rows, ["r1-2"]))["r1-2"] == Range(2, 2)
    found = cells(square(rows, ["r1-1", "r1-2", "r3-1", "r3-2"]))
    assert found["r1-2"] == Range(0, 12)


I4 = [[30, 47, 64, 89], [90, 124, 5, 31], [92, 100, 59, 85], [800, 991, 651, 685]]
NINE = ["w-a", "w-b", "w-c", "x-a", "x-c", "y-b", "y-d", "z-b", "z-d"]


def test_i4_w_b_is_47_though_every_line_has_two_blanks():
    published = square(I4, NINE, "wxyz", "abcd")
    found = cells(published)
    assert [cell for cell, range_ in found.items() if range_.point] == ["w-b"]
    assert found["w-b"] == Range(47, 47)
    assert subtract(read(published)) == {}


@pytest.mark.parametrize("more", ["x-b", "y-a"])
def test_i4_one_more_blank_suffices(more):
    found = cells(square(I4, [*NINE, more], "wxyz", "abcd"))
    assert len(found) == 10
    assert not any(range_.point for range_ in found.values())


NUMBERS = {"A": 2, "B": 2, "I": 8, "J": 8, "K": 3, "L": 3, "M": 3, "N": 7}
COUNTY = [{"code": "c1", "of": list("ABIJ")}, {"code": "c2", "of": list("KLMN")}]
SIZE = [{"code": "s1", "of": list("ABIJKN")}, {"code": "s2", "of": list("LM")}]


def linked(hidden, *, county, size):
    """One list of cells with its totals by county, by size, or both."""
    groups = [*(COUNTY if county else []), *(SIZE if size else [])]
    made = line({name: None if name in hidden else n for name, n in NUMBERS.items()}, 36, [*COUNTY, *SIZE])
    made["tables"][0]["cells"] += [
        {"at": [group["code"]], "n": sum(NUMBERS[name] for name in group["of"])} for group in groups
    ]
    return made


def test_i5_each_list_is_safe_alone_and_both_together_give_k():
    assert cells(linked("ABKLM", county=True, size=False))["K"] == Range(0, 9)
    assert cells(linked("ABKLM", county=False, size=True))["K"] == Range(0, 7)
    assert cells(linked("ABKLM", county=True, size=True))["K"] == Range(3, 3)
    assert ("t", ("K",)) not in subtract(read(linked("ABKLM", county=True, size=True)))


def test_i5_hiding_n_opens_k_to_ten():
    found = cells(linked("ABKLMN", county=True, size=True))
    assert found["K"] == Range(0, 10)


def singletons(b):
    published = line({"a": None, "b": b, "c": None}, 4)
    held = {("a",): {"one": 1}, ("b",): {"two": 1, "three": 1}, ("c",): {"four": 1}}
    targets = [{"table": "t", "at": [cell], "lower": 0, "upper": 1} for cell in "ac"]
    return read(published), read_truth(truth_of(published, held, targets), read(published))


def test_i6_two_lone_contributors_know_one_another():
    published, truth = singletons(2)
    assert breaks(published, truth, with_insiders=False) == []
    found = breaks(published, truth)
    assert {breach.insider for breach in found} == {"one", "four"}
    assert all(breach.alone for breach in found)
    assert attack(published, insider=(truth, "one")).cells["t", ("c",)] == Range(1, 1)


def test_i6_a_third_blank_hides_them_from_one_another():
    assert breaks(*singletons(None)) == []


def editions(yes, base, yes_later, base_later):
    """One question, counted in one year and again a year later with what was added."""
    tables = [
        {
            "code": f"t{number}",
            "edition": f"e{number}",
            "by": ["answer"],
            "cells": [{"at": ["yes"], "n": x}, {"at": ["*"], "n": n}],
        }
        for number, x, n in ((1, yes, base), (2, yes_later, base_later))
    ]
    return document(
        [{"code": "answer", "categories": ["yes", "no"]}],
        tables,
        parts=["p1", "p2"],
        editions=[{"code": "e1", "parts": ["p1"]}, {"code": "e2", "parts": ["p1", "p2"]}],
    )


def test_an_insider_finds_out_what_its_own_part_gives_away_without_being_alone():
    published = line({"a": None, "b": None}, 6)
    held = {("a",): {"one": 4, "two": 1}, ("b",): {"three": 1}}
    targets = [{"table": "t", "at": ["b"], "lower": 0, "upper": 5}]
    (breach,) = breaks(read(published), read_truth(truth_of(published, held, targets), read(published)))
    assert (breach.insider, breach.low, breach.high, breach.alone) == ("one", 0, 2, False)


def test_i7_the_year_between_two_editions_is_two_of_six():
    published = editions(27, 60, 29, 66)
    held = [("p1", "yes", 27), ("p1", "no", 33), ("p2", "yes", 2), ("p2", "no", 4)]
    truth = {
        "schema": "published-tables-truth/1",
        "atoms": [{"part": part, "at": {"answer": answer}, "n": n} for part, answer, n in held],
        "targets": [
            {"difference": [["e2", "t2", ["yes"]], ["e1", "t1", ["yes"]]], "lower": 0, "upper": 5},
            {"difference": [["e2", "t2", ["no"]], ["e1", "t1", ["no"]]], "lower": 0, "upper": 5},
        ],
    }
    found = breaks(read(published), read_truth(truth, read(published)))
    assert [(breach.low, breach.high) for breach in found] == [(2, 2), (4, 4)]
    assert found[0].said() == "t2: yes less t1: yes: [2, 2], wanted [0, 5], from what is printed"


def test_i7_the_rest_of_the_year_between_is_a_complement():
    published = read(editions(27, 60, 29, 66))
    ends = [["e2", "t2", ["yes"]], ["e1", "t1", ["yes"]]]
    (target,) = read_targets([{"difference": ends, "complement_of": ["*"], "lower": 0, "upper": 5}], published)
    ((_target, found),) = attack(published, targets=[target]).targets
    assert found == Range(4, 4)
    assert target.said() == "t2: * and t1: yes less t1: * less t2: yes"


def test_i8_a_whole_percentage_of_a_known_base_under_100_is_a_count():
    pairs = {(half_up(count, base), base) for base in range(2, 100) for count in range(base + 1)}
    assert len(pairs) == 5047
    for percent, base in pairs:
        assert len(candidates(percent, [base])) == 1


def test_i8_without_the_base_eleven_of_93_printed_values_fix_the_share_and_with_one_decimal_all_277():
    whole = {percent for percent in range(1, 100) if candidates(percent, range(1, 31))}
    assert len(whole) == 93
    assert sum(len(fractions(percent, 30)) == 1 for percent in whole) == 11
    assert fractions(65, 30) == {Fraction(11, 17), Fraction(13, 20), Fraction(15, 23), Fraction(17, 26)}
    fine = {half_up(count, base, 1) for base in range(1, 31) for count in range(1, base)}
    assert len(fine) == 277
    assert all(len(fractions(percent, 30, 1)) == 1 for percent in fine)


def answered(*cells, known=()):
    return document(
        [{"code": "answer", "categories": ["yes", "no"]}],
        [{"code": "t", "edition": "e", "by": ["answer"], "cells": list(cells)}],
        known=list(known),
    )


@pytest.mark.parametrize(("count", "base"), [(2, 66), (27, 60), (1, 99), (17, 26), (98, 99)])
def test_i8_the_attack_turns_the_percentage_back_into_the_count(count, base):
    percent = int(half_up(count, base))
    published = read(answered({"at": ["yes"], "n": None, "percent": percent, "of": ["*"]}, {"at": ["*"], "n": base}))
    found = attack(published)
    assert found.recovered == [("t", ("yes",))]
    assert found.cells["t", ("yes",)] == Range(count, count)


def test_i8_a_percentage_of_a_hidden_base_says_as_much_as_all_pairs_allow():
    yes = {"at": ["yes"], "n": None, "percent": 65, "of": ["*"]}
    published = read(answered(yes, {"at": ["no"], "n": 7}, {"at": ["*"], "n": None}))
    fitting = [(count, base) for count, base in candidates(65, range(1, 100)) if base - count == 7]
    found = attack(published)
    assert found.cells["t", ("yes",)] == Range(13, 13)
    assert fitting == [(13, 20)]


def test_i8_a_region_with_one_institution_is_that_institution():
    published = square([[12, 30], [20, 25]], [], ["North", "South"])
    counts = {
        ("North", "1"): {"home": 12},
        ("North", "2"): {"home": 30},
        ("South", "1"): {"a": 10, "b": 10},
        ("South", "2"): {"a": 10, "b": 15},
    }
    # R3 makes each of its cells a target; printed, each is a single point.
    targets = [{"table": "t", "at": ["North", column], "lower": 0, "upper": 50} for column in "12"]
    truth = read_truth(truth_of(published, counts, targets), read(published))
    assert [(breach.low, breach.high) for breach in breaks(read(published), truth)] == [(12, 12), (30, 30)]


def test_i8_a_figure_quoted_elsewhere_fills_in_a_blank():
    published = line({"a": None, "b": None, "c": 20}, 30)
    assert attack(read(published)).recovered == []
    published["known"] = [{"edition": "e", "at": {"cell": "a"}, "n": 3}]
    found = attack(read(published)).cells
    assert found["t", ("b",)] == Range(7, 7)
    assert subtract(read(published)) == {("t", ("a",)): 3, ("t", ("b",)): 7}

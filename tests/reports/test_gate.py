"""No release that a reader can break: planted tables that give something away are found, sound ones pass."""

from copy import deepcopy

import pytest

from reports import gate
from reports.gate import Fault
from reports.hidden_truth import Counted
from reports.printed_tables import issues
from reports.rounding import percent

KEY = ("talk 1", "Q-9")
RULES = {
    "threshold": 5,
    "threshold_sensitive": 10,
    "institutions": 3,
    "largest_percent": 70,
    "two_largest_percent": 90,
    "percentages_from": 30,
}


def row(codes, base, *cells, untold=False):
    percents = [None if n is None or base is None else percent(n, base) for n in cells]
    return {
        "codes": codes,
        "label": {},
        "with_untold": untold,
        "base": base,
        "cells": list(cells),
        "percents": percents,
    }


def broken(by, *rows):
    hides = any(None in (one["base"], *one["cells"]) for one in rows)
    return {"by": by, "protection": "partly" if hides else "shown" if rows else "withheld", "rows": list(rows)}


def question(code, counts, *breakdowns, kind="single", sensitive=False, after="", base=None, outside=0, excluding=""):
    base = sum(counts.values()) if base is None else base
    return {
        "code": code,
        "instrument": "talk",
        "edition": "talk 1",
        "section": "S",
        "kind": kind,
        "sensitive": sensitive,
        "base": base,
        "institutions": 9,
        "beside": {"no_answer": outside, "not_asked": 0},
        "cells": [
            {"codes": name.split("+"), "label": {}, "n": n, "percent": percent(n, base)} for name, n in counts.items()
        ],
        "protection": "shown",
        "breakdowns": list(breakdowns),
        "after": after,
        "excluding": excluding,
    }


def content(*questions, interviews=None, places=()):
    return {
        "questions": list(questions),
        "coverage": {"interviews": interviews},
        "places": [{"kind_code": kind, "region_iso": region, "visited": 1} for kind, region in places],
        "rules": RULES,
    }


def faults(*contents):
    return list(gate.attacked(contents[-1], contents[:-1]).faults)


SEX = broken("sex", row(["boy"], 60, 40, 20), row(["girl"], 40, 20, 20))
SOUND = content(question("Q-9", {"yes": 60, "no": 40}, SEX), interviews=100)


def test_tables_with_nothing_small_pass():
    verdict = gate.attacked(SOUND)
    assert (verdict.passed, verdict.hidden, verdict.faults) == (True, 0, ())
    assert (verdict.tables, verdict.cells) == (3, 3 + 2 + 3 + 6)


HIDDEN = broken("kind", row(["a"], 40, None, None), row(["b"], 40, None, None), row(["c"], 40, 20, 20))


def test_four_blanks_that_keep_one_another_pass():
    verdict = gate.attacked(content(question("Q-9", {"yes": 60, "no": 60}, HIDDEN)))
    assert (verdict.passed, verdict.hidden) == (True, 4)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param((row(["a"], 40, None, 37), row(["b"], 80, 57, 23)), id="one blank, the base beside it"),
        pytest.param(
            (row(["a"], 40, None, None), row(["b"], 80, 57, 23)), id="two blanks in one row, the country beside"
        ),
        pytest.param((row(["a"], 30, None, None), row(["b"], 90, None, None)), id="together they are few"),
    ],
)
def test_blanks_that_can_be_worked_out_are_found(rows):
    counts = {"yes": 60, "no": 60} if rows[0]["base"] == 40 else {"yes": 3, "no": 117}
    verdict = gate.attacked(content(question("Q-9", counts, broken("kind", *rows))))
    assert not verdict.passed
    assert any(fault.key == KEY for fault in verdict.faults)


def test_a_blank_that_can_only_be_few_is_found():
    """Boys and girls of the other band hold all but four of those who said yes."""
    table = broken("age", row(["x"], 40, None, None), row(["y"], 40, None, None), row(["z"], 40, 36, 4 + 0))
    table["rows"][2]["cells"] = [36, 4]
    assert faults(content(question("Q-9", {"yes": 40, "no": 80}, table))) == [Fault(KEY, "age")]


def test_a_percentage_beside_a_blank_is_read():
    planted = deepcopy(HIDDEN)
    planted["rows"][0]["percents"][0] = 5
    assert faults(content(question("Q-9", {"yes": 60, "no": 60}, planted))) == [Fault(KEY, "kind")]


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (question("Q-9", {"yes": 4, "no": 60}), Fault(KEY)),
        (question("Q-9", {"yes": 9, "no": 60}, sensitive=True), Fault(KEY)),
        (question("Q-9", {"yes": 12, "no": 12}), Fault(KEY)),
        (question("Q-9", {"yes": 30, "no": 30}, base=64), Fault(KEY)),
        (question("Q-9", {"yes": 30, "no": 30}, outside=3), Fault(KEY)),
        (
            question("Q-9", {"yes": 30, "no": 40}, broken("sex", row(["boy"], 40, 4, 36), row(["girl"], 30, 26, 4))),
            None,
        ),
    ],
)
def test_numbers_that_are_small_in_plain_sight_are_found(one, found):
    assert faults(content(one)) == [found or Fault(KEY, "sex")]


def with_shares(one, *shares, base=70):
    one["base"] = base
    for cell, share in zip(one["cells"], shares, strict=True):
        cell["percent"] = share
    return one


@pytest.mark.parametrize(
    ("one", "fit"),
    [
        (with_shares(question("Q-9", {"yes": 30, "no": 40}), 43, 57), True),
        (with_shares(question("Q-9", {"yes": 6, "no": 5994}), 0, 100, base=6000), True),
        (with_shares(question("Q-9", {"yes": 30, "no": 40}), 42.9, 57), False),
        (
            question("Q-9", {"yes": 30, "no": 40}, broken("sex", {**row(["boy"], None, 20, 20), "percents": [50, 50]})),
            False,
        ),
        (
            question("Q-9", {"yes": 60, "no": 60}, broken("sex", {**row(["boy"], 40, None, 30), "percents": [5, 75]})),
            False,
        ),
        (
            question(
                "Q-9", {"yes": 60, "no": 60}, broken("sex", {**row(["boy"], 40, None, 30), "percents": [None, 75]})
            ),
            True,
        ),
    ],
)
def test_a_percentage_is_whole_and_stands_beside_its_base(one, fit):
    assert gate.unfit_shares(content(one)) == ([] if fit else ["Q-9"])
    if not fit:
        assert any(fault.key == KEY for fault in faults(content(one)))


def test_who_did_not_answer_is_known_by_age():
    """Q-01 says how many of each age spoke; three of the young did not answer this one."""
    age = question("Q-01", {"young": 50, "old": 70})
    asked = question("Q-9", {"yes": 60, "no": 50}, outside=10)
    for young, expected in ((47, [Fault(KEY, "age")]), (45, [])):
        table = broken("age", row(["young"], young, 20, young - 20), row(["old"], 110 - young, 40, 70 - young))
        assert faults(content(age, {**asked, "breakdowns": [table]}, interviews=120)) == expected


def test_a_room_that_nobody_prints_is_found():
    """Kind b is in the south only: kind a in the south is the south less b. Two said yes there."""
    kind = broken("kind", row(["a"], 100, 42, 58), row(["b"], 60, 30, 30))
    region = broken("region", row(["north"], 60, 40, 20), row(["south"], 100, 32, 68))
    asked = question("Q-9", {"yes": 72, "no": 88}, kind, region)
    apart = (("a", "north"), ("a", "south"), ("b", "south"))
    assert faults(content(asked, places=apart)) == [Fault(KEY, "region")]
    assert faults(content(asked, places=(*apart, ("b", "north")))) == []


def test_what_follows_from_several_answers_is_found():
    """Of 60 all but the 20 who chose nothing chose something; 38 chose a: two chose something else only."""
    counts = {"a": 38, "b": 20, "none": 20}
    assert faults(content(question("Q-9", counts, kind="multiple", base=60, excluding="none"))) == [Fault(KEY)]
    counts = {"a": 30, "b": 24, "none": 20}
    assert faults(content(question("Q-9", counts, kind="multiple", base=60, excluding="none"))) == []


def test_what_a_later_edition_adds_is_found():
    """27 of 60, then 29 of 66: of the six who were added two said yes (instance I7)."""
    first = content(question("Q-9", {"yes": 27, "no": 33}), interviews=60)
    assert faults(first, content(question("Q-9", {"yes": 29, "no": 37}), interviews=66)) == [Fault(KEY)]
    assert faults(first, content(question("Q-9", {"yes": 35, "no": 41}), interviews=76)) == []
    assert faults(first, first) == []


def test_a_blank_of_an_earlier_edition_is_not_filled_by_a_later_one():
    first = content(question("Q-9", {"yes": 60, "no": 60}, HIDDEN))
    shown = broken("kind", row(["a"], 40, 25, 15), row(["b"], 40, 15, 25), row(["c"], 40, 20, 20))
    assert faults(first, content(question("Q-9", {"yes": 60, "no": 60}, shown))) == [Fault(KEY, "kind")]


def test_what_an_edition_adds_by_sex_is_found_in_joined_rows():
    """The later edition prints both bands in one row; the first printed them apart."""
    first = content(
        question("Q-9", {"yes": 60, "no": 60}, broken("age", row(["a"], 60, 30, 30), row(["b", "c"], 60, 30, 30)))
    )
    rows = (row(["a", "b"], 100, 42, 58), row(["c"], 50, 33, 17))
    assert faults(first, content(question("Q-9", {"yes": 75, "no": 75}, broken("age", *rows)))) == []
    rows = (row(["a"], 80, 32, 48), row(["b", "c"], 70, 43, 27))
    assert faults(first, content(question("Q-9", {"yes": 75, "no": 75}, broken("age", *rows)))) == [Fault(KEY, "age")]


def test_numbers_that_contradict_one_another_do_not_pass():
    table = broken("sex", row(["boy"], 60, 30, 30), row(["girl"], 60, 40, 20))
    assert faults(content(question("Q-9", {"yes": 60, "no": 60}, table))) == [Fault(KEY, "sex")]


def truth_of(*counts):
    """Two kinds, two answers: [(kind, answer) -> {institution: n}]."""
    kinds = ("a", "b", "c")
    cells = [{(kind,): counts[2 * at + answer] for at, kind in enumerate(kinds)} for answer in (0, 1)]
    answered = {
        (kind,): {unit: cells[0][kind,].get(unit, 0) + cells[1][kind,].get(unit, 0) for unit in range(9)}
        for kind in kinds
    }
    return Counted(("kind",), cells, answered, {})


def even(n, units=(0, 1, 2)):
    return {unit: n // 3 + (place < n % 3) for place, unit in enumerate(units)}


@pytest.mark.parametrize(("alone", "passes"), [(0, True), (36, False)])
def test_an_institution_that_knows_its_own_part_is_a_reader(alone, passes):
    """Of the forty in kind b thirty-six who said no are of one place: it knows that four are left."""
    asked = question("Q-9", {"yes": 27, "no": 93}, HIDDEN)
    # a: 3 yes, 37 no; b: 4 yes, 36 no; c: 20 and 20.
    no_of_b = {3: 36} if alone else even(36, (3, 4, 5))
    counted = truth_of(even(3), even(37), even(4, (3, 4, 5)), no_of_b, even(20, (6, 7, 8)), even(20, (6, 7, 8)))
    made = content(question("Q-9", {"yes": 27, "no": 93}, HIDDEN))
    assert asked["cells"] == made["questions"][0]["cells"]
    (issue,) = issues([made])[KEY]
    verdict = gate.beside_truth(KEY, issue, counted, made)
    assert (not verdict.faults) is passes


def test_what_is_held_back_takes_with_it_what_hangs_on_it():
    lines = [
        question("Q-11", {"yes": 40, "no": 40}, SEX, after="Q-10"),
        question("Q-9", {"yes": 60, "no": 40}, SEX),
        question("Q-10", {"yes": 60, "no": 40}, SEX, after="Q-9"),
        question("Q-12", {"yes": 60, "no": 40}, SEX),
    ]
    kept = gate.held_back(lines, [Fault(KEY)])
    assert [(one["code"], one["protection"]) for one in kept] == [
        ("Q-11", "too_few"),
        ("Q-9", "too_few"),
        ("Q-10", "too_few"),
        ("Q-12", "shown"),
    ]
    assert kept[0]["base"] is None
    assert kept[0]["cells"] == []
    assert kept[0]["beside"] == {"no_answer": None, "not_asked": None}
    kept = gate.held_back(lines, [Fault(KEY, "sex")])
    assert [one["breakdowns"][0]["protection"] for one in kept] == ["withheld", "withheld", "withheld", "shown"]
    assert kept[1]["protection"] == "shown"

"""What leaves the house, what stays in it, and a report of blanks that says nothing about any of them."""

import json

import numpy as np

from ombudsman.shares import counts_behind
from reports.disclosure import Rules
from reports.disclosure.hidden import report
from reports.disclosure.percentages import percentage
from reports.disclosure.protecting import protect
from reports.disclosure.published import published, truth
from reports.disclosure.tables import ALL, Atom, Dimension, Edition, Known, Release, Table, every_cell

from .told import gives_away

ANSWER = Dimension("answer", ("yes", "no"))
REGION = Dimension("region", ("A", "B", "C"), (("AB", ("A", "B")),))
COUNTS = np.array([[2, 40], [30, 31], [50, 60]])


def over_houses(n):
    """A count as four institutions contributed it."""
    return {f"house {i}": share for i in range(4) if (share := (n + i) // 4)}


def release(known=(Known("e1", {}, 213),)):
    atoms = tuple(
        Atom("p1", {"region": region, "answer": answer}, int(COUNTS[i, j]), over_houses(int(COUNTS[i, j])))
        for i, region in enumerate("ABC")
        for j, answer in enumerate(("yes", "no"))
    )
    tables = (Table("t1", "e1", ("region", "answer"), every_cell(REGION, ANSWER), "answer"),)
    return Release((REGION, ANSWER), ("p1",), (Edition("e1", ("p1",)),), tables, atoms, known=known)


RULES = Rules(institutions=1, largest_percent=100, two_largest_percent=100)
PROTECTED = protect(release(), RULES)
TOLD = published(PROTECTED, RULES, percentages=True)


def test_hidden_cells_have_one_symbol_and_nothing_else():
    cells = {tuple(cell["at"]): cell for cell in TOLD["tables"][0]["cells"]}
    assert len(cells) == 15
    assert PROTECTED.hidden["t1"]
    for at, cell in cells.items():
        if at in PROTECTED.hidden["t1"]:
            assert cell == {"at": list(at), "n": None}
        else:
            assert cell["n"] is not None
    assert cells[ALL, ALL] == {"at": [ALL, ALL], "n": 213}


def test_what_is_published_is_plain_json_and_names_no_institution_and_no_target():
    said = json.dumps(TOLD)
    assert json.loads(said) == TOLD
    assert "house" not in said
    assert not {"targets", "atoms", "method"} & TOLD.keys()
    assert TOLD["dimensions"][0]["groups"] == [{"code": "AB", "of": ["A", "B"]}]
    assert TOLD["known"] == [{"edition": "e1", "at": {}, "n": 213}]


def test_a_percentage_stands_beside_its_count_and_its_base():
    cells = {tuple(cell["at"]): cell for cell in TOLD["tables"][0]["cells"]}
    assert cells[ALL, "yes"] == {"at": [ALL, "yes"], "n": 82, "percent": 38, "of": [ALL, ALL]}
    assert percentage(82, 213, RULES) == 38
    assert percentage(9, 29, RULES) is None
    assert percentage(4, 40, RULES) is None
    assert percentage(36, 40, RULES) is None


def test_the_truth_is_kept_apart_with_its_targets():
    kept = truth(PROTECTED)
    assert kept["schema"] == "published-tables-truth/1"
    assert sum(atom["n"] for atom in kept["atoms"]) == 213
    assert {"table": "t1", "at": ["A", "yes"], "lower": 0, "upper": 5} in kept["targets"]
    assert {"table": "t1", "at": ["A", "no"], "complement_of": ["A", ALL], "lower": 0, "upper": 5} not in kept[
        "targets"
    ]


def test_a_percentage_gives_a_small_count_away():
    assert list(counts_behind(38, 213)) == [80, 81, 82]
    assert gives_away(8, 50, 5)
    assert gives_away(92, 50, 5)
    assert not gives_away(50, 50, 5)


def test_the_report_of_blanks_says_the_same_of_every_blank():
    line = report(PROTECTED, RULES)[0]
    assert (line.cells, line.blanks, line.withheld) == (15, len(PROTECTED.hidden["t1"]), False)
    same = protect(release(), Rules(threshold=3, institutions=1, largest_percent=100, two_largest_percent=100))
    assert same.hidden["t1"]
    assert report(same, RULES)[0].rules == line.rules
    assert (
        report(
            protect(release(), Rules(threshold=2, institutions=1, largest_percent=100, two_largest_percent=100)), RULES
        )[0].rules
        == ()
    )


def test_a_table_that_is_all_blank_is_called_withheld():
    nothing = protect(release(known=()), RULES, effort=0)
    assert report(nothing, RULES)[0].withheld

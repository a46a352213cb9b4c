"""What the attacker refuses to read, and in which words."""

from copy import deepcopy

import pytest

from reports.attacker import Unreadable, read, read_targets, read_truth

from .paper import square, truth_of

GOOD = square([[3, 4], [5, 6]], ["r1-1"])


def changed(*path, to):
    """The good document with one place changed; a key that ends in "!" is new."""
    made = deepcopy(GOOD)
    there = made
    for step in path[:-1]:
        there = there[step]
    there[path[-1]] = to
    return made


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ([], "document: an object"),
        ({}, "document: without dimensions"),
        (changed("schema", to="published-tables/2"), "schema: "),
        (changed("note", to="12 of 13"), "document: note is not in the schema"),
        (changed("parts", to=[]), "parts: one at least"),
        (changed("editions", 0, "parts", to=["q"]), r"editions\[0\].parts"),
        (changed("editions", to=[GOOD["editions"][0]] * 2), r"editions\[1\].code: 'e' stands twice"),
        (changed("dimensions", to=[GOOD["dimensions"][0]] * 2), "dimensions: a code stands twice"),
        (changed("dimensions", 0, "categories", to=["r1", "*"]), r"dimensions\[0\].categories"),
        (changed("dimensions", 0, "groups", to=[{"code": "g", "of": ["r9"]}]), r"groups\[0\].of"),
        (changed("dimensions", 0, "groups", to=[{"code": "r1", "of": ["r2"]}]), "'r1' stands twice"),
        (
            changed("dimensions", 0, "groups", to=[{"code": "g", "of": ["r1"]}, {"code": "h", "of": ["g", "r1"]}]),
            "stands in two",
        ),
        (changed("tables", 0, "edition", to="f"), r"tables\[0\].edition: 'f' is no edition"),
        (changed("tables", 0, "by", to=["row", "row"]), r"tables\[0\].by"),
        (changed("tables", 0, "cells", 0, "at", to=["r1"]), "2 codes"),
        (changed("tables", 0, "cells", 0, "at", to=["r1", "9"]), "'9' is no category of 'column'"),
        (changed("tables", 0, "cells", 0, "n", to=-1), r"cells\[0\].n: a whole number"),
        (changed("tables", 0, "cells", 0, "n", to=1.0), r"cells\[0\].n: a whole number"),
        (changed("tables", 0, "cells", 0, "n", to=True), r"cells\[0\].n: a whole number"),
        (changed("tables", 0, "cells", 1, "at", to=["*", "*"]), "stands twice"),
        (changed("tables", 0, "cells", 0, "percent", to=3), "percent and of stand together"),
        (changed("tables", 0, "cells", 2, "value", to=3), "value is not in the schema"),
        (changed("tables", 0, "cells", 0, to={"at": ["*", "*"]}), "neither n nor percent"),
        (changed("tables", 0, "cells", 2, to={"at": ["r1", "1"], "percent": 101, "of": ["r1", "*"]}), "more than 100"),
        (changed("tables", 0, "cells", 2, to={"at": ["r1", "*"], "percent": 1, "of": ["r1", "1"]}), "does not contain"),
        (changed("zeros", to=[{"kind": "x"}]), r"zeros\[0\]: 'kind' is no dimension"),
        (changed("known", to=[{"edition": "e", "at": {"row": "r9"}, "n": 1}]), "'r9' is no category"),
    ],
)
def test_what_breaks_the_schema_is_refused_with_its_place(document, says):
    with pytest.raises(Unreadable, match=says):
        read(document)


def test_the_good_document_is_read():
    published = read(GOOD)
    assert [(table.code, cell.at) for table, cell in published.hidden()] == [("t", ("r1", "1"))]


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ({"table": "u", "at": ["r1", "1"], "lower": 0, "upper": 5}, "'u' is no table"),
        ({"table": "t", "at": ["r1"], "lower": 0, "upper": 5}, "2 codes"),
        ({"table": "t", "lower": 0, "upper": 5}, "one of at, difference and union"),
        ({"table": "t", "union": [], "lower": 0, "upper": 5}, "table beside union"),
        ({"table": "t", "at": ["r1", "1"], "lower": -1, "upper": 5}, "lower: a whole number"),
        (
            {"difference": [["e9", "t", ["r1", "1"]], ["e", "t", ["r1", "1"]]], "lower": 0, "upper": 5},
            "is of edition 'e', not 'e9'",
        ),
    ],
)
def test_a_target_that_points_nowhere_is_refused(target, says):
    with pytest.raises(Unreadable, match=says):
        read_targets([target], read(GOOD))


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("part", "q", "is no part"),
        ("at", {"row": "r1"}, "one category of every dimension"),
        ("at", {"row": "r1", "column": "*"}, "is no category"),
        ("n", None, "a whole number"),
        ("by", {"one": 9}, "more than 3"),
    ],
)
def test_a_truth_that_is_no_truth_is_refused(key, value, says):
    truth = truth_of(GOOD, {("r1", "1"): 3})
    truth["atoms"][0][key] = value
    with pytest.raises(Unreadable, match=says):
        read_truth(truth, read(GOOD))

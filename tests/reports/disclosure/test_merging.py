"""An editor is shown what merging would save: fewer rows, fewer blanks, the best first."""

import numpy as np
import pytest

from reports.disclosure import Rules
from reports.disclosure.merging import merged, proposals
from reports.disclosure.protecting import Method
from reports.disclosure.tables import ALL, Dimension, Edition, Release, Table, atoms_of, every_cell

AGE = Dimension("age", ("10-12", "13-14", "15-16", "17+"))
ANSWER = Dimension("answer", ("yes", "partly", "no"))
COUNTS = np.array([[9, 2, 12], [8, 5, 7], [20, 7, 30], [22, 9, 31]])
TABLE = Table("t1", "e1", ("age", "answer"), every_cell(AGE, ANSWER), "answer")
RELEASE = Release((AGE, ANSWER), ("p1",), (Edition("e1", ("p1",)),), (TABLE,), atoms_of((AGE, ANSWER), COUNTS))
LADDERS = {
    "age": [
        (("under 15", ("10-12", "13-14")), ("15-16", ("15-16",)), ("17+", ("17+",))),
        (("under 15", ("10-12", "13-14")), ("15 and more", ("15-16", "17+"))),
    ]
}


def test_the_finest_table_without_a_blank_comes_first():
    found = proposals(RELEASE, Rules(), LADDERS)
    assert [(one.steps["age"], one.cells, one.blanks) for one in found] == [
        (1, 16, 0),
        (2, 12, 0),
        (0, 20, found[2].blanks),
    ]
    assert found[2].blanks >= 4
    assert found[0].protected.method is Method.NONE


def test_a_merged_table_prints_groups_and_keeps_what_was_counted():
    release = merged(RELEASE, LADDERS, {"age": 2})
    assert {at[0] for at in release.tables[0].cells} == {"under 15", "15 and more", ALL}
    assert release.atoms == RELEASE.atoms
    assert release.dimensions[0].categories == AGE.categories


def test_what_is_out_already_is_not_merged():
    out = Release(**{**vars(RELEASE), "released": {"t1": frozenset()}})
    assert merged(out, LADDERS, {"age": 1}).tables == RELEASE.tables


def test_sums_of_whole_groups_stay_in_the_table():
    older = Dimension("age", AGE.categories, (("15 up", ("15-16", "17+")), ("13 up", ("13-14", "15-16", "17+"))))
    table = Table("t1", "e1", ("age", "answer"), every_cell(older, ANSWER), "answer")
    release = Release((older, ANSWER), ("p1",), RELEASE.editions, (table,), RELEASE.atoms)
    kept = {at[0] for at in merged(release, LADDERS, {"age": 1}).tables[0].cells}
    assert kept == {"under 15", "15-16", "17+", "15 up", ALL}


def test_a_step_that_loses_a_category_is_refused():
    with pytest.raises(ValueError, match="partition"):
        proposals(RELEASE, Rules(), {"age": [(("young", ("10-12", "13-14")),)]})

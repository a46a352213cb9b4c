"""Rows read as columns are those that the ordinary query gives, whatever their widths and however many come at a time."""

import gc
from datetime import date

import numpy as np
import pytest
from django.db import connection

from reports import columns
from tests import factories as make
from visits.models import Interview, Visit, VisitTally

PACKED = {"visit_id": "name", "edition_id": "number", "answers": "packed", "child_only": "packed"}


@pytest.fixture
def tallies(cast):
    """Eight tallies whose bytes are of three and of two widths."""
    for number in range(8):
        visit = make.visit(cast.centre, cast.bek, first_day=date(1999 + number, 3, 1), state="accepted")
        VisitTally.objects.create(
            visit=visit,
            edition=cast.checklist,
            answers=bytes([number]) * (4 + number % 3),
            child_only=bytes([255, number] * (number % 2)),
        )
    return cast


def blocks_of(rows, wanted):
    """All blocks that are handed over."""
    found = []
    columns.read(columns.statement(rows, wanted), found.append)
    return found


def as_rows(blocks):
    """Blocks turned back into a set of rows."""
    found = []
    for block in blocks:
        sides = [[bytes(cell) for cell in column] if np.ndim(column) == 2 else list(column) for column in block]
        found += zip(*sides, strict=True)
    assert len(set(found)) == len(found)
    return set(found)


def stored_name(identity, blocks):
    """How this database writes an identity: sixteen bytes, or letters."""
    return identity.bytes if isinstance(blocks[0][0][0], bytes) else identity.hex


@pytest.mark.parametrize("at_once", [1, 3, 8, 20_000])
def test_rows_are_those_of_the_query_however_many_come_at_a_time(tallies, monkeypatch, at_once):
    monkeypatch.setattr(columns, "FETCH", at_once)
    blocks = blocks_of(VisitTally.objects.all(), PACKED)
    expected = {
        (stored_name(tally.visit_id, blocks), tally.edition_id, bytes(tally.answers), bytes(tally.child_only))
        for tally in VisitTally.objects.all()
    }
    assert len(expected) == 8
    assert as_rows(blocks) == expected


def test_numbers_and_days_keep_their_order_back_to_the_last_century(tallies):
    asked = Visit.objects.filter(institution=tallies.centre, state="accepted")
    blocks = blocks_of(asked, {"first_day": "day", "year": "number", "pk": "name"})
    found = sorted(as_rows(blocks))
    assert [year for _, year, _ in found] == list(range(1999, 2007))
    first = found[0][0]
    assert [day - first for day, _, _ in found] == [(date(year, 3, 1) - date(1999, 3, 1)).days for _, year, _ in found]
    inside = asked.values_list("pk", flat=True).order_by("first_day")
    assert [name for *_, name in found] == [stored_name(identity, [[[found[0][2]]]]) for identity in inside]


def test_conditions_travel_with_their_values(tallies):
    strange = "'; DROP TABLE x; -- 100 %s\\"
    assert blocks_of(Visit.objects.filter(state_reason=strange), {"year": "number"}) == []
    Visit.objects.filter(year=2003).update(state_reason=strange)
    (block,) = blocks_of(Visit.objects.filter(state_reason=strange), {"year": "number"})
    assert block[0].tolist() == [2003]


def test_nothing_stored_gives_nothing(cast):
    assert blocks_of(Interview.objects.all(), {"visit_id": "name", "answers": "packed"}) == []


def test_numbers_read_as_one_come_apart_again(tallies):
    asked = VisitTally.objects.all()
    wanted = {"edition_id": "number", "answers": "packed", "visit__year": "number", "visit_id": "name"}
    found: list[list[object]] = []
    columns.read(columns.statement(asked, wanted, {"edition_id": 40, "visit__year": 12}), found.append)
    assert as_rows(found) == as_rows(blocks_of(asked, wanted))


def test_python_collects_again_after_rows_were_read(tallies):
    assert gc.isenabled()

    def fails(_block):
        assert gc.isenabled() == (connection.vendor == "postgresql")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        columns.read(columns.statement(VisitTally.objects.all(), PACKED), fails)
    assert gc.isenabled()

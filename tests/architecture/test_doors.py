"""Every door, tried by every member of the cast at every position: what they find is what the matrix says.

The expectations are written by hand in `tests/cases/access_matrix.csv` and `doors.csv`; see `tests/doors.py`.
"""

import csv

import pytest

from ombudsman.people.roles import TABLE, Role, Thing
from tests import doors
from tests.doors import (
    COLUMNS,
    MATRIX,
    allowed,
    existing,
    found_by_a_rightful_reader,
    knock,
    knockers,
    leaks_behind,
    listed,
    written,
    wrong_ways,
)

pytestmark = pytest.mark.django_db

DOORS = listed()
# The administration of reference data is one door to us: it asks the same question before each of its pages.
LIBRARY = ("admin:",)


def test_every_door_is_listed():
    names = {name for name in existing() if not name.startswith(LIBRARY)}
    assert names - {door.name for door in DOORS} == set(), "list these doors in tests/cases/doors.csv"
    assert {door.name for door in DOORS} - names == set(), "these doors no longer exist"


def test_the_table_of_roles_says_what_the_matrix_says():
    table = {thing.value: {role.value: TABLE[thing].get(role, "") for role in Role} for thing in Thing}
    assert table == written()


def test_what_the_product_gives_otherwise_has_a_reason_and_is_really_otherwise():
    with (doors.CASES / "access_matrix.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for part in filter(None, row[doors.OTHERWISE].split(" | ")):
            column, cell = part.split(": ")
            assert doors.SAYS.get(row[column], row[column]) != cell
            assert len(row[doors.NOTES]) > 20
    assert set(doors.SAYS) <= {cell for row in rows for cell in row.values()}


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_who_comes_through(world, door):
    assert list(wrong_ways(world, door)) == []


@pytest.mark.parametrize("door", [door for door in DOORS if door.concerns_a_place], ids=str)
def test_a_conflict_of_interest_closes_every_door_of_the_place(world, door):
    """Those who come through without a conflict find nothing there with one; the others are refused anyway."""
    if door.state:
        world.put(door.state)
    rightful = [name for name in knockers(door) if name in world.cast.people and allowed(world, name, door, "own")]
    assert rightful
    for name in rightful:
        world.cast.has_conflict(name)
    assert {name: knock(world, name, door, "own").status_code for name in rightful} == dict.fromkeys(rightful, 404)


# Doors without a state of their own, behind which cases of every state are shown. `test_who_comes_through` looks for planted
# words in every answer, there with open visits.
SHOWING_CASES = (
    "home",
    "institution_list",
    "institution",
    "visit_list",
    "review_queue",
    "recommendation_list",
    "urgent_list",
)


@pytest.mark.parametrize("state", ["submitted", "returned", "accepted", "void"])
def test_planted_words_reach_only_those_who_may_read_them(world, state):
    world.put(state)
    assert (
        leaks_behind(world, [door for door in DOORS if door.name in SHOWING_CASES and door.method == "GET"], state)
        == []
    )


@pytest.mark.parametrize("state", ["open", "submitted", "returned", "accepted"])
def test_planted_words_are_really_there_to_be_read(world, state):
    world.put(state)
    behind = {
        "institution": ("institution",),
        "note": ("visit_section",),
        "finding": ("visit", "visit_review", "finding_edit"),
        "recommendation": ("recommendation_list",),
        "concern": ("urgent",),
    }
    for mark in world.marks:
        doors_of = [door for door in DOORS if door.name in behind[mark[0]] and door.state in ("", state)]
        assert found_by_a_rightful_reader(world, mark, [door for door in doors_of if door.method == "GET"], state), mark


def test_the_administration_of_reference_data_opens_to_its_keepers_only(world):
    found = {name: world.client(name).get("/reference/").status_code for name in COLUMNS if name != "robot"}
    assert {name for name, status in found.items() if status == 200} == {"saule", "sergey"}
    for name in ("saule", "sergey"):
        page = world.client(name).get("/reference/").content.decode()
        assert not any(word in page for word in ("visits/", "reports/", "grant", "interview"))


@pytest.mark.parametrize(
    "address", ["/account/signup/", "/account/password/reset/", "/account/email/", "/accounts/signup/"]
)
def test_a_stranger_cannot_make_an_account(world, address):
    before = type(world.cast.ana).objects.count()
    words = {"email": "eve@evil.test", "password1": "a very long password 1", "password2": "a very long password 1"}
    assert world.client("anonymous").get(address).status_code == 404
    assert world.client("anonymous").post(address, words).status_code == 404
    assert type(world.cast.ana).objects.count() == before


def test_the_matrix_knows_every_column():
    assert {column for row in MATRIX.values() for column in row} == {role.value for role in Role}

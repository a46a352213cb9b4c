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
    knock,
    leaks,
    listed,
    readers_behind,
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
    written = {thing.value: {role.value: TABLE[thing].get(role, "") for role in Role} for thing in Thing}
    with (doors.CASES / "access_matrix.csv").open(encoding="utf-8") as file:
        expected = {row.pop("object"): row for row in csv.DictReader(file)}
    assert {name: dict(sorted(row.items())) for name, row in written.items()} == {
        name: dict(sorted(row.items())) for name, row in expected.items()
    }


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_who_comes_through(world, door):
    assert wrong_ways(world, door) == []


@pytest.mark.parametrize("door", [door for door in DOORS if door.concerns_a_place], ids=str)
def test_a_conflict_of_interest_closes_every_door_of_the_place(world, door):
    if door.state:
        world.put(door.state)
    for name in COLUMNS:
        if name in world.cast.people:
            world.cast.has_conflict(name)
    found = {
        name: knock(world, name, door, "own").status_code
        for name in COLUMNS
        if name != "anonymous" and (name != "robot" or "-" in door.name)
    }
    assert {name: status for name, status in found.items() if status not in (403, 404)} == {}
    rightful = [name for name in found if allowed(world, name, door, "own")]
    assert rightful
    assert {found[name] for name in rightful} == {404}


@pytest.mark.parametrize("state", ["open", "submitted", "returned", "accepted"])
def test_planted_words_reach_only_those_who_may_read_them(world, state):
    world.put(state)
    read: dict[tuple[str, str], set[str]] = {mark: set() for mark in world.marks}
    for door in DOORS:
        if door.method == "GET" and door.state in ("", state):
            for mark, names in readers_behind(world, door).items():
                read[mark] |= names
    assert leaks(world, read, state) == {}
    # Each was really there to be read, by somebody who may.
    assert [mark for mark, names in read.items() if not names] == []


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

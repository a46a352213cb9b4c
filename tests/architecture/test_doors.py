"""Every door, tried by every member of the cast at every position: what they find is what the matrix says.

The expectations are written by hand in `tests/cases/access_matrix.csv` and `doors.csv`; see `tests/doors.py`.
"""

import csv

import pytest

from ombudsman.people.roles import TABLE, Role, Thing
from tests import doors
from tests.doors import COLUMNS, MATRIX, Door, World, allowed, came_through, existing, granted, knock, listed

DOORS = listed()
# The administration of reference data is one door to us: it asks the same question before each of its pages.
LIBRARY = ("admin:",)


@pytest.fixture
def world(cast) -> World:
    return doors.furnish(cast)


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


def positions(door: Door) -> tuple[str, ...]:
    return ("own", "other", "far") if door.concerns_a_visit else ("own", "far") if door.concerns_a_place else ("own",)


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_who_comes_through(world, door):
    if door.state:
        world.put(door.state)
    wrong = []
    for name in COLUMNS:
        if name == "robot" and "-" not in door.name:
            continue
        for position in positions(door):
            response, status = (found := knock(world, name, door, position)), found.status_code
            expected = allowed(world, name, door, position)
            if came_through(response) is not expected:
                wrong.append(f"{name} at {position}: {'should' if expected else 'should not'} come through ({status})")
            elif not expected and name not in ("anonymous", "robot") and status not in (403, 404):
                wrong.append(f"{name} at {position}: refused by {status}")
            elif not expected and door.concerns_a_place and status != 404 and outside(world, name, door, position):
                wrong.append(f"{name} at {position}: {status} tells that it exists")
    assert wrong == []


def outside(world: World, name: str, door: Door, position: str) -> bool:
    """Whether the thing lies outside the scope of someone whose role could do the act: then it does not exist for them."""
    if name == "anonymous" or not granted(name, door, door.acts):
        return False
    return not allowed(world, name, door, position, acts="Rm")


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


READERS = {
    # planted in -> the cell that lets one read it
    "note": ("visit_draft", "submitted_visit"),
    "finding": ("finding", "finding"),
    "recommendation": ("recommendation", "recommendation"),
}


def may_read(world: World, name: str, kind: str, where: str, state: str) -> bool:
    """Whether the matrix lets this person read what was planted there."""
    if kind == "institution":
        position = "far" if where == "there" else "own"
        place = Door("", "GET", "institution", "R", "institution", state)
        known = [Door("", "GET", thing, "Rm", "visit", state) for thing in ("visit_draft", "submitted_visit")]
        spots = ("far",) if where == "there" else ("own", "other")
        return allowed(world, name, place, position) or any(
            allowed(world, name, door, spot) for door in known for spot in spots
        )
    thing = READERS[kind][state not in doors.OPEN_STATES]
    if kind == "finding" and "report_editor" in COLUMNS[name] and state != "accepted":
        return False
    if kind == "finding" and state in doors.OPEN_STATES and not {"monitor", "team_leader"} & set(COLUMNS[name]):
        return False
    return allowed(world, name, Door("", "GET", thing, "R", "visit", state), where)


@pytest.mark.parametrize("state", ["open", "submitted", "returned", "accepted"])
def test_planted_words_reach_only_those_who_may_read_them(world, state):
    world.put(state)
    pages = [door for door in DOORS if door.method == "GET" and door.state in ("", state)]
    read: dict[tuple[str, str], set[str]] = {mark: set() for mark in world.marks}
    for door in pages:
        for name in COLUMNS:
            if name == "robot" and "-" not in door.name:
                continue
            for position in positions(door):
                response = knock(world, name, door, position)
                body = b"".join(response) if response.streaming else response.content
                for mark, word in world.marks.items():
                    if word.encode() in body:
                        read[mark].add(name)
    leaked = {
        mark: sorted(too_many)
        for mark, names in read.items()
        if (too_many := {name for name in names if not may_read(world, name, *mark, state)})
    }
    assert leaked == {}
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

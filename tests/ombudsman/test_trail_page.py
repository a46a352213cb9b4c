"""The trail: append-only in the database, verified by a command, shown to few."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.urls import reverse
from django.utils import timezone

from ombudsman.people import services, triggers
from ombudsman.people.models import TrailEntry
from ombudsman.people.trail import faults, record
from tests import factories as make


@pytest.fixture
def entries(cast):
    for by in ("saule", "timur", "ana", None):
        with transaction.atomic():
            record(by=cast.people[by] if by else None, at=timezone.now(), act="account.close", thing=cast.eve)


@pytest.fixture
def guard(db):
    triggers.install(connection)
    triggers.install(connection)
    yield
    triggers.remove(connection)


def numbers(client, person) -> list[int]:
    client.force_login(person)
    return [row["entry"].number for row in client.get(reverse("trail")).context["rows"]]


def test_each_reads_what_the_table_says(client, cast, entries):
    assert numbers(client, cast.aigerim) == [4, 3, 2, 1]
    assert numbers(client, cast.saule) == [4, 3, 2]
    assert numbers(client, cast.ana) == [3]
    client.force_login(cast.eve)
    assert client.get(reverse("trail")).status_code == 403


def test_a_deleted_name_leaves_the_entry(client, cast, entries):
    cast.ana.trail_actor.delete()
    client.force_login(cast.aigerim)
    assert "name deleted" in client.get(reverse("trail")).content.decode()
    assert list(faults()) == []


@pytest.mark.parametrize(
    "change",
    [lambda row: row.update(act="nothing"), lambda row: row.delete()],
    ids=["update", "delete"],
)
def test_the_database_refuses_to_change_the_trail(cast, entries, guard, change):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(TrailEntry.objects.filter(number=2))
    assert TrailEntry.objects.count() == 4
    assert list(faults()) == []


def test_a_migration_sets_the_guard_up():
    loaded = MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}
    steps = [step for (app, _), migration in loaded.items() if app == "people" for step in migration.operations]
    assert triggers.forwards in [getattr(step, "code", None) for step in steps]


def test_the_database_refuses_what_is_committed_and_tests_can_still_empty_it(transactional_db):
    """The tests of the browser empty it between them; see `tests/conftest.py`. This one fails at its end if they cannot."""
    with transaction.atomic():
        record(by=None, at=timezone.now(), act="account.close", thing=make.person("eve@example.test"))
    triggers.install(connection)
    with pytest.raises(DatabaseError, match="append-only"):
        TrailEntry.objects.all().delete()


def test_the_guard_lets_new_entries_in_and_can_be_taken_away(cast, entries, guard):
    services.close_account(person=cast.eve, by=cast.sergey, at=timezone.now())
    assert TrailEntry.objects.count() == 5
    triggers.remove(connection)
    TrailEntry.objects.filter(number=5).delete()
    assert TrailEntry.objects.count() == 4


def test_the_command_says_that_the_trail_is_whole(cast, entries):
    said = StringIO()
    call_command("verify_trail", stdout=said)
    assert "4 entries" in said.getvalue()


@pytest.mark.parametrize(
    "tamper",
    [
        lambda: TrailEntry.objects.filter(number=2).update(act="nothing"),
        lambda: TrailEntry.objects.filter(number=2).delete(),
        lambda: TrailEntry.objects.filter(number=4).delete(),
    ],
    ids=["changed", "removed", "cut off"],
)
def test_the_command_fails_when_it_is_not(cast, entries, tamper):
    # Whoever owns the database can take the guard away; the chain of digests tells it all the same.
    triggers.remove(connection)
    tamper()
    with pytest.raises(CommandError, match="not whole"):
        call_command("verify_trail", stdout=StringIO(), stderr=StringIO())

"""An answer leads to rows that exist, on both databases: by foreign keys, or on PostgreSQL by one check a statement."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from tests import factories as make
from visits import answer_keys
from visits.models import Answer, Choice

AT = datetime(2025, 9, 15, tzinfo=UTC)
NOWHERE = 999_999_999


def commit(act) -> None:
    """Does it, and asks at once what waits for the end of the transaction."""
    with transaction.atomic():
        act()
        connection.check_constraints()


def row(cast, **other) -> Answer:
    checklist = cast.visit.checklist
    keys = {
        "visit_id": cast.visit.pk,
        "indicator_id": checklist.indicators.order_by("pk").first().pk,
        "choice_id": checklist.choices.filter(question=None).order_by("pk").first().pk,
        "by_id": cast.bek.pk,
    }
    return Answer(at=AT, **{**keys, **other})


@pytest.mark.parametrize(
    "wrong",
    [
        {"visit_id": "01999999-0000-7000-8000-000000000000"},
        {"by_id": NOWHERE},
        {"indicator_id": NOWHERE},
        {"choice_id": NOWHERE},
    ],
)
def test_an_answer_that_leads_nowhere_is_not_written(cast, wrong):
    with pytest.raises(IntegrityError):
        commit(lambda: Answer.objects.bulk_create([row(cast, **wrong)]))
    commit(lambda: Answer.objects.bulk_create([row(cast)]))
    with pytest.raises(IntegrityError):
        commit(lambda: Answer.objects.update(**wrong))
    commit(lambda: Answer.objects.update(choice=None))
    assert Answer.objects.count() == 1


@pytest.mark.parametrize("thing", ["visit", "by", "indicator", "choice"])
def test_what_an_answer_leads_to_cannot_be_deleted(cast, thing):
    answer = row(cast)
    Answer.objects.bulk_create([answer])
    gone = getattr(answer, thing)
    with pytest.raises(IntegrityError):
        commit(lambda: type(gone).objects.filter(pk=gone.pk)._raw_delete("default"))


def test_what_no_answer_leads_to_can_be_deleted(cast):
    answer = row(cast)
    Answer.objects.bulk_create([answer])
    words = make.names("label", "Never")
    free = Choice.objects.create(edition=cast.checklist, code="never", order=99, role="beside", **words)
    commit(lambda: Choice.objects.filter(pk=free.pk)._raw_delete("default"))
    assert Answer.objects.get().choice_id == answer.choice_id


def test_foreign_keys_and_checks_change_places_on_postgresql_only(cast):
    def foreign() -> int:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA foreign_key_list(visits_answer)")
                return len(cursor.fetchall())
        with connection.cursor() as cursor:
            cursor.execute(answer_keys.FOREIGN_KEYS)
            return len(cursor.fetchall())

    by_keys = 4 if connection.vendor == "sqlite" else 0
    assert foreign() == by_keys
    answer_keys.remove(connection)
    assert foreign() == 4
    answer_keys.install(connection)
    answer_keys.install(connection)
    assert foreign() == by_keys


def test_a_migration_sets_the_checks_up():
    loaded = MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}
    steps = [step for (app, _), migration in loaded.items() if app == "visits" for step in migration.operations]
    assert answer_keys.forwards in [getattr(step, "code", None) for step in steps]

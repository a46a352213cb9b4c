"""The cast that is put back is the cast that was made: the same rows in the same tables, and nothing shared between tests."""

from dataclasses import fields

import pytest
from django.db import connection, models, transaction

from ombudsman.privacy import our_models
from tests import factories as make
from tests.cast import Cast, assemble
from tests.replayed import Replay, read

pytestmark = pytest.mark.django_db


def whole_house() -> dict[str, list[str]]:
    """Every row of every table of ours, in words."""
    return {model._meta.label: sorted(map(repr, model._default_manager.values())) for model in our_models()}


def emptied(replay: Replay[Cast]) -> Cast:
    """What the replay gives after everything it made has been undone."""
    with transaction.atomic():
        made = replay.give()
        assert replay.kept
        transaction.set_rollback(True)
    return made


def test_what_is_put_back_is_what_was_made():
    replay = Replay(assemble)
    houses, casts = [], []
    for _time in range(2):
        with transaction.atomic():
            casts.append(replay.give())
            houses.append(whole_house())
            if connection.vendor == "sqlite":
                houses[-1]["kinds of values"] = stored_kinds(replay)
            transaction.set_rollback(True)
    made, back = casts
    assert houses[0] == houses[1]
    assert len([rows for rows in houses[0].values() if rows]) > 10
    assert back is not made
    for field in fields(Cast):
        assert getattr(made, field.name) == getattr(back, field.name), field.name
        if isinstance(getattr(made, field.name), models.Model):
            assert getattr(made, field.name) is not getattr(back, field.name), field.name


def stored_kinds(replay: Replay[Cast]) -> list[str]:
    """SQLite keeps a kind with every value; what is written back must not change it."""
    found = []
    with connection.cursor() as cursor:
        for table, (names, _rows) in replay.kept.rows.items():
            kinds = ", ".join(f'typeof("{name}")' for name in names)
            cursor.execute(f'SELECT DISTINCT {kinds} FROM "{table}"')
            found += sorted(f"{table}: {row}" for row in cursor.fetchall())
    return found


def test_a_row_made_after_the_cast_takes_no_number_of_the_cast():
    replay = Replay(assemble)
    emptied(replay)
    cast = replay.give()
    assert make.person("new@example.test").pk not in {person.pk for person in cast.people.values()}
    assert make.visit(cast.centre, cast.bek, checklist=cast.checklist, questionnaire=cast.questionnaire).pk


def test_where_something_stands_already_the_factories_make_the_cast():
    replay = Replay(assemble)
    emptied(replay)
    first = make.person("first@example.test")
    cast = replay.give()
    assert first.pk not in {person.pk for person in cast.people.values()}
    assert read("people_user")[1][0] != replay.kept.rows["people_user"][1][0]


def test_a_house_that_was_not_empty_is_not_kept():
    replay = Replay(assemble)
    make.person("first@example.test")
    replay.give()
    assert replay.kept is None

"""Statements written by hand: the same whoever listens, and the errors are Django's."""

from weakref import WeakKeyDictionary

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import TransactionManagementError, atomic
from django.test.utils import CaptureQueriesContext

from ombudsman import statements
from ombudsman.statements import Statement, Together

SAID = Statement("SELECT %s, '100 %%', CAST(%s AS integer)")
# A table that every test has, and that nothing else writes while it runs.
INTO = Statement("INSERT INTO people_trailhead (id, number, hash) VALUES (%s, %s, '')")
HOW_MANY = Statement("SELECT count(*), sum(number) FROM people_trailhead WHERE id >= 7000")


@pytest.fixture(autouse=True)
def nothing_is_kept_yet(monkeypatch):
    """Other tests ran on this connection before, and it keeps only so many."""
    monkeypatch.setattr(statements, "_NAMES", WeakKeyDictionary())


@pytest.mark.django_db
def test_a_statement_says_the_same_whoever_listens():
    values = ["a %s and a ?", 5]
    alone = SAID.row(values)
    assert tuple(alone) == ("a %s and a ?", "100 %", 5)
    assert list(map(tuple, SAID.rows(values))) == [tuple(alone)]
    with CaptureQueriesContext(connection) as queries:
        assert SAID.row(values) == alone
    assert len(queries) == 1
    heard = []

    def listen(execute, sql, params, many, context):
        heard.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        assert SAID.row(values) == alone
    assert heard == [SAID.sql]


@pytest.mark.django_db
def test_what_the_database_refuses_is_an_error_of_django():
    twice = Statement("INSERT INTO people_trailhead (id, number, hash) VALUES (%s, 0, ''), (%s, 0, '')")
    with pytest.raises(IntegrityError), atomic():
        twice.run([7, 7])


@pytest.mark.django_db
def test_nothing_is_run_in_a_transaction_that_has_failed():
    with atomic():
        connection.needs_rollback = True
        with pytest.raises(TransactionManagementError):
            SAID.row(["a", 1])
        connection.needs_rollback = False


def kept(statement):
    """Under how many names PostgreSQL keeps this statement for the connection. SQLite needs none."""
    if connection.vendor != "postgresql":
        return 1
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE strpos(statement, %s) > 0", [statement.numbered]
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_a_statement_is_planned_once_for_a_connection():
    asked = Statement("SELECT %s || %s")
    assert [asked.row(["a", letter])[0] for letter in "bcd"] == ["ab", "ac", "ad"]
    together = Together()
    together.add(asked, ["x", "y"])
    assert tuple(together.row(asked, ["e", "f"])) == ("ef",)
    assert kept(asked) == 1


@pytest.mark.django_db
def test_a_statement_that_was_refused_at_first_can_be_sent_again():
    into = Statement("INSERT INTO people_trailhead (hash, id, number) VALUES ('', %s, %s)")
    INTO.run([7001, 1])
    for _ in range(2):
        with pytest.raises(IntegrityError), atomic():
            into.run([7001, 2])
    into.run([7002, 40])
    with pytest.raises(IntegrityError), atomic():
        into.run([7002, 2])
    into.run([7003, 1])
    assert tuple(HOW_MANY.row()) == (3, 42)


@pytest.mark.django_db
def test_no_value_is_kept_with_a_statement():
    asked = Statement("SELECT %s || '?'")
    together = Together()
    together.add(asked, ["whispered"])
    together.row(asked, ["whispered"])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_prepared_statements")
            said = [statement for (statement,) in cursor.fetchall()]
        assert any(asked.numbered in statement for statement in said)
        assert not any("whispered" in statement for statement in said)


@pytest.mark.django_db
def test_a_connection_keeps_so_many_and_asks_the_others_all_the_same(monkeypatch):
    monkeypatch.setattr(statements, "MOST", 1)
    first, second = (Statement(f"SELECT %s || '{letter}'", always=False) for letter in "xy")
    hot = Statement("SELECT %s || 'z'")
    assert [one.row(["a"])[0] for one in (first, second, first, second, hot)] == ["ax", "ay", "ax", "ay", "az"]
    assert [kept(first), kept(second), kept(hot)] == ([1, 0, 1] if connection.vendor == "postgresql" else [1, 1, 1])


@pytest.mark.django_db
def test_behind_a_pooler_nothing_is_kept(settings):
    settings.PLANS_KEPT = False
    asked = Statement("SELECT %s || '!'")
    assert asked.row(["a"])[0] == "a!"
    assert kept(asked) == (0 if connection.vendor == "postgresql" else 1)


@pytest.mark.django_db(transaction=True)
def test_another_connection_plans_for_itself():
    if connection.vendor == "postgresql":
        assert HOW_MANY.row()[0] == 0
        connection.close()
        assert kept(HOW_MANY) == 0
    assert HOW_MANY.row()[0] == 0
    assert kept(HOW_MANY) == 1


@pytest.mark.django_db
def test_what_waits_is_done_before_the_question_it_goes_with():
    together = Together()
    together.add(INTO, [7001, 40])
    together.add(INTO, [7002, 2])
    assert tuple(together.row(HOW_MANY, [])) == (2, 42)
    together.add(INTO, [7003, 1])
    together.send()
    together.send()
    assert tuple(HOW_MANY.row()) == (3, 43)


@pytest.mark.django_db
def test_what_goes_together_goes_once_where_there_is_a_way_to_go():
    with CaptureQueriesContext(connection) as queries:
        together = Together()
        together.add(INTO, [7001, 40])
        together.row(HOW_MANY, [])
    assert len(queries) == (1 if connection.vendor == "postgresql" else 2)


@pytest.mark.django_db
def test_what_is_refused_among_those_that_wait_is_refused_when_they_are_sent():
    def twice(together):
        together.add(INTO, [7001, 40])
        together.add(INTO, [7001, 41])
        together.row(HOW_MANY, [])

    with pytest.raises(IntegrityError), atomic():
        twice(Together())
    assert HOW_MANY.row()[0] == 0

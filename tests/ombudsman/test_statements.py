"""Statements written by hand: the same whoever listens, and the errors are Django's."""

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import TransactionManagementError, atomic
from django.test.utils import CaptureQueriesContext

from ombudsman.statements import Statement, Together

SAID = Statement("SELECT %s, '100 %%', %s")
# A table that every test has, and that nothing else writes while it runs.
INTO = Statement("INSERT INTO people_trailhead (id, number, hash) VALUES (%s, %s, '')")
HOW_MANY = Statement("SELECT count(*), sum(number) FROM people_trailhead WHERE id >= 7000")


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

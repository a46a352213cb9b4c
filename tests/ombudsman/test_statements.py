"""Statements written by hand: the same whoever listens, and the errors are Django's."""

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from ombudsman.statements import Statement

SAID = Statement("SELECT %s, '100 %%', %s")


def asked(values):
    with connection.cursor() as cursor:
        SAID.run(cursor, values)
        return cursor.fetchone()


@pytest.mark.django_db
def test_a_statement_says_the_same_whoever_listens():
    values = ["a %s and a ?", 5]
    alone = asked(values)
    assert tuple(alone) == ("a %s and a ?", "100 %", 5)
    with CaptureQueriesContext(connection) as queries:
        assert asked(values) == alone
    assert len(queries) == 1
    heard = []

    def listen(execute, sql, params, many, context):
        heard.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        assert asked(values) == alone
    assert heard == [SAID.sql]


@pytest.mark.django_db
def test_what_the_database_refuses_is_an_error_of_django():
    twice = Statement("INSERT INTO people_trailhead (id, number, hash) VALUES (%s, 0, ''), (%s, 0, '')")
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        twice.run(cursor, [7, 7])

"""Statements that are written by hand and run for every request that counts. Cellar.

On SQLite, Django goes through the text of a statement to put other signs for values into it, each time it is run, and wraps
whatever it runs; here the first is done once and the second not at all. Where somebody listens (a log of queries, a wrapper
around them) everything goes its usual way. On PostgreSQL every statement is a way there and back; `Together` spares some of them.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX

T = TypeVar("T")


def _nothing(cursor: Any) -> None:
    """What is taken from a statement that only writes."""


def _first(cursor: Any) -> Any:
    return cursor.fetchone()


def _every(cursor: Any) -> Any:
    return cursor.fetchall()


class Statement:
    """SQL with `%s` for values, for the default database. Errors are Django's."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.native = FORMAT_QMARK_REGEX.sub("?", sql).replace("%%", "%")

    def run(self, values: Sequence[Any] = ()) -> None:
        """Does it."""
        self._done(values, _nothing)

    def row(self, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row of what it answers; None when it answers nothing."""
        found: tuple[Any, ...] | None = self._done(values, _first)
        return found

    def rows(self, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows."""
        found: list[tuple[Any, ...]] = self._done(values, _every)
        return found

    def _done(self, values: Sequence[Any], take: Callable[[Any], T]) -> T:
        database = connections[DEFAULT_DB_ALIAS]
        if database.vendor == "sqlite" and not database.execute_wrappers and not database.queries_logged:
            database.ensure_connection()
            database.validate_no_broken_transaction()
            with database.wrap_database_errors:
                return take(database.connection.execute(self.native, values))
        return _usual(database, self.sql, values, take)


def _usual(database: BaseDatabaseWrapper, sql: str, values: Sequence[Any], take: Callable[[Any], T]) -> T:
    with database.cursor() as cursor:
        cursor.execute(sql, values)
        return take(cursor)


class Together:
    """Writing that may wait for the next question of the same transaction, and goes there with it. SQLite, to which there is no
    way, does each at once. Whatever is refused is refused when it is sent; whoever adds must see to it that it is.
    """

    def __init__(self) -> None:
        self.waits = connections[DEFAULT_DB_ALIAS].vendor == "postgresql"
        self.sql: list[str] = []
        self.values: list[Any] = []

    def add(self, statement: Statement, values: Sequence[Any]) -> None:
        """One more that only writes."""
        if self.waits:
            self.sql.append(statement.sql)
            self.values.extend(values)
        else:
            statement.run(values)

    def row(self, statement: Statement, values: Sequence[Any]) -> tuple[Any, ...] | None:
        """What the statement answers, after all that waited."""
        if not self.sql:
            return statement.row(values)
        self.add(statement, values)
        found: tuple[Any, ...] | None = self._sent(_first)
        return found

    def send(self) -> None:
        """What still waits."""
        if self.sql:
            self._sent(_nothing)

    def _sent(self, take: Callable[[Any], T]) -> T:
        sql, values = "; ".join(self.sql), self.values
        self.sql, self.values = [], []
        return _usual(connections[DEFAULT_DB_ALIAS], sql, values, take)

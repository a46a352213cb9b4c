"""Statements that are written by hand and run for every request that counts. Cellar.

On SQLite, Django goes through the text of a statement to put other signs for values into it, each time it is run, and wraps
whatever it runs; here the first is done once and the second not at all. Where somebody listens (a log of queries, a wrapper
around them) everything goes its usual way. On PostgreSQL every statement is a way there and back; `Together` spares some of them.
It keeps what it worked out of a statement, once per connection, under a name (PREPARE): to plan one that asks in several tables
takes it longer than to answer it.
"""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
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
    """SQL with `%s` for values, for the default database. Errors are Django's.

    PostgreSQL gives each value the type that its place asks for; where a place asks for none, it must be said (`CAST(%s AS …)`).
    `always`: its plan is kept, however many others a connection keeps.
    """

    def __init__(self, sql: str, *, always: bool = True) -> None:
        self.sql, self.always = sql, always
        pieces = FORMAT_QMARK_REGEX.split(sql)
        self.native = "?".join(pieces).replace("%%", "%")
        places = range(1, len(pieces))
        # As PostgreSQL numbers the values of what it keeps; and how they are given to it.
        numbered = [f"${place}{piece}" for place, piece in zip(places, pieces[1:], strict=True)]
        self.numbered = "".join([pieces[0], *numbered]).replace("%%", "%")
        self.given = f"({', '.join('%s' for _ in places)})" if places else ""

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
        if database.vendor == "sqlite" and not _is_heard(database):
            database.ensure_connection()
            database.validate_no_broken_transaction()
            with database.wrap_database_errors:
                return take(database.connection.execute(self.native, values))
        return _usual(database, [self], values, take)


def _is_heard(database: BaseDatabaseWrapper) -> bool:
    """Whether somebody listens to what is asked."""
    return bool(database.execute_wrappers) or database.queries_logged


def _usual(
    database: BaseDatabaseWrapper, statements: Sequence[Statement], values: Sequence[Any], take: Callable[[Any], T]
) -> T:
    """What is taken from the last of these statements, which go to the database in one message."""
    with database.cursor() as cursor:
        if database.vendor == "postgresql" and settings.PLANS_KEPT and not _is_heard(database):
            parts = [_named(statement, cursor, database.connection) for statement in statements]
        else:
            parts = [statement.sql for statement in statements]
        cursor.execute("; ".join(parts), values)
        return take(cursor)


def _named(statement: Statement, cursor: Any, connection: Any) -> str:
    """The statement by the name under which this connection to PostgreSQL keeps it."""
    names = _NAMES.setdefault(connection, {})
    name = names.get(statement)
    if name is None:
        if len(names) >= MOST and not statement.always:
            return statement.sql
        name = f"house_{next(_NUMBERS)}"
        # In a message of its own: what it comes in is kept with it, and no value shall be.
        cursor.execute(f"PREPARE {name} AS {statement.numbered}")
        names[statement] = name
    return f"EXECUTE {name}{statement.given}"


# So many are kept by one connection, besides those that always are: one takes up to a quarter of a megabyte of the server's memory.
MOST = 64
_NAMES: "WeakKeyDictionary[Any, dict[Statement, str]]" = WeakKeyDictionary()
_NUMBERS = count(1)


class Together:
    """Writing that may wait for the next question of the same transaction, and goes there with it. SQLite, to which there is no
    way, does each at once. Whatever is refused is refused when it is sent; whoever adds must see to it that it is.
    """

    def __init__(self) -> None:
        self.waits = connections[DEFAULT_DB_ALIAS].vendor == "postgresql"
        self.statements: list[Statement] = []
        self.values: list[Any] = []

    def add(self, statement: Statement, values: Sequence[Any]) -> None:
        """One more that only writes."""
        if self.waits:
            self.statements.append(statement)
            self.values.extend(values)
        else:
            statement.run(values)

    def row(self, statement: Statement, values: Sequence[Any]) -> tuple[Any, ...] | None:
        """What the statement answers, after all that waited."""
        if not self.statements:
            return statement.row(values)
        self.add(statement, values)
        found: tuple[Any, ...] | None = self._sent(_first)
        return found

    def send(self) -> None:
        """What still waits."""
        if self.statements:
            self._sent(_nothing)

    def _sent(self, take: Callable[[Any], T]) -> T:
        statements, values = self.statements, self.values
        self.statements, self.values = [], []
        return _usual(connections[DEFAULT_DB_ALIAS], statements, values, take)

"""The cast, made by the factories once in a process; afterwards its rows are put back as they were, in one statement a table.

Most tests begin with the cast, and making it takes longer than what they try. Only an empty house gets it back: where a test
has already put something into one of the tables, the factories make the cast there, as ever. On PostgreSQL, whose counters
never go back, nothing made later takes a number of the cast. A file of tests may have its own beginning put back in the same way.
"""

import pickle
import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection

from .cast import Cast, assemble

T = TypeVar("T")
INTO = re.compile(r'INSERT (?:OR \w+ )?INTO "(\w+)"')


@dataclass(frozen=True)
class Kept:
    """The rows of every table that is filled, in the order of filling, and what was given, with nothing shared."""

    rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]]
    made: bytes

    def put_back(self) -> Any:
        """Writes the rows and gives the test what was made, of its own."""
        with connection.cursor() as cursor:
            for table, (names, rows) in self.rows.items():
                columns = ", ".join(map(connection.ops.quote_name, names))
                places = ", ".join(["%s"] * len(names))
                cursor.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({places})', rows)
        return pickle.loads(self.made)


class Watch:
    """Hears every statement while something is made: which tables are filled, and whether each was empty before."""

    def __init__(self) -> None:
        self.tables: list[str] = []
        self.all_empty = True

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if (found := INTO.match(sql)) and found[1] not in self.tables:
            self.tables.append(found[1])
            self.all_empty = self.all_empty and is_empty([found[1]])
        return execute(sql, params, many, context)


def is_empty(tables: list[str]) -> bool:
    """Whether none of these tables holds a row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + " OR ".join(f'EXISTS (SELECT 1 FROM "{table}")' for table in tables))
        return not cursor.fetchone()[0]


def read(table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns of a table and all its rows, as the database gives them."""
    # With a plus SQLite gives what lies in the row, and not a date that would have to be turned into a text again each time.
    as_it_lies = "+" if connection.vendor == "sqlite" else ""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')
        names = [column[0] for column in cursor.description]
        columns = ", ".join(as_it_lies + connection.ops.quote_name(name) for name in names)
        cursor.execute(f'SELECT {columns} FROM "{table}"')
        return names, [tuple(row) for row in cursor.fetchall()]


class Replay(Generic[T]):
    """Gives what `make` makes in an empty house to one test after another."""

    def __init__(self, make: Callable[[], T]) -> None:
        self.make = make
        self.kept: Kept | None = None

    def give(self) -> T:
        """What was made, put back if that can be done here, otherwise made."""
        if self.kept and is_empty(list(self.kept.rows)):
            found: T = self.kept.put_back()
            return found
        watch = Watch()
        with connection.execute_wrapper(watch) if self.kept is None else nullcontext():
            made = self.make()
        if self.kept is None and watch.all_empty:
            self.kept = Kept({table: read(table) for table in watch.tables}, pickle.dumps(made))
        return made


REPLAY: Replay[Cast] = Replay(assemble)

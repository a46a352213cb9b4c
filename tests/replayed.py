"""The cast, made by the factories once in a process; afterwards its rows are put back as they were, in one statement a table.

Most tests begin with the cast, and making it takes longer than what they try. Only an empty house gets it back: where a test
has already put something into one of the tables, the factories make the cast there, as ever. On PostgreSQL, whose counters
never go back, nothing made later takes a number of the cast.
"""

import pickle
import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import connection

from .cast import Cast, assemble

INTO = re.compile(r'INSERT (?:OR \w+ )?INTO "(\w+)"')


@dataclass(frozen=True)
class Kept:
    """The rows of every table that the cast fills, in the order of filling, and the cast itself with nothing shared."""

    rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]]
    cast: bytes

    def put_back(self) -> Cast:
        """Writes the rows and gives a cast of its own to the test."""
        with connection.cursor() as cursor:
            for table, (names, rows) in self.rows.items():
                columns = ", ".join(map(connection.ops.quote_name, names))
                places = ", ".join(["%s"] * len(names))
                cursor.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({places})', rows)
        found: Cast = pickle.loads(self.cast)
        return found


class Watch:
    """Hears every statement while the cast is made: which tables are filled, and whether each was empty before."""

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
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return [column[0] for column in cursor.description], [tuple(row) for row in cursor.fetchall()]


class Replay:
    """Gives the cast to one test after another."""

    def __init__(self) -> None:
        self.kept: Kept | None = None

    def cast(self) -> Cast:
        """The cast, put back if that can be done here, otherwise made."""
        if self.kept and is_empty(list(self.kept.rows)):
            return self.kept.put_back()
        watch = Watch()
        with connection.execute_wrapper(watch) if self.kept is None else nullcontext():
            made = assemble()
        if self.kept is None and watch.all_empty:
            self.kept = Kept({table: read(table) for table in watch.tables}, pickle.dumps(made))
        return made


REPLAY = Replay()

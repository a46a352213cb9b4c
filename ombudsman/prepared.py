"""Querysets whose SQL is built once per process: for the few questions that every request asks. Cellar.

What is asked stays written where it belongs, as a queryset; only the building of its SQL, which costs more than the database
takes to answer, is not done again. Nothing that was read is kept.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import repeat
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX
from django.db.models.query import get_related_populators

from .statements import Statement

M = TypeVar("M", bound=models.Model)

# Stand-ins that are looked for among the parameters of the SQL; no rule compares with one of them.
SAMPLES: dict[type, Callable[[int], Any]] = {
    int: lambda place: 1_073_741_017 + place,
    str: lambda place: f"\u2038{place}\u2038",
    date: lambda place: date(2999, 11, 11) + timedelta(place),
    datetime: lambda place: datetime(2999, 11, 11, 5, 7, 9, tzinfo=UTC) + timedelta(place),
    uuid.UUID: lambda place: uuid.UUID(int=0x7A7A_0000 + place),
}


def _sent(value: Any, database: Any) -> Any:
    """A value as this database wants it."""
    if isinstance(value, datetime):
        return database.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return database.ops.adapt_datefield_value(value)
    if isinstance(value, uuid.UUID):
        return value if database.features.has_native_uuid_field else value.hex
    return value


def _with_words(sql: str, given: Iterable[Any], wanted: list[Any]) -> tuple[str, list[Any]]:
    """The SQL with the words in it that are always the same, and the values that are left.

    SQLite plans a statement anew for every value that it compares with the condition of a partial index (the state of a visit),
    which takes ten times as long as answering it; PostgreSQL cannot use such an index in a plan that it keeps. A word that
    stands in the statement itself is no such value.
    """
    first, *pieces = FORMAT_QMARK_REGEX.split(sql)
    left = []
    for value, piece in zip(given, pieces, strict=True):
        if isinstance(value, str) and value not in wanted:
            first += "'" + value.replace("'", "''").replace("%", "%%") + "'" + piece
        else:
            left.append(value)
            first += "%s" + piece
    return first, left


class _Built:
    """The SQL of one kind of database, where the values go in it, and how a row becomes an instance."""

    def __init__(
        self,
        rows: "models.QuerySet[Any]",
        samples: list[Any],
        without: Callable[[int], tuple[str, list[Any]]] | None = None,
    ) -> None:
        """`without`: the SQL for another value at this place; where it is the same, the value really does not matter."""
        compiler = rows.query.get_compiler(using=connection.alias)
        self.statement: Statement | None = None
        try:
            sql, given = compiler.as_sql()
        except EmptyResultSet:
            # No row can answer it, whatever the values are: the database is not asked.
            return
        database = connections[connection.alias]
        wanted = [_sent(sample, database) for sample in samples]
        lost = [index for index, value in enumerate(wanted) if value not in given]
        if any(without is None or without(index) != (sql, list(given)) for index in lost):
            raise ValueError("A value of this question does not reach its SQL unchanged; it cannot be prepared.")
        sql, given = _with_words(sql, given, wanted)
        self.statement = Statement(sql, always=False)
        self.given = list(given)
        self.places = [(place, wanted.index(value)) for place, value in enumerate(self.given) if value in wanted]
        told = compiler.klass_info
        if told is None or compiler.annotation_col_map or rows.query.deferred_loading[0]:
            raise ValueError("Only whole rows can be prepared.")
        first, last = told["select_fields"][0], told["select_fields"][-1] + 1
        self.model, self.own = told["model"], slice(first, last)
        self.names = [column[0].target.attname for column in compiler.select[first:last]]
        # Whole rows that belong to it, as `select_related` fetches them.
        self.related = get_related_populators(told, compiler.select, connection.alias)  # type: ignore[call-arg]
        converters = compiler.get_converters([column[0] for column in compiler.select])
        self.converters = [(place, how, column) for place, (how, column) in converters.items()]

    def asked(self, values: tuple[Any, ...], database: Any) -> list[Any]:
        """The parameters with these values in them."""
        parameters = self.given.copy()
        for place, index in self.places:
            parameters[place] = _sent(values[index], database)
        return parameters

    def instance(self, row: Any, database: Any) -> Any:
        """A row as an instance of its model."""
        if self.converters:
            row = list(row)
            for place, how, column in self.converters:
                value = row[place]
                for convert in how:
                    value = convert(value, column, database)
                row[place] = value
        made = self.model.from_db(database.alias, self.names, row[self.own])
        for one in self.related:
            one.populate(row, made)
        return made


class Prepared(Generic[M]):
    """`Prepared(lambda key: Thing.objects.filter(pk=key), int)`: a question, and the types of its values.

    The question must be the same whatever the values are: no branch on them, no None among them. Each value must be found in
    the SQL, unless `some_may_not_matter`: then another value there must give the same SQL.
    """

    def __init__(
        self, question: "Callable[..., models.QuerySet[M]]", *types: type, some_may_not_matter: bool = False
    ) -> None:
        self.question, self.types, self.some_may_not_matter = question, types, some_may_not_matter
        self.built: dict[str, _Built] = {}

    def _samples(self, moved: int = -1) -> list[Any]:
        """A stand-in for each value, another one than usual at the place `moved`."""
        return [SAMPLES[kind](place + (100 if place == moved else 0)) for place, kind in enumerate(self.types)]

    def _without(self, index: int) -> tuple[str, list[Any]]:
        sql, given = self.question(*self._samples(index)).query.get_compiler(using=connection.alias).as_sql()
        return sql, list(given)

    def _built(self, database: Any) -> _Built:
        built = self.built.get(database.vendor)
        if built is None:
            samples = self._samples()
            without = self._without if self.some_may_not_matter else None
            built = self.built[database.vendor] = _Built(self.question(*samples), samples, without)
        return built

    def rows(self, *values: Any) -> Iterator[M]:
        """The rows that answer it."""
        # The connection itself: what stands for it looks it up again at every touch.
        database = connections[DEFAULT_DB_ALIAS]
        built = self._built(database)
        if built.statement is None:
            return iter(())
        return map(built.instance, built.statement.rows(built.asked(values, database)), repeat(database))

    def first(self, *values: Any) -> M | None:
        """The only row, or the first of them; None when there is none."""
        return next(self.rows(*values), None)

    def any(self, *values: Any) -> bool:
        """Whether a row answers it. None becomes an instance: what is encrypted in it stays closed."""
        database = connections[DEFAULT_DB_ALIAS]
        built = self._built(database)
        return built.statement is not None and bool(built.statement.rows(built.asked(values, database)))

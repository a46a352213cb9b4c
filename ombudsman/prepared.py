"""Querysets whose SQL is built once per process: for the few questions that every request asks. Cellar.

What is asked stays written where it belongs, as a queryset; only the building of its SQL, which costs more than the database
takes to answer, is not done again. Nothing that was read is kept.
"""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)

# Stand-ins that are looked for among the parameters of the SQL; no rule compares with one of them.
SAMPLES: dict[type, Callable[[int], Any]] = {
    int: lambda place: 1_073_741_017 + place,
    str: lambda place: f"\u2038{place}\u2038",
    date: lambda place: date(2999, 11, 11 + place),
    datetime: lambda place: datetime(2999, 11, 11 + place, 5, 7, 9, tzinfo=UTC),
    uuid.UUID: lambda place: uuid.UUID(int=0x7A7A_0000 + place),
}


def _sent(value: Any) -> Any:
    """A value as the database wants it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, uuid.UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    return value


class _Built:
    """The SQL of one kind of database, where the values go in it, and how a row becomes an instance."""

    def __init__(self, rows: "models.QuerySet[Any]", samples: list[Any]) -> None:
        compiler = rows.query.get_compiler(using=connection.alias)
        self.sql, given = compiler.as_sql()
        self.given = list(given)
        wanted = [_sent(sample) for sample in samples]
        self.places = [(place, wanted.index(value)) for place, value in enumerate(self.given) if value in wanted]
        if {index for _place, index in self.places} != set(range(len(samples))):
            raise ValueError("A value of this question does not reach its SQL unchanged; it cannot be prepared.")
        told = compiler.klass_info
        if told is None or told.get("related_klass_infos") or compiler.annotation_col_map:
            raise ValueError("Only whole rows of one model can be prepared.")
        first, last = told["select_fields"][0], told["select_fields"][-1] + 1
        self.model = told["model"]
        self.names = [column[0].target.attname for column in compiler.select[first:last]]
        converters = compiler.get_converters([column[0] for column in compiler.select])
        self.converters = [(place, how, column) for place, (how, column) in converters.items()]

    def asked(self, values: tuple[Any, ...]) -> list[Any]:
        """The parameters with these values in them."""
        parameters = self.given.copy()
        for place, index in self.places:
            parameters[place] = _sent(values[index])
        return parameters

    def instance(self, row: Any) -> Any:
        """A row as an instance of its model."""
        if self.converters:
            row = list(row)
            for place, how, column in self.converters:
                value = row[place]
                for convert in how:
                    value = convert(value, column, connection)
                row[place] = value
        return self.model.from_db(connection.alias, self.names, row)


class Prepared(Generic[M]):
    """`Prepared(lambda key: Thing.objects.filter(pk=key), int)`: a question, and the types of its values.

    The question must be the same whatever the values are: no branch on them, no None among them.
    """

    def __init__(self, question: "Callable[..., models.QuerySet[M]]", *types: type) -> None:
        self.question, self.types = question, types
        self.built: dict[str, _Built] = {}

    def rows(self, *values: Any) -> Iterator[M]:
        """The rows that answer it."""
        built = self.built.get(connection.vendor)
        if built is None:
            samples = [SAMPLES[kind](place) for place, kind in enumerate(self.types)]
            built = self.built[connection.vendor] = _Built(self.question(*samples), samples)
        with connection.cursor() as cursor:
            cursor.execute(built.sql, built.asked(values))
            found = cursor.fetchall()
        return map(built.instance, found)

    def first(self, *values: Any) -> M | None:
        """The only row, or the first of them; None when there is none."""
        return next(self.rows(*values), None)

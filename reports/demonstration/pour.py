"""Writing very many rows of one table: plain tuples straight to the driver, past model instances.

`bulk_create` spends most of its time on instances and on preparing the same few values again and again; here each distinct
value is prepared once. For rows whose keys nobody needs back.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Field, Model

AT_ONCE = 2000


def pour(model: type[Model], names: Sequence[str], rows: Iterable[tuple[Hashable, ...]]) -> None:
    """Inserts the rows; `names` are the fields in the order of each tuple. Every other field takes its default."""
    fields: list[Field[Any, Any]] = [model._meta.get_field(name) for name in names]  # type: ignore[misc]
    others = [field for field in model._meta.concrete_fields if field not in fields and not field.primary_key]
    defaults = [field.get_db_prep_save(field.get_default(), connection) for field in others]
    known: list[dict[Hashable, Any]] = [{} for _ in fields]

    def ready(row: tuple[Hashable, ...]) -> list[Any]:
        made = []
        for field, value, cache in zip(fields, row, known, strict=True):
            if value not in cache:
                cache[value] = field.get_db_prep_save(value, connection)
            made.append(cache[value])
        return made + defaults

    name = connection.ops.quote_name
    columns = ", ".join(name(str(field.column)) for field in [*fields, *others])
    # Table and columns are names of our own models, quoted; values travel apart.
    insert = f"INSERT INTO {name(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            from psycopg2.extras import execute_values

            execute_values(cursor.cursor, insert + "%s", map(ready, rows), page_size=AT_ONCE)
        else:
            marks = ", ".join(["%s"] * (len(fields) + len(others)))
            cursor.executemany(f"{insert}({marks})", map(ready, rows))  # type: ignore[arg-type]

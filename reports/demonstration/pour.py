"""Writing very many rows of one table: plain tuples straight to the driver, past model instances.

`bulk_create` spends most of its time on instances and on preparing the same few values again and again; here each distinct
value is prepared once, and PostgreSQL reads the rows as a file (COPY) instead of as statements. For rows whose keys nobody
needs back.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from io import StringIO
from itertools import islice
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import AutoField, Field, Model

AT_ONCE = 10_000
# What would end a value or a row in the text format of COPY.
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
NULL = r"\N"


def pour(model: type[Model], names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Inserts the rows; `names` are the fields in the order of each tuple. Every other field takes its default."""
    fields: list[Field[Any, Any]] = [model._meta.get_field(name) for name in names]  # type: ignore[misc]
    others = [field for field in model._meta.concrete_fields if field not in fields and not field.primary_key]
    copies = connection.vendor == "postgresql"

    def prepared(field: Field[Any, Any], value: Any) -> Any:
        value = field.get_db_prep_save(value, connection)
        return _as_text(value) if copies else value

    defaults = [prepared(field, field.get_default()) for field in others]
    ready = (made + defaults for made in _each_once(fields, rows, prepared))
    name = connection.ops.quote_name
    # Table and columns are names of our own models, quoted; values travel apart.
    table = f"{name(model._meta.db_table)} ({', '.join(name(str(field.column)) for field in [*fields, *others])})"
    with connection.cursor() as cursor:
        if copies:
            # Page by page: whoever makes the rows may ask the database in between.
            while page := "".join("\t".join(row) + "\n" for row in islice(ready, AT_ONCE)):
                cursor.copy_expert(f"COPY {table} FROM STDIN", StringIO(page))
        else:
            marks = ", ".join(["%s"] * (len(fields) + len(others)))
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", ready)  # type: ignore[arg-type]  # noqa: S608


def pour_instances(instances: Sequence[Model]) -> None:
    """Inserts instances of one model, all of their fields; a key that the database gives stays unknown to them."""
    if not instances:
        return
    model = type(instances[0])
    names = [field.attname for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
    pour(model, names, map(attrgetter(*names), instances))


def _each_once(
    fields: Sequence[Field[Any, Any]], rows: Iterable[tuple[Any, ...]], prepared: Callable[[Field[Any, Any], Any], Any]
) -> Iterator[list[Any]]:
    """The rows with every value prepared; the same value of a column is prepared once."""
    known: list[dict[Hashable, Any]] = [{} for _ in fields]
    for row in rows:
        made = []
        for field, value, cache in zip(fields, row, known, strict=True):
            try:
                made.append(cache[value])
            except KeyError:
                cache[value] = prepared(field, value)
                made.append(cache[value])
            except TypeError:
                # Lists and dictionaries are not remembered.
                made.append(prepared(field, value))
        yield made


def _as_text(value: Any) -> str:
    """A prepared value in the text format of COPY."""
    from psycopg2 import Binary
    from psycopg2.extras import Json

    if value is None:
        return NULL
    if isinstance(value, Json):
        value = value.dumps(value.adapted)
    elif isinstance(value, Binary):
        return rf"\\x{bytes(value.adapted).hex()}"
    return str(value).translate(ESCAPES)

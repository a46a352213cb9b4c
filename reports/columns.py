"""The columns of a narrow query as arrays, many rows at a time: no Python object for each row and cell that is only counted.

PostgreSQL hands rows over in the binary format of COPY: one message a row, every value with its length before it, so that rows
of one length are one table of bytes. (The driver's own rows would bring every value as text, bytes in hexadecimal.) SQLite hands
over tuples, which cost little there. Both give the same arrays; nothing in a query may be null.
"""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from django.db import connections
from django.db.models import BigIntegerField, ExpressionWrapper, F, QuerySet, TextField, Value
from django.db.models.functions import Cast
from numpy.typing import NDArray

# number: whole numbers as int64. day: dates as int64, in their order. name: keys that are UUIDs, a list of values that can be
# looked up and compared. packed: bytes, [row, byte].
Sort = Literal["number", "day", "name", "packed"]
Block = list[Any]

FETCH = 8_192
# As SQLite writes it: less than zero, in KiB.
PAGES = -16_000
# How COPY begins (signature, four bytes of flags, the length of an extension that nobody uses) and ends.
SIGNATURE, FLAGS, END = b"PGCOPY\n\xff\r\n\0", 8, b"\xff\xff"
COUNT, LENGTH = 2, 4


@dataclass(frozen=True)
class Statement:
    """What is asked of a database, written once: many columns at a time are read of it."""

    database: str
    sql: str
    parameters: tuple[Any, ...]
    sorts: tuple[Sort, ...]
    # Where all numbers come as one: how many bits of it each of them has.
    bits: tuple[int, ...] = ()


def statement(
    rows: "QuerySet[Any]", columns: Mapping[str, Sort], bits: Mapping[str, int] | None = None, order: Sequence[str] = ()
) -> Statement:
    """These columns (name -> sort) of these rows, in this order; nothing in them may be null.

    `bits`: how many bits each number has at most, 63 together: then SQLite, where every value of every row costs as much as the
    bytes themselves, hands them over as one.
    """
    names = list(columns)
    together: tuple[int, ...] = ()
    if connections[rows.db].vendor == "sqlite":
        if bits:
            numbers = [name for name, sort in columns.items() if sort == "number"]
            together = tuple(bits[name] for name in numbers)
            one: Any = F(numbers[0])
            for name in numbers[1:]:
                one = one * Value(1 << bits[name]) + F(name)
            rows = rows.annotate(together=ExpressionWrapper(one, BigIntegerField()))
            names = ["together", *(name for name in names if name not in numbers)]
        # Left to itself, the driver makes an object of each date.
        written = {f"{name}_written": Cast(name, TextField()) for name, sort in columns.items() if sort == "day"}
        rows = rows.annotate(**written)
        names = [f"{name}_written" if f"{name}_written" in written else name for name in names]
    sql, parameters = rows.order_by(*order).values_list(*names).query.sql_with_params()
    return Statement(rows.db, sql, tuple(parameters), tuple(columns.values()), together)


def read(asked: Statement, take: Callable[[Block], None], taken: Callable[[], None] = lambda: None) -> None:
    """Hands over the rows in blocks: in each one array (a list for names) per column, in the order of the statement.

    All packed values of one column of one block have one width; rows of other widths are in blocks of their own. `taken` is
    called when all blocks of some thousands of rows were handed over, before the next are read; but for that the order of rows
    means nothing. Only these are held; neither may ask the database anything.
    """
    with connections[asked.database].cursor() as cursor:
        if cursor.db.vendor == "postgresql":
            receiver = _Copied(asked.sorts, take, taken)
            # The driver sets the parameters in, as those of any query.
            sql = cursor.mogrify(asked.sql, asked.parameters).decode()
            cursor.copy_expert(f"COPY ({sql}) TO STDOUT (FORMAT binary)", receiver)
            receiver.close()
            return
        cursor.execute(asked.sql, asked.parameters)
        with _no_search_for_circles():
            while tuples := cursor.fetchmany(FETCH):
                for block in _unpacked(tuples, asked):
                    take(block)
                taken()


def _unpacked(tuples: list[tuple[Any, ...]], asked: Statement) -> Iterator[Block]:
    if not asked.bits:
        yield from _of_tuples(tuples, asked.sorts)
        return
    for first, *others in _of_tuples(tuples, ("number", *(sort for sort in asked.sorts if sort != "number"))):
        numbers, rest = _apart(first, asked.bits), iter(others)
        yield [numbers.pop(0) if sort == "number" else next(rest) for sort in asked.sorts]


@contextmanager
def few_pages(database: str) -> Iterator[None]:
    """While a year is gone through, SQLite keeps no more of its file in memory than a small country's year takes: what was read is
    not read again soon, and would only push memory up with the number of visits.
    """
    own: Any = connections[database]
    if own.vendor != "sqlite":
        yield
        return
    own.ensure_connection()
    (before,) = own.connection.execute("PRAGMA cache_size").fetchone()
    own.connection.execute(f"PRAGMA cache_size={PAGES}")
    try:
        yield
    finally:
        own.connection.execute(f"PRAGMA cache_size={int(before)}")


@contextmanager
def _no_search_for_circles() -> Iterator[None]:
    """Rows are tuples of numbers and bytes and can hold no circle. There are so many that Python would search all its objects for
    one again and again; that takes as long as half of the reading.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _apart(together: NDArray[np.int64], bits: Sequence[int]) -> list[NDArray[np.int64]]:
    found = []
    for width in reversed(bits):
        found.append(together & ((1 << width) - 1))
        together = together >> width
    return found[::-1]


def _of_tuples(rows: list[tuple[Any, ...]], sorts: Sequence[Sort]) -> Iterator[Block]:
    columns = list(zip(*rows, strict=True))
    made: Block = []
    for at, (sort, column) in enumerate(zip(sorts, columns, strict=True)):
        if sort == "name":
            made.append(list(column))
        elif sort == "day":
            made.append(np.array(column, "datetime64[D]").astype(np.int64))
        elif sort == "number":
            made.append(np.fromiter(column, np.int64, len(column)))
        else:
            widths = sorted(set(map(len, column)))
            if len(widths) > 1:
                for width in widths:
                    yield from _of_tuples([row for row in rows if len(row[at]) == width], sorts)
                return
            made.append(np.frombuffer(b"".join(column), np.uint8).reshape(len(column), widths[0]))
    yield made


class _Copied:
    """What PostgreSQL writes to, a message for each row."""

    def __init__(self, sorts: Sequence[Sort], take: Callable[[Block], None], taken: Callable[[], None]) -> None:
        self.sorts, self.take, self.taken = sorts, take, taken
        self._rows: list[bytes] = []
        self._begun = False

    def write(self, row: bytes) -> None:
        self._rows.append(row)
        if len(self._rows) >= FETCH:
            self.close()

    def close(self) -> None:
        """Turns the rows received so far into blocks."""
        rows, self._rows = self._rows, []
        if rows and not self._begun:
            # What stands before the first row comes in one message with it.
            self._begun, rows[0] = True, rows[0].removeprefix(SIGNATURE)[FLAGS:]
        if rows and rows[-1] == END:
            rows.pop()
        for length in sorted(set(map(len, rows))):
            alike = [row for row in rows if len(row) == length]
            table = np.frombuffer(b"".join(alike), np.uint8).reshape(len(alike), length)
            for block in _of_table(table, self.sorts):
                self.take(block)
        self.taken()


def _of_table(table: NDArray[np.uint8], sorts: Sequence[Sort]) -> Iterator[Block]:
    at, made = COUNT, []
    for sort in sorts:
        widths = np.ascontiguousarray(table[:, at : at + LENGTH]).view(">i4")[:, 0]
        width = int(widths[0])
        alike = widths == width
        if not alike.all():
            yield from _of_table(table[alike], sorts)
            yield from _of_table(table[~alike], sorts)
            return
        at += LENGTH
        made.append(_read(sort, np.ascontiguousarray(table[:, at : at + width])))
        at += width
    yield made


def _read(sort: Sort, cells: NDArray[np.uint8]) -> Any:
    width = cells.shape[1]
    if sort == "packed":
        return cells
    if sort == "name":
        return cells.view(f"V{width}")[:, 0].tolist()
    return cells.view(f">i{width}")[:, 0].astype(np.int64)

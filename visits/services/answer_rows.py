"""How answers are written: as rows, all of a visit in one statement, whatever their number. Part of `answers` and `deliveries`,
inside their transaction and with the visit's row locked.

A checklist arrives whole, so what is said of every indicator for the first time is looked at column by column here; anything
out of the ordinary is left to `answers.check`, which says what is wrong with it.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain, permutations, repeat
from operator import and_

import msgspec
from django.db import transaction

from ombudsman.people.models import User
from ombudsman.statements import Statement, Together

from ..deliveries import PlainAnswers
from ..editions import Checklist
from ..kinds import SOURCES
from ..models import Visit

LONGEST_NOTE = 10_000
# Every choice of sources in every order in which a form may send them.
KNOWN = {
    given: tuple(code for code in SOURCES if code in given)
    for number in range(len(SOURCES) + 1)
    for given in permutations(SOURCES, number)
}
_WRITTEN = {given: json.dumps(known) for given, known in KNOWN.items()}


# One answer as the database gets it: keys of indicator and choice, measurement ("" = none), note, sources as JSON, anyway and
# confirmed (0 or 1), version, origin.
Row = tuple[int, int | None, str, str, str, int, int, int, str]
WIDTH = 9


def first_rows(edition: Checklist, family: str, plain: PlainAnswers, besides: Collection[str] = ()) -> list[Row] | None:
    """The rows of plain answers to a visit where nothing was answered, each on an indicator of its own that is not among those
    answered `besides`. None where one of them must be looked at alone: an unknown code, a later version, nothing said at all,
    what does not apply here.
    """
    codes, bases, choices, _none, notes, sources, anyway, confirmed, origins, _said = zip(*plain.rows, strict=True)
    each = set(codes)
    if any(bases) or len(each) < len(codes) or not each.isdisjoint(besides) or max(map(len, notes)) > LONGEST_NOTE:
        return None
    try:
        keys = list(map(edition.asked_in(family).__getitem__, codes))
        picked = list(map(edition.keys.__getitem__, choices))
        written = list(map(_WRITTEN.__getitem__, map(tuple, sources)))
    except KeyError:
        return None
    if "\r" in "".join(notes):
        notes = tuple([note.replace("\r\n", "\n") for note in notes])
    notes = tuple(map(str.strip, notes))
    if None in choices and not all(map(any, zip(choices, notes, sources, anyway, strict=True))):
        return None
    # Nothing is confirmed of a note that says nothing.
    sure = map(and_, confirmed, map(bool, notes))
    return list(zip(keys, picked, repeat(""), notes, written, map(int, anyway), map(int, sure), repeat(1), origins))


COLUMNS = (
    "visit_id, indicator_id, choice_id, measurement, note, sources, anyway, note_confirmed, version, origin, by_id, at"
)
TAKEN = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS.split(", ")[2:])
STANDING = f" ON CONFLICT (visit_id, indicator_id) DO UPDATE SET {TAKEN}"
# One list of lists: a thousand single values would take this adapter longer than the rows take the database.
FROM_LIST = " ".join(
    (
        "INSERT INTO visits_answer (",
        COLUMNS,
        ") SELECT %s::uuid, (r->>0)::bigint, (r->>1)::bigint, {measurement}, r->>3, (r->>4)::jsonb,",
        "(r->>5)::integer::boolean, (r->>6)::integer::boolean, {version}, r->>8, %s::bigint, %s::timestamptz",
        "FROM jsonb_array_elements(%s::jsonb) AS sent (r)",
    )
)
_FROM_LIST = {
    True: Statement(FROM_LIST.format(measurement="NULL::numeric", version="1")),
    False: Statement(FROM_LIST.format(measurement="nullif(r->>2, '')::numeric", version="(r->>7)::integer") + STANDING),
}
# SQLite is faster the other way round. It takes 32,766 values in one statement; so many rows are fewer.
MOST = 500
FROM_VALUES = " ".join(
    (
        "INSERT INTO visits_answer (",
        COLUMNS,
        ") SELECT %s, column1, column2, nullif(column3, ''), column4, column5, column6, column7, column8, column9, %s, %s",
        "FROM (VALUES {}) WHERE true",
    )
)


@lru_cache(maxsize=256)
def _of_values(number: int, fresh: bool) -> Statement:
    """The statement for so many rows on SQLite."""
    row = f"({', '.join(['%s'] * WIDTH)})"
    return Statement(FROM_VALUES.format(", ".join([row] * number)) + ("" if fresh else STANDING))


def write_rows(
    *, visit: Visit, by: User, at: datetime, rows: Sequence[Row], together: Together, fresh: bool = False
) -> None:
    """Lets these answers stand, as soon as `together` is sent. `fresh` = they are those of `first_rows`: nothing stands for any of
    them, none has a measurement, and all are version 1.
    """
    database = transaction.get_connection()
    key = Visit._meta.pk.get_db_prep_value(visit.pk, database)
    said = [key, by.pk, database.ops.adapt_datetimefield_value(at)]
    if database.vendor == "postgresql":
        together.add(_FROM_LIST[fresh], [*said, msgspec.json.encode(rows).decode()])
        return
    for start in range(0, len(rows), MOST):
        some = rows[start : start + MOST]
        together.add(_of_values(len(some), fresh), [*said, *chain.from_iterable(some)])

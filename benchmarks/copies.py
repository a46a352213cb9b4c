"""More visits of a year: a block that was filled, again under other ids, its packed bytes dealt out anew among places of a kind.

Making a hundred thousand visits one by one takes many minutes and shows nothing that a copy does not: what is counted are the
bytes, and no institution keeps those of the one that it was copied from.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection, models

from institutions.models import Headcount, Institution
from reports.demonstration.dice import Dice, dice_for, throw_id
from reports.demonstration.pour import pour
from visits.models import Interview, Visit, VisitTally

# What of an identifier stays; the rest is the number of the copy.
KEPT = {"sqlite": "substr({0}, 1, 24) || '{1:08x}'", "postgresql": "(substr({0}::text, 1, 28) || '{1:08x}')::uuid"}

ANEW = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}


def grow(size: int, at_once: int, seed: int) -> None:
    """Copies until there are `size` visits. The first `at_once`, or all there are, are the block; each is of an institution of its
    own, and those institutions are numbered without a gap.
    """
    done = Visit.objects.count()
    block = min(done, at_once)
    first: int = Visit.objects.aggregate(first=models.Min("institution"))["first"]
    model = _Block(first, block)
    while done < size:
        number, start = divmod(done, block)
        stop = min(start + size - done, block)
        model.again(number, start, stop, dice_for(seed, f"copy {done}"))
        done += stop - start


class _Block:
    """The visits that are copied, with what was said in them."""

    def __init__(self, first: int, block: int) -> None:
        self.first, self.block = first, block
        own = range(first, first + block)
        tallies = VisitTally.objects.filter(visit__institution__in=own).order_by("visit__institution")
        of_visit = ("visit_id", "visit__institution_id", "visit__institution_kind_id", "visit__access")
        self.tallies = list(tallies.values_list(*of_visit, "edition_id", "answers", "measurements", "child_only"))
        talks = Interview.objects.filter(visit__institution__in=own).order_by("visit__institution", "pk")
        self.talks = list(talks.values_list(*of_visit, "edition_id", "answers", "excluded"))

    def again(self, number: int, start: int, stop: int, dice: Dice) -> None:
        """Copies the visits from `start` to `stop` of the block, for the `number`th time."""
        shift, own = number * self.block, (self.first + start, self.first + stop - 1)
        moved = f"institution_id + {shift}"
        _copy(Institution, {"id": f"id + {shift}", "uid": ANEW[connection.vendor]}, "id", own)
        _copy(Headcount, {"institution_id": moved}, "institution_id", own)
        named = {"id": _renamed("id", number), "institution_id": moved, "previous_id": "NULL"}
        _copy(Visit, named, "institution_id", own)
        fields = ["visit", "edition", "answers", "measurements", "child_only"]
        pour(VisitTally, fields, _dealt(self.tallies, number, own, dice))
        talks = ((throw_id(dice), *talk) for talk in _dealt(self.talks, number, own, dice))
        pour(Interview, ["id", "visit", "edition", "answers", "excluded"], talks)


def _dealt(rows: Sequence[tuple[Any, ...]], number: int, own: tuple[int, int], dice: Dice) -> Iterator[tuple[Any, ...]]:
    """For each row the copy of its visit, with what another row of the same kind of place and access holds."""
    alike: dict[tuple[Any, ...], list[int]] = {}
    for at, (_visit, _institution, kind, access, *_held) in enumerate(rows):
        alike.setdefault((kind, access), []).append(at)
    other = np.zeros(len(rows), np.int64)
    for places in alike.values():
        other[places] = dice.permutation(places)
    for (visit, institution, *_place), at in zip(rows, other.tolist(), strict=True):
        if own[0] <= institution <= own[1]:
            yield (UUID(f"{visit.hex[:24]}{number:08x}"), *map(_plain, rows[at][4:]))


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _renamed(column: str, number: int) -> str:
    return KEPT[connection.vendor].format(column, number)


def _copy(model: type[models.Model], given: dict[str, str], by: str, own: tuple[int, int]) -> None:
    """The rows of these institutions once more, with other values in some columns. A key that is not given is the database's."""
    columns = [
        str(field.column) for field in model._meta.concrete_fields if field.column in given or not field.primary_key
    ]
    values = ", ".join(given.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        # Tables and columns are our own; no value comes from outside.
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" WHERE {by} BETWEEN %s AND %s', own
        )

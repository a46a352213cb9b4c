"""Counting packed tallies: the database picks the visits, numpy counts the bytes (DESIGN decision 10).

Each set is one statement: what stands beside the bytes is read with them, and a visit that is not the newest never leaves the
database. Rows come some thousands at a time (`take_visits`, `take_interviews`) and every count is one `bincount` over combined
keys, edition by edition, so memory stays flat. Read by `figures.py` and its neighbours and by the benchmarks; no model instance
is made here.

"Latest" counts the latest accepted visit of each institution in the year; "all" counts every accepted visit. A visit refused
at the gate has no answers and never takes the place of one that has. Interviews always follow rule R1: an institution
contributes the latest accepted visit that has interviews which count.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from django.db import connection, connections
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from numpy.typing import NDArray

from institutions.models import Institution, InstitutionKind, Region
from visits.layout import FIRST, SINGLE, Layout, Place, length
from visits.models import Edition, Instrument, Interview, Visit

from .columns import Block, Sort, Statement, few_pages, read, statement
from .disclosure import Spread
from .spreads import Spreads

Choice = Literal["latest", "all"]
Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64]
Ids = NDArray[np.integer[Any]]

CHUNK = 2_048
# So many institutions are read at a time on SQLite, more where ids have wide gaps: so many times at most.
TOGETHER, AT_MOST = 2_048, 512
# Stand in a statement for the first of them and the first that is none of them; an id is never below zero.
SINCE, BEFORE = -1, -2
# The largest id for which a table of all ids is made.
CODED = 1_000_000
# What is read of a visit, of its tally, of its interviews, and to know which visit is the newest.
PLACES: dict[str, Sort] = {"region_id": "number", "institution_kind_id": "number", "institution_id": "number"}
TALLY: dict[str, Sort] = {"tally__edition_id": "number", "tally__answers": "packed", "tally__child_only": "packed"}
TALK: dict[str, Sort] = {"interviews__edition_id": "number", "interviews__answers": "packed"}
EDITION = "tally__edition_id"
# Room for ids where several are read as one number.
BITS = {
    "region_id": 12,
    "institution_kind_id": 12,
    "institution_id": 27,
    EDITION: 12,
    "interviews__edition_id": 12,
}
WHEN: dict[str, Sort] = {"first_day": "day", "pk": "name"}


class DamagedTally(ValueError):
    """Packed bytes that the layout of their edition cannot have produced."""


@dataclass(frozen=True)
class Rows:
    """Packed rows of one edition, one per visit or interview, with the place each stands for (database ids)."""

    edition: int
    layout: Layout
    packed: Bytes
    region: Numbers
    kind: Numbers
    institution: Numbers
    # Visits only: one bit per indicator that rests on children's words alone; no columns for interviews.
    child_only: Bytes = field(default_factory=lambda: np.zeros((0, 0), np.uint8))
    # Only where it was asked for: whether the row's visit is the newest of its institution.
    newest: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))

    def __len__(self) -> int:
        return len(self.packed)

    def where(self, mask: NDArray[np.bool_]) -> "Rows":
        """Some of these rows, without marks of the newest; nothing of the others is held."""
        if mask.all():
            return self
        numbers = (self.region[mask], self.kind[mask], self.institution[mask])
        bits = self.child_only[mask] if len(self.child_only) else self.child_only
        return Rows(self.edition, self.layout, self.packed[mask], *numbers, bits)


Taker = Callable[[Rows], None]
WholeTaker = Callable[[list[Rows]], None]
# Whether all ids have room in their bits, whether only some institutions are asked for, whether in their order.
Asking = Callable[[bool, bool, bool], Statement]


def visits_that_count(year: int, choice: Choice = "latest") -> QuerySet[Visit]:
    """Accepted visits of the year in which the team got in; with "latest" one per institution, the newest."""
    return _that_count(Visit.objects.accepted().in_year(year), choice)


def _that_count(visits: QuerySet[Visit], choice: Choice) -> QuerySet[Visit]:
    visits = visits.exclude(access=Visit.Access.REFUSED)
    return newest_of_each(visits) if choice == "latest" else visits


def visits_with_interviews(year: int) -> QuerySet[Visit]:
    """Per institution the newest accepted visit of the year that has interviews which count (rule R1)."""
    return _with_interviews(Visit.objects.accepted().in_year(year))


def _with_interviews(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    return newest_of_each(visits.filter(Exists(Interview.objects.counted().filter(visit=OuterRef("pk")))))


def newest_of_each(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """Of each institution the newest of these visits.

    As the database does it best. SQLite asks of each visit whether there is a newer one, which an index tells (`visit_year_state`).
    PostgreSQL takes hours for that as soon as it misjudges how many there are, as it does right after an import: it picks the
    first of each in one pass.
    """
    if connection.features.can_distinct_on_fields:
        picked = visits.order_by("institution_id", "-first_day", "-pk").distinct("institution_id")
        return Visit.objects.filter(pk__in=picked.values("pk"))
    later = Q(first_day__gt=OuterRef("first_day")) | Q(first_day=OuterRef("first_day"), pk__gt=OuterRef("pk"))
    return visits.filter(~Exists(visits.order_by().filter(later, institution_id=OuterRef("institution_id"))))


def take_visits(year: int, take: Taker, choice: Choice = "latest") -> None:
    """Hands over the tallies of the visits that count (as `visits_that_count`), some rows of one edition at a time; only these
    are held. One query for the layouts, one for the largest ids, one for some thousands of institutions. The order means nothing.
    """
    _take(Instrument.Kind.CHECKLIST, lambda *how: _of_visits(year, choice, *how), take)


def take_interviews(year: int, take: Taker) -> None:
    """Hands over the interviews that count (as `visits_with_interviews`), as `take_visits` does."""
    _take(Instrument.Kind.QUESTIONNAIRE, lambda *how: _of_interviews(year, *how), take)


def take_visits_whole(year: int, take: WholeTaker, choice: Choice = "latest") -> None:
    """As `take_visits`, but all rows of some institutions at a time, of every edition: none is handed over in two parts, and they
    come in the order of institutions' ids. What is counted by institution is complete as it comes.
    """
    _take_whole(Instrument.Kind.CHECKLIST, lambda *how: _of_visits(year, choice, *how), take)


def take_interviews_whole(year: int, take: WholeTaker) -> None:
    """Hands over the interviews that count, as `take_visits_whole` does."""
    _take_whole(Instrument.Kind.QUESTIONNAIRE, lambda *how: _of_interviews(year, *how), take)


def interviews_held(year: int) -> Spread:
    """How the interviews that count (as `visits_with_interviews`) lie over institutions."""
    found = Spreads.empty(1, 1)
    with few_pages(connection.alias):
        for each in _parts(lambda _small, bounded, _ordered: _of_held(year, bounded), ordered=False):
            read(each, lambda block: found.add(block[1][:, None]))
    return found.together()[0]


@lru_cache
def _of_held(year: int, bounded: bool) -> Statement:
    visits = _with_interviews(_of_institutions(year, bounded))
    held = Interview.objects.counted().filter(visit__in=visits.values("pk")).order_by()
    numbers: dict[str, Sort] = {"visit__institution": "number", "n": "number"}
    return statement(held.values("visit__institution").annotate(n=Count("pk")), numbers)


def _take(kind: str, asked: Asking, take: Taker) -> None:
    """Any rows at any time."""
    hand = _handing(kind, take)
    with few_pages(connection.alias):
        for each in _parts(asked, ordered=False):
            read(each, hand)


def _take_whole(kind: str, asked: Asking, take: WholeTaker) -> None:
    """SQLite reads some institutions by a statement of their own; PostgreSQL sends all in order, and is cut between two."""
    whole = _Whole(take)
    hand = _handing(kind, whole.add)
    ordered = connection.vendor != "sqlite"
    with few_pages(connection.alias):
        for each in _parts(asked, ordered=ordered):
            read(each, hand, whole.so_far if ordered else lambda: None)
            whole.all_of()


class OutOfOrder(RuntimeError):
    """Rows of an institution after those of a later one: what was counted by institution would be wrong."""


class _Whole:
    """Rows on their way, until an institution is complete."""

    def __init__(self, take: WholeTaker) -> None:
        self._take, self._held, self._last = take, list[Rows](), -1

    def add(self, rows: Rows) -> None:
        if len(rows) and int(rows.institution.min()) <= self._last:
            raise OutOfOrder("Institutions have to come in their order.")
        self._held.append(rows)

    def so_far(self) -> None:
        """More may come of the last institution, but of none before it."""
        last = max((int(rows.institution.max()) for rows in self._held), default=-1)
        complete = [rows.where(rows.institution < last) for rows in self._held]
        self._held = [part for rows in self._held if len(part := rows.where(rows.institution == last))]
        self._hand([rows for rows in complete if len(rows)])

    def all_of(self) -> None:
        """Nothing more comes of any of them."""
        held, self._held = self._held, []
        self._hand(held)

    def _hand(self, parts: list[Rows]) -> None:
        if parts:
            self._last = max(int(rows.institution.max()) for rows in parts)
            self._take(parts)


def _parts(asked: Asking, *, ordered: bool) -> Iterator[Statement]:
    """What is to be read, one after the other. PostgreSQL: all. SQLite: institution after institution, some at a time.

    Left to itself, SQLite looks visits up in the order of their names, which is none: of a large file it then reads everything
    again and again, and holds a list of all visits before it begins.
    """
    largest = _largest()
    small = all(one >> room == 0 for one, room in zip(largest, BITS.values(), strict=False))
    last = largest[list(BITS).index("institution_id")]
    width = max(TOGETHER, -(-(last + 1) // AT_MOST))
    if connection.vendor != "sqlite" or last < width:
        yield asked(small, False, ordered)
        return
    each = asked(small, True, ordered)
    for start in range(0, last + 1, width):
        bounds = {SINCE: start, BEFORE: start + width}
        yield replace(each, parameters=tuple(bounds.get(value, value) for value in each.parameters))


@lru_cache
def _of_visits(year: int, choice: Choice, small: bool, bounded: bool, ordered: bool) -> Statement:
    visits = _that_count(_of_institutions(year, bounded), choice).filter(tally__isnull=False)
    return statement(visits, PLACES | TALLY, BITS if small else None, ["institution_id"] if ordered else [])


@lru_cache
def _of_interviews(year: int, small: bool, bounded: bool, ordered: bool) -> Statement:
    visits = _with_interviews(_of_institutions(year, bounded)).filter(interviews__excluded="")
    return statement(visits, PLACES | TALK, BITS if small else None, ["institution_id"] if ordered else [])


def _of_institutions(year: int, bounded: bool) -> QuerySet[Visit]:
    visits = Visit.objects.accepted().in_year(year)
    return visits.filter(institution_id__gte=SINCE, institution_id__lt=BEFORE) if bounded else visits


def _largest() -> tuple[int, ...]:
    """The largest id of each table of BITS, in that order."""
    with connection.cursor() as cursor:
        cursor.execute(_largest_ids())
        return tuple(largest or 0 for largest in cursor.fetchone())


@lru_cache
def _largest_ids() -> str:
    name = connection.ops.quote_name
    # Tables of our own models, quoted.
    tables = (Region, InstitutionKind, Institution, Edition)
    largest = (f"(SELECT MAX({name('id')}) FROM {name(model._meta.db_table)})" for model in tables)  # noqa: S608
    return f"SELECT {', '.join(largest)}"


def visit_rows(year: int, choice: Choice = "latest") -> list[Rows]:
    """The tallies of the visits that count, all together: parts of one edition each, in the order of editions."""
    found: list[Rows] = []
    take_visits(year, found.append, choice)
    return sorted(found, key=lambda rows: rows.edition)


def marked_rows(visits: "QuerySet[Visit]") -> list[Rows]:
    """The tallies of all these visits (accepted ones of one year in which the team got in), each with the mark whether "latest"
    would count it; parts as in `visit_rows`. Two queries, one for the layouts.
    """
    found: list[Rows] = []
    days: list[Numbers] = []
    names: list[list[Any]] = []

    def take(rows: Rows, day: Numbers, name: list[Any]) -> None:
        found.append(rows)
        days.append(day)
        names.append(name)

    asked = statement(visits.filter(tally__isnull=False), PLACES | TALLY | WHEN)
    read(asked, _handing(Instrument.Kind.CHECKLIST, take))
    marks = _newest(found, days, names)
    return sorted(
        (replace(rows, newest=mark) for rows, mark in zip(found, marks, strict=True)), key=lambda rows: rows.edition
    )


def _newest(found: Sequence[Rows], days: Sequence[Numbers], names: Sequence[list[Any]]) -> Iterator[NDArray[np.bool_]]:
    """For each part, which of its rows are the newest of their institution among all."""
    best: dict[int, tuple[int, Any]] = {}
    visits = [
        list(zip(rows.institution.tolist(), zip(day.tolist(), name, strict=True), strict=True))
        for rows, day, name in zip(found, days, names, strict=True)
    ]
    for part in visits:
        for institution, when in part:
            if best.setdefault(institution, when) < when:
                best[institution] = when
    for part in visits:
        yield np.array([best[institution] == when for institution, when in part], bool)


def _handing(kind: str, take: Callable[..., None]) -> Callable[[Block], None]:
    """Takes PLACES, the edition, the answers, and where there are some the marks; what follows them goes to `take` as it comes."""
    layouts = _layouts(kind)

    def hand(block: Block) -> None:
        editions = block[len(PLACES)]
        numbers = np.unique(editions).tolist()
        for edition in numbers:
            own = block if len(numbers) == 1 else [_only(editions == edition, column) for column in block]
            region, of_kind, institution, _edition, answers, *marks = own
            layout = layouts[edition]
            if answers.shape[1] != length(layout):
                raise DamagedTally(f"Edition {edition}: a row is not {length(layout)} bytes long.")
            # No bits at all stand for "nothing rests on children's words alone".
            bits = _widened(marks.pop(0), layout) if marks else np.zeros((len(answers), 0), np.uint8)
            take(Rows(edition, layout, answers, region, of_kind, institution, bits), *marks)

    return hand


def _layouts(kind: str) -> dict[int, Layout]:
    asked = _of_editions(kind)
    with connections[asked.database].cursor() as cursor:
        cursor.execute(asked.sql, asked.parameters)
        return {edition: _layout(written) for edition, written in cursor.fetchall()}


@lru_cache
def _of_editions(kind: str) -> Statement:
    editions = Edition.objects.filter(instrument__kind=kind).annotate(written=Cast("layout", TextField()))
    return statement(editions, {"pk": "number", "written": "name"})


@lru_cache
def _layout(written: str) -> Layout:
    """Layouts never change, and there are few."""
    return json.loads(written)  # type: ignore[no-any-return]


def _only(mask: NDArray[np.bool_], column: Any) -> Any:
    return (
        [one for one, wanted in zip(column, mask.tolist(), strict=True) if wanted]
        if isinstance(column, list)
        else column[mask]
    )


def _widened(bits: Bytes, layout: Layout) -> Bytes:
    room = (len(layout) + 7) // 8 if bits.shape[1] else 0
    return np.pad(bits, ((0, 0), (0, room - bits.shape[1]))) if bits.shape[1] < room else bits[:, :room]


def places_of(layout: Layout, kind: str = SINGLE) -> list[Place]:
    """The single (or multiple) places of a layout, in printed order."""
    return [place for place in layout if place["kind"] == kind]


def values_of(layout: Layout) -> int:
    """How many byte values a single place can take: never asked, skipped and the longest list of choices."""
    return FIRST + max((len(place["codes"]) for place in places_of(layout)), default=0)


def cubes(rows: Rows, *groupings: tuple[Numbers, int]) -> list[Numbers]:
    """For each grouping, counts [group, single place, byte value]: one `bincount`, a chunk of rows at a time.

    A grouping holds for each row its place among so many groups (region, kind, one for all). Raises DamagedTally where a
    byte is no value of its place.
    """
    places, values = places_of(rows.layout), values_of(rows.layout)
    offsets = np.array([place["offset"] for place in places], np.intp)
    answers = rows.packed if len(offsets) == rows.packed.shape[1] else rows.packed[:, offsets]
    if answers.size and int(answers.max()) >= values:
        raise DamagedTally(f"Edition {rows.edition}: a byte stands for no choice.")
    cells = len(places) * values
    first_cell = np.arange(len(places), dtype=np.int64) * values
    totals = [np.zeros(groups * cells, np.int64) for _group, groups in groupings]
    # The one large array; it is filled again for every chunk.
    room = np.empty((min(len(rows), CHUNK), len(places)), np.int64)
    for start in range(0, len(rows), CHUNK):
        part = answers[start : start + CHUNK]
        keys = np.add(first_cell, part, out=room[: len(part)])
        before = np.zeros(len(part), np.int64)
        for total, (group, groups) in zip(totals, groupings, strict=True):
            here = group[start : start + CHUNK] * cells
            keys += (here - before)[:, None]
            total += np.bincount(keys.ravel(), minlength=groups * cells)
            before = here
    return [
        total.reshape(groups, len(places), values) for total, (_group, groups) in zip(totals, groupings, strict=True)
    ]


def coded(ids: Ids) -> tuple[Numbers, Numbers]:
    """The distinct ids in their order, and for each row the place of its own among them."""
    if not len(ids) or int(ids.max()) > CODED or int(ids.min()) < 0:
        found, place = np.unique(ids, return_inverse=True)
        return found.astype(np.int64), place.reshape(-1)
    # Without sorting: ids are small numbers.
    present = np.bincount(ids) > 0
    return np.flatnonzero(present), (np.cumsum(present) - 1)[ids]


def rests_on_children(rows: Rows) -> NDArray[np.bool_]:
    """[visit, indicator]: whether the answer rests on children's words alone (the visit's own sources say so)."""
    places = len(rows.layout)
    if rows.child_only.shape[1] == 0:
        return np.zeros((len(rows), places), bool)
    return np.unpackbits(rows.child_only, axis=1, bitorder="little")[:, :places].astype(bool)


def spread(shares: Numbers) -> Spread:
    """How a count lies over institutions, from one count each."""
    held = shares[shares > 0]
    if not len(held):
        return Spread()
    top = np.partition(held, -2)[-2:] if len(held) > 1 else np.r_[0, held]
    return Spread(int(held.sum()), len(held), int(top[-1]), int(top[-2]))


def chosen(place: Place, bytes_: Bytes, codes: Sequence[str]) -> NDArray[np.bool_]:
    """Whether at least one of these choices was made, row by row. `bytes_`: the columns of the place."""
    values = [place["codes"][code] for code in codes if code in place["codes"]]
    if place["kind"] == SINGLE:
        return np.isin(bytes_[:, 0], values)
    wanted = [0] * bytes_.shape[1]
    for bit in values:
        wanted[1 + bit // 8] |= 1 << bit % 8
    made = np.zeros(len(bytes_), bool)
    for at, bits in enumerate(wanted):
        if bits:
            made |= (bytes_[:, at] & bits) != 0
    return made & (bytes_[:, 0] >= FIRST)

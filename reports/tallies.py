"""Counting packed tallies: the database picks the visits, numpy counts the bytes (DESIGN decision 10).

Narrow tuples of visits and of packed rows come in one scan each and meet in numpy; every count is one `bincount` over combined
keys, edition by edition, in chunks, so memory stays flat. Read by `figures.py` and its
neighbours and by the benchmarks; no model instance is made here.

"Latest" counts the latest accepted visit of each institution in the year; "all" counts every accepted visit. A visit refused
at the gate has no answers and never takes the place of one that has. Interviews always follow rule R1: an institution
contributes the latest accepted visit that has interviews which count.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, Literal

import numpy as np
from django.db.models import Case, Exists, F, OuterRef, QuerySet, SmallIntegerField, Value, When, Window
from django.db.models.functions import RowNumber
from numpy.typing import NDArray

from visits.layout import FIRST, SINGLE, Layout, Place, length
from visits.models import Edition, Interview, Visit, VisitTally

from .columns import Sort, blocks
from .disclosure import Spread

Choice = Literal["latest", "all"]
Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64]

CHUNK = 8_192
NOWHERE = -1
# What is read of a visit, and of a packed row beside its bytes.
WHICH: dict[str, Sort] = {
    "region_id": "number",
    "institution_kind_id": "number",
    "institution_id": "number",
    "first_day": "day",
    "entered": "number",
    "pk": "name",
}
# 0 where the team was refused at the gate: such a visit has no answers and never takes the place of one that has.
ENTERED = Case(When(access=Visit.Access.REFUSED, then=Value(0)), default=Value(1), output_field=SmallIntegerField())
WHOSE: dict[str, Sort] = {"visit_id": "name", "edition_id": "number"}
PACKED: Sort = "packed"


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


def visits_that_count(year: int, choice: Choice = "latest") -> QuerySet[Visit]:
    """Accepted visits of the year in which the team got in; with "latest" one per institution, the newest."""
    visits = Visit.objects.accepted().in_year(year).exclude(access=Visit.Access.REFUSED)
    return newest_of_each(visits) if choice == "latest" else visits


def visits_with_interviews(year: int) -> QuerySet[Visit]:
    """Per institution the newest accepted visit of the year that has interviews which count (rule R1)."""
    held = Interview.objects.counted().filter(visit=OuterRef("pk"))
    return newest_of_each(Visit.objects.accepted().in_year(year).filter(Exists(held)))


def newest_of_each(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """Of each institution the newest of these visits."""
    newest_first = [F("first_day").desc(), F("id").desc()]
    place = Window(RowNumber(), partition_by=F("institution_id"), order_by=newest_first)
    return visits.annotate(newest=place).filter(newest=1)


def visit_rows(year: int, choice: Choice = "latest", visits: "Visits | None" = None) -> list[Rows]:
    """The tallies of the visits that count (as `visits_that_count`), edition by edition. Two queries, one for the layouts, and one
    for the `visits` where they are not read yet.
    """
    visits = visits or accepted_visits(year)
    read = _Read(visits, VisitTally.objects.all(), "answers", "child_only")
    inside = np.flatnonzero(visits.entered)
    return read.sorted_by_edition(visits.newest(inside) if choice == "latest" else inside)


def marked_rows(visits: "QuerySet[Visit]") -> list[Rows]:
    """The tallies of all these visits (accepted ones of one year in which the team got in), edition by edition, each with the
    mark whether "latest" would count it. Two queries, one for the layouts.
    """
    found = Visits(visits)
    return _Read(found, VisitTally.objects.all(), "answers", "child_only").sorted_by_edition(None, mark=found.newest())


def interview_rows(year: int, visits: "Visits | None" = None) -> list[Rows]:
    """The interviews that count (as `visits_with_interviews`), edition by edition. Queries as for `visit_rows`.
    Their order means nothing.
    """
    visits = visits or accepted_visits(year)
    read = _Read(visits, Interview.objects.counted(), "answers")
    return read.sorted_by_edition(visits.newest(read.with_rows()))


def accepted_visits(year: int) -> "Visits":
    """Every accepted visit of the year, read once for its tallies and its interviews."""
    return Visits(Visit.objects.accepted().in_year(year))


class Visits:
    """What is read of each visit, in one narrow scan."""

    def __init__(self, visits: "QuerySet[Visit]") -> None:
        self.asked = visits
        found = blocks(visits.annotate(entered=ENTERED), WHICH)
        # [region, kind, institution, first day] of each visit
        self.ids = np.concatenate([np.zeros((4, 0), np.int64), *(np.stack(block[:4]) for block in found)], axis=1)
        self.entered = np.concatenate([np.zeros(0, bool), *(block[4].astype(bool) for block in found)])
        self.names = [name for block in found for name in block[5]]
        self.place = {name: at for at, name in enumerate(self.names)}

    def newest(self, among: Numbers | None = None) -> Numbers:
        """The newest visit of each institution, of all visits or of some."""
        best: dict[int, int] = {}
        institutions, days, names = self.ids[2].tolist(), self.ids[3].tolist(), self.names
        for at in range(len(names)) if among is None else among.tolist():
            other = best.setdefault(institutions[at], at)
            if other != at and (days[at], names[at]) > (days[other], names[other]):
                best[institutions[at]] = at
        return np.fromiter(best.values(), np.int64, len(best))


class _Read:
    """Packed rows with the visit each belongs to. Visits and rows come in two narrow scans and meet here: the database
    would look up every visit of every row again, and choose the newest by sorting all of them.
    """

    def __init__(self, visits: Visits, rows: "QuerySet[Any]", *packed: str) -> None:
        self.ids, self.names, place = visits.ids, visits.names, visits.place
        own = rows.filter(visit__in=visits.asked.order_by().values("pk"))
        # edition -> its rows in parts: the visit of each (its place above), then the packed columns
        self.parts: dict[int, list[list[Any]]] = {}
        for owners, editions, *columns in blocks(own, WHOSE | dict.fromkeys(packed, PACKED)):
            # A visit accepted between the two scans is of no place yet; the next count has it.
            at = np.fromiter(map(place.get, owners, repeat(NOWHERE)), np.int64, len(owners))
            for edition in np.unique(editions).tolist():
                own_rows = (editions == edition) & (at != NOWHERE)
                self.parts.setdefault(edition, []).append([_only(own_rows, column) for column in (at, *columns)])

    def with_rows(self) -> Numbers:
        """The visits that have rows."""
        seen = np.zeros(len(self.names), bool)
        for parts in self.parts.values():
            for at, *_ in parts:
                seen[at] = True
        return np.flatnonzero(seen)

    def sorted_by_edition(self, visits: Numbers | None, mark: Numbers | None = None) -> list[Rows]:
        """The rows of these visits (all if None), one `Rows` for each edition, in the order of editions.

        `mark`: the visits whose rows are marked as newest.
        """
        newest = None
        if mark is not None:
            newest = np.zeros(len(self.names), bool)
            newest[mark] = True
        counts = np.full(len(self.names), visits is None)
        if visits is not None:
            counts[visits] = True
        kept = {edition: self._kept(edition, counts) for edition in sorted(self.parts)}
        numbers = [edition for edition, parts in kept.items() if parts]
        layouts = dict(Edition.objects.filter(pk__in=numbers).order_by("pk").values_list("pk", "layout"))
        return [_assemble(number, layouts[number], self.ids, kept.pop(number), newest) for number in numbers]

    def _kept(self, edition: int, counts: NDArray[np.bool_]) -> list[list[Any]]:
        parts = [[_only(counts[part[0]], column) for column in part] for part in self.parts.pop(edition)]
        return [part for part in parts if len(part[0])]


def _only(mask: NDArray[np.bool_], column: Any) -> Any:
    """The rows of the mask; the column itself where that is all of them."""
    return column if mask.all() else column[mask]


def _assemble(
    edition: int, layout: Layout, ids: Numbers, parts: list[list[Any]], newest: NDArray[np.bool_] | None
) -> Rows:
    width = length(layout)
    at, answers, *bits = map(list, zip(*parts, strict=True))
    if any(part.shape[1] != width for part in answers):
        raise DamagedTally(f"Edition {edition}: the rows are not {width} bytes long.")
    # No bits at all stand for "nothing rests on children's words alone".
    told = bits[0] if bits else []
    room = (len(layout) + 7) // 8 if any(part.shape[1] for part in told) else 0
    whose = np.concatenate(at)
    region, kind, institution, _day = ids[:, whose]
    return Rows(
        edition,
        layout,
        _together(answers),
        region,
        kind,
        institution,
        _together([_widened(part, room) for part in told]) if room else np.zeros((len(region), 0), np.uint8),
        np.zeros(0, bool) if newest is None else newest[whose],
    )


def _together(parts: list[Bytes]) -> Bytes:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _widened(bits: Bytes, room: int) -> Bytes:
    return np.pad(bits, ((0, 0), (0, room - bits.shape[1]))) if bits.shape[1] < room else bits[:, :room]


def places_of(layout: Layout, kind: str = SINGLE) -> list[Place]:
    """The single (or multiple) places of a layout, in printed order."""
    return [place for place in layout if place["kind"] == kind]


def values_of(layout: Layout) -> int:
    """How many byte values a single place can take: never asked, skipped and the longest list of choices."""
    return FIRST + max((len(place["codes"]) for place in places_of(layout)), default=0)


def cube(rows: Rows, group: Numbers, groups: int) -> Numbers:
    """Counts [group, single place, byte value]: one `bincount`, a chunk of rows at a time.

    `group` holds for each row its place among `groups` (region x kind, kind alone, one for all). Raises DamagedTally where a
    byte is no value of its place.
    """
    places, values = places_of(rows.layout), values_of(rows.layout)
    offsets = np.array([place["offset"] for place in places], np.intp)
    whole = len(offsets) == rows.packed.shape[1]
    cells = len(places) * values
    total = np.zeros(groups * cells, np.int64)
    first_cell = np.arange(len(places), dtype=np.int64) * values
    for start in range(0, len(rows), CHUNK):
        part = rows.packed[start : start + CHUNK]
        bytes_ = part if whole else part[:, offsets]
        if bytes_.size and int(bytes_.max()) >= values:
            raise DamagedTally(f"Edition {rows.edition}: a byte stands for no choice.")
        keys = (group[start : start + CHUNK, None] * cells + first_cell) + bytes_
        total += np.bincount(keys.ravel(), minlength=groups * cells)
    return total.reshape(groups, len(places), values)


def numbered(*ids: Numbers) -> tuple[list[tuple[int, ...]], Numbers]:
    """The distinct combinations of ids, and for each row the place of its own among them."""
    together = np.stack(ids)
    key = together[0]
    for more in together[1:]:
        key = key * (int(more.max(initial=0)) + 1) + more
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    return [tuple(column) for column in together[:, first].T.tolist()], place.reshape(-1).astype(np.int64)


def distinct(mask: NDArray[np.bool_], unit: Numbers, units: int) -> NDArray[np.bool_]:
    """[unit, column]: whether any row of the unit (an institution) has the column's mask set."""
    seen = np.zeros((units, mask.shape[1]), bool)
    order = np.argsort(unit, kind="stable")
    if len(order):
        starts = np.flatnonzero(np.r_[True, np.diff(unit[order]) > 0])
        seen[unit[order][starts]] = np.logical_or.reduceat(mask[order], starts, axis=0)
    return seen


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


def spreads(shares: Numbers) -> list[Spread]:
    """How several counts lie over the same institutions: [count, institution]."""
    if shares.shape[1] == 0:
        return [Spread() for _ in shares]
    top = np.partition(np.pad(shares, ((0, 0), (1, 0))), -2, axis=1)[:, -2:]
    columns = shares.sum(axis=1), np.count_nonzero(shares, axis=1), top[:, 1], top[:, 0]
    return [Spread(*one) for one in zip(*(column.tolist() for column in columns), strict=True)]


class Heard:
    """What was answered to one question, by institution: never by child.

    `unit` numbers the institution of each row among `units`; several editions of a question may be added together.
    """

    def __init__(self, units: int) -> None:
        self.units = units
        self._parts: list[tuple[Place, Bytes, Numbers]] = []

    def add(self, rows: Rows, place: Place, unit: Numbers) -> None:
        at = place["offset"]
        self._parts.append((place, rows.packed[:, at : at + place["width"]], unit))

    def any_of(self, codes: Sequence[str]) -> Numbers:
        """Per institution: interviews in which at least one of these choices was made. A child is counted once."""
        return self._count(lambda place, bytes_: chosen(place, bytes_, codes))

    def state(self, *states: int) -> Numbers:
        """Per institution: interviews in which the question is in one of these states (never asked, skipped)."""
        return self._count(lambda place, bytes_: np.isin(bytes_[:, 0], states))

    def _count(self, select: Any) -> Numbers:
        total = np.zeros(self.units, np.int64)
        for place, bytes_, unit in self._parts:
            total += np.bincount(unit[select(place, bytes_)], minlength=self.units)
        return total


def chosen(place: Place, bytes_: Bytes, codes: Sequence[str]) -> NDArray[np.bool_]:
    """Whether at least one of these choices was made, row by row. `bytes_`: the columns of the place."""
    values = [place["codes"][code] for code in codes if code in place["codes"]]
    if place["kind"] == SINGLE:
        return np.isin(bytes_[:, 0], values)
    wanted = np.zeros(bytes_.shape[1], np.uint8)
    for bit in values:
        wanted[1 + bit // 8] |= 1 << bit % 8
    return (bytes_[:, 0] >= FIRST) & (bytes_ & wanted).any(axis=1)

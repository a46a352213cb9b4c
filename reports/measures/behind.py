"""The visits behind a figure, for whoever may read them: the way from a number back to what was written down."""

from dataclasses import dataclass

from django.db.models import QuerySet

from visits.models import Visit

from .. import tallies
from .grounds import visits_of
from .reach import Reached
from .table import Row
from .wanted import PLACES, Wanted

FIELD = {"region": "region__iso", "kind": "institution_kind__code", "authority": "institution__authority__code"}
SHOWN = 50


@dataclass(frozen=True)
class Behind:
    """The newest visits that the reader may open, and how many of those counted they may not."""

    visits: tuple[Visit, ...]
    more: int
    closed: int


def visits_behind(wanted: Wanted, row: Row, reached: Reached) -> Behind:
    """Visits of the row's places and years. Three queries a year.

    The number of those closed to the reader is told only where some are open: visits are never counted below the table's own base.
    """
    years = [int(row.key)] if wanted.by == "year" and row.key.isdigit() else list(wanted.years)
    readable: list[Visit] = []
    counted = 0
    for year in years:
        own = _of_row(visits_of(year, reached), wanted, row, year)
        counted += own.count()
        seen = Visit.objects.readable_by(reached.user).filter(pk__in=own.order_by().values("pk"))
        readable += seen.select_related("institution", "region").newest_first()
    readable.sort(key=lambda visit: (visit.first_day, visit.pk), reverse=True)
    return Behind(tuple(readable[:SHOWN]), max(len(readable) - SHOWN, 0), counted - len(readable))


def _of_row(visits: "QuerySet[Visit]", wanted: Wanted, row: Row, year: int) -> "QuerySet[Visit]":
    if wanted.visits == "latest":
        visits = Visit.objects.filter(pk__in=tallies.newest_of_each(visits).order_by().values("pk"))
    for dimension, code in wanted.narrowed.items():
        visits = visits.filter(**{FIELD[dimension]: code})
    if wanted.by in PLACES and row.places:
        visits = visits.filter(**{f"{FIELD[wanted.by]}__in": row.places})
    return visits

"""How much was seen: visits and institutions against the register, refused ones beside. Never hidden (R2)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from institutions.models import Institution
from visits.models import Visit

from ..coverage import register_of
from ..disclosure import Rules
from ..rounding import percent
from .grounds import Names
from .phrases import head, unknown_place
from .reach import Reached
from .table import EMPTY, Column, Row, Table, refusal
from .wanted import PLACES, Wanted

# dimension -> its field in visits, and in the register
FIELDS = {
    "region": ("region_id", "region_id"),
    "kind": ("institution_kind_id", "kind_id"),
    "authority": ("institution__authority_id", "authority_id"),
}
IN = Q(access__in=("granted", "delayed"))


def table(wanted: Wanted, reached: Reached, rules: Rules) -> Table:
    """The table that was asked for: seven queries, and two a year by year."""
    names = Names.read()
    box = names.box(wanted)
    if box is None:
        return refusal(unknown_place())
    narrowed = {name: number for name, number in zip(PLACES, box, strict=True) if number is not None}
    visits = Visit.objects.accepted().filter(reached.visits(), year__gte=wanted.first, year__lte=wanted.last)
    visits = visits.filter(**{FIELDS[name][0]: number for name, number in narrowed.items()})
    registers = {
        year: register_of(year)
        .filter(reached.institutions())
        .filter(**{FIELDS[name][1]: number for name, number in narrowed.items()})
        for year in wanted.years
    }
    total = _line("all", _("All"), _counted(visits, "")[None], _open_in(registers.values()))
    if wanted.by == "year":
        counted = _counted(visits, "year")
        rows = [
            _line(str(year), str(year), counted.get(year, {}), registers[year].count())
            for year in wanted.years
            if year in counted or registers[year].exists()
        ]
    elif wanted.by:
        counted, register = (
            _counted(visits, FIELDS[wanted.by][0]),
            _registered(registers.values(), FIELDS[wanted.by][1]),
        )
        rows = [
            _line(code, name, counted.get(number, {}), register[number], (code,))
            for number, (code, name) in names.of[wanted.by].items()
            if number in counted or register[number]
        ]
    else:
        rows = []
    return Table(
        title=_("Coverage"),
        definition=_("Accepted visits in which the team got in, and the institutions that they saw."),
        base=_("Institutions of the register that were open on any day of the period."),
        head=head(wanted.by),
        columns=(
            Column("percent", _("Seen, of the register"), "percent"),
            Column("seen", _("Institutions seen")),
            Column("register", _("Institutions in the register")),
            Column("visits", _("Visits")),
            Column("unannounced", _("of them unannounced"), minor=True),
            Column("delayed", _("Let in late"), minor=True),
            Column("refused", _("Refused at the gate")),
        ),
        rows=tuple(rows),
        total=total,
        notes=(_("Counts of visits and of the register are never hidden."),),
        key=(("good", _("seen")), ("beside", _("not seen"))),
    )


def _counted(visits: "QuerySet[Visit]", field: str) -> dict[Any, Mapping[str, int]]:
    """One query: the counts by a field, or of all under None."""
    sums = {
        "visits": Count("pk", filter=IN),
        "seen": Count("institution", distinct=True, filter=IN),
        "unannounced": Count("pk", filter=IN & Q(announced=False)),
        "delayed": Count("pk", filter=Q(access="delayed")),
        "refused": Count("pk", filter=Q(access="refused")),
    }
    rows = visits.order_by()
    if not field:
        return {None: rows.aggregate(**sums)}
    return {row[field]: row for row in rows.values(field).annotate(**sums)}


def _all_of(registers: Iterable[QuerySet[Institution]]) -> Q:
    condition = Q(pk__in=())
    for register in registers:
        condition |= Q(pk__in=register.order_by().values("pk"))
    return condition


def _open_in(registers: Iterable[QuerySet[Institution]]) -> int:
    return Institution.objects.filter(_all_of(registers)).count()


def _registered(registers: Iterable[QuerySet[Institution]], field: str) -> Counter[int]:
    rows = Institution.objects.filter(_all_of(registers)).order_by().values(field).annotate(n=Count("pk"))
    return Counter({row[field]: row["n"] for row in rows})


def _line(key: str, label: str, counted: Mapping[str, int], register: int, places: tuple[str, ...] = ()) -> Row:
    seen = counted.get("seen", 0)
    share = percent(seen, register)
    values = (
        EMPTY if share is None else share,
        seen,
        register,
        *(counted.get(name, 0) for name in ("visits", "unannounced", "delayed", "refused")),
    )
    return Row(key, label, values, places=places, bar=((seen, "good"), (max(register - seen, 0), "beside")))

"""How much was seen: visits, institutions, regions and kinds against the register. Counts of this room are never hidden.

Read by figures.py. Visits are accepted ones in which the team got in; visits refused at the gate are counted by themselves.
The number of interviews stands nationally only, and only where it may (disclosure.py).
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from institutions.models import Headcount, Institution, InstitutionKind, Region
from visits.models import Participation, Visit

from . import tallies
from .content import Coverage, KindLine, PlaceLine, RegionLine, YearLine, in_three_languages
from .disclosure import Rules, interviews_may_be_counted

YEARS_SHOWN = 5


def register_of(year: int) -> QuerySet[Institution]:
    """Institutions that were open on any day of the year (an unknown date counts as open)."""
    return Institution.objects.filter(
        Q(opened_on__isnull=True) | Q(opened_on__lte=date(year, 12, 31)),
        Q(closed_on__isnull=True) | Q(closed_on__gt=date(year, 1, 1)),
    )


def regions_of(year: int) -> QuerySet[Region]:
    """Regions that existed on the last day of the year."""
    day = date(year, 12, 31)
    return Region.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    ).order_by("sort_key", "pk")


def coverage(year: int, rules: Rules) -> Coverage:
    """The chapter on coverage."""
    accepted = Visit.objects.accepted().in_year(year)
    inside = accepted.exclude(access=Visit.Access.REFUSED)
    sums: dict[str, int] = accepted.aggregate(
        visits=Count("pk", filter=~Q(access="refused")),
        institutions_visited=Count("institution", distinct=True, filter=~Q(access="refused")),
        regions_visited=Count("region", distinct=True, filter=~Q(access="refused")),
        organisations=Count("organisation", distinct=True),
        unannounced=Count("pk", filter=Q(announced=False) & ~Q(access="refused")),
        granted=Count("pk", filter=Q(access="granted")),
        delayed=Count("pk", filter=Q(access="delayed")),
        refused=Count("pk", filter=Q(access="refused")),
    )
    interviews = tallies.interviews_held(year)
    counted = interviews_may_be_counted(interviews, rules)
    regions = list(regions_of(year))
    return Coverage(
        visits=sums["visits"],
        institutions_visited=sums["institutions_visited"],
        register=register_of(year).count(),
        regions=len(regions),
        regions_visited=sums["regions_visited"],
        organisations=sums["organisations"],
        monitors=Participation.objects.filter(visit__in=accepted).aggregate(n=Count("user", distinct=True))["n"],
        announced=sums["visits"] - sums["unannounced"],
        unannounced=sums["unannounced"],
        granted=sums["granted"],
        delayed=sums["delayed"],
        refused=sums["refused"],
        children_present=_children_present(year, inside),
        interviews=interviews.total if counted else None,
        institutions_with_interviews=interviews.institutions if counted else None,
        by_year=_by_year(year, rules),
        by_region=_by_region(year, accepted, regions),
        by_kind=_by_kind(year, accepted),
    )


def _children_present(year: int, visits: QuerySet[Visit]) -> int | None:
    """Children counted by monitors in the places visited, the newest count of the year for each; None without any."""
    newest = Window(RowNumber(), partition_by=F("institution_id"), order_by=[F("on").desc(), F("pk").desc()])
    counts = Headcount.objects.filter(
        institution__in=visits.values("institution"), source=Headcount.Source.VISIT, on__year=year
    ).annotate(place=newest)
    last = Headcount.objects.filter(pk__in=counts.filter(place=1).values("pk"))
    children: int | None = last.aggregate(n=Sum("children"))["n"]
    return children


def _by_year(year: int, rules: Rules) -> list[YearLine]:
    found = (
        Visit.objects.accepted()
        .exclude(access=Visit.Access.REFUSED)
        .filter(year__lte=year, year__gt=year - YEARS_SHOWN)
        .order_by()
        .values("year")
        .annotate(visits=Count("pk"), institutions=Count("institution", distinct=True))
    )
    lines = []
    for line in sorted(found, key=lambda line: line["year"]):
        held = tallies.interviews_held(line["year"])
        lines.append(
            YearLine(
                year=line["year"],
                visits=line["visits"],
                institutions_visited=line["institutions"],
                interviews=held.total if interviews_may_be_counted(held, rules) else None,
            )
        )
    return lines


def _counted_by(accepted: QuerySet[Visit], field: str) -> dict[int, dict[str, int]]:
    rows = (
        accepted.order_by()
        .values(field)
        .annotate(
            visits=Count("pk", filter=~Q(access="refused")),
            visited=Count("institution", distinct=True, filter=~Q(access="refused")),
            refused=Count("pk", filter=Q(access="refused")),
        )
    )
    return {row.pop(field): row for row in rows}


def _registered(year: int, field: str) -> Counter[int]:
    rows = register_of(year).order_by().values(field).annotate(n=Count("pk"))
    return Counter({row[field]: row["n"] for row in rows})


NOTHING = {"visits": 0, "visited": 0, "refused": 0}


def _by_region(year: int, accepted: QuerySet[Visit], regions: Iterable[Region]) -> list[RegionLine]:
    counted, register = _counted_by(accepted, "region"), _registered(year, "region")
    return [
        RegionLine(
            iso=region.iso,
            name=in_three_languages(region, "name"),
            short=in_three_languages(region, "short"),
            column=region.tile_column,
            row=region.tile_row,
            register=register[region.pk],
            **counted.get(region.pk, NOTHING),  # type: ignore[typeddict-item]
        )
        for region in regions
    ]


def _by_kind(year: int, accepted: QuerySet[Visit]) -> list[KindLine]:
    counted, register = _counted_by(accepted, "institution_kind"), _registered(year, "kind")
    return [
        KindLine(
            code=kind.code,
            number=kind.number,
            name=in_three_languages(kind, "name"),
            plural=in_three_languages(kind, "plural"),
            register=register[kind.pk],
            interval_months=kind.visit_interval_months,
            **counted.get(kind.pk, NOTHING),  # type: ignore[typeddict-item]
        )
        for kind in InstitutionKind.objects.order_by("number")
        if kind.pk in counted or register[kind.pk]
    ]


def places_visited(year: int) -> list[PlaceLine]:
    """Kinds of places visited, by region: never an institution's name."""
    inside = Visit.objects.accepted().in_year(year).exclude(access=Visit.Access.REFUSED)
    rows = inside.order_by().values("institution_kind", "region").annotate(visited=Count("institution", distinct=True))
    kinds, regions = InstitutionKind.objects.in_bulk(), Region.objects.in_bulk()
    ordered = sorted(rows, key=lambda row: (kinds[row["institution_kind"]].number, regions[row["region"]].sort_key))
    return [
        PlaceLine(
            kind_code=kinds[row["institution_kind"]].code,
            kind=in_three_languages(kinds[row["institution_kind"]], "plural"),
            region_iso=regions[row["region"]].iso,
            region=in_three_languages(regions[row["region"]], "name"),
            visited=row["visited"],
        )
        for row in ordered
    ]

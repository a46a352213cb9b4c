"""What published statistics of others know of the fifteen indicators, as they stand: nothing is corrected or filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from institutions.models import OfficialFigure

from ..rounding import percent
from .values import JusticeValue, Unit

# Children living in the country, by year. Not among the figures the product comes with.
POPULATION = "child_population"
# Number -> series printed as they are, and their unit.
SERIES: dict[int, tuple[tuple[str, Unit], ...]] = {
    1: (("police_register_children", "children"),),
    2: (("special_education_children", "children"), ("special_regime_children", "children")),
    7: (("held_with_adults", "percent"),),
    9: (("convicted_minors", "children"),),
    10: (("conciliation_closed", "cases"),),
    12: (("npm_visits", "visits"), ("child_institution_inspections", "institutions")),
}
PROBATION, IMPRISONED = "juvenile_probation", {"outcome": "imprisoned"}


@dataclass(frozen=True)
class Published:
    """Official figures of the years up to one, in published order."""

    totals: Mapping[str, list[OfficialFigure]]
    imprisoned: list[tuple[OfficialFigure, OfficialFigure]]

    @classmethod
    def until(cls, year: int) -> "Published":
        """Reads those of the year and before it."""
        wanted = {POPULATION, PROBATION, *(code for series in SERIES.values() for code, _unit in series)}
        rows = list(OfficialFigure.objects.filter(series__in=wanted, year__lte=year).order_by("year", "row"))
        totals: dict[str, list[OfficialFigure]] = {}
        for row in rows:
            if not row.dimensions:
                totals.setdefault(row.series, []).append(row)
        return cls(
            totals,
            [
                (part, whole)
                for whole in totals.get(PROBATION, [])
                for part in rows
                if part.series == PROBATION
                and part.dimensions == IMPRISONED
                and (part.year, part.source_en) == (whole.year, whole.source_en)
            ],
        )

    @property
    def population(self) -> OfficialFigure | None:
        """The newest number of children in the country."""
        return next(iter(reversed(self.totals.get(POPULATION, []))), None)


def values(official: Published) -> dict[int, list[JusticeValue]]:
    """Number -> what was published, oldest first."""
    found: dict[int, list[JusticeValue]] = {}
    for number, series in SERIES.items():
        found[number] = [
            JusticeValue(str(row.label), row.year, _whole(row.value), unit, str(row.source), own=False)
            for code, unit in series
            for row in official.totals.get(code, [])
        ]
    for part, whole in official.imprisoned:
        share = percent(int(part.value), int(whole.value))
        if share is not None:
            found[9].append(
                JusticeValue(
                    f"{whole.label}: {part.part}",
                    part.year, share, "percent", str(part.source), own=False, numerator=int(part.value),
                    base=int(whole.value), note=_("The share is ours; the source prints the two numbers."),
                )
            )  # fmt: skip
    return found


def _whole(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value

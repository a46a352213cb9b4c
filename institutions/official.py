"""Official figures of others: series as tables, contradictions between sources, totals that their parts miss. Pure.

Nothing is corrected or hidden (DESIGN glossary, OfficialFigure). `reports` prints the same findings in the annual report.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

# Units as the sources use them, in the reader's language.
UNITS = {
    "cases": _("cases"),
    "channels": _("channels"),
    "children": _("children"),
    "institutions": _("institutions"),
    "officials": _("officials"),
    "percent": _("percent"),
    "persons": _("persons"),
    "visits": _("visits"),
}
# Series that together should make another one: total -> parts.
SUMS = {"special_schools_children": ("special_education_children", "special_regime_children")}


class Row(Protocol):
    """What is read of an OfficialFigure."""

    series: str
    year: int
    dimensions: Any
    value: Decimal
    unit: str
    source_en: str
    row: int

    @property
    def label(self) -> Any: ...
    @property
    def split(self) -> Any: ...
    @property
    def part(self) -> Any: ...
    @property
    def source(self) -> Any: ...


@dataclass(frozen=True)
class Claim:
    """One value and who says it."""

    value: Decimal
    source: str


@dataclass(frozen=True)
class Contradiction:
    """Sources that say different things of the same year and part."""

    series: str
    label: str
    year: int
    part: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Gap:
    """A published total and parts of it that do not sum to it. `by`: what it is split by; "" = by other series."""

    series: str
    label: str
    year: int
    by: str
    total: Decimal
    parts: tuple[Decimal, ...]
    source: str

    @property
    def sum(self) -> Decimal:
        return sum(self.parts, Decimal(0))

    @property
    def missing(self) -> Decimal:
        """Total less sum: positive when the parts fall short."""
        return self.total - self.sum


@dataclass(frozen=True)
class Line:
    """One line of a series' table: the total, or a part of a split; one value per year, None where none was published."""

    split: str
    part: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Series:
    """A series as one source published it."""

    code: str
    label: str
    unit: str
    source: str
    years: tuple[int, ...]
    lines: tuple[Line, ...]
    contradictions: tuple[Contradiction, ...]
    gaps: tuple[Gap, ...]


def part_key(row: Row) -> tuple[tuple[str, str], ...]:
    """The dimensions of a row as a key; () = the total."""
    return tuple(sorted((str(name), str(part)) for name, part in dict(row.dimensions).items()))


def contradictions(rows: Iterable[Row]) -> list[Contradiction]:
    """The same series, year and part with different values in different sources (or twice in one)."""
    said: dict[Any, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.row):
        said[row.series, row.year, part_key(row)].append(row)
    return [
        Contradiction(
            series=claims[0].series,
            label=str(claims[0].label),
            year=claims[0].year,
            part=str(claims[0].part),
            claims=tuple(Claim(row.value, str(row.source)) for row in claims),
        )
        for claims in said.values()
        if len({row.value for row in claims}) > 1
    ]


def gaps(rows: Iterable[Row], sums: Mapping[str, tuple[str, ...]] = SUMS) -> list[Gap]:
    """Totals that the parts of one split, or the series that should make them up, do not reach or exceed."""
    ordered = sorted(rows, key=lambda row: row.row)
    totals = {(row.series, row.source_en, row.year): row for row in ordered if not row.dimensions}
    splits: dict[Any, list[Row]] = defaultdict(list)
    for row in ordered:
        if len(row.dimensions) == 1:
            splits[row.series, row.source_en, row.year, next(iter(row.dimensions))].append(row)
    found = []
    for (series, source, year, _name), parts in splits.items():
        total = totals.get((series, source, year))
        if total is not None:
            found.append(_gap(total, parts, str(parts[0].split)))
    for code, names in sums.items():
        for (series, source, year), total in totals.items():
            parts = [totals[name, source, year] for name in names if (name, source, year) in totals]
            if series == code and len(parts) == len(names):
                found.append(_gap(total, parts, ""))
    return [gap for gap in found if gap.missing]


def _gap(total: Row, parts: list[Row], by: str) -> Gap:
    return Gap(
        series=total.series,
        label=str(total.label),
        year=total.year,
        by=by,
        total=total.value,
        parts=tuple(part.value for part in parts),
        source=str(total.source),
    )


def tables(rows: Iterable[Row]) -> list[Series]:
    """Every series of every source as a table, in published order, with what is wrong in it."""
    ordered = sorted(rows, key=lambda row: row.row)
    clashes, holes = contradictions(ordered), gaps(ordered)
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in ordered:
        groups[row.series, row.source_en].append(row)
    made = []
    for (series, _source), group in groups.items():
        years = tuple(sorted({row.year for row in group}))
        values = {(part_key(row), row.year): row.value for row in group}
        first: dict[Any, Row] = {}
        for row in group:
            first.setdefault(part_key(row), row)
        source = str(group[0].source)
        made.append(
            Series(
                code=series,
                label=str(group[0].label),
                unit=str(UNITS.get(group[0].unit, group[0].unit)),
                source=source,
                years=years,
                lines=tuple(
                    Line(str(row.split), str(row.part), tuple(values.get((key, year)) for year in years))
                    for key, row in first.items()
                ),
                contradictions=tuple(clash for clash in clashes if clash.series == series),
                gaps=tuple(hole for hole in holes if hole.series == series and hole.source == source),
            )
        )
    return made

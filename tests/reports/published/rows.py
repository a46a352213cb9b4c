"""Published values in the shape that institutions/official.py reads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass
class Published:
    """One published value; `dimensions` empty = the total."""

    series: str
    year: int
    value: Decimal
    dimensions: dict[str, str] = field(default_factory=dict)
    source_en: str = "the source"
    unit: str = "children"
    row: int = 1

    @property
    def label(self) -> str:
        return self.series

    @property
    def split(self) -> str:
        return next(iter(self.dimensions), "")

    @property
    def part(self) -> str:
        return next(iter(self.dimensions.values()), "")

    @property
    def source(self) -> str:
        return self.source_en


def table(
    series: str, years: Sequence[int], by: str, parts: Mapping[str, Sequence[int]], totals: Iterable[int]
) -> list[Published]:
    """A table with one line per part and one column per year, and its published totals."""
    made = [
        Published(series, year, Decimal(value), {by: part})
        for part, values in parts.items()
        for year, value in zip(years, values, strict=True)
    ]
    made += [Published(series, year, Decimal(total)) for year, total in zip(years, totals, strict=True)]
    for number, row in enumerate(made):
        row.row = number
    return made

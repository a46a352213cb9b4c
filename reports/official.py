"""Official statistics as the report prints them: series by series, with their contradictions. Read by figures.py."""

from itertools import groupby
from typing import Any

from institutions.models import OfficialFigure

from .content import in_three_languages


def official_figures() -> dict[str, Any]:
    """Every series of somebody else's statistics, in the order of the source's rows."""
    rows = sorted(OfficialFigure.objects.all(), key=lambda row: (row.series, row.source, row.row))
    series = [_series(list(group)) for _, group in groupby(rows, key=lambda row: (row.series, row.source))]
    return {"series": series, "contradictions": []}


def _series(rows: list[OfficialFigure]) -> dict[str, Any]:
    first = rows[0]
    return {
        "series": first.series,
        "label": in_three_languages(first, "label"),
        "unit": first.unit,
        "rows": [{"year": row.year, "dimensions": row.dimensions, "value": _plain(row.value)} for row in rows],
        "source": first.source,
        "note": " ".join(dict.fromkeys(row.note for row in rows if row.note)),
    }


def _plain(value: Any) -> int | float:
    """A whole number stays whole in JSON."""
    return int(value) if value == int(value) else float(value)

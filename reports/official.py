"""Official statistics as the report prints them: series by series, with their contradictions. Read by figures.py.

What contradicts what is found by institutions/official.py; here it is only written down in three languages.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils import translation

from institutions.models import OfficialFigure
from institutions.official import SUMS, UNITS, Contradiction, Gap, contradictions, gaps

from .content import LANGUAGES, Text, in_three_languages


def official_figures() -> dict[str, Any]:
    """Every series of somebody else's statistics, and where they do not add up. Values are decimal texts."""
    rows = list(OfficialFigure.objects.order_by("row"))
    in_order = sorted(rows, key=lambda row: (row.series, row.source_en, row.row))
    series = [_series(list(group)) for _key, group in groupby(in_order, key=lambda row: (row.series, row.source_en))]
    series.sort(key=lambda one: one.pop("first"))
    return {"series": series, "contradictions": [*_gaps(rows), *_clashes(rows)]}


def _series(rows: list[OfficialFigure]) -> dict[str, Any]:
    first = rows[0]
    return {
        "first": first.row,
        "series": first.series,
        "label": in_three_languages(first, "label"),
        "unit": _in_languages(lambda: str(UNITS.get(first.unit, first.unit))),
        "rows": [
            {"year": row.year, "dimensions": in_three_languages(row, "part"), "value": plain(row.value)} for row in rows
        ],
        "source": in_three_languages(first, "source"),
        "note": " ".join(dict.fromkeys(row.note for row in rows if row.note)),
    }


def _gaps(rows: Sequence[OfficialFigure]) -> list[dict[str, Any]]:
    """Totals that their parts miss."""
    found = _found(lambda: gaps(rows))
    return [
        {
            "kind": "sum",
            "series": gap["en"].series,
            "label": _text(gap, "label"),
            "by": _text(gap, "by"),
            "year": gap["en"].year,
            "total": plain(gap["en"].total),
            "sum_of_parts": plain(gap["en"].sum),
            "difference": plain(gap["en"].missing),
            "parts": [{"label": label, "value": plain(value)} for label, value in _parts(rows, gap["en"])],
            "source": _text(gap, "source"),
        }
        for gap in found
    ]


def _parts(rows: Sequence[OfficialFigure], gap: Gap) -> list[tuple[Text, Decimal]]:
    of_year = [row for row in rows if row.year == gap.year and row.source_en == gap.source]
    if gap.by:
        own = [
            row for row in of_year if row.series == gap.series and row.split_en == gap.by and len(row.dimensions) == 1
        ]
        return [(in_three_languages(row, "part"), row.value) for row in own]
    names = SUMS[gap.series]
    return [
        (in_three_languages(row, "label"), row.value) for row in of_year if row.series in names and not row.dimensions
    ]


def _clashes(rows: Sequence[OfficialFigure]) -> list[dict[str, Any]]:
    """Sources that say different things of the same."""
    found = _found(lambda: contradictions(rows))
    lines = []
    for clash in found:
        first, second = clash["en"].claims[:2]
        sources = [
            {language: clash[language].claims[at].source for language in LANGUAGES}
            for at in range(len(clash["en"].claims))
        ]
        lines.append(
            {
                "kind": "sources",
                "series": clash["en"].series,
                "label": _text(clash, "label"),
                "by": _text(clash, "part"),
                "year": clash["en"].year,
                "total": plain(first.value),
                "sum_of_parts": plain(second.value),
                "difference": plain(abs(first.value - second.value)),
                "parts": [
                    {"label": source, "value": plain(claim.value)}
                    for source, claim in zip(sources, clash["en"].claims, strict=True)
                ],
                "source": sources[0],
            }
        )
    return lines


def _found(find: Callable[[], Sequence[Gap] | Sequence[Contradiction]]) -> list[dict[str, Any]]:
    """What was found, each with its words in every language; the order does not depend on the language."""
    by_language = {}
    for language in LANGUAGES:
        with translation.override(language):
            by_language[language] = find()
    return [{language: by_language[language][at] for language in LANGUAGES} for at in range(len(by_language["en"]))]


def _text(found: dict[str, Any], name: str) -> Text:
    return {language: getattr(found[language], name) for language in LANGUAGES}


def _in_languages(say: Callable[[], str]) -> Text:
    said = {}
    for language in LANGUAGES:
        with translation.override(language):
            said[language] = say()
    return said


def plain(value: Decimal) -> str:
    """A decimal without empty places: "95", "0.3"."""
    return f"{value.normalize():f}"

"""The lines of the checklists that a table counts, one indicator or many, over all editions in use. Read by checklist.py.

Editions that a crosswalk joins are counted together, under the newest in use in the whole period (lineage.py). What none joins
is another indicator though its code be the same: its answers stay out, and the table says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from visits.models import Choice, Edition, Indicator

from .. import tallies
from ..lineage import Line, editions_in_use, lines
from .grounds import Mask, Units, places_of


@dataclass
class Asked:
    """One indicator over the years: its choices, and what was answered, in the order of `choices`."""

    indicator: Indicator
    choices: Sequence[Choice]
    editions: list[Edition]
    units: dict[int, Units] = field(default_factory=dict)
    # year -> whether the answer rests on children's words alone
    told: dict[int, Mask] = field(default_factory=dict)

    @property
    def childrens_words(self) -> bool:
        return self.indicator.children_only or any(mask.any() for mask in self.told.values())

    @property
    def judges(self) -> Mask:
        """Which of the choices judge."""
        return np.array([choice.role == Choice.Role.JUDGED for choice in self.choices], bool)

    def judged(self, year: int) -> Mask:
        """Which of the year's answers judge."""
        return self.judges[self.units[year].value]

    def named_in(self) -> tuple[str, ...]:
        """The editions that asked it, in words."""
        return tuple(f"{edition.instrument.title}, {edition.number}" for edition in self.editions)


def asked(
    rows: Mapping[int, Sequence[tallies.Rows]], answers_for: Mapping[int, int], *, code: str = "", section: str = ""
) -> list[Asked]:
    """The indicators of these years' tallies in printed order: of a code, of a section, or all.

    Five queries: editions, crosswalks, scales, indicators with their sections.
    """
    editions = editions_in_use(part.edition for parts in rows.values() for part in parts)
    counted_as = lines(editions)
    found = _empty(editions, counted_as, code, section)
    sources = _sources(editions, counted_as)
    for year, parts in rows.items():
        places = [places_of(part, answers_for) for part in parts]
        for line, one in found.items():
            one.units[year], one.told[year] = _units(one, sources[line], parts, places)
    return list(found.values())


def _sources(editions: Iterable[Edition], counted_as: Mapping[Line, Line]) -> dict[Line, dict[int, str]]:
    """line -> edition -> the code under which that edition asked it"""
    sources: dict[Line, dict[int, str]] = {}
    for (edition, code), line in counted_as.items():
        sources.setdefault(line, {})[edition] = code
    return sources


def _empty(editions: Sequence[Edition], counted_as: Mapping[Line, Line], code: str, section: str) -> dict[Line, Asked]:
    scales: dict[int, list[Choice]] = {}
    for choice in Choice.objects.filter(edition__in=editions, question=None).order_by("order"):
        scales.setdefault(choice.edition_id, []).append(choice)
    indicators = (
        Indicator.objects.filter(edition__in=editions).select_related("section").order_by("section__order", "order")
    )
    by_edition: dict[int, list[Indicator]] = {}
    for indicator in indicators:
        if (not code or indicator.code == code) and (not section or indicator.section.code == section):
            by_edition.setdefault(indicator.edition_id, []).append(indicator)
    targets, sources = set(counted_as.values()), _sources(editions, counted_as)
    found: dict[Line, Asked] = {}
    for edition in editions:
        for indicator in by_edition.get(edition.pk, []):
            line = (edition.pk, indicator.code)
            if line in targets:
                used = [other for other in editions if other.pk in sources[line]]
                found[line] = Asked(indicator, scales.get(edition.pk, []), used)
    return found


def _units(
    one: Asked, sources: Mapping[int, str], parts: Sequence[tallies.Rows], places: Sequence[np.ndarray]
) -> tuple[Units, Mask]:
    """The answers of one year. A visit whose kind of institution is never asked, or that left it open, is no unit."""
    order = {choice.code: at for at, choice in enumerate(one.choices)}
    columns: list[tuple[np.ndarray, ...]] = []
    for part, place in zip(parts, places, strict=True):
        if part.edition not in sources:
            continue
        column, at = next((at, one) for at, one in enumerate(part.layout) if one["code"] == sources[part.edition])
        value_of = np.full(256, -1, np.int64)
        for choice, byte in at["codes"].items():
            value_of[byte] = order[choice]
        value = value_of[part.packed[:, at["offset"]]]
        told = tallies.rests_on_children(part)[:, column]
        columns.append(tuple(one[value >= 0] for one in (part.institution, place, part.newest, value, told)))
    if not columns:
        none = np.zeros(0, np.int64)
        return Units(none, np.zeros((0, 3), np.int64), none.astype(bool), none), none.astype(bool)
    institution, at_places, newest, values, words = (np.concatenate(column) for column in zip(*columns, strict=True))
    return Units(institution, at_places, newest, values), words

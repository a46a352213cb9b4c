"""The visits behind the checklist's figures, year by year, and which places may stand alone. Read by the rooms of measures.

Every visit counted in a year is either the latest of its institution in that year or an earlier one. The two layers share no
visit, nor do two years; so if each layer of each year is safe by itself (isolation.py), every sum over years and layers is. A
figure of "latest" is the first layer; one of "all visits" is both, and is printed where both may be.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from institutions.models import Authority, Institution, InstitutionKind, Region
from visits.models import Visit

from .. import tallies
from ..disclosure import Rules
from .isolation import Box, safe_boxes
from .reach import Reached
from .wanted import PLACES, Wanted

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
EVERYWHERE: Box = (None, None, None)


@dataclass(frozen=True)
class Names:
    """The regions, kinds and authorities of the register by number: code and name, in printed order."""

    of: Mapping[str, Mapping[int, tuple[str, str]]]

    @classmethod
    def read(cls) -> "Names":
        """Three queries."""
        return cls(
            {
                "region": {one.pk: (one.iso, str(one)) for one in Region.objects.order_by("sort_key", "pk")},
                "kind": {one.pk: (one.code, str(one.plural)) for one in InstitutionKind.objects.order_by("number")},
                "authority": {one.pk: (one.code, str(one)) for one in Authority.objects.order_by("order", "code")},
            }
        )

    def number(self, dimension: str, code: str) -> int | None:
        return next((pk for pk, (own, _name) in self.of[dimension].items() if own == code), None)

    def box(self, wanted: Wanted) -> Box | None:
        """The box that the table is narrowed to; None if a code is unknown."""
        box: list[int | None] = []
        for dimension in PLACES:
            code = wanted.narrowed.get(dimension, "")
            number = self.number(dimension, code) if code else None
            if code and number is None:
                return None
            box.append(number)
        return tuple(box)

    def codes(self, dimension: str, numbers: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.of[dimension][number][0] for number in self.in_order(dimension, numbers))

    def words(self, dimension: str, numbers: Iterable[int]) -> str:
        return ", ".join(self.of[dimension][number][1] for number in self.in_order(dimension, numbers))

    def in_order(self, dimension: str, numbers: Iterable[int]) -> list[int]:
        wanted = set(numbers)
        return [number for number in self.of[dimension] if number in wanted]


@dataclass(frozen=True)
class Units:
    """Rows of one year: whose institution, at which places [row, region kind authority], which layer, and what was counted."""

    institution: Numbers
    places: Numbers
    newest: Mask
    value: Numbers

    def of(self, mask: Mask) -> "Units":
        return Units(self.institution[mask], self.places[mask], self.newest[mask], self.value[mask])

    def within(self, box: Box) -> Mask:
        inside = np.ones(len(self.institution), bool)
        for at, category in enumerate(box):
            if category is not None:
                inside &= self.places[:, at] == category
        return inside


def visits_of(year: int, reached: Reached) -> "QuerySet[Visit]":
    """Accepted visits of the year, within the person's reach, in which the team got in."""
    accepted = Visit.objects.accepted().in_year(year).exclude(access=Visit.Access.REFUSED)
    return accepted if reached.everything else accepted.filter(reached.visits())


def authorities() -> dict[int, int]:
    """The authority that answers for each institution of the register."""
    return dict(Institution.objects.order_by().values_list("pk", "authority_id"))


def places_of(rows: tallies.Rows, answers_for: Mapping[int, int]) -> Numbers:
    """[row, region kind authority]"""
    authority = np.fromiter(map(answers_for.__getitem__, rows.institution.tolist()), np.int64, len(rows))
    return np.stack([rows.region, rows.kind, authority], axis=1)


class Layers:
    """Which boxes may be printed, layer by layer; what was found once is kept. `width`: how far tables are narrowed at most."""

    def __init__(self, rules: Rules, width: int) -> None:
        self.rules, self.width = rules, width
        self._found: dict[bytes, frozenset[Box]] = {}

    def safe(self, units: Units, among: Iterable[Box] | None = None) -> frozenset[Box]:
        """The boxes of these units that may stand side by side. Units counted alike are looked at once."""
        among = None if among is None else sorted(among, key=str)
        table = np.unique(np.c_[units.institution, units.places], axis=0)
        key = table.tobytes() + repr(among).encode()
        if key not in self._found:
            self._found[key] = safe_boxes(table[:, 0], table[:, 1:], self.rules, width=self.width, among=among)
        return self._found[key]


class Ground:
    """What may be printed of one measure's units over the years, and who stands together.

    `units`: year -> everything that was answered; `judged`: year -> which of it is in the base. Both must have three institutions.
    """

    def __init__(
        self, units: Mapping[int, Units], judged: Mapping[int, Mask], choice: tallies.Choice, layers: Layers
    ) -> None:
        self.units, self.judged, self.choice, self._layers = units, judged, choice, layers

    @cached_property
    def _safe(self) -> list[tuple[Units, frozenset[Box]]]:
        """For each layer of each year: its units, and the boxes of which they may be printed."""
        found = []
        for year, units in self.units.items():
            for layer in (units.newest, ~units.newest) if self.choice == "all" else (units.newest,):
                everyone = units.of(layer)
                in_base = units.of(layer & self.judged[year])
                found.append((everyone, self._layers.safe(in_base, self._layers.safe(everyone))))
        return found

    def may_print(self, box: Box) -> bool:
        """Whether the box is safe, or empty, in every layer that is counted, and not empty in all."""
        held = [bool(units.within(box).any()) for units, _safe in self._safe]
        return any(held) and all(not some or box in safe for some, (_units, safe) in zip(held, self._safe, strict=True))

    def counted(self, box: Box) -> list[Units]:
        """The units of the box, of the layers that count."""
        return [units.of(units.within(box)) for units, _safe in self._safe]

    def of_places(self, box: Box, dimension: str, group: Iterable[int]) -> list[Units]:
        """The units of some places of a dimension inside a box."""
        at = PLACES.index(dimension)
        return [units for number in group for units in self.counted((*box[:at], number, *box[at + 1 :]))]

    def lines(self, box: Box, dimension: str, names: Names) -> list[tuple[int, ...]]:
        """The places of a dimension inside a box: those that may stand alone, then the others together."""
        at = PLACES.index(dimension)
        inside = {number for units in self.counted(box) for number in np.unique(units.places[:, at]).tolist()}
        alone: list[int] = []
        together: list[int] = []
        for number in names.in_order(dimension, inside):
            here = (*box[:at], number, *box[at + 1 :])
            (alone if self.may_print(here) else together).append(number)
        return [*((number,) for number in alone), *([tuple(together)] if together else [])]


def summed(units: Sequence[Units], values: int) -> tuple[Numbers, int]:
    """How often each value was counted, and how many institutions stand behind."""
    counts = np.zeros(values, np.int64)
    for part in units:
        counts += np.bincount(part.value, minlength=values)
    institutions = np.unique(np.concatenate([part.institution for part in units] or [np.zeros(0, np.int64)]))
    return counts, len(institutions)

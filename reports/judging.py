"""Every line of the checklist over all visits of the year, some institutions at a time, before protection. Read by checked.py.

Of an institution only what it adds to counts and spreads is kept; by name it is known no longer than its block.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from visits.models import Choice

from . import tallies
from .checked import Behind, Judged, Places
from .lineage import Line
from .listening import added
from .spreads import Spreads

Ids = NDArray[np.int64]


class Judging:
    """Counts visits into lines. `named`: of so many institutions behind a place it is known which they are."""

    def __init__(self, counted_as: Mapping[Line, Line], judged: dict[Line, Judged], places: Places, named: int) -> None:
        self.editions: set[int] = set()
        self._counted_as, self._judged, self._places = counted_as, judged, places
        self._at = {line: at for at, line in enumerate(judged)}
        # A column for each line and choice that judges; those of a line stand together.
        self._columns: dict[tuple[Line, str], int] = {}
        self._own: dict[Line, slice] = {}
        for line, one in judged.items():
            first = len(self._columns)
            self._columns |= {(line, choice.code): first + at for at, choice in enumerate(one.judging)}
            self._own[line] = slice(first, len(self._columns))
        self._inside, self._rest = (Spreads.empty(len(self._columns), 1) for _each in range(2))
        self._institutions = np.zeros(len(judged), np.int64)
        self._region = _Behind(len(places.regions), len(judged), named)
        self._kind = _Behind(len(places.kinds), len(judged), named)

    def take(self, parts: list[tallies.Rows]) -> None:
        """Some more institutions, with all their visits."""
        institution, unit = np.unique(np.concatenate([part.institution for part in parts]), return_inverse=True)
        unit = unit.reshape(-1)
        table = np.concatenate([self._answers(part) for part in parts])
        counts = added(unit, len(institution), table)
        whole = np.zeros_like(counts)
        base = np.zeros((len(table), len(self._judged)), np.uint16)
        for line, own in self._own.items():
            whole[:, own] = counts[:, own].sum(axis=1, keepdims=True)
            base[:, self._at[line]] = table[:, own].any(axis=1)
        self._institutions += np.count_nonzero(added(unit, len(institution), base), axis=0)
        region = self._places.at_region[np.concatenate([part.region for part in parts])]
        kind = self._places.at_kind[np.concatenate([part.kind for part in parts])]
        self._region.add(base, region, unit, institution)
        self._kind.add(base, kind, unit, institution)
        self._rest.add(whole - counts)
        self._inside.add(counts)

    def _answers(self, part: tallies.Rows) -> NDArray[np.uint16]:
        """[visit, column]; counts the visits of one edition by place."""
        self.editions.add(part.edition)
        places = self._places
        region, kind = places.at_region[part.region], places.at_kind[part.kind]
        by_region, by_kind = tallies.cubes(part, (region, len(places.regions)), (kind, len(places.kinds)))
        told = tallies.rests_on_children(part)
        found = np.zeros((len(part), len(self._columns)), np.uint16)
        for column, place in enumerate(part.layout):
            line = self._counted_as[part.edition, place["code"]]
            one, bytes_ = self._judged[line], part.packed[:, place["offset"]]
            words = bytes_[told[:, column]]
            one.any_told = one.any_told or bool(len(words))
            for at, choice in enumerate(one.choices):
                value = place["codes"][choice.code]
                one.by_region[:, at] += by_region[:, column, value]
                one.by_kind[:, at] += by_kind[:, column, value]
                one.counts[choice.code] += int(by_region[:, column, value].sum())
                if choice.role == Choice.Role.JUDGED:
                    found[:, self._columns[line, choice.code]] = bytes_ == value
                    if len(words) and (words == value).any():
                        one.told.add(choice.code)
        return found

    def finished(self) -> list[Judged]:
        """The lines, when everything was counted."""
        inside, rest = self._inside, self._rest
        for line, one in self._judged.items():
            at = self._at[line]
            one.institutions = int(self._institutions[at])
            one.behind_region, one.behind_kind = self._region.of(at), self._kind.of(at)
            for choice in one.judging:
                column = self._columns[line, choice.code]
                own = slice(column, column + 1)
                one.cells[choice.code] = inside.of_numbers(own).together()[0], rest.of_numbers(own).together()[0]
        return list(self._judged.values())


class _Behind:
    """How many institutions stand behind each place of each line, and the first few by name."""

    def __init__(self, places: int, lines: int, named: int) -> None:
        self._many = np.zeros((places, lines), np.int64)
        self._some: dict[tuple[int, int], list[int]] = {}
        self._named = named

    def add(self, base: NDArray[np.uint16], place: Ids, unit: Ids, institution: Ids) -> None:
        """Visits [visit, line] of some institutions that are in the base, of all that these institutions have."""
        places = len(self._many)
        pairs, of = np.unique(place * len(institution) + unit, return_inverse=True)
        held = (added(of.reshape(-1), len(pairs), base) > 0).astype(np.uint16)
        more = added(pairs // len(institution), places, held).astype(np.int64)
        for at, line in zip(*np.nonzero((self._many < self._named) & (more > 0)), strict=True):
            here = pairs[(pairs // len(institution) == at) & (held[:, line] > 0)] % len(institution)
            some = self._some.setdefault((int(at), int(line)), [])
            some += institution[here][: self._named - len(some)].tolist()
        self._many += more

    def of(self, line: int) -> list[Behind]:
        """Place by place."""
        many = self._many[:, line].tolist()
        return [Behind(n, self._some.get((place, line), [])) for place, n in enumerate(many)]

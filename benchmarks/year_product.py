"""The product's side of `year`: the same six sets through `reports.tallies`, raw, before anything is protected."""

import numpy as np

from reports.tallies import Numbers, Rows, chosen, coded, cubes, places_of, take_interviews, take_visits
from visits.layout import MULTIPLE

from .sets import Layout, Sets, fold


class Table:
    """Counts by id. It grows with the ids that were found, never with the rows."""

    def __init__(self) -> None:
        self.ids = np.zeros(0, np.int64)
        self.counts: list[Numbers] = []

    def add(self, ids: Numbers, counts: list[Numbers]) -> None:
        """Some more: tables of [id, ...]."""
        if np.array_equal(ids, self.ids):
            self.counts = [one + more for one, more in zip(self.counts, counts, strict=True)]
        elif not len(self.ids):
            self.ids, self.counts = ids, counts
        else:
            both = np.union1d(self.ids, ids)
            wider = [np.zeros((len(both), *one.shape[1:]), np.int64) for one in counts]
            for known, tables in ((self.ids, self.counts), (ids, counts)):
                for total, one in zip(wider, tables, strict=True):
                    total[np.searchsorted(both, known)] += one
            self.ids, self.counts = both, wider


def count(year: int, checklist: Layout) -> Sets:
    """All six sets of the year, of the newest visit of every institution."""
    by_region, by_kind, heard = Table(), Table(), Table()

    def visits(rows: Rows) -> None:
        (regions, region), (kinds, kind) = coded(rows.region), coded(rows.kind)
        in_region, of_kind = cubes(rows, (region, len(regions)), (kind, len(kinds)))
        by_region.add(regions, [in_region])
        by_kind.add(kinds, [of_kind])

    def talks(rows: Rows) -> None:
        kinds, kind = coded(rows.kind)
        counts = cubes(rows, (kind, len(kinds)))
        for entry in places_of(rows.layout, MULTIPLE):
            columns = rows.packed[:, entry["offset"] : entry["offset"] + entry["width"]]
            ordered = sorted(entry["codes"], key=entry["codes"].__getitem__)
            made = [np.bincount(kind[chosen(entry, columns, [code])], minlength=len(kinds)) for code in ordered]
            counts.append(np.stack(made, axis=1))
        heard.add(kinds, counts)

    take_visits(year, visits)
    take_interviews(year, talks)
    single, *several = heard.counts
    return fold(
        by_region.ids, by_kind.ids, by_region.counts[0], by_kind.counts[0], heard.ids, single, several, checklist
    )

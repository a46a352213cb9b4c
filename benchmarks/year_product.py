"""The product's side of `year`: the same six sets through `reports.tallies`, raw, before anything is protected."""

import numpy as np

from reports.tallies import Heard, accepted_visits, cube, interview_rows, numbered, places_of, visit_rows
from visits.layout import MULTIPLE

from .sets import Layout, Sets, fold


def count(year: int, checklist: Layout) -> Sets:
    """All six sets of the year, of the newest visit of every institution."""
    seen = accepted_visits(year)
    (visits,) = visit_rows(year, visits=seen)
    pairs, place = numbered(visits.region, visits.kind)
    flat = cube(visits, place, len(pairs))
    regions, kinds = np.unique([pair[0] for pair in pairs]), np.unique([pair[1] for pair in pairs])
    whole = np.zeros((len(regions), len(kinds), *flat.shape[1:]), np.int64)
    for (region, kind), counts in zip(pairs, flat, strict=True):
        whole[np.searchsorted(regions, region), np.searchsorted(kinds, kind)] = counts
    (interviews,) = interview_rows(year, seen)
    heard, kind_of = numbered(interviews.kind)
    single = cube(interviews, kind_of, len(heard))
    several = []
    for entry in places_of(interviews.layout, MULTIPLE):
        answers = Heard(len(heard))
        answers.add(interviews, entry, kind_of)
        ordered = sorted(entry["codes"], key=entry["codes"].__getitem__)
        several.append(np.stack([answers.any_of([code]) for code in ordered], axis=1))
    return fold(regions, kinds, whole, np.array([each[0] for each in heard]), single, several, checklist)

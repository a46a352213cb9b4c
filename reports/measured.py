"""Numbers that teams measured on their visits (days, hours, shares), one per institution. Read by juvenile_justice.

The latest accepted visit of each institution counts, as for indicators. A number that rests on children's words alone is left
out: it is not the institution's.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median

import numpy as np

from visits.models import Edition, VisitTally

from . import tallies
from .disclosure import Rules
from .rounding import rounded


@dataclass(frozen=True)
class Measured:
    """What institutions measured under one key, in no order."""

    values: tuple[Fraction, ...] = ()

    @property
    def institutions(self) -> int:
        return len(self.values)

    def may_be_told(self, rules: Rules) -> bool:
        """Findings on institutions need as many institutions as the rules say (DESIGN decision 8)."""
        return self.institutions >= rules.institutions

    def median(self) -> Decimal | None:
        """The middle of the institutions' numbers, with one decimal; None without any."""
        return rounded(Fraction(median(self.values)), 1) if self.values else None

    def above_zero(self) -> int:
        """Institutions whose number is not zero."""
        return sum(value > 0 for value in self.values)


def measured(year: int, keys: Collection[str], bases: Collection[str] = ()) -> dict[str, Measured]:
    """The numbers of the year by their key (Indicator.measure_key), all editions together: a key means one thing.

    `bases`: only institutions of kinds on these bases (InstitutionKind.basis); empty = all.
    """
    found: dict[str, list[Fraction]] = defaultdict(list)
    rows = VisitTally.objects.filter(visit__in=tallies.visits_that_count(year).values("pk"))
    if bases:
        rows = rows.filter(visit__institution_kind__basis__in=bases)
    for edition in Edition.objects.filter(pk__in=rows.order_by().values("edition").distinct()):
        keyed = dict(edition.indicators.exclude(measure_key="").values_list("code", "measure_key"))
        codes = [(place, entry["code"]) for place, entry in enumerate(edition.layout) if entry["code"] in keyed]
        wanted = [(at, place, keyed[code]) for at, (place, code) in enumerate(codes) if keyed[code] in keys]
        for numbers, child_only in rows.filter(edition=edition).values_list("measurements", "child_only"):
            held, told = np.frombuffer(numbers, "<f8"), bytes(child_only)
            for at, place, key in wanted:
                if at < len(held) and not np.isnan(held[at]) and not _bit(told, place):
                    # Measurements are decimals with three places; the float stands for the nearest of them.
                    found[key].append(_thousandths(float(held[at])))
    return {key: Measured(tuple(found[key])) for key in keys}


def _bit(row: bytes, place: int) -> bool:
    return place // 8 < len(row) and bool(row[place // 8] >> place % 8 & 1)


def _thousandths(value: float) -> Fraction:
    """The decimal with three places that was stored as this float."""
    return Fraction(rounded(Fraction(value), 3))

"""One figure over years: whether the years make one series, and whether it rises or falls more than chance explains. Pure.

A series is broken where a year is missing or protected, where the checklist asked something else, the base or the choice of
visits changed or other places were covered. A broken series has no trend; a chart draws its unbroken runs apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import erfc, isinf, sqrt

from .comparisons import Difference, Item, Obstacle, Side, Tested, compare, obstacles_to_comparing

# Two years are a comparison, three a series.
SHORTEST = 3

# The size of a year in which everybody was asked: large enough to outweigh all others, small enough to be added.
EVERYBODY = 1e12


class Break(StrEnum):
    """Why years make no series; the first five as in comparisons.Obstacle."""

    HIDDEN = Obstacle.HIDDEN.value
    DIFFERENT_ITEM = Obstacle.DIFFERENT_ITEM.value
    DIFFERENT_BASE = Obstacle.DIFFERENT_BASE.value
    DIFFERENT_CHOICE = Obstacle.DIFFERENT_CHOICE.value
    TOO_FEW = Obstacle.TOO_FEW.value
    DIFFERENT_PLACES = "different_places"  # other regions or kinds than the year before
    MISSING_YEAR = "missing_year"
    REPEATED_YEAR = "repeated_year"
    TOO_SHORT = "too_short"  # fewer than three years


@dataclass(frozen=True)
class YearPoint:
    """The figure of one year. `covers`: codes of the places it speaks of, the same every year in an unbroken series."""

    year: int
    side: Side
    covers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Broken:
    """Where a series breaks (at which year, 0 = the series as a whole) and why."""

    year: int
    reason: Break


@dataclass(frozen=True, kw_only=True)
class Trend(Tested):
    """An unbroken series. `p_value` is None unless children were drawn or all were asked in every year."""

    years: tuple[int, ...]
    first_to_last: Difference
    slope: float  # share of 1 per year, weighted by the size of the years

    @property
    def direction(self) -> str:
        """ "up" or "down" where it moves more than chance explains, "level" where not; "" where that was not asked."""
        if self.p_value is None:
            return ""
        if not self.marked:
            return "level"
        return "up" if self.slope > 0 else "down"


def breaks(points: Sequence[YearPoint], crosswalk: Mapping[Item, Item] | None = None) -> list[Broken]:
    """Why these years, in any order, make no series; empty = they do."""
    ordered = sorted(points, key=lambda point: point.year)
    found = [Broken(0, Break.TOO_SHORT)] if len(ordered) < SHORTEST else []
    for at, point in enumerate(ordered):
        found += [Broken(point.year, reason) for reason in _alone(point)]
        if at:
            found += [Broken(point.year, reason) for reason in _between(ordered[at - 1], point, crosswalk or {})]
    return found


def _alone(point: YearPoint) -> list[Break]:
    """What is wrong with a year by itself: it stands beside itself."""
    return [Break(reason.value) for reason in obstacles_to_comparing(point.side, point.side) if reason in _OF_ONE]


_OF_ONE = (Obstacle.HIDDEN, Obstacle.TOO_FEW)


def _between(before: YearPoint, after: YearPoint, crosswalk: Mapping[Item, Item]) -> list[Break]:
    """What parts two neighbouring years. The same places in both are wanted here, so they do not overlap but agree."""
    found = [
        Break(reason.value)
        for reason in obstacles_to_comparing(before.side, after.side, crosswalk)
        if reason not in (*_OF_ONE, Obstacle.OVERLAPPING)
    ]
    if after.year == before.year:
        found.append(Break.REPEATED_YEAR)
    if after.year > before.year + 1:
        found.append(Break.MISSING_YEAR)
    if after.covers != before.covers:
        found.append(Break.DIFFERENT_PLACES)
    return found


def runs(points: Sequence[YearPoint], crosswalk: Mapping[Item, Item] | None = None) -> list[list[YearPoint]]:
    """The unbroken stretches, in order of years: what one line of a chart may join. Protected and too small years fall out."""
    stretches: list[list[YearPoint]] = []
    before: YearPoint | None = None
    for point in sorted(points, key=lambda point: point.year):
        if _alone(point):
            before = None
            continue
        if before is None or _between(before, point, crosswalk or {}):
            stretches.append([])
        stretches[-1].append(point)
        before = point
    return stretches


def trend(points: Sequence[YearPoint], crosswalk: Mapping[Item, Item] | None = None) -> Trend | list[Broken]:
    """The series, or why it is none. To be corrected together with all others shown beside it: `comparisons.correct`."""
    if broken := breaks(points, crosswalk):
        return broken
    ordered = sorted(points, key=lambda point: point.year)
    last_less_first = compare(_of_its_year(ordered[-1]), _of_its_year(ordered[0]), crosswalk)
    if isinstance(last_less_first, list):
        return [Broken(0, Break(reason.value)) for reason in last_less_first]
    slope, p_value = cochran_armitage(
        [(point.side.successes or 0, point.side.base or 0) for point in ordered],
        [point.year for point in ordered],
        effective=[point.side.effective for point in ordered],
    )
    return Trend(
        years=tuple(point.year for point in ordered),
        first_to_last=last_less_first,
        slope=slope,
        p_value=p_value if all(point.side.drawn for point in ordered) else None,
    )


def _of_its_year(point: YearPoint) -> Side:
    """The side without its groups: two years of the same places do not overlap."""
    return replace(point.side, groups=frozenset())


def cochran_armitage(
    counts: Sequence[tuple[int, int]], scores: Sequence[float], *, effective: Sequence[float | None] | None = None
) -> tuple[float, float]:
    """Slope of the shares over the scores, and how often chance alone makes one this steep (two-sided).

    `counts`: (successes, n) in the order of `scores`. Cochran, W. G. (1954), Biometrics 10, 417-451; Armitage, P. (1955),
    Biometrics 11, 375-386. `effective`: sizes that count, None = n; counts over institutions enter divided by their design
    effect (Rao and Scott 1992). Raises ValueError unless there are two scores apart and somebody at each.
    """
    sizes = [_size(n, None if effective is None else effective[at]) for at, (_successes, n) in enumerate(counts)]
    if len(set(scores)) < 2 or len(scores) != len(counts) or any(size <= 0 for size in sizes):
        raise ValueError("A trend needs counts at two scores or more.")
    shares = [successes / n for successes, n in counts]
    whole = sum(sizes)
    mean_score = sum(size * score for size, score in zip(sizes, scores, strict=True)) / whole
    mean_share = sum(size * share for size, share in zip(sizes, shares, strict=True)) / whole
    spread = sum(size * (score - mean_score) ** 2 for size, score in zip(sizes, scores, strict=True))
    together = sum(
        size * (score - mean_score) * (share - mean_share)
        for size, score, share in zip(sizes, scores, shares, strict=True)
    )
    variance = mean_share * (1 - mean_share) * spread
    if variance <= 0:
        return together / spread, 1.0
    return together / spread, erfc(abs(together) / sqrt(variance) / sqrt(2))


def _size(n: int, effective: float | None) -> float:
    size = float(n if effective is None else effective)
    return EVERYBODY if isinf(size) else size

"""Two figures side by side: whether they may be compared, by how much they differ, and whether that is more than chance. Pure.

Compared is only like with like: one item in editions that a crosswalk joins, on one base, with 30 or more on both sides.
Everything else is refused with its reason, which a page puts into words.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import erfc, sqrt
from typing import TypeVar

from reports.rounding import points

from .intervals import Z_95, Interval, wilson

# Below this many on either side nothing is compared.
SMALLEST_BASE = 30

# A difference is marked from this probability of chance down.
ALPHA = 0.05

AnyTested = TypeVar("AnyTested", bound="Tested")

# An item of one edition: (edition, code).
Item = tuple[Hashable, str]


class Obstacle(StrEnum):
    """Why two figures are not compared."""

    HIDDEN = "hidden"  # one of them is protected
    DIFFERENT_ITEM = "different_item"  # another question, or the same code in editions no crosswalk joins
    DIFFERENT_BASE = "different_base"  # one over the judged, the other over all; or another unit
    DIFFERENT_CHOICE = "different_choice"  # latest visit of each institution against all visits
    OVERLAPPING = "overlapping"  # one contains a part of the other: a region and the country
    TOO_FEW = "too_few"  # fewer than 30 on a side


@dataclass(frozen=True)
class Side:
    """One of two figures. `successes` and `base` are None where the figure is protected.

    `item` as the figure names it; `base_rule`: "judged", "all", "answer"; `choice_of_visits`: "latest", "all" or "" where it
    does not matter; `groups`: the finest groups in the figure ("KZ-75/2025"), empty where they are known to be apart;
    `effective`: the size that counts (`intervals.effective_size`), None = the base; `drawn`: `intervals.interval_terms`.
    """

    item: Item
    successes: int | None
    base: int | None
    base_rule: str
    choice_of_visits: str = ""
    groups: frozenset[str] = frozenset()
    effective: float | None = None
    drawn: bool = False


@dataclass(frozen=True, kw_only=True)
class Tested:
    """Something that chance alone might explain. `p_value`: how often it would; None = not asked.

    `adjusted`: the same after the correction for as many as stand together (`correct`); None until then, and nothing is
    marked until then.
    """

    p_value: float | None
    adjusted: float | None = None
    alpha: float = ALPHA

    @property
    def is_adjusted(self) -> bool:
        return self.adjusted is not None

    @property
    def marked(self) -> bool:
        """Whether it is more than chance explains, among all that stand with it."""
        return self.adjusted is not None and self.adjusted <= self.alpha


@dataclass(frozen=True, kw_only=True)
class Difference(Tested):
    """`a` less `b`, as a share of 1. Without `drawn` on both sides there is no interval and no mark: only the two figures."""

    a: Side
    b: Side
    value: float
    interval: Interval | None

    @property
    def points(self) -> int:
        """The difference in whole percentage points, rounded once from the counts."""
        (successes, n), (other_successes, other_n) = _counts(self.a), _counts(self.b)
        return points(successes, n, other_successes, other_n) or 0


def counted_as(item: Item, crosswalk: Mapping[Item, Item]) -> Item:
    """The item under which `item` is counted: the crosswalk (older -> newer) followed to its end."""
    seen = {item}
    while (newer := crosswalk.get(item, item)) not in seen:
        seen.add(newer)
        item = newer
    return item


def obstacles_to_comparing(a: Side, b: Side, crosswalk: Mapping[Item, Item] | None = None) -> list[Obstacle]:
    """Why `a` and `b` are not compared; empty = they may be. `crosswalk`: items that may be compared, older -> newer."""
    joined = crosswalk or {}
    found = []
    if a.successes is None or a.base is None or b.successes is None or b.base is None:
        found.append(Obstacle.HIDDEN)
    elif min(a.base, b.base) < SMALLEST_BASE:
        found.append(Obstacle.TOO_FEW)
    if counted_as(a.item, joined) != counted_as(b.item, joined):
        found.append(Obstacle.DIFFERENT_ITEM)
    if a.base_rule != b.base_rule:
        found.append(Obstacle.DIFFERENT_BASE)
    if a.choice_of_visits != b.choice_of_visits:
        found.append(Obstacle.DIFFERENT_CHOICE)
    if a.groups & b.groups:
        found.append(Obstacle.OVERLAPPING)
    return found


def compare(
    a: Side, b: Side, crosswalk: Mapping[Item, Item] | None = None, *, z: float = Z_95
) -> Difference | list[Obstacle]:
    """`a` less `b`, or why they are not compared. To be corrected together with all others shown beside it: `correct`."""
    if obstacles := obstacles_to_comparing(a, b, crosswalk):
        return obstacles
    first, second = _counts(a), _counts(b)
    drawn = a.drawn and b.drawn
    return Difference(
        a=a,
        b=b,
        value=first[0] / first[1] - second[0] / second[1],
        interval=newcombe(*first, *second, effective=(a.effective, b.effective), z=z) if drawn else None,
        p_value=score_test(*first, *second, effective=(a.effective, b.effective)) if drawn else None,
    )


def _counts(side: Side) -> tuple[int, int]:
    """Raises ValueError where the side is protected, which `obstacles_to_comparing` has ruled out."""
    if side.successes is None or side.base is None:
        raise ValueError("A protected figure is not compared.")
    return side.successes, side.base


def newcombe(
    successes: int,
    n: int,
    other_successes: int,
    other_n: int,
    *,
    effective: tuple[float | None, float | None] = (None, None),
    z: float = Z_95,
) -> Interval:
    """The interval of a difference of two shares counted apart: successes / n less other_successes / other_n.

    Method 10 (hybrid score, without continuity correction) of Newcombe, R. G. (1998). Interval estimation for the difference
    between independent proportions. Statistics in Medicine 17, 873-890: the Wilson limits of both sides, squared and added.
    """
    here, there = successes / n, other_successes / other_n
    mine = wilson(successes, n, effective=effective[0], z=z)
    theirs = wilson(other_successes, other_n, effective=effective[1], z=z)
    difference = here - there
    return Interval(
        low=max(-1.0, difference - sqrt((here - mine.low) ** 2 + (theirs.high - there) ** 2)),
        high=min(1.0, difference + sqrt((mine.high - here) ** 2 + (there - theirs.low) ** 2)),
    )


def score_test(
    successes: int,
    n: int,
    other_successes: int,
    other_n: int,
    *,
    effective: tuple[float | None, float | None] = (None, None),
) -> float:
    """How often chance alone would make two equal shares differ this much: two-sided p-value of the score test.

    The variance is pooled and nothing is corrected for continuity: for simple counts this is Pearson's chi-square test of
    the 2 x 2 table (Pearson 1900; Agresti, Categorical Data Analysis, 2013, section 3.2). Counts over institutions enter
    divided by their design effect, as Rao and Scott (1992) do. 1 where both shares are 0 or both are 1.
    """
    size = float(n if effective[0] is None else effective[0])
    other_size = float(other_n if effective[1] is None else effective[1])
    here, there = successes / n, other_successes / other_n
    if here == there:
        return 1.0
    # Infinite sizes (everybody was asked) are two known shares: that they differ is certain.
    spread = 1 / size + 1 / other_size
    if spread == 0:
        return 0.0
    # The weights of the pooled share, written so that an infinite size takes it all.
    weight = (1 / other_size) / spread
    pooled = here * weight + there * (1 - weight)
    variance = pooled * (1 - pooled) * spread
    return erfc(abs(here - there) / sqrt(variance) / sqrt(2)) if variance > 0 else 0.0


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values, in the order given, that hold the chance of even one false mark.

    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6, 65-70.
    """
    adjusted, worst = [0.0] * len(p_values), 0.0
    for rank, at in enumerate(_ascending(p_values)):
        worst = max(worst, min(1.0, (len(p_values) - rank) * p_values[at]))
        adjusted[at] = worst
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values, in the order given, that hold the expected share of false marks among all marks.

    Benjamini, Y., Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal Statistical Society B 57,
    289-300.
    """
    adjusted, best = [0.0] * len(p_values), 1.0
    for rank, at in reversed(list(enumerate(_ascending(p_values), start=1))):
        best = min(best, len(p_values) * p_values[at] / rank)
        adjusted[at] = best
    return adjusted


def _ascending(p_values: Sequence[float]) -> list[int]:
    if any(not 0 <= value <= 1 for value in p_values):
        raise ValueError("A p-value lies between 0 and 1.")
    return sorted(range(len(p_values)), key=lambda at: p_values[at])


class Correction(StrEnum):
    """Which correction for many comparisons: Holm where few stand together, Benjamini-Hochberg for whole tables."""

    HOLM = "holm"
    BENJAMINI_HOCHBERG = "benjamini_hochberg"


def correct(tested: Sequence[AnyTested], how: Correction = Correction.HOLM) -> list[AnyTested]:
    """The same differences or trends, in order, each adjusted for all that stand together; those not asked stay unmarked."""
    asked = [(at, one.p_value) for at, one in enumerate(tested) if one.p_value is not None]
    adjust = holm if how is Correction.HOLM else benjamini_hochberg
    corrected = list(tested)
    for (at, _value), adjusted in zip(asked, adjust([value for _at, value in asked]), strict=True):
        corrected[at] = replace(tested[at], adjusted=adjusted)
    return corrected

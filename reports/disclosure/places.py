"""Findings on institutions, and places with too few institutions to stand alone: rules R3, R6 and R7. Pure."""

from collections.abc import Collection, Mapping, Sequence

from .questions import Group
from .rules import Protection, Rules, Spread, passes


def indicator_protection(
    childrens_words: Sequence[Group], base: Spread, rules: Rules, *, sensitive: bool
) -> Protection:
    """An indicator of the checklist. `childrens_words`: its judged cells, in visits, that hold an answer resting on
    children's words alone (all of them for an indicator that always does); `base`: the judged visits.

    Findings on institutions need a base of three institutions, any numerator. Children's words follow the children's rules: each
    such cell passes with its complement, and the base is large enough for a percentage.
    """
    if base.institutions < rules.institutions:
        return Protection.HIDDEN
    if not childrens_words:
        return Protection.SHOWN
    k = rules.k(sensitive)
    safe = base.total >= rules.percentages_from and all(
        passes(group.inside, group.outside, k, rules) for group in childrens_words
    )
    return Protection.SHOWN if safe else Protection.HIDDEN


def pooled(places: Mapping[str, Collection[int]], rules: Rules) -> list[tuple[str, ...]]:
    """Places (regions) of an institution figure, those with fewer than three institutions pooled together.

    Merging before blanking (R7): a blank beside a national total could be filled in by subtraction. If the pool itself has fewer
    than three, the smallest other place joins it. `places`: code -> the institutions in the base; empty places are left out.
    An institution that moved within the year stands in two places, and is one institution all the same. Which institutions they are
    matters only where they are fewer than three: others may give some of them, and how many they are.
    Returns groups of codes, the pool last; one group only means that the table would repeat the national figure.
    """
    held = {place: behind for place, behind in places.items() if len(behind)}
    pool = sorted(place for place, behind in held.items() if len(behind) < rules.institutions)
    alone = sorted((place for place in held if place not in pool), key=lambda place: (len(held[place]), place))
    while pool and alone and len(set().union(*(held[place] for place in pool))) < rules.institutions:
        pool.append(alone.pop(0))
    groups: list[tuple[str, ...]] = [(place,) for place in sorted(alone)]
    return [*groups, tuple(sorted(pool))] if pool else groups

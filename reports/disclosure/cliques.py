"""Which dimensions must be crossed with one another, and which need not: the cliques of linked tables. Pure.

Two tables that share some dimensions say nothing more about their common population than that the margin over the shared
dimensions is one and the same: any two tables of natural numbers that agree there have a common one behind them. So the variables
of an attack need not be the full cross-classification. It is enough to have one small cross-classification per clique
of a chordal graph on the dimensions, and equal margins along the edges of its junction tree.
"""

import itertools
from collections.abc import Iterable

Clique = frozenset[str]


def cliques(together: Iterable[Iterable[str]]) -> list[Clique]:
    """The fewest groups of dimensions that hold each given group whole and may be glued along a tree.

    Dimensions are taken away one by one, always the one whose neighbours need the fewest new links (minimum fill-in).
    """
    wanted = [frozenset(group) for group in together]
    near: dict[str, set[str]] = {one: set() for one in sorted(frozenset().union(*wanted))}
    for group in wanted:
        for one in group:
            near[one] |= group - {one}
    found: list[Clique] = []
    while near:
        one = min(near, key=lambda code: (_missing(near, code), len(near[code]), code))
        clique = frozenset(near[one] | {one})
        if not any(clique <= other for other in found):
            found.append(clique)
        for other in near.pop(one):
            near[other] |= clique - {other, one}
            near[other].discard(one)
    return found or [frozenset()]


def _missing(near: dict[str, set[str]], one: str) -> int:
    return sum(b not in near[a] for a, b in itertools.combinations(sorted(near[one]), 2))


def junctions(found: list[Clique]) -> list[tuple[int, int, Clique]]:
    """The edges along which cliques are glued, and what they share: a spanning tree of the largest intersections."""
    joined, edges = {0}, []
    while len(joined) < len(found):
        _size, a, b = max(
            (len(found[a] & found[b]), -a, -b) for a in joined for b in range(len(found)) if b not in joined
        )
        edges.append((-a, -b, found[-a] & found[-b]))
        joined.add(-b)
    return edges

"""The unknowns: how many stand in each combination of part and finest categories.

The cross-classification of all dimensions would be endless for a whole report. Dimensions that never meet in a table need not
be crossed: the tables' dimensions are grown into a chordal graph, and the unknowns are the counts over its cliques, tied
together where two cliques share dimensions. Counts (whole ones too) that agree on a junction tree are always margins of some
full cross-classification (Vorob'ev 1962; Beeri and others 1983), so nothing is lost and nothing is added.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import prod
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from .published import Published
from .truth import Truth

MOST = 3_000_000


class TooLarge(ValueError):
    """More unknowns than can be looked at."""


def cliques_of(scopes: Iterable[frozenset[int]], sizes: Sequence[int]) -> list[tuple[int, ...]]:
    """Maximal cliques of a chordal graph that holds each scope in one clique; the cheapest vertex is eliminated first."""
    near: dict[int, set[int]] = {}
    for scope in scopes:
        for one in scope:
            near.setdefault(one, set()).update(scope - {one})
    found: list[frozenset[int]] = []
    while near:
        cost = {one: prod(sizes[each] for each in {one, *beside}) for one, beside in near.items()}
        chosen = min(near, key=lambda one: (cost[one], one))
        beside = near.pop(chosen)
        for one in beside:
            near[one].discard(chosen)
            near[one].update(beside - {one})
        clique = frozenset({chosen, *beside})
        if not any(clique <= larger for larger in found):
            found.append(clique)
    return [tuple(sorted(clique)) for clique in found] or [()]


def links_of(cliques: Sequence[tuple[int, ...]]) -> list[tuple[int, int, tuple[int, ...]]]:
    """A junction tree: the spanning tree with the largest shared parts. Pairs of cliques and what they share."""
    pairs = sorted(
        combinations(range(len(cliques)), 2), key=lambda pair: -len({*cliques[pair[0]]} & {*cliques[pair[1]]})
    )
    tree = list(range(len(cliques)))

    def root(one: int) -> int:
        while tree[one] != one:
            one = tree[one]
        return one

    links = []
    for first, second in pairs:
        if root(first) != root(second):
            tree[root(first)] = root(second)
            links.append((first, second, tuple(sorted({*cliques[first]} & {*cliques[second]}))))
    return links


class Atoms:
    """Numbers the unknowns and says which of them a cell covers."""

    def __init__(self, published: Published) -> None:
        """Raises `TooLarge`."""
        self.published = published
        self.order = {code: index for index, code in enumerate(published.dimensions)}
        self.sizes = [len(dimension.categories) for dimension in published.dimensions.values()]
        places = [table.by for table in published.tables.values()]
        places += [tuple(at) for at in (*published.zeros, *(known.at for known in published.known))]
        scopes = {frozenset(self.order[code] for code in place) for place in places}
        self.cliques = cliques_of(sorted(scopes, key=sorted), self.sizes)
        self.shapes = [(len(published.parts), *(self.sizes[each] for each in clique)) for clique in self.cliques]
        ends = np.cumsum([0, *(prod(shape) for shape in self.shapes)])
        self.starts, self.size = [int(start) for start in ends[:-1]], int(ends[-1])
        if self.size > MOST:
            raise TooLarge(f"{self.size} unknowns, {MOST} at most")
        self.home: dict[frozenset[int], int] = {}

    def room(self, scope: frozenset[int]) -> int:
        """The smallest clique that holds these dimensions."""
        if scope not in self.home:
            fitting = [index for index, clique in enumerate(self.cliques) if scope <= set(clique)]
            self.home[scope] = min(fitting, key=lambda index: prod(self.shapes[index]))
        return self.home[scope]

    def cover(self, edition: str | None, at: Mapping[str, str], scope: Iterable[str] = ()) -> Any:
        """The unknowns whose sum is the number at `at`, in all parts of the edition (None: of every part).

        `scope`: dimensions that shall be in the same clique, so that a cell and its base are made of the same unknowns.
        """
        wanted = frozenset(self.order[code] for code in (*at, *scope))
        index = self.room(wanted)
        published, clique = self.published, self.cliques[index]
        parts = published.parts if edition is None else published.editions[edition]
        held = [sorted(published.parts.index(part) for part in parts)]
        codes = list(published.dimensions)
        for position in clique:
            dimension = published.dimensions[codes[position]]
            value = at.get(dimension.code)
            held.append(list(range(self.sizes[position])) if value is None else sorted(dimension.within[value]))
        grid = np.ix_(*(np.asarray(each) for each in held))
        return self.starts[index] + np.ravel_multi_index(grid, self.shapes[index]).ravel()

    def ties(self) -> list[tuple[Any, Any]]:
        """Pairs of sets of unknowns with the same sum: what two cliques say of the dimensions they share."""
        told = []
        for first, second, shared in links_of(self.cliques):
            sides = []
            for index in (first, second):
                clique = self.cliques[index]
                grid = self.starts[index] + np.arange(prod(self.shapes[index])).reshape(self.shapes[index])
                front = [0, *(1 + clique.index(each) for each in shared)]
                rest = [axis for axis in range(grid.ndim) if axis not in front]
                sides.append(grid.transpose([*front, *rest]).reshape(prod(grid.shape[axis] for axis in front), -1))
            told += list(zip(sides[0], sides[1], strict=True))
        return told

    def places(self, truth: Truth) -> Any:
        """The unknowns that each atom of the truth is counted in: a matrix, atoms by unknowns."""
        held = np.asarray([(atom.part, *atom.at) for atom in truth.atoms], np.int64).reshape(-1, 1 + len(self.sizes))
        columns = [
            start + np.ravel_multi_index(held[:, [0, *(1 + each for each in clique)]].T, shape)
            for start, clique, shape in zip(self.starts, self.cliques, self.shapes, strict=True)
        ]
        rows = np.tile(np.arange(len(held)), len(columns))
        at = (rows, np.concatenate(columns))
        return csr_array((np.ones(len(rows), np.int64), at), shape=(len(held), self.size))

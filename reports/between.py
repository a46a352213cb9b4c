"""What two tables of the same answers, side by side, tell of the places where their rows cross. Pure.

Regions and kinds are printed apart, but where only one kind of a region was visited the two rows together are a table of both.
What a reader knows are the sums of rows and columns and where nothing can be; what fits that is a flow through a network (rows
ship to columns). From the truth, a crossing can grow by as much as can be rerouted from its column back to its row, and shrink
by as much as can be rerouted the other way (Gale 1957; Ford and Fulkerson 1962, chapter II): two maximal flows give its exact
bounds, in whole numbers. R9 asks that nobody, and as many as k, both fit; R14 that this holds for the largest contributor about
the others.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from .disclosure import Rules, Spread, well_spread

Counts = NDArray[np.int64]
# More than any count: what may be rerouted freely.
FREE = 1_000_000_000


def told(shares: Counts, row: Counts, column: Counts, k: int, rules: Rules) -> list[tuple[int, int]]:
    """The crossings of which too much can be worked out. `shares`: what each institution contributed; `row`, `column`: where it
    stands in either table (-1 = in neither).
    """
    here = (row >= 0) & (column >= 0)
    shape = int(row.max(initial=-1)) + 1, int(column.max(initial=-1)) + 1
    if 0 in shape:
        return []
    flow, live, by_place = np.zeros(shape, np.int64), np.zeros(shape, bool), dict[tuple[int, int], list[int]]()
    np.add.at(flow, (row[here], column[here]), shares[here])
    live[row[here], column[here]] = True
    for r, c, share in zip(row[here].tolist(), column[here].tolist(), shares[here].tolist(), strict=True):
        by_place.setdefault((r, c), []).append(share)
    network = _residual(flow, live)
    return [place for place in _unsafe(by_place, k, rules) if _bounded(network, flow, place, by_place[place], k)]


def _unsafe(by_place: dict[tuple[int, int], list[int]], k: int, rules: Rules) -> Iterator[tuple[int, int]]:
    """Crossings that could not be printed as they are (R2 to R4)."""
    for place, shares in sorted(by_place.items()):
        spread = Spread.over(shares)
        if spread.total < k or not well_spread(spread, rules):
            yield place


def _residual(flow: Counts, live: NDArray[np.bool_]) -> NDArray[np.int32]:
    """How much may be rerouted along each edge: rows first, then columns; free forwards, backwards what flows there."""
    rows, columns = flow.shape
    network = np.zeros((rows + columns, rows + columns), np.int32)
    network[:rows, rows:] = np.where(live, FREE, 0)
    network[rows:, :rows] = flow.T
    return network


def _bounded(network: NDArray[np.int32], flow: Counts, place: tuple[int, int], shares: list[int], k: int) -> bool:
    """Whether a reader, or the largest contributor, can rule out nobody or k at this crossing."""
    r, c = place
    column = flow.shape[0] + c
    without = network.copy()
    without[r, column] = without[column, r] = 0
    graph = csr_array(without)
    up = int(maximum_flow(graph, column, r).flow_value)
    down = int(maximum_flow(graph, r, column).flow_value)
    true, others = int(flow[place]), int(flow[place]) - max(shares)
    return down < true or true + up < k or down < others or others + up < k

"""What two tables of the same answers, side by side, tell of the places where their rows cross. Pure.

Regions and kinds are printed apart, but where only one kind of a region was visited the two rows together are a table of both.
What a reader knows are the sums of rows and columns and where nothing can be; what fits that is a flow through a network (rows
ship to columns). From the truth, a crossing can grow by as much as can be rerouted from its column back to its row, and shrink
by as much as can be rerouted the other way (Gale 1957; Ford and Fulkerson 1962, chapter II): two maximal flows give its exact
bounds, in whole numbers. R9 asks that nobody, and as many as k, both fit; R14 that this holds for the largest contributor about
the others.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from .disclosure import Rules, Spread, well_spread
from .spreads import Spreads

Counts = NDArray[np.int64]
# More than any count: what may be rerouted freely.
FREE = 1_000_000_000


@dataclass(frozen=True)
class Met:
    """One number where the finest rows of two tables cross: a line for each crossing in which institutions stand.

    `total`, `institutions`, `largest` and `second` say how it lies over them. Crossings of coarser rows are made of these, so
    institutions are looked at once, however often rows merge.
    """

    row: Counts
    column: Counts
    total: Counts
    institutions: Counts
    largest: Counts
    second: Counts

    @classmethod
    def of_each(cls, numbers: Iterable[Counts], row: Counts, column: Counts) -> list["Met"]:
        """One for each number. `numbers`: what each institution contributed; `row`, `column`: where it stands in either table
        (-1 = in neither).
        """
        here = np.flatnonzero((row >= 0) & (column >= 0))
        width = int(column.max(initial=0)) + 1
        place = row[here] * width + column[here]
        order = np.argsort(place, kind="stable")
        place, crossing = np.unique(place[order], return_inverse=True)
        lies = Spreads.of((shares[here][order] for shares in numbers), crossing, len(place))
        columns = zip(lies.total, lies.institutions, lies.largest, lies.second, strict=True)
        return [cls(place // width, place % width, *one) for one in columns]

    def grouped(self, row: Counts, column: Counts) -> "Met":
        """The same with each line at another place; -1 leaves it out."""
        here = np.flatnonzero((row >= 0) & (column >= 0))
        width = int(column.max(initial=0)) + 1
        place = row[here] * width + column[here]
        order = np.lexsort((-self.largest[here], place))
        kept, place = here[order], place[order]
        starts = np.flatnonzero(np.diff(place, prepend=-1))
        if not len(starts):
            return Met(*(np.zeros(0, np.int64),) * 6)
        # The second largest of all is the second of the line with the largest, or the largest of another line.
        others = self.largest[kept]
        others[starts] = self.second[kept[starts]]
        return Met(
            place[starts] // width,
            place[starts] % width,
            np.add.reduceat(self.total[kept], starts),
            np.add.reduceat(self.institutions[kept], starts),
            self.largest[kept[starts]],
            np.maximum.reduceat(others, starts),
        )

    def told(self, row: Counts, column: Counts, k: int, rules: Rules) -> list[tuple[int, int]]:
        """The crossings of which too much can be worked out, in their order. `row`, `column`: by which each of the finest is
        printed; -1 = by none.
        """
        here = self.grouped(row[self.row], column[self.column])
        if not len(here.row):
            return []
        shape = int(here.row.max()) + 1, int(here.column.max()) + 1
        flow, live = np.zeros(shape, np.int64), np.zeros(shape, bool)
        flow[here.row, here.column] = here.total
        live[here.row, here.column] = True
        down, up = _surely(flow, live)
        network = _residual(flow, live)
        columns = (here.row, here.column, here.total, here.institutions, here.largest, here.second)
        found = []
        for r, c, *lies in zip(*(one.tolist() for one in columns), strict=True):
            spread = Spread(*lies)
            if spread.total >= k and well_spread(spread, rules):
                continue
            others = spread.total - spread.largest
            if down[r, c] >= spread.total and up[r, c] >= k - others:
                continue
            if _bounded(network, flow, (r, c), others, k):
                found.append((r, c))
        return found


def told(shares: Counts, row: Counts, column: Counts, k: int, rules: Rules) -> list[tuple[int, int]]:
    """The crossings of which too much can be worked out. `shares`: what each institution contributed; `row`, `column`: where it
    stands in either table (-1 = in neither).
    """
    lines, rows = np.arange(int(row.max(initial=-1)) + 1), np.arange(int(column.max(initial=-1)) + 1)
    return Met.of_each([shares], row, column)[0].told(lines, rows, k, rules)


def _surely(flow: Counts, live: NDArray[np.bool_]) -> tuple[Counts, Counts]:
    """How far each crossing can surely shrink and grow: what can be rerouted through one other row and column, at least.

    It shrinks by everything that flows where another row of its column meets another column of its row. It grows by what one
    other row can take over from its own, or one other column from its own.
    """
    open_ = live.astype(np.int64)
    through = open_ @ flow.T @ open_
    # Less the ways that come back through the crossing's own row or column.
    through -= flow.sum(axis=1)[:, None] * open_ + flow.sum(axis=0)[None, :] * open_ - flow * open_
    return through, np.maximum(_taken_over(flow, open_), _taken_over(flow.T, open_.T).T)


def _taken_over(flow: Counts, open_: Counts) -> Counts:
    """For each crossing the most that one other row can give up in its column for what it takes over from its row."""
    takes = open_ @ flow.T
    best = np.zeros_like(flow)
    for other in range(len(flow)):
        # [row, column]: what `other` can take over of the row elsewhere, and what it has to give in the column.
        most = np.minimum(takes[other][:, None] - flow * open_[other][None, :], flow[other][None, :])
        most[other] = 0
        np.maximum(best, most, out=best)
    return best


def _residual(flow: Counts, live: NDArray[np.bool_]) -> NDArray[np.int32]:
    """How much may be rerouted along each edge: rows first, then columns; free forwards, backwards what flows there."""
    rows, columns = flow.shape
    network = np.zeros((rows + columns, rows + columns), np.int32)
    network[:rows, rows:] = np.where(live, FREE, 0)
    network[rows:, :rows] = flow.T
    return network


def _bounded(network: NDArray[np.int32], flow: Counts, place: tuple[int, int], others: int, k: int) -> bool:
    """Whether a reader, or the largest contributor, can rule out nobody or k at this crossing."""
    r, c = place
    column = flow.shape[0] + c
    without = network.copy()
    without[r, column] = without[column, r] = 0
    graph = csr_array(without)
    up = int(maximum_flow(graph, column, r).flow_value)
    down = int(maximum_flow(graph, r, column).flow_value)
    true = int(flow[place])
    return down < true or true + up < k or down < others or others + up < k

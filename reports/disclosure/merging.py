"""Fewer rows instead of blanks: which categories to merge so that a useful table remains. Rule R7. Pure.

Each dimension may have a ladder: coarser and coarser partitions of its categories. A merged table prints groups where it
printed categories; what was counted, and what everybody knows, stays as fine as it was.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .protecting import Method, Protected, protect
from .rules import Rules
from .tables import ALL, Dimension, Release, Table
from .work import EFFORT

# A group and the categories merged in it, or earlier groups. Every category stands in exactly one.
Partition = tuple[tuple[str, tuple[str, ...]], ...]
Ladder = Sequence[Partition]


@dataclass(frozen=True)
class Proposal:
    """One way to merge: the step of each ladder (0 = as it was), and what the tables then look like."""

    steps: Mapping[str, int]
    protected: Protected
    cells: int
    blanks: int


def proposals(release: Release, rules: Rules, ladders: Mapping[str, Ladder], effort: int = EFFORT) -> list[Proposal]:
    """Every combination of steps, the best first: the fewest blanks, then the most cells. An editor chooses.

    `effort`: units of work for all of them. A table that is withheld is all blanks. Raises ValueError where a step is no
    partition of the categories.
    """
    codes = list(ladders)
    ways = list(itertools.product(*(range(len(ladders[code]) + 1) for code in codes)))
    found = []
    for way in ways:
        steps = dict(zip(codes, way, strict=True))
        protected = protect(merged(release, ladders, steps), rules, effort // len(ways))
        cells = sum(len(table.cells) for table in protected.release.free)
        found.append(Proposal(steps, protected, cells, protected.blanks))
    return sorted(found, key=lambda one: (one.protected.method is Method.WITHHELD, one.blanks, -one.cells))


def merged(release: Release, ladders: Mapping[str, Ladder], steps: Mapping[str, int]) -> Release:
    """The release with the tables that are not out yet printed by the given steps."""
    partitions = {code: ladders[code][step - 1] for code, step in steps.items() if step}
    dimensions = tuple(
        _with_groups(one, partitions[one.code]) if one.code in partitions else one for one in release.dimensions
    )
    wider = replace(release, dimensions=dimensions)
    free = {table.code for table in release.free}
    tables = tuple(_merged(wider, table, partitions) if table.code in free else table for table in release.tables)
    return replace(wider, tables=tables)


def _with_groups(dimension: Dimension, partition: Partition) -> Dimension:
    """Raises ValueError where the groups do not hold every category exactly once."""
    known = {*dimension.categories, *(group for group, _of in dimension.groups)}
    new = tuple((group, of) for group, of in partition if group not in known)
    wider = replace(dimension, groups=(*dimension.groups, *new))
    held = sorted(place for group, _of in partition for place in wider.members(group))
    if held != list(range(len(dimension.categories))):
        raise ValueError(f"Not a partition of {dimension.code}.")
    return wider


def _merged(release: Release, table: Table, partitions: Mapping[str, Partition]) -> Table:
    axes = []
    for axis, code in enumerate(table.by):
        had = dict.fromkeys(at[axis] for at in table.cells)
        axes.append(list(_codes(release.dimension(code), had, partitions[code])) if code in partitions else list(had))
    return replace(table, cells=tuple(itertools.product(*axes)))


def _codes(dimension: Dimension, had: Mapping[str, None], partition: Partition) -> Iterator[str]:
    """The groups of the partition, then the sums that the table had and that are made of whole groups."""
    parts = [set(dimension.members(group)) for group, _of in partition]
    yield from (group for group, _of in partition)
    for code in had:
        members = set(dimension.members(code))
        whole = all(part <= members or not part & members for part in parts)
        if code == ALL or (whole and members not in parts):
            yield code

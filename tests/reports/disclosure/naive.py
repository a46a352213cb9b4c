"""The slow way, to compare with: every cell over the full cross-classification, one linear or integer program per question."""

import itertools

import numpy as np
from scipy import optimize

from reports.disclosure.tables import ALL, At, Dimension, Edition, Release, Table, atoms_of, every_cell

BIG = 1_000


def two_way(counts: list[list[int]], answer: str = "") -> Release:
    """One table with rows A, B, C... and columns a, b, c... and all its margins."""
    shape = np.array(counts).shape
    rows, columns = (
        Dimension("row", tuple("ABCDEFGHIJKLMNOP"[: shape[0]])),
        Dimension("column", tuple("abcdefghijklmnop"[: shape[1]])),
    )
    table = Table("t1", "e1", ("row", "column"), every_cell(rows, columns), answer)
    return Release(
        (rows, columns), ("p1",), (Edition("e1", ("p1",)),), (table,), atoms_of((rows, columns), np.array(counts))
    )


class Naive:
    """Cells of a release as sums over parts x all dimensions."""

    def __init__(self, release: Release) -> None:
        self.release = release
        axes = [release.parts, *(one.categories for one in release.dimensions)]
        self.atoms = list(itertools.product(*axes))
        self.place = {atom: i for i, atom in enumerate(self.atoms)}
        self.truth = np.zeros(len(self.atoms))
        for atom in release.atoms:
            self.truth[self.place[(atom.part, *(atom.at[one.code] for one in release.dimensions))]] += atom.n

    def sum_of(self, edition: str, at: dict[str, str]) -> np.ndarray:
        """Which atoms a count adds up."""
        parts = self.release.parts_of(edition)
        held = [{one.categories[i] for i in one.members(at.get(one.code, ALL))} for one in self.release.dimensions]
        return np.array(
            [
                float(atom[0] in parts and all(value in of for value, of in zip(atom[1:], held, strict=True)))
                for atom in self.atoms
            ]
        )

    def cell(self, code: str, at: At) -> np.ndarray:
        table = next(table for table in self.release.tables if table.code == code)
        return self.sum_of(table.edition, dict(zip(table.by, at, strict=True)))

    def printed(self, hidden: dict[str, frozenset[At]]) -> tuple[np.ndarray, np.ndarray]:
        """What everybody knows: printed cells, public totals, structural zeros."""
        rows = [
            self.cell(table.code, at)
            for table in self.release.tables
            for at in table.cells
            if at not in hidden.get(table.code, frozenset())
        ]
        rows += [self.sum_of(known.edition, dict(known.at)) for known in self.release.known]
        for zero in self.release.zeros:
            rows += [self.sum_of(edition.code, dict(zero)) for edition in self.release.editions]
        known = np.array(rows).reshape(-1, len(self.atoms))
        return known, known @ self.truth

    def alone(self, own: np.ndarray) -> set[int]:
        """The atoms of all cells that somebody with these atoms fills alone."""
        cells = [self.cell(table.code, at) for table in self.release.tables for at in table.cells]
        mine = [cell for cell in cells if cell @ own == cell @ self.truth > 0]
        return {int(atom) for cell in mine for atom in np.flatnonzero(cell)}

    def interval(self, count: np.ndarray, hidden: dict[str, frozenset[At]], floor: np.ndarray | None = None):
        """The least and the most that a count can be. A count that may grow without limit is BIG.

        `floor`: the atoms of one contributor, who knows where it is alone.
        """
        known, values = self.printed(hidden)
        own = np.zeros(len(self.atoms)) if floor is None else floor
        closed = self.alone(own)
        bounds = [(own[i], own[i] if i in closed else BIG) for i in range(len(self.atoms))]
        found = []
        for sign in (1, -1):
            solved = optimize.linprog(sign * count, A_eq=known, b_eq=values, bounds=bounds, method="highs")
            found.append(sign * solved.fun)
        return int(np.ceil(found[0] - 1e-6)), min(BIG, int(np.floor(found[1] + 1e-6)))


def fewest(release: Release, targets, candidates: list[tuple[str, At]], cost) -> float:
    """The cost of the cheapest safe pattern by one big integer program with two other tables for every target."""
    naive = Naive(release)
    cells = [naive.cell(*place) for place in candidates]
    many, width = len(candidates), len(naive.atoms)
    limits, alternatives = [], [(target, rising) for target in targets for rising in (False, True)]
    columns = many + len(alternatives) * width
    for i, (target, rising) in enumerate(alternatives):
        start = many + i * width
        line = np.zeros(columns)
        line[start : start + width] = target.count
        limits.append((line, target.upper if rising else -np.inf, np.inf if rising else target.lower))
        for j, cell in enumerate(cells):
            for sign in (1, -1):
                line = np.zeros(columns)
                line[start : start + width], line[j] = sign * cell, -BIG
                limits.append((line, -np.inf, sign * cell @ naive.truth))
    solved = optimize.milp(
        np.concatenate([[float(cost(place)) for place in candidates], np.zeros(columns - many)]),
        integrality=np.concatenate([np.ones(many), np.zeros(columns - many)]),
        bounds=optimize.Bounds(0, np.concatenate([np.ones(many), np.full(columns - many, np.inf)])),
        constraints=optimize.LinearConstraint(
            np.array([line for line, _low, _high in limits]),
            [low for _line, low, _high in limits],
            [high for _line, _low, high in limits],
        ),
        options={"mip_rel_gap": 0},
    )
    return float(solved.fun)

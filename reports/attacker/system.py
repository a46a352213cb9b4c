"""Everything printed as equations and inequalities over the unknowns, in whole numbers.

Unknowns that stand in exactly the same equations, inequalities and questions are one unknown: their sum. Unknowns of
structural zeros are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array, vstack

from .atoms import Atoms
from .published import Cell, Published, Table
from .truth import Spot, Target, Truth


class Contradiction(ValueError):
    """Nothing fits all that was printed."""


@dataclass(frozen=True)
class Rows:
    """`matrix` x = or <= `right`; `names` says where each row was printed."""

    matrix: Any
    right: Any
    names: Sequence[str]


class Gathered:
    """Rows as they are collected."""

    def __init__(self) -> None:
        self.at: list[Any] = []
        self.factors: list[Any] = []
        self.right: list[int] = []
        self.names: list[str] = []

    def add(self, name: str, right: int, *terms: tuple[int, Any]) -> None:
        self.at.append(np.concatenate([covered for _factor, covered in terms]))
        self.factors.append(np.concatenate([np.full(len(covered), factor) for factor, covered in terms]))
        self.right.append(right)
        self.names.append(name)

    def rows(self, width: int) -> Rows:
        ends = np.cumsum([0, *(len(each) for each in self.at)])
        at = np.concatenate(self.at) if self.at else np.zeros(0, np.int64)
        factors = np.concatenate(self.factors) if self.factors else np.zeros(0, np.int64)
        matrix = csr_array((factors.astype(np.int64), at, ends), shape=(len(self.right), width))
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        return Rows(matrix, np.asarray(self.right, np.int64), tuple(self.names))


def named(table: str, at: Sequence[str]) -> str:
    return f"{table}: {' × '.join(at)}"


class System:
    """What a reader knows. `equal` and `below` are rows over the merged unknowns; `questions` what is asked of them."""

    def __init__(self, published: Published, targets: Sequence[Target] = ()) -> None:
        self.published, self.atoms = published, Atoms(published)
        self._known: dict[Spot, Any] = {}
        self.hidden = list(published.hidden())
        self.targets = list(targets)
        equal, below, asked = Gathered(), Gathered(), Gathered()
        for plus, minus in self.atoms.ties():
            equal.add("the same population", 0, (1, plus), (-1, minus))
        for table in published.tables.values():
            for cell in table.cells:
                self._print(table, cell, equal, below)
        for known in published.known:
            name = f"known in {known.edition}: {dict(known.at)}"
            equal.add(name, known.n, (1, self.atoms.cover(known.edition, known.at)))
        for table, cell in self.hidden:
            asked.add(named(table.code, cell.at), 0, (1, self._covered((table.code, cell.at))))
        for target in self.targets:
            signed = [(1, spot) for spot in target.plus] + [(-1, spot) for spot in target.minus]
            asked.add(target.said(), 0, *((sign, self._covered(spot)) for sign, spot in signed))
        self._merge(*(gathered.rows(self.atoms.size) for gathered in (equal, below, asked)))

    def _covered(self, spot: Spot) -> Any:
        if spot not in self._known:
            table = self.published.tables[spot[0]]
            self._known[spot] = self.atoms.cover(table.edition, table.where(spot[1]), table.by)
        return self._known[spot]

    def _print(self, table: Table, cell: Cell, equal: Gathered, below: Gathered) -> None:
        """One printed cell. Half up: p is printed for x of n when 2p - 1 <= 200 x / n < 2p + 1, and n is not 0."""
        name, covered = named(table.code, cell.at), self._covered((table.code, cell.at))
        if cell.n is not None:
            equal.add(f"{name} = {cell.n}", cell.n, (1, covered))
        if cell.percent is None or cell.of is None:
            return
        name, low, high = f"{name} = {cell.percent} %", 2 * cell.percent - 1, 2 * cell.percent + 1
        bases = {each.n for each in table.cells if each.at == cell.of and each.n is not None}
        if bases:
            (n,) = bases
            if n < 1:
                below.add(name, -1, (0, covered[:1]))
            else:
                below.add(name, (high * n - 1) // 200, (1, covered))
                below.add(name, -max(0, -(-low * n // 200)), (-1, covered))
        else:
            base = self._covered((table.code, cell.of))
            below.add(name, -1, (200, covered), (-high, base))
            below.add(name, 0, (low, base), (-200, covered))

    def _merge(self, equal: Rows, below: Rows, asked: Rows) -> None:
        together = vstack([equal.matrix, below.matrix, asked.matrix], format="csc")
        together.sort_indices()
        zero = np.zeros(self.atoms.size, bool)
        for at in self.published.zeros:
            for clique in self.atoms.cliques:
                if {self.atoms.order[code] for code in at} <= set(clique):
                    zero[self.atoms.cover(None, at, [list(self.atoms.order)[each] for each in clique])] = True
        seen: dict[bytes, int] = {}
        self.column = np.full(self.atoms.size, -1, np.int64)
        first: list[int] = []
        ends, rows, factors = together.indptr, together.indices, together.data
        for each in np.flatnonzero(~zero):
            span = slice(ends[each], ends[each + 1])
            key = rows[span].tobytes() + b"|" + factors[span].tobytes()
            if key not in seen:
                seen[key] = len(first)
                first.append(int(each))
            self.column[each] = seen[key]
        self.width = len(first)
        self.equal = Rows(csr_array(equal.matrix[:, first]), equal.right, equal.names)
        self.below = Rows(csr_array(below.matrix[:, first]), below.right, below.names)
        self.questions = Rows(csr_array(asked.matrix[:, first]), asked.right, asked.names)

    def counts(self, truth: Truth) -> tuple[Any, dict[str, Any]]:
        """The truth, and each contributor's part of it, as values of the merged unknowns.

        Raises `Contradiction` where somebody stands in a structural zero.
        """
        kept = np.flatnonzero(self.column >= 0)
        shape = (self.atoms.size, self.width)
        merge = csr_array((np.ones(len(kept), np.int64), (kept, self.column[kept])), shape=shape)
        places = self.atoms.places(truth)
        n = np.asarray([atom.n for atom in truth.atoms], np.int64)
        if (n @ places)[self.column < 0].any():
            raise Contradiction("the truth has somebody where a structural zero is declared")
        names = sorted({name for atom in truth.atoms for name, share in atom.by.items() if share})
        order = {name: index for index, name in enumerate(names)}
        shares = [
            (order[name], index, share)
            for index, atom in enumerate(truth.atoms)
            for name, share in atom.by.items()
            if share
        ]
        rows, columns, held = np.asarray(shares, np.int64).reshape(-1, 3).T
        own = csr_array((held, (rows, columns)), shape=(len(names), len(n))) @ places @ merge
        return n @ places @ merge, {name: own[[index]].toarray()[0] for name, index in order.items()}

    def asks(self, question: int) -> bool:
        """False where a question covers structural zeros only."""
        ends = self.questions.matrix.indptr
        return bool(ends[question] < ends[question + 1])

    def single(self, question: int) -> bool:
        """Whether a question asks for one cell, not for a union or a difference."""
        place = question - len(self.hidden)
        return place < 0 or self.targets[place].single

    def covered(self, questions: Sequence[int]) -> Any:
        """Which merged unknowns these questions are made of."""
        asked, there = self.questions.matrix, np.zeros(self.width, bool)
        for question in questions:
            there[asked.indices[asked.indptr[question] : asked.indptr[question + 1]]] = True
        return there

    def within(self, columns: Any) -> set[int]:
        """The questions that these merged unknowns answer whole."""
        outside = abs(self.questions.matrix) @ ~columns
        return {int(each) for each in np.flatnonzero(outside == 0)}

    def misfit(self, values: Any) -> str:
        """The first printed number that these counts do not give; "" where all fit."""
        for rows, wrong in (
            (self.equal, self.equal.matrix @ values != self.equal.right),
            (self.below, self.below.matrix @ values > self.below.right),
        ):
            if wrong.any():
                return rows.names[int(np.flatnonzero(wrong)[0])]
        return ""

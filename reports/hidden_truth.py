"""The true counts behind blanks, for the audit while a year is counted: documents of the schema "published-tables-truth/1". Pure.

They lie in memory until the year is frozen and are never kept: which cell is small is in here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from .content import QuestionLine, YearContent
from .printed_tables import ABOUT, ANSWER, ELSEWHERE, NO, OUTSIDE, UNTOLD, YES, Document

SCHEMA = "published-tables-truth/1"

# A category of each dimension -> institution -> how many.
Shares = Mapping[tuple[str, ...], Mapping[int, int]]


@dataclass(frozen=True)
class Counted:
    """One question by the dimensions `sides`: each printed answer, all who answered, and the others. None = did not tell."""

    sides: tuple[str, ...]
    cells: Sequence[Shares]
    answered: Shares
    outside: Shares


@dataclass
class Row:
    """One cell of a table: how many, and how they lie over the institutions."""

    by: dict[int, int] = field(default_factory=dict)

    def add(self, shares: Mapping[int, int]) -> None:
        for unit, n in shares.items():
            self.by[unit] = self.by.get(unit, 0) + n

    def rest(self, base: "Row") -> "Row":
        """What `base` holds beside it."""
        return Row({unit: n - self.by.get(unit, 0) for unit, n in base.by.items()})

    def unsafe(self, content: YearContent, k: int) -> bool:
        """R2, R3 and R4."""
        held = sorted((n for n in self.by.values() if n), reverse=True)
        total, rules = sum(held), content["rules"]
        return (
            total < k
            or len(held) < rules["institutions"]
            or 100 * held[0] > rules["largest_percent"] * total
            or 100 * sum(held[:2]) > rules["two_largest_percent"] * total
        )

    @property
    def n(self) -> int:
        return sum(self.by.values())


def truth(document: Document, counted: Counted, line: QuestionLine, content: YearContent) -> dict[str, Any]:
    """What was counted behind one document of one edition, and what must not be worked out of it."""
    cell = None if document.cell is None else [tuple(one["codes"]) for one in line["cells"]].index(document.cell)
    atoms = []
    if cell is None:
        for one, shares in zip(line["cells"], counted.cells, strict=True):
            atoms += list(_atoms(document, counted.sides, shares, one["codes"][0]))
    else:
        inside = counted.cells[cell]
        atoms += list(_atoms(document, counted.sides, inside, YES))
        atoms += list(_atoms(document, counted.sides, _less(counted.answered, inside), NO))
    atoms += list(_atoms(document, counted.sides, counted.outside, f"{OUTSIDE}s"))
    return {"schema": SCHEMA, "atoms": atoms, "targets": list(_targets(document, counted, cell, content))}


def _less(whole: Shares, part: Shares) -> Shares:
    found = {}
    for place, shares in whole.items():
        row = Row()
        row.add(part.get(place, {}))
        found[place] = row.rest(Row(dict(shares))).by
    return found


def _atoms(document: Document, sides: tuple[str, ...], shares: Shares, answer: str) -> Iterator[dict[str, Any]]:
    categories = {one["code"]: one["categories"] for one in document.written["dimensions"]}
    placed: dict[tuple[str, ...], Row] = {}
    for place, by in shares.items():
        names = dict(zip(sides, place, strict=True))
        at = tuple(_category(names[side], side, categories[side]) for side in categories if side != ANSWER)
        placed.setdefault(at, Row()).add(by)
    printed = [side for side in categories if side != ANSWER]
    for at, row in placed.items():
        if row.n:
            held = {str(unit): n for unit, n in row.by.items() if n}
            where: dict[str, str] = {**dict(zip(printed, at, strict=True)), ANSWER: answer}
            yield {"part": "p0", "at": where, "n": row.n, "by": held}


def _category(code: str, side: str, categories: Sequence[str]) -> str:
    return code if code in categories else UNTOLD if side in ABOUT else ELSEWHERE


def _targets(document: Document, counted: Counted, cell: int | None, content: YearContent) -> Iterator[dict[str, Any]]:
    """Cells and complements that are unsafe by themselves, and two small ones of a row together; by printed rows."""
    asked = counted.cells if cell is None else [counted.cells[cell]]
    categories = {one["code"]: one["categories"] for one in document.written["dimensions"]}
    for table in document.tables("e0"):
        by, *others = table["by"]
        if not others:
            continue
        for start in range(0, len(table["cells"]), len(asked) + 1):
            (whole, *cells) = [cell["at"] for cell in table["cells"][start : start + len(asked) + 1]]
            inside = (counted.sides.index(by), by, categories[by], document.members(by, whole[0]))
            base, small = _row(counted.answered, *inside), list[tuple[list[str], int]]()
            for at, shares in zip(cells, asked, strict=True):
                row, told = _row(shares, *inside), {"table": table["code"], "at": at, "lower": 0, "upper": document.k}
                if row.unsafe(content, document.k):
                    small += [(at, row.n)] if 0 < row.n < document.k else []
                    yield told
                if row.rest(base).unsafe(content, document.k):
                    yield {**told, "complement_of": whole}
            for (first, n), (second, m) in combinations(small, 2):
                if n + m < document.k:
                    spots = [["e0", table["code"], at] for at in (first, second)]
                    yield {"union": spots, "lower": 0, "upper": n + m}


def _row(shares: Shares, place: int, by: str, categories: Sequence[str], codes: Sequence[str]) -> Row:
    """One printed row of one answer."""
    row = Row()
    for where, held in shares.items():
        if _category(where[place], by, categories) in codes:
            row.add(held)
    return row

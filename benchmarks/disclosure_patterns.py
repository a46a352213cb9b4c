"""What was usual before: blanking small cells only, or two blanks in every line. The attacker has to break them.

The small cells are marked here anew, from the rules as they are published, so that a cell which the protector overlooks is found.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from reports.disclosure.rules import Rules
from reports.disclosure.tables import ALL, At, Dimension, Release, Table

Hidden = Mapping[str, frozenset[At]]


class Counts:
    """The true number of every cell, and who contributed it, straight from the atoms."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.held: dict[str, dict[At, Counter[str]]] = {}
        above = {one.code: _above(one) for one in release.dimensions}
        for table in release.tables:
            cells: dict[At, Counter[str]] = defaultdict(Counter)
            parts = release.parts_of(table.edition)
            for atom in release.atoms:
                if atom.part in parts:
                    for at in _crossed([above[code][atom.at[code]] for code in table.by]):
                        cells[at].update(atom.by)
            self.held[table.code] = {at: cells.get(at, Counter()) for at in table.cells}
        self.empty = {table.code: frozenset(self._empty(table)) for table in release.tables}

    def n(self, table: Table, at: At) -> int:
        return self.held[table.code][at].total()

    def _empty(self, table: Table) -> Iterator[At]:
        """Cells that are structural zeros: shown as such."""
        for at in table.cells:
            places = table.named(at)
            if any(
                set(zero) <= set(places)
                and all(
                    set(self.release.dimension(code).members(places[code]))
                    <= set(self.release.dimension(code).members(value))
                    for code, value in zero.items()
                )
                for zero in self.release.zeros
            ):
                yield at


def _above(dimension: Dimension) -> dict[str, list[str]]:
    """Each finest category -> every code that covers it."""
    return {
        category: [code for code in dimension.codes if place in dimension.members(code)]
        for place, category in enumerate(dimension.categories)
    }


def _crossed(sides: list[list[str]]) -> Iterator[At]:
    if not sides:
        yield ()
        return
    for first in sides[0]:
        for rest in _crossed(sides[1:]):
            yield (first, *rest)


def small(counts: Counts, rules: Rules) -> dict[str, dict[At, str]]:
    """By table the cells that must not be printed, with the rule that says so: R2 and R4 of the cell or its complement, R3."""
    found: dict[str, dict[At, str]] = {}
    for table in counts.release.tables:
        k, marked = rules.k(table.sensitive), found.setdefault(table.code, {})
        for at in table.cells:
            if at in counts.empty[table.code]:
                continue
            base = table.base(at)
            held = counts.held[table.code][at]
            if held.total() < k:
                marked[at] = "cell"
            elif base is not None and counts.n(table, base) - held.total() < k:
                marked[at] = "complement"
            elif table.answer and not _spread(held, rules):
                marked[at] = "spread"
    return found


def _spread(held: Counter[str], rules: Rules) -> bool:
    shares = sorted((n for n in held.values() if n), reverse=True)
    total = sum(shares)
    return (
        len(shares) >= rules.institutions
        and 100 * shares[0] <= rules.largest_percent * total
        and 100 * sum(shares[:2]) <= rules.two_largest_percent * total
    )


def targets(counts: Counts, rules: Rules) -> list[dict[str, Any]]:
    """What nobody may know well, for the attacker: small cells, small complements, small differences between editions.

    A cell that lies over too few institutions must not be known exactly: its own number at both ends.
    """
    made: list[dict[str, Any]] = []
    tables = counts.release.tables
    for table in tables:
        k = rules.k(table.sensitive)
        for at, why in small(counts, rules)[table.code].items():
            base = table.base(at)
            if why == "cell":
                made.append({"table": table.code, "at": list(at), "lower": 0, "upper": k})
            elif why == "spread":
                n = counts.n(table, at)
                made.append({"table": table.code, "at": list(at), "lower": n, "upper": n})
            if base is not None and counts.n(table, base) - counts.n(table, at) < k:
                made.append({"table": table.code, "at": list(at), "complement_of": list(base), "lower": 0, "upper": k})
    parts = counts.release.parts_of
    for later in tables:
        for earlier in tables:
            if later.by == earlier.by and set(parts(earlier.edition)) < set(parts(later.edition)):
                k = rules.k(later.sensitive)
                for at in later.cells:
                    if at not in counts.empty[later.code] and counts.n(later, at) - counts.n(earlier, at) < k:
                        ends = [[table.edition, table.code, list(at)] for table in (later, earlier)]
                        made.append({"difference": ends, "lower": 0, "upper": k})
    return made


def document(counts: Counts, hidden: Hidden, k: int) -> dict[str, Any]:
    """The published document with these cells hidden."""
    release = counts.release
    return {
        "schema": "published-tables/1",
        "k": k,
        "dimensions": [
            {
                "code": one.code,
                "categories": list(one.categories),
                "groups": [{"code": code, "of": list(of)} for code, of in one.groups],
            }
            for one in release.dimensions
        ],
        "parts": list(release.parts),
        "editions": [{"code": one.code, "parts": list(one.parts)} for one in release.editions],
        "tables": [
            {
                "code": table.code,
                "edition": table.edition,
                "by": list(table.by),
                "cells": [
                    {"at": list(at), "n": None if at in hidden.get(table.code, ()) else counts.n(table, at)}
                    for at in table.cells
                ],
            }
            for table in release.tables
        ],
        "zeros": [dict(zero) for zero in release.zeros],
        "known": [{"edition": one.edition, "at": dict(one.at), "n": one.n} for one in release.known],
    }


def truth(counts: Counts, wanted: list[dict[str, Any]]) -> dict[str, Any]:
    """The truth beside the document."""
    return {
        "schema": "published-tables-truth/1",
        "atoms": [
            {"part": atom.part, "at": dict(atom.at), "n": atom.n, "by": dict(atom.by)} for atom in counts.release.atoms
        ],
        "targets": wanted,
    }


def primary_only(counts: Counts, rules: Rules) -> Hidden:
    """Small cells and nothing else."""
    return {code: frozenset(marked) for code, marked in small(counts, rules).items()}


def two_per_line(counts: Counts, rules: Rules) -> Hidden:
    """Small cells, and in each line with one blank the smallest other cell, until no line has one blank only."""
    hidden = {code: set(marked) for code, marked in small(counts, rules).items()}
    for table in counts.release.tables:
        blank, lines = hidden[table.code], list(_lines(counts.release, table))
        waiting = True
        while waiting:
            waiting = False
            for line in lines:
                shown = [at for at in line if at not in blank and at not in counts.empty[table.code]]
                if len(shown) == len(line) - 1 and shown:
                    blank.add(min(shown, key=lambda at: (counts.n(table, at), at)))
                    waiting = True
    return {code: frozenset(blank) for code, blank in hidden.items()}


def _lines(release: Release, table: Table) -> Iterator[list[At]]:
    """Cells that add up to a printed total, along one dimension: a total's own members. The total may be a member elsewhere."""
    for position, code in enumerate(table.by):
        dimension = release.dimension(code)
        inner = {member for _group, of in dimension.groups for member in of}
        tops = [one for one in dimension.codes if one not in inner and one != ALL]
        sums = [(ALL, tops), *dimension.groups]
        for at in table.cells:
            for total, members in sums:
                if at[position] == total:
                    yield [(*at[:position], member, *at[position + 1 :]) for member in members]

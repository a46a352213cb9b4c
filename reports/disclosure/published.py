"""What is printed of a release, as anybody gets it; and, apart, the truth and the targets, for audits and tests only. Pure.

Both are plain dictionaries of the schemas "published-tables/1" and "published-tables-truth/1". The first holds nothing that was
hidden, and one symbol (null) for everything that was.
"""

from collections.abc import Iterator
from typing import Any

from .crossing import Crossing, Place
from .percentages import percentage
from .primary import Target
from .protecting import Protected
from .rules import Rules
from .tables import Atom, Release, Table

SCHEMA = "published-tables/1"
TRUTH = "published-tables-truth/1"


def published(protected: Protected, rules: Rules, *, percentages: bool = False) -> dict[str, Any]:
    """Dimensions, editions, tables with their printed numbers, structural zeros and public totals.

    `percentages`: whole percentages of the base beside the counts, where both are printed and R5 allows.
    """
    release, crossing = protected.release, Crossing(protected.release)
    return {
        "schema": SCHEMA,
        "k": rules.threshold,
        "dimensions": [
            {
                "code": one.code,
                "categories": list(one.categories),
                "groups": [{"code": group, "of": list(of)} for group, of in one.groups],
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
                "cells": list(_cells(protected, crossing, table, rules if percentages else None)),
            }
            for table in release.tables
        ],
        "zeros": [dict(zero) for zero in release.zeros],
        "known": [{"edition": one.edition, "at": dict(one.at), "n": one.n} for one in release.known],
    }


def _cells(protected: Protected, crossing: Crossing, table: Table, rules: Rules | None) -> Iterator[dict[str, Any]]:
    for at in table.cells:
        cell: dict[str, Any] = {"at": list(at), "n": None}
        if protected.shows(table.code, at):
            cell["n"] = count(crossing, (table.code, at))
            base = table.base(at)
            if rules and base and base in table.cells and protected.shows(table.code, base):
                share = percentage(cell["n"], count(crossing, (table.code, base)), rules)
                if share is not None:
                    cell |= {"percent": share, "of": list(base)}
        yield cell


def count(crossing: Crossing, place: Place) -> int:
    """What truly stands in a cell."""
    return int(crossing.truth[crossing.cell(place)].sum())


def truth(protected: Protected) -> dict[str, Any]:
    """What was counted, and what an attacker must not find out. Never leaves the office."""
    return {
        "schema": TRUTH,
        "atoms": [_atom(atom) for atom in protected.release.atoms],
        "targets": [_target(protected.release, target) for target in protected.targets],
    }


def _atom(atom: Atom) -> dict[str, Any]:
    return {"part": atom.part, "at": dict(atom.at), "n": atom.n, "by": dict(atom.by)}


def _target(release: Release, target: Target) -> dict[str, Any]:
    edition = {table.code: table.edition for table in release.tables}
    cells = [[edition[code], code, list(at)] for code, at in target.cells]
    if target.kind in ("difference", "union"):
        told: dict[str, Any] = {target.kind: cells}
    else:
        told = {"table": target.cells[0][0], "at": list(target.cells[0][1])}
    if target.base is not None:
        told["complement_of"] = list(target.base)
    return told | {"lower": target.lower, "upper": target.upper}

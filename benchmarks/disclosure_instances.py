"""Two tables of the literature with two blanks in every line, as they are told to leak.

I1: US Statistical Policy Working Paper 22, delinquent children by county and education. I4: the test table of sdcTable.
"""

from collections.abc import Mapping
from typing import Any

from reports.attacker import attack, read

INSTANCES: Mapping[str, tuple[str, str, tuple[tuple[int, ...], ...], tuple[str, ...], str]] = {
    "I1": (
        "ABCD",
        "1234",
        ((15, 1, 3, 1), (20, 10, 10, 15), (3, 10, 10, 2), (12, 14, 7, 2)),
        ("A2", "A3", "A4", "B2", "B3", "C1", "C4", "D1", "D4"),
        "A4",
    ),
    "I4": (
        "wxyz",
        "abcd",
        ((30, 47, 64, 89), (90, 124, 5, 31), (92, 100, 59, 85), (800, 991, 651, 685)),
        ("wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd"),
        "wb",
    ),
}


def falls(name: str) -> bool:
    """Whether the attacker finds exactly the cell that is told to leak, and its true number."""
    rows, columns, numbers, hidden, leaking = INSTANCES[name]
    at = dict(zip((f"{row}{column}" for row in rows for column in columns), sum(numbers, ()), strict=True))
    cells: list[dict[str, Any]] = [{"at": list(key), "n": None if key in hidden else n} for key, n in at.items()]
    cells += [{"at": [row, "*"], "n": sum(line)} for row, line in zip(rows, numbers, strict=True)]
    cells += [{"at": ["*", column], "n": sum(line[place] for line in numbers)} for place, column in enumerate(columns)]
    published = {
        "schema": "published-tables/1",
        "k": 5,
        "dimensions": [{"code": "row", "categories": list(rows)}, {"code": "column", "categories": list(columns)}],
        "parts": ["p"],
        "editions": [{"code": "e", "parts": ["p"]}],
        "tables": [{"code": "t", "edition": "e", "by": ["row", "column"], "cells": cells}],
    }
    found = attack(read(published))
    return found.recovered == [("t", tuple(leaking))] and found.cells["t", tuple(leaking)].low == at[leaking]

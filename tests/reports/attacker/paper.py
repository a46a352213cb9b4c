"""Published documents written short, and every one of them enumerated: the oracle of the attacker."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

ALL = "*"


def square(
    rows: Sequence[Sequence[int]], hidden: Sequence[str], names: Sequence[str] = (), columns: str = "1234"
) -> dict[str, Any]:
    """A table with both margins. `hidden`: cells as "Alpha-4"."""
    names = names or [f"r{index + 1}" for index in range(len(rows))]
    columns = columns[: len(rows[0])]
    cells: list[dict[str, Any]] = [{"at": [ALL, ALL], "n": sum(map(sum, rows))}]
    for name, row in zip(names, rows, strict=True):
        cells.append({"at": [name, ALL], "n": sum(row)})
        cells += [
            {"at": [name, column], "n": None if f"{name}-{column}" in hidden else n}
            for column, n in zip(columns, row, strict=True)
        ]
    cells += [{"at": [ALL, column], "n": sum(row[index] for row in rows)} for index, column in enumerate(columns)]
    return document(
        [{"code": "row", "categories": list(names)}, {"code": "column", "categories": list(columns)}],
        [{"code": "t", "edition": "e", "by": ["row", "column"], "cells": cells}],
    )


def line(shown: dict[str, int | None], total: int, groups: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """One dimension with its total."""
    cells = [{"at": [ALL], "n": total}, *({"at": [name], "n": n} for name, n in shown.items())]
    dimension = {"code": "cell", "categories": list(shown), "groups": list(groups)}
    return document([dimension], [{"code": "t", "edition": "e", "by": ["cell"], "cells": cells}])


def document(dimensions: list[Any], tables: list[Any], **more: Any) -> dict[str, Any]:
    """One edition of one part unless told otherwise."""
    return {
        "schema": "published-tables/1",
        "k": 5,
        "dimensions": dimensions,
        "parts": ["p"],
        "editions": [{"code": "e", "parts": ["p"]}],
        "tables": tables,
        **more,
    }


def truth_of(
    published: dict[str, Any], counts: dict[tuple[str, ...], Any], targets: Sequence[Any] = ()
) -> dict[str, Any]:
    """`counts`: finest categories in the order of the dimensions -> a number, or contributor -> number."""
    codes = [dimension["code"] for dimension in published["dimensions"]]
    atoms = []
    for at, held in counts.items():
        by = held if isinstance(held, dict) else {}
        n = sum(by.values()) if by else held
        atoms.append({"part": "p", "at": dict(zip(codes, at, strict=True)), "n": n, "by": by})
    return {"schema": "published-tables-truth/1", "atoms": atoms, "targets": list(targets)}


def covers(dimension: dict[str, Any], code: str) -> set[str]:
    """The finest categories under a code."""
    if code == ALL:
        return set(dimension["categories"])
    for group in dimension.get("groups", []):
        if group["code"] == code:
            return set().union(*(covers(dimension, member) for member in group["of"]))
    return {code}


def spots(published: dict[str, Any], edition: str, at: dict[str, str]) -> list[int]:
    """Numbers of the atoms a cell covers, of all atoms in the order of `product`."""
    parts = next(each["parts"] for each in published["editions"] if each["code"] == edition)
    sides = [covers(dimension, at.get(dimension["code"], ALL)) for dimension in published["dimensions"]]
    every = product(published["parts"], *(dimension["categories"] for dimension in published["dimensions"]))
    return [
        index
        for index, (part, *held) in enumerate(every)
        if part in parts and all(one in side for one, side in zip(held, sides, strict=True))
    ]


def compositions(total: int, places: int) -> Iterator[tuple[int, ...]]:
    """All ways to put `total` into `places`."""
    if places == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(total - first, places - 1):
            yield (first, *rest)


def enumerated(published: dict[str, Any], total: int) -> dict[tuple[str, tuple[str, ...]], set[int]]:
    """Every value each hidden cell can have, by trying all atoms with this sum. For tiny documents."""
    size = len(published["parts"])
    for dimension in published["dimensions"]:
        size *= len(dimension["categories"])
    checks, asked = [], {}
    for table in published["tables"]:
        for cell in table["cells"]:
            at = spots(published, table["edition"], dict(zip(table["by"], cell["at"], strict=True)))
            if cell.get("n") is not None:
                checks.append((at, cell["n"], None, None))
            elif "n" in cell:
                asked[table["code"], tuple(cell["at"])] = at
            if "percent" in cell:
                of = spots(published, table["edition"], dict(zip(table["by"], cell["of"], strict=True)))
                checks.append((at, None, of, cell["percent"]))
    checks += [
        (spots(published, each["edition"], each["at"]), each["n"], None, None) for each in published.get("known", [])
    ]
    for zero in published.get("zeros", []):
        for edition in published["editions"]:
            checks.append((spots(published, edition["code"], zero), 0, None, None))
    found: dict[tuple[str, tuple[str, ...]], set[int]] = {spot: set() for spot in asked}
    for atoms in compositions(total, size):
        if all(fits(atoms, *check) for check in checks):
            for spot, at in asked.items():
                found[spot].add(sum(atoms[index] for index in at))
    return found


def half(count: int, base: int) -> int:
    """A whole percentage, half up: floor(100 x / n + 1/2)."""
    return (200 * count + base) // (2 * base)


def fits(atoms: Sequence[int], at: list[int], n: int | None, of: list[int] | None, percent: int | None) -> bool:
    """Whether these atoms give what was printed."""
    held = sum(atoms[index] for index in at)
    if of is None:
        return held == n
    base = sum(atoms[index] for index in of)
    return base > 0 and half(held, base) == percent

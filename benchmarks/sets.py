"""The six sets of counts of a year, and putting them in one order so that two counts can be compared cell by cell. Pure.

A indicator; B section x region; C indicator x kind; D indicator x region; E question; F question x kind.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Layout:
    """Where the answers of an edition stand, without the product's words for it."""

    width: int
    # Offsets of places with one byte, and how many values the longest of them can take.
    single: list[int]
    values: int
    # (offset, width, choices) of places with bits.
    multiple: list[tuple[int, int, int]]
    # For each single place the number of its section; empty where there are none.
    section: list[int]

    @classmethod
    def read(cls, entries: list[dict[str, Any]], section: list[int]) -> "Layout":
        single = [entry for entry in entries if entry["kind"] == "single"]
        return cls(
            width=entries[-1]["offset"] + entries[-1]["width"],
            single=[entry["offset"] for entry in single],
            values=2 + max(len(entry["codes"]) for entry in single),
            multiple=[
                (entry["offset"], entry["width"], len(entry["codes"]))
                for entry in entries
                if entry["kind"] == "multiple"
            ],
            section=section,
        )


@dataclass(frozen=True)
class Sets:
    """All counts of a year as arrays, regions and kinds in the order of their ids."""

    arrays: dict[str, np.ndarray]

    @property
    def digest(self) -> str:
        """One hash over names, shapes and every cell."""
        whole = hashlib.sha256()
        for name, array in sorted(self.arrays.items()):
            whole.update(f"{name}{array.shape}".encode())
            whole.update(np.ascontiguousarray(array, np.int64).tobytes())
        return whole.hexdigest()

    @property
    def cells(self) -> int:
        return sum(int(array.size) for array in self.arrays.values())


def fold(
    regions: np.ndarray,
    kinds: np.ndarray,
    by_region: np.ndarray,
    by_kind: np.ndarray,
    heard: np.ndarray,
    single: np.ndarray,
    several: list[np.ndarray],
    layout: Layout,
) -> Sets:
    """The six sets from counts: [region, indicator, value], [kind, indicator, value], [kind, question, value], [kind, choice]."""
    starts = np.flatnonzero(np.r_[True, np.diff(layout.section) != 0])
    arrays = {
        "A": by_kind.sum(axis=0),
        "B": np.add.reduceat(by_region, starts, axis=1),
        "C": by_kind,
        "D": by_region,
        "E": single.sum(axis=0),
        "F": single,
        "regions": regions,
        "kinds": kinds,
        "heard": heard,
    }
    for number, table in enumerate(several):
        arrays[f"F{number}"] = table
        arrays[f"E{number}"] = table.sum(axis=0)
    return Sets(arrays)

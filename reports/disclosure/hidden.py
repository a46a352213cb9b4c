"""What was hidden, and why, in words that themselves give nothing away. Pure.

Whoever reads a table sees its blanks, so their number is no secret. Everything else is: which rule a cell failed would tell a
small cell from one that only stands guard over it, and how the pattern was found would tell how it was chosen.
So all rules that are in force are named for every table with a blank, and none for a single cell.
"""

from dataclasses import dataclass

from .protecting import Protected
from .rules import Rules

# In force for every table with a hidden cell, whichever of them it was.
IN_FORCE = ("R2", "R3", "R4", "R8", "R9", "R12", "R13", "R14")


@dataclass(frozen=True)
class Hidden:
    """One table: how many cells it has and how many are blank. `withheld`: all are."""

    table: str
    cells: int
    blanks: int
    k: int
    rules: tuple[str, ...]

    @property
    def withheld(self) -> bool:
        return self.blanks == self.cells > 0


def report(protected: Protected, rules: Rules) -> tuple[Hidden, ...]:
    """A line for every table of the release, in its order: from what is printed and what is public alone."""
    return tuple(
        Hidden(
            table.code,
            len(table.cells),
            blanks := len(protected.hidden[table.code]),
            rules.k(table.sensitive),
            IN_FORCE if blanks else (),
        )
        for table in protected.release.tables
    )

"""How much is worked on one release before it is content with more blanks: counted, never timed. Pure.

The same figures come out the same on a slow machine and on a fast one, alone or beside others. A clock is there for the day on
which a solver does not come back: past it nothing of the release is printed, and the result says so.
"""

import time

# A unit is an unknown in a linear program, or a step of its solution: some twenty microseconds. Minutes, for one release.
EFFORT = 3_000_000
# What a node of an integer program costs, in units.
NODE = 1_000
# Seconds that no release takes.
PATIENCE = 1_800.0


class TooLate(Exception):
    """The clock has run out."""


class Work:
    """What was done so far, in units. Nobody reads the clock but to give up."""

    def __init__(self, patience: float = float("inf")) -> None:
        self.done = 0
        self._until = time.monotonic() + patience

    def add(self, units: int) -> None:
        """Raises TooLate."""
        self.done += units
        if time.monotonic() > self._until:
            raise TooLate

    @property
    def seconds(self) -> float:
        """What a solver may take at most."""
        return max(self._until - time.monotonic(), 0.01)

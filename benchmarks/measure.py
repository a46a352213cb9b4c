"""What a benchmark says: figures, goals that hold or do not, one line for people and one for programs. Pure."""

import json
import resource
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True)
class Goal:
    """A bound on one value. `floor` and `product` are the absolute numbers behind a ratio."""

    name: str
    value: float
    bound: float
    sense: Literal["at least", "at most"]

    @property
    def holds(self) -> bool:
        return self.value >= self.bound if self.sense == "at least" else self.value <= self.bound

    def said(self) -> str:
        verdict = "holds" if self.holds else "MISSED"
        return f"{self.name}: {self.value:.2f} ({self.sense} {self.bound:g}): {verdict}"


@dataclass
class Result:
    """One run of one benchmark."""

    name: str
    figures: dict[str, Any] = field(default_factory=dict)
    goals: list[Goal] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return all(goal.holds for goal in self.goals)

    def line(self) -> str:
        """The contract with other people's scripts: one line of JSON."""
        goals = [
            {
                "name": goal.name,
                "value": round(goal.value, 4),
                "bound": goal.bound,
                "sense": goal.sense,
                "holds": goal.holds,
            }
            for goal in self.goals
        ]
        return json.dumps({"name": self.name, "figures": self.figures, "goals": goals}, sort_keys=True)


def peak_mb() -> float:
    """The most memory that this program held so far. What `getrusage` says may be that of the program that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
        return round(int(line.split()[1]) / 1024, 1)
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def alternately(runs: Mapping[str, Callable[[], float]], repeats: int) -> dict[str, list[float]]:
    """Each run in turn, round after round, so that a noisy minute hits all of them alike."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repeats):
        for name, run in runs.items():
            taken[name].append(run())
    return taken


def ratio(ours: Sequence[float], floor: Sequence[float]) -> float:
    """The median of ours over the median of the floor's."""
    return statistics.median(ours) / statistics.median(floor)


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Median and the two ends: "254.1 [240.0–263.2]"."""
    return f"{statistics.median(values):.{digits}f} [{min(values):.{digits}f}–{max(values):.{digits}f}]"

"""Every figure of a year's report, in a process of its own: `python -m benchmarks.year_report YEAR`. Last line: JSON.

Counted, protected and audited as for a release; the seconds of the three are told apart, and so is the peak of memory.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import django

from .measure import peak_mb


class Clock:
    """Seconds spent in some functions: on the wall, and of the processor (which others on the machine do not lengthen)."""

    def __init__(self) -> None:
        self.wall = self.processor = 0.0

    def around(self, called: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed. What it calls of its own kind is not counted twice: none of them does."""

        def timed(*arguments: Any, **named: Any) -> Any:
            wall, processor = time.perf_counter(), time.process_time()
            try:
                return called(*arguments, **named)
            finally:
                self.wall += time.perf_counter() - wall
                self.processor += time.process_time() - processor

        return timed


def main(year: int) -> dict[str, Any]:
    """Counts the year once, everything loaded before."""
    from reports import breaking, disclosure, figures, gate, voices_by

    whole, protecting, auditing = Clock(), Clock(), Clock()
    idle = peak_mb()
    with (
        patch.object(voices_by, "break_down", protecting.around(breaking.break_down)),
        patch.object(disclosure, "protect", protecting.around(disclosure.protect)),
        patch.object(gate, "attacked", auditing.around(gate.attacked)),
    ):
        content, verdict = whole.around(figures.counted)(year)
    peak = peak_mb()
    safe = protecting.processor + auditing.processor
    return {
        "seconds": round(whole.wall, 2),
        "counting": round(whole.wall - protecting.wall - auditing.wall, 2),
        "protecting": round(protecting.wall, 2),
        "auditing": round(auditing.wall, 2),
        "processor": round(whole.processor, 2),
        "of it protecting and auditing": round(safe, 2),
        "questions": len(content["questions"]),
        "tables": verdict.tables,
        "cells": verdict.cells,
        "hidden": verdict.hidden,
        "broken": verdict.recovered + verdict.breaches,
        "per_1000_cells": round(1000 * safe / verdict.cells, 4) if verdict.cells else 0.0,
        "idle_mb": idle,
        "peak_mb": peak,
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main(int(sys.argv[1]))))

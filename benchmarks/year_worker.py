"""One side of `year` in a process of its own: `python -m benchmarks.year_worker floor|product FACTS TIMES`. Last line: JSON.

A process of its own, so that each side's peak of memory is its own too.
"""

import gc
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from .measure import peak_mb
from .sets import Layout


def main(side: str, facts: dict[str, Any], times: int) -> dict[str, Any]:
    """Counts the year `times` times after one count that only warms up."""
    checklist = Layout.read(facts["checklist"], facts["sections"])
    if side == "floor":
        from .floors import year as floor

        questionnaire = Layout.read(facts["questionnaire"], [])
        cursor = floor.connect(os.environ["VOICE_DATABASE"])

        def count() -> Any:
            return floor.count(cursor, facts["year"], checklist, questionnaire)
    else:
        import django

        django.setup()
        from . import year_product

        def count() -> Any:
            return year_product.count(facts["year"], checklist)

    before = peak_mb()
    sets = count()
    taken = []
    for _ in range(times):
        gc.collect()
        start = time.perf_counter()
        count()
        taken.append(time.perf_counter() - start)
    peak = peak_mb()
    return {
        "seconds": taken,
        "digest": sets.digest,
        "cells": sets.cells,
        "peak_mb": peak,
        "idle_mb": before,
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")), int(sys.argv[3]))))

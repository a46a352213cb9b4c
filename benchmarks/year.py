"""`year`: all counts of a year (six sets over every indicator and question) against plain SQL and numpy over the same bytes."""

import json
import statistics
from collections.abc import Callable
from typing import Any

from .measure import Goal, Result, ratio, spread
from .places import databases, environment, folder, worker

SIZE = 10_000
BOUND = 1.5
GOAL = f"all counts of a year, {SIZE} visits with interviews: at most {BOUND} x the packed floor, SQLite and PostgreSQL"
TIMES = 3


class Differs(AssertionError):
    """Floor and product counted different things: no ratio means anything then."""


def run(size: int, repeats: int, say: Callable[[str], None]) -> Result:
    """Fills each database once, then counts on both sides in turn, each in a process of its own. Raises Differs."""
    result = Result("year", {"size": size})
    with folder() as here, databases(here) as addresses:
        for name, address in addresses.items():
            env = environment(here, address)
            facts = worker("benchmarks.fill", "year", str(size), env=env)
            path = here / "facts.json"
            path.write_text(json.dumps(facts), encoding="utf-8")
            rounds: dict[str, list[dict[str, Any]]] = {"floor": [], "product": []}
            for _ in range(repeats):
                for side, found in rounds.items():
                    found.append(worker("benchmarks.year_worker", side, str(path), str(TIMES), env=env))
            if len({each["digest"] for found in rounds.values() for each in found}) != 1:
                raise Differs(f"{name}: floor and product do not count the same.")
            seconds = {side: [taken for each in found for taken in each["seconds"]] for side, found in rounds.items()}
            figures = {
                "visits": facts["visits"],
                "interviews": facts["interviews"],
                "cells": rounds["floor"][0]["cells"],
                **{f"{side}_s": round(statistics.median(times), 5) for side, times in seconds.items()},
                **{f"{side}_peak_mb": max(each["peak_mb"] for each in found) for side, found in rounds.items()},
                **{f"{side}_idle_mb": max(each["idle_mb"] for each in found) for side, found in rounds.items()},
                "ratio": round(ratio(seconds["product"], seconds["floor"]), 3),
            }
            result.figures[name] = figures
            for side, times in seconds.items():
                say(
                    f"{name:<11} {side:<8} {spread([1000 * taken for taken in times])} ms,"
                    f" peak {figures[f'{side}_peak_mb']} MB (idle {figures[f'{side}_idle_mb']} MB)"
                )
            say(f"{name:<11} product / floor {figures['ratio']}; same {figures['cells']} cells")
            result.goals.append(Goal(f"{name} product/floor", figures["ratio"], BOUND, "at most"))
    return result

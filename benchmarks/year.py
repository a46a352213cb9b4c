"""`year`: all counts of a year against the packed floor, and the whole report protected and audited, at growing sizes.

Raw: six sets over every indicator and question, through the product and in numpy over the same bytes. Report: every figure of
the report counted, protected and audited, as before a release. It grows no faster than its tables if the seconds of the processor
for protecting and auditing, per printed cell, are at the largest size at most GROWTH times those at the smallest: a hundred times
the visits print a few more tables, not a hundred times as many. Counting itself must read every visit; the floor is its measure.

Memory is that over the worker that has everything loaded and has not counted yet. It is flat if the largest size takes at most
MEMORY times the smallest and a few MB, and nothing takes more than MB, as many as a download of everything may.
"""

import json
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .measure import Goal, Result, ratio, spread
from .places import databases, environment, folder, worker

# Visits, with five talks each; `--size` runs one.
SIZES = (1_000, 10_000, 100_000)
SIZE = None
BOUND, GROWTH, SECONDS = 1.5, 1.5, 60
# Over idle. Below some thousands of visits neither a block nor the pages that SQLite keeps are full, so some MB are free.
MB, MEMORY, FREE = 60, 1.5, 20
GOAL = (
    f"all counts of a year, 1k, 10k and 100k visits: at most {BOUND} x the packed floor, SQLite and PostgreSQL; the report"
    f" protected and audited within {SECONDS} s, growing no faster than its tables; both in at most {MB} MB over idle, flat"
)
TIMES = 3


class Differs(AssertionError):
    """Floor and product counted different things: no ratio means anything then."""


def run(size: int | None, repeats: int, say: Callable[[str], None]) -> Result:
    """Each size on each database: one that grows. Raises Differs."""
    sizes = SIZES if size is None else (size,)
    result = Result("year", {"sizes": list(sizes)})
    with folder() as here, databases(here) as addresses:
        for name, address in addresses.items():
            found = [_of_size(one, name, address, here, repeats, say, result) for one in sizes]
            for one, figures in zip(sizes, found, strict=True):
                result.figures.setdefault(str(one), {})[name] = figures
            smallest, largest = found[0]["report"], found[-1]["report"]
            if len(sizes) > 1:
                result.goals += _flat(name, found, sizes, say)
            if len(sizes) > 1 and smallest["cells"]:
                growth = largest["per_1000_cells"] / smallest["per_1000_cells"]
                result.goals.append(Goal(f"{name} seconds per cell, largest/smallest", growth, GROWTH, "at most"))
    return result


def _of_size(
    size: int,
    name: str,
    address: str,
    here: Path,
    repeats: int,
    say: Callable[[str], None],
    result: Result,
) -> dict[str, Any]:
    """Fills the database up, then counts on both sides in turn, each in a process of its own; then the report."""
    env, called = environment(here, address), f"{size} visits, {name}"
    facts = worker("benchmarks.fill", "year", str(size), env=env)
    path = here / "facts.json"
    path.write_text(json.dumps(facts), encoding="utf-8")
    figures = _raw(name, str(path), facts, repeats, env)
    for side in ("floor", "product"):
        idle, peak = figures[f"{side}_idle_mb"], figures[f"{side}_peak_mb"]
        say(f"{called}: {side} {figures[f'{side}_ms']} ms, {peak - idle:.0f} MB over {idle} MB idle")
    say(f"{called}: product / floor {figures['ratio']}; same {figures['cells']} cells")
    result.goals.append(Goal(f"{called} product/floor", figures["ratio"], BOUND, "at most"))
    figures["report"] = report = worker("benchmarks.year_report", str(facts["year"]), env=env)
    say(f"{called}: {said(report)}")
    seconds = report["protecting"] + report["auditing"]
    result.goals.append(Goal(f"{called} protecting and auditing, seconds", seconds, SECONDS, "at most"))
    result.goals.append(Goal(f"{called} report, found by the attack", report["broken"], 0, "at most"))
    result.goals += [
        Goal(f"{called} {what}, MB over idle", mb, MB, "at most") for what, mb in _over_idle(figures).items()
    ]
    return figures


def _over_idle(figures: dict[str, Any]) -> dict[str, float]:
    """What counting and the report took beside what was loaded, in MB."""
    report = figures["report"]
    return {
        "raw": round(figures["product_peak_mb"] - figures["product_idle_mb"], 1),
        "report": round(report["peak_mb"] - report["idle_mb"], 1),
    }


def _flat(name: str, found: Sequence[dict[str, Any]], sizes: Sequence[int], say: Callable[[str], None]) -> list[Goal]:
    """Memory by size, the largest beside the smallest."""
    goals = []
    for what in ("raw", "report"):
        taken = [_over_idle(figures)[what] for figures in found]
        by_size = ", ".join(f"{mb:.0f} at {size}" for size, mb in zip(sizes, taken, strict=True))
        say(f"{name}: {what}, MB over idle: {by_size}; largest / smallest {taken[-1] / max(taken[0], 1):.2f}")
        bound = MEMORY * taken[0] + FREE
        goals.append(
            Goal(f"{name} {what}, MB over idle, {sizes[-1]} visits beside {sizes[0]}", taken[-1], bound, "at most")
        )
    return goals


def _raw(name: str, path: str, facts: dict[str, Any], repeats: int, env: dict[str, str]) -> dict[str, Any]:
    """Floor and product, round after round."""
    rounds: dict[str, list[dict[str, Any]]] = {"floor": [], "product": []}
    for _ in range(repeats):
        for side, found in rounds.items():
            found.append(worker("benchmarks.year_worker", side, path, str(TIMES), env=env))
    if len({each["digest"] for found in rounds.values() for each in found}) != 1:
        raise Differs(f"{name}: floor and product do not count the same.")
    seconds = {side: [taken for each in found for taken in each["seconds"]] for side, found in rounds.items()}
    return {
        "visits": facts["visits"],
        "interviews": facts["interviews"],
        "cells": rounds["floor"][0]["cells"],
        **{f"{side}_s": round(statistics.median(times), 5) for side, times in seconds.items()},
        **{f"{side}_ms": spread([1000 * taken for taken in times]) for side, times in seconds.items()},
        **{f"{side}_peak_mb": max(each["peak_mb"] for each in found) for side, found in rounds.items()},
        **{f"{side}_idle_mb": max(each["idle_mb"] for each in found) for side, found in rounds.items()},
        "ratio": round(ratio(seconds["product"], seconds["floor"]), 3),
    }


def said(report: dict[str, Any]) -> str:
    """What the report's tables took, for people."""
    return (
        f"report {report['seconds']} s (counting {report['counting']}, protecting {report['protecting']}, auditing"
        f" {report['auditing']}; processor {report['processor']}), {report['tables']} tables, {report['cells']} cells,"
        f" {report['hidden']} hidden, {report['per_1000_cells']} s per 1,000 cells,"
        f" {report['peak_mb'] - report['idle_mb']:.0f} MB over {report['idle_mb']} MB idle"
    )

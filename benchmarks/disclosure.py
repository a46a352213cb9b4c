"""`disclosure`: editions drawn by lot are protected, published and attacked; nothing may come out.

The same editions with small cells blanked only, and with two blanks in every line, show that the attacker can break what is
not protected. `--export DIR` leaves the published documents for an attacker of somebody else's, the truth apart.
"""

import json
import os
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from reports.attacker import Breach, breaks, read, read_truth
from reports.disclosure.protecting import Method, Protected, protect
from reports.disclosure.published import published as write
from reports.disclosure.published import truth as own_truth
from reports.disclosure.rules import Rules

from . import year
from .disclosure_editions import Drawn, draw
from .disclosure_instances import INSTANCES, falls
from .disclosure_patterns import Counts, Hidden, document, primary_only, small, targets, truth, two_per_line
from .measure import Goal, Result
from .places import environment, folder, worker

SIZE = 1000
SEED = 4
# Units of work on one edition, before the protector has to be content with more blanks.
EFFORT = 500_000
# Cells of an edition, up to: the steps of the table of growth.
STEPS = (25, 50, 100, 200, 10_000)
# A whole report: its year has so many visits, five talks each.
VISITS, REPORT_SECONDS = 1_000, 60
GOAL = (
    f"{SIZE} editions protected and attacked: 0 cells recovered, 0 breaches; small cells blanked alone fall in at least 95 %;"
    f" a whole report's tables protected and audited within {REPORT_SECONDS} s"
)

README = """Published tables for an attacker.

edition-0001.json and so on: one edition each, schema "published-tables/1", all that a reader sees.
  k           the threshold: a count from 0 to k - 1 is small, except structural zeros
  dimensions  "categories" are the finest; "groups" are made of categories or of earlier groups
  parts       disjoint populations in time; an edition counts one or more of them
  editions    with the parts they count
  tables      "by": its dimensions. "cells": "at" has one code per dimension, "*" is the total over it;
              "n" null is hidden. A cell with "percent" is a whole percentage, rounded half up, of the cell "of"
  zeros       combinations that nobody can be in, as everybody knows
  known       totals that everybody knows from elsewhere; dimensions left out are all
Every count is the sum of whole numbers from 0 up, one for each combination of a part and one finest category of
each dimension.

To recover a hidden cell is to show that one number only fits all that is printed. To break a target is to show that
its number cannot be as low as "lower" or cannot be as high as "upper".

truth/edition-0001.json and so on: the same edition's numbers, to check by.
  atoms       part, categories, number, and in "by" who contributed it
  targets     what nobody may know well: a cell; with "complement_of" that cell less this one; "difference": the first
              cell less the second, each as edition, table, coordinates
"""


@dataclass(frozen=True)
class Tried:
    """What came of one edition. `seconds` and `attack`: of the processor, which others on the machine do not lengthen; `work`:
    units that the protector counted, the same on every machine; `late`: its clock of last resort ended it.
    """

    number: int
    shape: str
    tables: int
    cells: int
    small: int
    primary_only: bool
    two_per_line: bool
    hidden: int = 0
    method: str = "failed"
    seconds: float = 0.0
    attack: float = 0.0
    work: int = 0
    late: bool = False
    found: Mapping[str, int] = field(default_factory=dict)
    said: tuple[str, ...] = ()


def run(size: int, repeats: int, say: Callable[[str], None], export: Path | None = None) -> Result:
    """`size` editions, once each. `export`: a folder for the published documents."""
    began = time.perf_counter()
    tried = []
    for each in _everybody(size, export):
        tried.append(each)
        for line in each.said:
            say(f"edition {each.number} ({each.shape}, {each.method}): {line}")
    if export:
        (export / "README.txt").write_text(README, encoding="utf-8")
    result = Result("disclosure", _figures(tried))
    result.figures["seconds in all"] = round(time.perf_counter() - began, 1)
    _tell(tried, result.figures, say)
    total = len(tried)

    def total_of(*kinds: str) -> int:
        return sum(result.figures["found"].get(kind, 0) for kind in kinds)

    fallen = {name: falls(name) for name in INSTANCES}
    say(f"two blanks per line on {', '.join(name for name, broken in fallen.items() if broken)}: broken")
    result.goals += [
        Goal("editions the protector failed on", total_of("failed"), 0, "at most"),
        Goal("small cells printed", total_of("printed"), 0, "at most"),
        Goal("hidden cells recovered", total_of("recovered"), 0, "at most"),
        Goal("targets breached", total_of("target"), 0, "at most"),
        Goal("by an insider", total_of("recovered inside", "target inside"), 0, "at most"),
        Goal("by an insider who is alone in a cell", total_of("recovered alone", "target alone"), 0, "at most"),
        Goal("primary only broken, %", 100 * sum(each.primary_only for each in tried) / total, 95, "at least"),
        Goal("two per line broken on I1 and I4", sum(fallen.values()), len(INSTANCES), "at least"),
        Goal("ended by the clock", sum(each.late for each in tried), 0, "at most"),
        Goal("withheld, %", 100 * sum(each.method == "withheld" for each in tried) / total, 5, "at most"),
    ]
    result.figures["report"] = report = whole_report(VISITS)
    say(f"{VISITS} visits: {year.said(report)}")
    result.goals += [
        Goal("a whole report, seconds", report["seconds"], REPORT_SECONDS, "at most"),
        Goal("a whole report, found by the attack", report["broken"], 0, "at most"),
    ]
    return result


def whole_report(visits: int) -> dict[str, Any]:
    """Every table of a year's report protected and audited, in a process and a database of its own."""
    with folder() as here:
        env = environment(here, f"sqlite:///{here / 'report.sqlite3'}")
        facts = worker("benchmarks.fill", "year", str(visits), env=env)
        return worker("benchmarks.year_report", str(facts["year"]), env=env)


def _everybody(size: int, export: Path | None) -> Iterator[Tried]:
    """Editions 1 to `size` in order, on all processors."""
    if export:
        (export / "truth").mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(_one, range(1, size + 1), [export] * size, chunksize=1)


def _one(number: int, export: Path | None) -> Tried:
    """Draws, protects, publishes and attacks one edition. What the protector raises is a finding."""
    rules, drawn = Rules(), draw(SEED, number)
    counts = Counts(drawn.release)
    marked = small(counts, rules)
    known = truth(counts, targets(counts, rules))
    naive = [bool(_outside(counts, pattern(counts, rules), known, rules)) for pattern in (primary_only, two_per_line)]
    tried = Tried(
        number,
        drawn.shape.name,
        len(drawn.release.tables),
        drawn.cells,
        sum(map(len, marked.values())),
        primary_only=naive[0],
        two_per_line=naive[1],
    )
    began = time.process_time()
    try:
        protected = protect_years(drawn, rules)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        return replace(tried, found={"failed": 1}, said=(f"{type(error).__name__}: {error}",))
    seconds = time.process_time() - began
    published = write(protected, rules, percentages=number % 2 == 0)
    known["targets"] += [each for each in own_truth(protected)["targets"] if each not in known["targets"]]
    began = time.process_time()
    read_ = read(published)
    # Where no number is printed, what everybody knew before is nobody's finding.
    withheld = protected.method == Method.WITHHELD
    found = [] if withheld else breaks(read_, read_truth(known, read_))
    attack = time.process_time() - began
    if export:
        for path, held in ((export, published), (export / "truth", known)):
            text = json.dumps(held, ensure_ascii=False, indent=1)
            (path / f"edition-{number:04}.json").write_text(text, encoding="utf-8")
    printed = [(code, at) for code, cells in marked.items() for at in cells if at not in protected.hidden[code]]
    return replace(
        tried,
        hidden=sum(map(len, protected.hidden.values())),
        method=protected.method.value,
        seconds=seconds,
        attack=attack,
        work=protected.work,
        late=protected.late,
        found={**_kinds(found), "printed": len(printed)},
        said=(*(f"printed: {code} {' × '.join(at)}" for code, at in printed), *(each.said() for each in found)),
    )


def protect_years(drawn: Drawn, rules: Rules) -> Protected:
    """The edition protected; where it has an earlier one, that first, as it was printed then (R12)."""
    if drawn.first is None:
        return protect(drawn.release, rules, EFFORT)
    before = protect(drawn.first, rules, EFFORT)
    return protect(replace(drawn.release, released=before.hidden), rules, EFFORT)


def _kinds(found: Sequence[Breach]) -> dict[str, int]:
    """Recovered and breached: by everybody, by insiders, by insiders who are alone in a cell."""
    return Counter(f"{each.kind}{' alone' if each.alone else ' inside' if each.insider else ''}" for each in found)


def _outside(counts: Counts, hidden: Hidden, known: dict[str, Any], rules: Rules) -> list[Breach]:
    """What everybody finds out where these cells are hidden."""
    published = read(document(counts, hidden, rules.threshold))
    return breaks(published, read_truth(known, published), with_insiders=False)


def _figures(tried: Sequence[Tried]) -> dict[str, Any]:
    """Numbers of the run."""
    steps = {}
    for low, high in zip((0, *STEPS), STEPS, strict=False):
        held = [each for each in tried if low < each.cells <= high]
        if held:
            steps[f"{low + 1} to {high}"] = {
                "editions": len(held),
                "protect": _middle_and_worst([each.seconds for each in held]),
                "attack": _middle_and_worst([each.attack for each in held]),
            }
    cells, hidden = sum(each.cells for each in tried), sum(each.hidden for each in tried)
    return {
        "editions": len(tried),
        "tables": sum(each.tables for each in tried),
        "shapes": dict(Counter(each.shape for each in tried)),
        "methods": dict(Counter(each.method for each in tried)),
        "cells": cells,
        "small": sum(each.small for each in tried),
        "hidden, %": round(100 * hidden / cells, 1),
        "seconds per table": _middle_and_worst([each.seconds / each.tables for each in tried]),
        "seconds by cells": steps,
        "seconds of the processor": [
            round(sum(each.seconds for each in tried)),
            round(sum(each.attack for each in tried)),
        ],
        "work": sum(each.work for each in tried),
        "found": dict(sum((Counter(each.found) for each in tried), Counter[str]())),
        "editions with a finding": sum(any(each.found.values()) for each in tried),
        "primary only broken": sum(each.primary_only for each in tried),
        "two per line broken": sum(each.two_per_line for each in tried),
    }


def _middle_and_worst(seconds: Sequence[float]) -> list[float]:
    return [round(statistics.median(seconds), 3), round(max(seconds), 2)]


def _tell(tried: Sequence[Tried], figures: dict[str, Any], say: Callable[[str], None]) -> None:
    """The figures for people."""
    say(
        f"{figures['editions']} editions, {figures['tables']} tables, {figures['cells']} cells, {figures['small']} small"
    )
    say("methods: " + ", ".join(f"{name} {number}" for name, number in sorted(figures["methods"].items())))
    say(f"hidden: {figures['hidden, %']} % of the cells (small: {100 * figures['small'] / figures['cells']:.1f} %)")
    median, worst = figures["seconds per table"]
    say(f"seconds of the processor per table: median {median}, worst {worst}")
    protecting, attacking = figures["seconds of the processor"]
    say(f"in all: protect {protecting} s and {figures['work']} units of work, attack {attacking} s")
    for name, step in figures["seconds by cells"].items():
        protecting, attacking = step["protect"], step["attack"]
        say(
            f"  {name:>12} cells, {step['editions']:4} editions: protect {protecting[0]:.2f} (worst {protecting[1]:.2f}),"
            f" attack {attacking[0]:.2f} (worst {attacking[1]:.2f})"
        )
    for shape in figures["shapes"]:
        held = [each for each in tried if each.shape == shape]
        methods = ", ".join(
            f"{name} {number}" for name, number in sorted(Counter(each.method for each in held).items())
        )
        hidden = 100 * sum(each.hidden for each in held) / sum(each.cells for each in held)
        say(f"  {shape}: {len(held)} editions, {methods}, {hidden:.1f} % hidden")
    say(f"primary only broken: {figures['primary only broken']}, two per line: {figures['two per line broken']}")

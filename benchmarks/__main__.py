"""`python -m benchmarks [NAME] [--size N] [--json] [--check]`: without NAME, what there is and which goals it has."""

import argparse
import sys
from pathlib import Path

from . import disclosure, editors, frontend, intake, kills, pages, parallel, year

BENCHMARKS = {
    "pages": pages,
    "intake": intake,
    "year": year,
    "kills": kills,
    "parallel": parallel,
    "editors": editors,
    "frontend": frontend,
    "disclosure": disclosure,
}


def main(arguments: list[str] | None = None) -> int:
    """Runs one benchmark; 1 where a goal is missed and `--check` was given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=list(BENCHMARKS))
    parser.add_argument("--size", type=int, help="visits (or whatever it counts) to measure with")
    parser.add_argument("--repeats", type=int, default=5, help="rounds; the median counts")
    parser.add_argument("--json", action="store_true", help="one line of JSON, last on standard output")
    parser.add_argument("--check", action="store_true", help="end with 1 when a goal is missed")
    parser.add_argument("--export", type=Path, metavar="DIR", help="disclosure: leave the published documents there")
    asked = parser.parse_args(arguments)
    if asked.name is None:
        for name, benchmark in BENCHMARKS.items():
            print(f"{name:<10} {benchmark.GOAL}")
        return 0
    if asked.export and asked.name != "disclosure":
        parser.error("--export belongs to disclosure")
    more = {"export": asked.export} if asked.export else {}
    result = BENCHMARKS[asked.name].run(asked.size or BENCHMARKS[asked.name].SIZE, asked.repeats, print, **more)
    for goal in result.goals:
        print(goal.said())
    if asked.json:
        print(result.line())
    return 1 if asked.check and not result.holds else 0


if __name__ == "__main__":
    sys.exit(main())

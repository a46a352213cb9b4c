"""`editors`: eight people edit one visit at the same time; nothing is overwritten in silence.

Every edit carries words of its own, so that each can be found again: the accepted ones form one unbroken chain of versions
per indicator that ends in what stands; each of the others is a difference that its author can read.
"""

import json
import random
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from .fieldwork import answer, delivery, until_receipt
from .measure import Goal, Result
from .places import databases, environment, folder, server, worker

SIZE = 500
EDITORS = 8
# Few enough that the editors meet often.
INDICATORS = 24
GOAL = f"{EDITORS} editors x {SIZE} edits of one visit: a replay of the accepted edits; every other one still with its author"


def run(size: int, repeats: int, say: Callable[[str], None]) -> Result:
    """`size` edits by each editor on each database."""
    result = Result("editors", {"editors": EDITORS, "edits": size})
    with folder() as here, databases(here) as addresses:
        for name, address in addresses.items():
            env = environment(here, address)
            facts = worker("benchmarks.fieldwork_fill", "1", str(EDITORS), env=env)
            with server("ombudsman.wsgi:application", env, "/health/") as port:
                edits = everybody(port, facts, size)
            plan = here / "editors.json"
            plan.write_text(json.dumps({"visit": facts["visits"][0], "edits": edits}), encoding="utf-8")
            found = worker("benchmarks.fieldwork_check", "replay", str(plan), env=env)
            outcomes = Counter(edit["outcome"] for edit in edits)
            result.figures[name] = {"outcomes": dict(outcomes), **found}
            say(f"{name:<11} {len(edits)} edits: " + ", ".join(f"{number} {kind}" for kind, number in outcomes.items()))
            say(f"{name:<11} {found}")
            result.goals += [
                Goal(f"{name}, edits answered", len(edits), size * EDITORS, "at least"),
                Goal(f"{name}, edits that met another", outcomes["difference"], 1, "at least"),
                *(Goal(f"{name}, {key.replace('_', ' ')}", number, 0, "at most") for key, number in found.items()),
            ]
    return result


def everybody(port: int, facts: dict[str, Any], size: int) -> list[dict[str, Any]]:
    """What each edit was and what the server said of it."""
    edits: list[dict[str, Any]] = []
    codes = facts["indicators"][:INDICATORS]

    def one(turn: int) -> None:
        chance = random.Random(turn)
        known: dict[str, int] = {}
        for number in range(size):
            code = chance.choice(codes)
            words = f"editor {turn} edit {number}"
            base = known.get(code, 0)
            body = delivery(facts["visits"][0], [answer(code, chance.choice(facts["choices"]), base=base, note=words)])
            said, _tries = until_receipt(port, body, facts["sessions"][turn])
            told = said["results"][0]
            standing = told.get("standing") or {}
            known[code] = told.get("version") or standing.get("version") or base
            edits.append(
                {
                    "by": facts["people"][turn],
                    "indicator": code,
                    "words": words,
                    "outcome": told["outcome"],
                    "version": told.get("version"),
                }
            )

    threads = [threading.Thread(target=one, args=(turn,)) for turn in range(EDITORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return edits

"""`parallel`: the same delivery from eight connections at once, on a live server: stored once, one receipt for all.

Run a second time with the uniqueness of deliveries taken out of the database: then copies must get in, or it would not be the
constraint that keeps the promise.
"""

import json
import random
import threading
from collections.abc import Callable
from typing import Any

from .fieldwork import NoReceipt, post, whole_visit
from .measure import Goal, Result
from .places import databases, environment, folder, server, worker

SIZE = 50
AT_ONCE = 8
GOAL = f"{SIZE} rounds x {AT_ONCE} identical deliveries at once: one row each; copies without the constraint"


def run(size: int, repeats: int, say: Callable[[str], None]) -> Result:
    """`size` rounds on each database, with the constraint and without it."""
    result = Result("parallel", {"rounds": size, "at_once": AT_ONCE})
    with folder() as here, databases(here) as addresses:
        for name, address in addresses.items():
            env = environment(here, address)
            facts = worker("benchmarks.fieldwork_fill", str(2 * size), "1", env=env)
            kept = rounds(env, here, facts, facts["visits"][:size])
            worker("benchmarks.fieldwork_fill", "drop", env=env)
            loose = rounds(env, here, facts, facts["visits"][size:])
            result.figures[name] = {"with": kept, "without": loose}
            say(
                f"{name:<11} {size} rounds x {AT_ONCE}: {kept['copies']} rounds with copies, {kept['answered']} receipts,"
                f" {kept['different']} rounds with different receipts, {kept['half']} with anything missing"
            )
            say(f"{name:<11} without the constraint: {loose['copies']} of {size} rounds with copies")
            result.goals += [
                Goal(f"{name}, rounds with more than one row", kept["copies"], 0, "at most"),
                Goal(f"{name}, rounds with different receipts", kept["different"], 0, "at most"),
                Goal(f"{name}, rounds with anything missing or twice", kept["half"], 0, "at most"),
                Goal(f"{name}, receipts", kept["answered"], size * AT_ONCE, "at least"),
                Goal(f"{name}, rounds with copies without the constraint", loose["copies"], 1, "at least"),
            ]
    return result


def rounds(env: dict[str, str], here: Any, facts: dict[str, Any], visits: list[str]) -> dict[str, int]:
    """What came of one round per visit."""
    chance = random.Random(11)
    told: list[dict[str, Any]] = []
    answered = different = 0
    with server("ombudsman.wsgi:application", env, "/health/", workers=AT_ONCE) as port:
        for visit in visits:
            body = whole_visit(facts, visit, chance, talks=1, finish=False)
            receipts = at_once(port, body, facts["sessions"][0])
            answered += len(receipts)
            said = {
                json.dumps([each[key] for key in ("delivery", "hash", "received_at", "results")]) for each in receipts
            }
            different += len(said) > 1
            sent = json.loads(body)
            told.append({"number": sent["id"], "visit": visit, "answers": len(sent["changes"]), "talks": 1})
    plan = here / "parallel.json"
    plan.write_text(json.dumps(told), encoding="utf-8")
    found = worker("benchmarks.fieldwork_check", "once", str(plan), env=env)
    return {"answered": answered, "different": different, **found}


def at_once(port: int, body: bytes, session: str) -> list[dict[str, Any]]:
    """The receipts of identical requests that were let go together."""
    together = threading.Barrier(AT_ONCE)
    receipts = []

    def one() -> None:
        together.wait()
        try:
            receipts.append(post(port, body, session))
        except (OSError, NoReceipt):
            return

    threads = [threading.Thread(target=one) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return receipts

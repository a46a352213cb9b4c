"""`kills`: kill -9 of the server at moments spread evenly over a delivery, and of the browser while somebody types.

Each delivery is a whole visit: every answer, two findings, ratings, three talks and the request to submit. The client sends
the same bytes until it has a receipt. Afterwards every visit must be there once, whole, with the contents that were sent.
Which phase a kill hit is not guessed from the clock: no row = before commit; a row and no response = between commit and
response; a receipt = after it.
"""

import http.client
import json
import os
import random
import signal
import statistics
import subprocess
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from .fieldwork import NoReceipt, post, until_receipt, whole_visit
from .fieldwork_check import digest
from .measure import Goal, Result
from .places import databases, environment, folder, free_port, serve, wait_for, worker

SIZE = 200
BROWSERS = 50
TALKS = 3
# Pairs of visits that are sent in peace first, to learn how long one takes in a process that is one request old.
CALM = 8
# The wait before the response, as a share of the handling itself.
STRETCH = 0.35
# Each so many kills the whole server dies, not only the process that holds the request.
ALL_OF_IT = 10
GOAL = (
    f"kill -9 of the server {SIZE} times per database and of the browser {BROWSERS} times:"
    " no receipt lost, nothing twice, no half visit, at most the last second of typing"
)
BEFORE, BETWEEN, AFTER = "before commit", "between commit and response", "after the response"


def run(size: int, repeats: int, say: Callable[[str], None]) -> Result:
    """`size` kills on each database, then the browser's."""
    result = Result("kills", {"kills": size})
    with folder() as here, databases(here) as addresses:
        for name, address in addresses.items():
            env = environment(here, address)
            facts = worker("benchmarks.fieldwork_fill", str(size + 4 * CALM), "1", env=env)
            with Victim(env) as server:
                told, phases, tries = everything(server, facts, address, size)
            plan = here / "kills.json"
            plan.write_text(json.dumps(told), encoding="utf-8")
            found = worker("benchmarks.fieldwork_check", "killed", str(plan), env=env)
            result.figures[name] = {"phases": dict(phases), "sent": tries, "respawns": server.deaths, **found}
            for phase in (BEFORE, BETWEEN, AFTER):
                say(f"{name:<11} {phase:<28} {phases[phase]:>4}  {'#' * round(60 * phases[phase] / size)}")
            say(f"{name:<11} {size} kills, {tries} requests for {len(told)} visits: {found}")
            result.goals += [
                Goal(f"{name}, kills", sum(phases.values()), size, "at least"),
                Goal(f"{name}, share before commit", phases[BEFORE] / size, 0.3, "at least"),
                Goal(f"{name}, share between commit and response", phases[BETWEEN] / size, 0.1, "at least"),
                *(Goal(f"{name}, {key.replace('_', ' ')}", number, 0, "at most") for key, number in found.items()),
            ]
    # The browser is driven by a package that only the tests install.
    from . import kills_browser

    browser = kills_browser.run(max(1, BROWSERS * size // SIZE), say)
    result.figures["browser"] = browser
    result.goals += [
        Goal("browser, kills", browser["kills"], BROWSERS * size // SIZE, "at least"),
        Goal("browser, kills after which more than the last second was lost", browser["lost"], 0, "at most"),
    ]
    return result


class Victim:
    """A live server that can be killed at any moment and comes back."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env, self.port, self.deaths = env, free_port(), 0
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Victim":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(self, stretch: float | None = None) -> None:
        """Starts it, with that many seconds between handling and response from now on."""
        if stretch is not None:
            self.env = {**self.env, "STRETCH_SECONDS": f"{stretch:.4f}"}
        self.process = serve("benchmarks.stretched:application", self.env, self.port, 1, "--preload")
        wait_for(f"http://127.0.0.1:{self.port}/health/", self.process)

    def end(self) -> None:
        """Kills all of it, gunicorn's master too."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)
            self.process = None

    def kill(self, *, everything: bool) -> None:
        """kill -9 of the process that holds the request, or of the whole server, which is then started again."""
        assert self.process is not None
        self.deaths += 1
        if everything:
            self.end()
            return
        master = self.process.pid
        for child in Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split():
            os.kill(int(child), signal.SIGKILL)


def everything(
    server: Victim, facts: dict[str, Any], address: str, size: int
) -> tuple[list[dict[str, Any]], Counter[str], int]:
    """Sends one visit per kill. Gives what was sent, the phases that were hit and how many requests it took."""
    chance, visits = random.Random(23), iter(facts["visits"])
    told: list[dict[str, Any]] = []
    session = facts["sessions"][0]

    def calm() -> float:
        taken = []
        for _ in range(CALM):
            server.kill(everything=False)
            for _ in range(2):
                body = whole_visit(facts, next(visits), chance, talks=TALKS, finish=True)
                begin = time.perf_counter()
                until_receipt(server.port, body, session)
                seconds = time.perf_counter() - begin
                told.append(expected(body))
            taken.append(seconds)
        return statistics.median(taken)

    server_time = calm()
    server.end()
    server.start(STRETCH * server_time)
    whole = calm()
    phases: Counter[str] = Counter()
    tries = 4 * CALM
    for turn in range(size):
        body = whole_visit(facts, next(visits), chance, talks=TALKS, finish=True)
        # Evenly spread over the whole request, a little beyond its end.
        moment = whole * 1.05 * (turn + chance.random()) / size
        phases[struck(server, body, session, address, moment, everything=turn % ALL_OF_IT == 0)] += 1
        _receipt, sent = until_receipt(server.port, body, session)
        tries += 1 + sent
        told.append(expected(body))
    return told, phases, tries


def struck(server: Victim, body: bytes, session: str, address: str, moment: float, *, everything: bool) -> str:
    """Sends, kills after `moment` seconds, and says in which phase the kill came."""
    receipts: list[dict[str, Any]] = []

    def send() -> None:
        try:
            receipts.append(post(server.port, body, session))
        except (OSError, http.client.HTTPException, NoReceipt):
            return

    sender = threading.Thread(target=send)
    sender.start()
    time.sleep(moment)
    came_first = bool(receipts)
    server.kill(everything=everything)
    # A database that had the commit before the kill carries it out; after a moment nothing moves any more.
    time.sleep(0.05)
    stored = is_stored(address, json.loads(body)["id"])
    if everything:
        server.start()
    sender.join()
    if came_first:
        return AFTER
    return BETWEEN if stored else BEFORE


def is_stored(address: str, number: str) -> bool:
    """Whether the delivery stands in the database, asked without the product."""
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        import sqlite3

        with sqlite3.connect(f"file:{parts.path[1:]}?mode=ro", uri=True, timeout=20) as base:
            found = base.execute("SELECT 1 FROM visits_delivery WHERE number = ?", [uuid.UUID(number).hex]).fetchone()
        base.close()
        return found is not None
    import psycopg2

    base = psycopg2.connect(dbname=parts.path[1:], user=parts.username, host=unquote(parts.hostname or ""))
    try:
        with base.cursor() as cursor:
            cursor.execute("SELECT 1 FROM visits_delivery WHERE number = %s", [number])
            return cursor.fetchone() is not None
    finally:
        base.close()


def expected(body: bytes) -> dict[str, Any]:
    """What must be stored of a delivery, as digests."""
    sent = json.loads(body)
    answers = sorted([one["indicator"], one["choice"], one["note"]] for one in sent["changes"] if one["do"] == "answer")
    return {
        "number": sent["id"],
        "visit": sent["visit"],
        "changes": digest([sent["changes"]]),
        "answers": digest(answers),
        "findings": sum(one["do"] == "finding" for one in sent["changes"]),
        "talks": len(sent["talks"]),
    }

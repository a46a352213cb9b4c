"""`intake`: whole visits taken in, each in one delivery (every answer and five sealed talks), against the floor `live`.

The product checks rights, every code and the delivery's number, keeps the body as received, versions and the trail, opens the
talks and seals the bundle; the floor writes document, answers and packed talks, one statement per table. Both get the same
number of bytes.
"""

import asyncio
import itertools
import json
import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from .fieldwork import PATH, headers, whole_visit
from .load import Load, answer
from .measure import Goal, Result, alternately, ratio, spread
from .places import databases, environment, folder, server, worker

SIZE = 9_000
BOUND = 0.75
GOAL = f"whole visits taken in at 1, 8 and 32 clients: at least {BOUND} x the floor `live`, SQLite and PostgreSQL"
CLIENTS = (1, 8, 32)
SECONDS = 2.5
TALKS = 5
# Bodies made before a measurement; a side that would need more is measured for a shorter time.
READY = 1_500
WARM = 8


def run(size: int, repeats: int, say: Callable[[str], None]) -> Result:
    """Serves both sides on each database and gives them the same visits in turn. Raises AssertionError for a wrong answer."""
    result = Result("intake", {"size": size, "talks": TALKS})
    with folder() as here, databases(here) as addresses:
        for name, address in addresses.items():
            env = environment(here, address)
            facts = worker("benchmarks.fieldwork_fill", str(size), "8", env=env)
            codes = here / "codes.json"
            codes.write_text(json.dumps(known(facts)), encoding="utf-8")
            env["FLOOR_CODES"] = str(codes)
            # A table that was looked at while it was almost empty would have PostgreSQL read through all of it for each key, until
            # it is looked at again: half of the floor's speed, by chance.
            by_index = {**env, "PGOPTIONS": "-c enable_seqscan=off"}
            with (
                server("ombudsman.wsgi:application", env, "/health/") as product,
                server("benchmarks.floors.live:application", by_index, "/ping/") as floor,
            ):
                figures: dict[str, Any] = {}
                rounds = len(CLIENTS) * repeats
                sides = {key: Side(port, facts, key, rounds) for key, port in (("floor", floor), ("product", product))}
                for side in sides.values():
                    # Both sides read what they read once per process before they are measured.
                    give(side, WARM, WARM * 8)
                for clients in CLIENTS:
                    figures[f"clients_{clients}"] = pressed(name, clients, sides, repeats, say)
                    share = figures[f"clients_{clients}"]["ratio"]
                    result.goals.append(Goal(f"{name}, {clients} client(s), product/floor", share, BOUND, "at least"))
            result.figures[name] = figures
    return result


def known(facts: dict[str, Any]) -> dict[str, Any]:
    """What the floor needs to check codes."""
    questions: dict[str, Any] = {}
    for place, (code, choices) in enumerate(facts["questions"].items()):
        questions[code] = [place, {choice: number for number, choice in enumerate(choices)}]
    return {
        "indicators": {code: number for number, code in enumerate(facts["indicators"])},
        "choices": {code: number for number, code in enumerate(facts["choices"])},
        "questions": questions,
    }


class Side:
    """One of the two servers, and the visits that are still to be sent to it, in so many rounds."""

    def __init__(self, port: int, facts: dict[str, Any], name: str, rounds: int = 1) -> None:
        self.port, self.facts, self.name, self.rounds = port, facts, name, rounds
        # Visits that nothing was sent to; the floor opens its own.
        self.blank = len(facts["visits"]) if name == "product" else rounds * READY
        # Bodies that were made for an earlier round and not sent in it.
        self.ready: list[bytes] = []
        self.sessions = facts["sessions"] if name == "product" else facts["floor_sessions"]
        self.visits = iter(facts["visits"]) if name == "product" else (str(uuid.uuid4()) for _ in itertools.count())
        self.chance = random.Random(7)
        self.loads: list[Load] = []

    def bodies(self, number: int) -> list[bytes]:
        """Deliveries of so many visits, fewer where the prepared visits run out."""
        made = [self.body(visit) for visit in itertools.islice(self.visits, max(0, number - len(self.ready)))]
        return [*self.ready[:number], *made]

    def enough(self, clients: int) -> int:
        """Bodies for the next round: about what was taken in last time, with room to spare, but no more than leaves as many to
        each round that follows. A round that could take in more ends earlier.
        """
        wanted = round(1.3 * self.loads[-1].per_second * SECONDS) + clients if self.loads else READY
        share = self.blank // max(1, self.rounds)
        self.rounds -= 1
        return min(wanted, share, READY)

    def body(self, visit: str) -> bytes:
        whole = whole_visit(self.facts, visit, self.chance, talks=TALKS, finish=False)
        if self.name == "product":
            return whole
        # The same talks in clear, each filled up to the length of a sealed one.
        sent = json.loads(whole)
        for talk in sent["talks"]:
            plain = self.chance.choice(self.facts["talks"])
            room = len(talk.pop("sealed")) - len(json.dumps(plain)) - len('"plain": , "fill": ""') + len('"sealed": ""')
            talk.update(plain=plain, fill="x" * max(0, room))
        return json.dumps(sent).encode()


def pressed(
    name: str, clients: int, sides: dict[str, Side], repeats: int, say: Callable[[str], None]
) -> dict[str, Any]:
    """Visits per second of both sides, in turn, with this many clients."""
    for side in sides.values():
        side.loads = []

    def once(side: Side) -> Callable[[], float]:
        def press_one() -> float:
            load = give(side, clients)
            assert set(load.codes) == {200}, f"{side.name} answered {dict(load.codes)}"
            side.loads.append(load)
            return load.per_second

        return press_one

    rates = alternately({key: once(side) for key, side in sides.items()}, repeats)
    figures: dict[str, Any] = {"ratio": round(ratio(rates["product"], rates["floor"]), 3)}
    for key, side in sides.items():
        middle = {share: statistics.median(load.percentile(share) for load in side.loads) for share in (0.5, 0.95)}
        figures[f"{key}_per_s"] = round(statistics.median(rates[key]), 1)
        figures[f"{key}_p50_ms"], figures[f"{key}_p95_ms"] = round(middle[0.5], 2), round(middle[0.95], 2)
        say(
            f"{name:<11} {clients} client(s) {key:<8} {spread(rates[key])}/s,"
            f" p50 {middle[0.5]:.1f} ms, p95 {middle[0.95]:.1f} ms"
        )
    say(f"{name:<11} {clients} client(s) product / floor {figures['ratio']}")
    return figures


def give(side: Side, clients: int, most: int | None = None) -> Load:
    """Sends prepared visits for some seconds, each client the next one as soon as its receipt has come; no more than `most`,
    or than is enough for a round.
    """
    number = side.enough(clients) if most is None else most
    ready = side.bodies(number)
    if not ready:
        raise AssertionError("The prepared visits have run out; give a larger --size.")
    load = Load(0.0)
    queue: Iterator[bytes] = iter(ready)

    kept: list[bytes] = []

    async def one(turn: int, end: float) -> None:
        lines = [f"POST {PATH} HTTP/1.1", f"Host: 127.0.0.1:{side.port}"]
        lines += [f"{key}: {value}" for key, value in headers(side.sessions[turn % len(side.sessions)]).items()]
        reader, writer = await asyncio.open_connection("127.0.0.1", side.port, limit=1 << 22)
        for body in queue:
            asked = time.perf_counter()
            if asked > end:
                kept.append(body)
                break
            head = "\r\n".join([*lines, f"Content-Length: {len(body)}"]) + "\r\n\r\n"
            writer.write(head.encode("ascii") + body)
            code, size, stays = await answer(reader)
            load.latencies.append(time.perf_counter() - asked)
            load.codes[code] += 1
            load.size = size
            if not stays:
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", side.port, limit=1 << 22)
        writer.close()

    async def everybody() -> None:
        begin = time.perf_counter()
        await asyncio.gather(*(one(turn, begin + SECONDS) for turn in range(clients)))
        load.seconds = time.perf_counter() - begin

    asyncio.run(everybody())
    # Nothing was sent to these visits, so they are as good as new.
    side.ready = [*kept, *queue, *side.ready[number:]]
    side.blank -= sum(load.codes.values())
    return load

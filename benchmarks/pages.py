"""`pages`: the product's list of visits (whole middleware, real session) against a bare Django project on the same tables."""

import contextlib
import re
import statistics
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .load import Load, press
from .measure import Goal, Result, alternately, ratio, spread
from .places import databases, environment, folder, server, worker

SIZE = 20_000
BOUND = 0.9
GOAL = f"list of visits, 50 rows of {SIZE}, 1 and 8 clients: at least {BOUND} x the bare floor, SQLite and PostgreSQL"
CLIENTS = (1, 8)
SECONDS = 2.0
PATH = "/visits/"
# The institution at the head of each line; a visit that may not be read yet has no link.
ROW = re.compile(rb'<tr><th scope="row"[^>]*>(?:<a [^>]*>)?([^<]+)<')


class Differs(AssertionError):
    """Floor and product do not send the same rows or as many bytes."""


def run(size: int, repeats: int, say: Callable[[str], None]) -> Result:
    """Serves both sides on each database and presses them in turn. Raises Differs."""
    result = Result("pages", {"size": size})
    with folder() as here, databases(here) as addresses:
        for name, address in addresses.items():
            env = environment(here, address)
            facts = worker("benchmarks.fill", "pages", str(size), env=env)
            with both(here, env, facts) as (ports, body):
                figures: dict[str, Any] = {"visits": facts["visits"], "bytes": body}
                for clients in CLIENTS:
                    figures[f"clients_{clients}"] = pressed(name, clients, ports, facts, repeats, say)
                    share = figures[f"clients_{clients}"]["ratio"]
                    result.goals.append(Goal(f"{name}, {clients} client(s), product/floor", share, BOUND, "at least"))
            result.figures[name] = figures
    return result


@contextlib.contextmanager
def both(here: Path, env: dict[str, str], facts: dict[str, Any]) -> Any:
    """Both servers, the floor filled up to the product's bytes. Gives ports by side and the bytes of the page."""
    with server("ombudsman.wsgi:application", env, "/health/") as product:
        wanted = read(product, facts["product"])
        with server("benchmarks.floors.pages:application", env, "/ping/") as bare:
            missing = len(wanted) - len(read(bare, facts["floor"]))
        if missing < 0:
            raise Differs("The product's page is smaller than the floor's.")
        filled = {**env, "FLOOR_FILLING": str(missing)}
        with server("benchmarks.floors.pages:application", filled, "/ping/") as bare:
            sent = read(bare, facts["floor"])
            if ROW.findall(sent) != ROW.findall(wanted) or not ROW.search(wanted):
                raise Differs("Floor and product do not list the same visits.")
            if abs(len(sent) - len(wanted)) > 0.01 * len(wanted):
                raise Differs("Floor and product do not send the same number of bytes.")
            yield {"floor": bare, "product": product}, len(wanted)


def read(port: int, key: str) -> bytes:
    """The page as a signed-in person gets it."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}{PATH}", headers={"Cookie": f"sessionid={key}", "Accept-Language": "en"}
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:
        body: bytes = answer.read()
    return body


def pressed(
    name: str, clients: int, ports: dict[str, int], facts: dict[str, Any], repeats: int, say: Callable[[str], None]
) -> dict[str, Any]:
    """Answers per second of both sides, in turn, with this many clients."""
    loads: dict[str, list[Load]] = {side: [] for side in ports}

    def once(side: str) -> Callable[[], float]:
        def press_one() -> float:
            load = press(ports[side], PATH, clients=clients, seconds=SECONDS, cookie=f"sessionid={facts[side]}")
            if set(load.codes) != {200}:
                raise Differs(f"{side} answered {dict(load.codes)}.")
            loads[side].append(load)
            return load.per_second

        return press_one

    rates = alternately({side: once(side) for side in ports}, repeats)
    figures: dict[str, Any] = {"ratio": round(ratio(rates["product"], rates["floor"]), 3)}
    for side, found in loads.items():
        middle = {share: statistics.median(load.percentile(share) for load in found) for share in (0.5, 0.95)}
        figures[f"{side}_per_s"] = round(statistics.median(rates[side]), 1)
        figures[f"{side}_p50_ms"], figures[f"{side}_p95_ms"] = round(middle[0.5], 2), round(middle[0.95], 2)
        say(
            f"{name:<11} {clients} client(s) {side:<8} {spread(rates[side])}/s,"
            f" p50 {middle[0.5]:.1f} ms, p95 {middle[0.95]:.1f} ms"
        )
    say(f"{name:<11} {clients} client(s) product / floor {figures['ratio']}")
    return figures

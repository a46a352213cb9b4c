"""`frontend`: the whole checklist on a phone, against a bare page with the same fields; and its second load, without a network.

Each load has a browser profile of its own. Phone: processor four times slower, 1.6 Mbit/s, 150 ms there and back. Kilobytes: what
each file of the first load weighs as gzip; fonts apart, as on every page of the product.

The document holds the whole checklist; as elements it has one section at a time, the others wait in it as text. The bare page has
no sections: all its fields are there at once.

Ready: the document is there to its end, the modules have run, every answer of the section that comes first is in the page, and the
thread answers; for the bare page: every answer of the checklist. Filled: from the six words to a section that takes answers and is
drawn, with what stands on the device in its places (here: an answer to every indicator); the derivation of the key is in it. No
bare page has this, so it has no ratio; nobody begins before it. Switch: from following a section's link to that section, drawn for
the first time, with the longest task of the page's thread; every section in turn.
Blocking: what tasks of the page's thread take beyond 50 ms each, from the first byte until half a second after ready,
and from the first letter of the words until half a second after filled; the goal is for the sum of both. It is wall
time: what else the machine does counts four times. So the bare page's blocking, a fixed piece of work and the load of
the machine are printed beside it.
"""

import gzip
import os
import re
import statistics
import urllib.request
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright, sync_playwright

from .device import FLAGS, FOR_BROWSERS, browser, fieldwork
from .floors.form import FIELD
from .measure import Goal, Result, alternately, ratio, spread
from .places import server

SIZE = 130
LANGUAGE, FAMILY = "ru", "colony"
KILOBYTES, REQUESTS, TIMES_FLOOR, BLOCKING = 45, 14, 2.0, 50
GOAL = (
    f"checklist of {SIZE} indicators, first load: at most {KILOBYTES} KB gzip and {REQUESTS} requests; phone: ready within"
    f" {TIMES_FLOOR:g} x the bare page, blocking at most {BLOCKING} ms, loading and unlocking;"
    " second load offline faster than the first"
)
PHONE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
SLOWER = 4
SETTLED = 500
# A fixed piece of work, to compare machines and hours: milliseconds.
WORK = """() => {
  const from = performance.now();
  let sum = 0;
  for (let turn = 0; turn < 3e7; turn += 1) sum = (sum * 31 + turn) % 65521;
  return sum < 0 ? 0 : performance.now() - from;
}"""
# Counts the answers until all are there, then asks the thread for an answer; adds up what long tasks take beyond 50 ms.
# RADIOS: how many answers are awaited.
WATCH = """
  window.told = { ready: 0, filled: 0, blocking: 0, longest: 0 };
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) {
      window.told.blocking += Math.max(0, task.duration - 50);
      window.told.longest = Math.max(window.told.longest, task.duration);
    }
  }).observe({ type: "longtask", buffered: true });
  document.addEventListener("DOMContentLoaded", () => {
    const look = () => {
      if (document.querySelectorAll("form:not([method]) [type=radio]").length < RADIOS) return setTimeout(look, 5);
      setTimeout(() => { window.told.ready = performance.now(); heard("ready"); }, 0);
    };
    look();
  });
  document.addEventListener("submit", () => {
    const [from, sheet] = [performance.now(), document.querySelector("[data-checklist]")];
    const look = () => {
      if (sheet.inert || sheet.ariaBusy) return setTimeout(look, 5);
      requestAnimationFrame(() => setTimeout(() => { window.told.filled = performance.now() - from; heard("filled"); }, 0));
    };
    if (sheet) look();
  });
"""


def run(size: int, repeats: int, say: Callable[[str], None]) -> Result:
    """Loads both pages `repeats` times in turn. `size` is that of the edition and cannot be chosen."""
    result = Result("frontend", {"indicators": SIZE, "language": LANGUAGE, "family": FAMILY})
    path = f"/blank/checklist/1/{FAMILY}/{LANGUAGE}/"
    with (
        fieldwork() as (here, env, facts),
        server("ombudsman.wsgi:application", env, "/health/", more=FOR_BROWSERS) as ours,
    ):
        home = f"http://127.0.0.1:{ours}"
        text = fetched(home + path)[0]
        asked = len(FIELD.findall(text))
        if asked != SIZE:
            raise AssertionError(f"The document has {asked} indicators.")
        given = here / "page.html"
        given.write_text(text, encoding="utf-8")
        bare_env = {**env, "FLOOR_PAGE": str(given)}
        with (
            server("benchmarks.floors.form:application", bare_env, "/ping/", more=FOR_BROWSERS) as bare,
            sync_playwright() as driver,
        ):
            floor = f"http://127.0.0.1:{bare}/"
            radios = fetched(floor)[0].count("type=radio")
            if radios != text.split("<template")[0].split("<dialog")[0].count('type="radio"'):
                raise AssertionError("Floor and product do not have the same answers.")
            machine(result, driver, say)
            sizes(result, driver, home, path, floor, say)
            first = (
                text.split("<form data-checklist", 1)[1]
                .split("<noscript>", 1)[1]
                .split("</noscript>", 1)[0]
                .count('type="radio"')
            )
            loading = times(result, driver, {"floor": (floor, radios), "product": (home + path, first)}, repeats, say)
            unlocking = unlocked(result, driver, home, facts, repeats, say)
            result.goals.append(
                Goal("phone, blocking ms, loading and unlocking", loading + unlocking, BLOCKING, "at most")
            )
            again(result, driver, home, path, first, repeats, say)
    return result


def fetched(address: str) -> tuple[str, int]:
    """A text and what it weighs as gzip."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        body: bytes = answer.read()
        packed = answer.headers.get("Content-Encoding") == "gzip"
    plain = gzip.decompress(body) if packed else body
    return plain.decode("utf-8", "replace"), len(body) if packed else min(len(body), len(gzip.compress(body, 9)))


def machine(result: Result, driver: Playwright, say: Callable[[str], None]) -> None:
    """How fast and how busy the machine is, that figures of another hour can be compared."""
    window = driver.chromium.launch(executable_path=browser(), args=list(FLAGS))
    page = window.new_page()
    took = [float(page.evaluate(WORK)) for _turn in range(5)]
    window.close()
    result.figures["fixed_work_ms"] = round(statistics.median(took), 1)
    result.figures["load"] = round(os.getloadavg()[0], 1)
    say(f"machine     fixed work {spread(took, 0)} ms; {os.getloadavg()[0]:.1f} at work on {os.cpu_count()} processors")


def sizes(result: Result, driver: Playwright, home: str, path: str, floor: str, say: Callable[[str], None]) -> None:
    """What the first load asks for, and what it weighs; beside it, what comes when a visit is unlocked."""
    first = asked_for(driver, home + path)
    fonts = [one for one in first if one.endswith(".woff2")]
    rest = [one for one in first if one not in fonts]
    weights = {one.removeprefix(home): fetched(one)[1] for one in rest}
    kilobytes = sum(weights.values()) / 1000
    bare = sum(fetched(one)[1] for one in asked_for(driver, floor) if "favicon" not in one) / 1000
    later = later_modules(home, [one for one in rest if one.endswith(".js")])
    result.figures["first_load"] = {
        "kb": round(kilobytes, 2),
        "requests": len(first),
        "fonts": len(fonts),
        "files": weights,
    }
    result.figures["floor_kb"] = round(bare, 2)
    result.figures["after_unlocking"] = {"kb": round(sum(later.values()) / 1000, 2), "requests": len(later)}
    say(
        f"first load  {kilobytes:.1f} KB gzip without {len(fonts)} fonts, {len(first)} requests; bare page {bare:.1f} KB"
    )
    say(f"unlocking   {sum(later.values()) / 1000:.1f} KB more in {len(later)} modules, from the device itself")
    result.goals.append(Goal("first load, KB gzip, fonts apart", kilobytes, KILOBYTES, "at most"))
    result.goals.append(Goal("first load, requests", len(first), REQUESTS, "at most"))


def asked_for(driver: Playwright, address: str) -> list[str]:
    """Every address that a browser asks for when the page is opened for the first time."""
    found: list[str] = []
    with_browser = driver.chromium.launch(executable_path=browser(), args=list(FLAGS))
    page = with_browser.new_page()
    page.on("request", lambda request: found.append(request.url))
    page.goto(address, wait_until="networkidle")
    with_browser.close()
    return list(dict.fromkeys(one for one in found if one.startswith("http")))


def later_modules(home: str, first: list[str]) -> dict[str, int]:
    """The modules that the first ones name and that the first load leaves for later, with their weights."""
    seen: dict[str, int] = {}
    waiting = list(first)
    while waiting:
        address = waiting.pop()
        text, weight = fetched(address)
        if address not in first:
            seen[address.removeprefix(home)] = weight
        for name in re.findall(r"""["']\./([^"']+\.js)["']""", text):
            other = address.rsplit("/", 1)[0] + "/" + name
            if other not in first and other.removeprefix(home) not in seen and other not in waiting:
                waiting.append(other)
    return seen


class Phone:
    """A page that is watched. It calls when it is ready: whoever asks it meanwhile gives its thread work of his own."""

    def __init__(self, context: BrowserContext, radios: int) -> None:
        self.page: Page = context.new_page()
        self.page.add_init_script(WATCH.replace("RADIOS", str(radios)))
        self.session: CDPSession = context.new_cdp_session(self.page)
        self.calls: list[str] = []
        self.session.on("Runtime.bindingCalled", lambda call: self.calls.append(call["payload"]))
        self.session.send("Runtime.enable")
        self.session.send("Runtime.addBinding", {"name": "heard"})

    def slow(self, network: dict[str, Any] | None = None) -> None:
        """From now on as slow as a phone, and its network, too."""
        self.session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        if network is not None:
            self.session.send("Network.enable")
            self.session.send("Network.emulateNetworkConditions", network)

    def told(self) -> dict[str, float]:
        """What was measured up to now, in ms."""
        told: dict[str, float] = self.page.evaluate("() => window.told")
        return told

    def until(self, call: str) -> dict[str, float]:
        """Waits for a call and until half a second after it; what was measured. Raises RuntimeError after a minute."""
        for _attempt in range(1200):
            if call in self.calls:
                self.page.wait_for_timeout(SETTLED)
                return self.told()
            self.page.wait_for_timeout(50)
        raise RuntimeError(f"The page was not {call} in time.")

    def open(self, address: str) -> dict[str, float]:
        """Opens a page and waits until it is ready; gives ready and blocking in ms."""
        self.calls.clear()
        self.page.goto(address, wait_until="commit")
        return self.until("ready")


def times(
    result: Result, driver: Playwright, pages: dict[str, tuple[str, int]], repeats: int, say: Callable[[str], None]
) -> float:
    """Ready and blocking on the phone, both pages in turn, each time in a new profile. `pages`: address, and how many answers
    are awaited. Gives the product's blocking in ms.
    """
    blocking: dict[str, list[float]] = {name: [] for name in pages}

    def once(name: str) -> Callable[[], float]:
        def load() -> float:
            window = driver.chromium.launch(executable_path=browser(), args=list(FLAGS))
            context = window.new_context(viewport={"width": 390, "height": 800})
            address, radios = pages[name]
            phone = Phone(context, radios)
            phone.slow(PHONE)
            told = phone.open(address)
            window.close()
            blocking[name].append(told["blocking"])
            return told["ready"]

        return load

    ready = alternately({name: once(name) for name in pages}, repeats)
    for name in pages:
        result.figures[f"{name}_ready_ms"] = round(statistics.median(ready[name]), 1)
        result.figures[f"{name}_blocking_ms"] = round(statistics.median(blocking[name]), 1)
        say(f"phone       {name:<8} ready {spread(ready[name], 0)} ms, blocking {spread(blocking[name], 0)} ms")
    result.goals.append(
        Goal("phone, ready, product/floor", ratio(ready["product"], ready["floor"]), TIMES_FLOOR, "at most")
    )
    return statistics.median(blocking["product"])


def unlocked(
    result: Result, driver: Playwright, home: str, facts: dict[str, Any], repeats: int, say: Callable[[str], None]
) -> float:
    """Unlocking on the phone, without a network, a visit with an answer to every indicator. Gives its blocking in ms."""
    window = driver.chromium.launch(executable_path=browser(), args=list(FLAGS))
    context = window.new_context(viewport={"width": 390, "height": 800})
    phone = Phone(context, 1)
    page = phone.page
    said, address = prepared(page, home, facts)
    filled: list[float] = []
    blocking: list[float] = []
    switched: list[float] = []
    longest: list[float] = []
    for _turn in range(repeats):
        phone.slow()
        phone.open(address)
        # What finds the field is work of this thread, too: it comes before. From the first letter on, everything counts.
        page.focus("#pass")
        page.wait_for_timeout(SETTLED)
        before = phone.told()["blocking"]
        page.keyboard.insert_text(said)
        page.keyboard.press("Enter")
        told = phone.until("filled")
        filled.append(told["filled"])
        blocking.append(told["blocking"] - before)
        turns: list[dict[str, float]] = page.evaluate(SWITCH, SETTLED)
        switched += [each["took"] for each in turns]
        longest += [each["longest"] for each in turns]
    window.close()
    result.figures["filled_ms"] = round(statistics.median(filled), 1)
    result.figures["unlocking_blocking_ms"] = round(statistics.median(blocking), 1)
    result.figures["switch_ms"] = round(statistics.median(switched), 1)
    result.figures["switch_longest_task_ms"] = round(max(longest), 1)
    say(f"phone       unlocked: filled after {spread(filled, 0)} ms, blocking {spread(blocking, 0)} ms")
    say(f"phone       next section after {spread(switched, 0)} ms; its longest task {spread(longest, 0)} ms")
    return statistics.median(blocking)


def prepared(page: Page, home: str, facts: dict[str, Any]) -> tuple[str, str]:
    """Takes the visit along and answers every indicator without a network. Gives the six words and the document's address."""
    page.context.add_cookies([{"name": "sessionid", "value": facts["sessions"][0], "url": home}])
    page.goto(f"{home}/offline/?l={LANGUAGE}#take={facts['visits'][0]}")
    page.wait_for_selector("[data-six] li")
    said = " ".join(page.locator("[data-six] li").all_inner_texts())
    page.click("[data-written]")
    page.fill("#again", said)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-visits] li a")
    address = home + (page.get_attribute("[data-visits] li a", "href") or "").split("#")[0]
    page.context.set_offline(True)
    page.goto(address)
    page.fill("#pass", said)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-checklist]:not([inert], [aria-busy])")
    for link in page.locator(".sections a").all():
        section = link.get_attribute("href") or ""
        link.evaluate("one => one.click()")
        page.wait_for_selector(f"{section}:not([hidden])")
        page.locator(f"{section} [data-rest]").evaluate("one => one.click()")
        page.wait_for_function(
            "one => [...document.querySelectorAll(one + ' .item:not(.quiet) [data-state]')].every((at) => at.textContent)",
            arg=section,
            timeout=120_000,
        )
    return said, address


# Follows the link of every section but the one that is open; each time: until its heading has the focus and it is drawn, and the
# longest task.
SWITCH = """async (settled) => {
  const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const turns = [];
  for (const link of document.querySelectorAll(".sections a:not([aria-current])")) {
    window.told.longest = 0;
    const from = performance.now();
    link.click();
    while (document.activeElement !== document.querySelector(`${link.hash} > h2`)) await wait(1);
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
    const took = performance.now() - from;
    await wait(settled);
    turns.push({ took, longest: window.told.longest });
  }
  return turns;
}"""


KEEP = """async (address) => {
  const worker = (await navigator.serviceWorker.ready).active;
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (event) => resolve(event.data);
    worker.postMessage({ act: "keep", urls: [address], language: "ru" }, [port2]);
  });
}"""


def again(
    result: Result, driver: Playwright, home: str, path: str, radios: int, repeats: int, say: Callable[[str], None]
) -> None:
    """The first load on the phone beside the second one, without a network, from what the worker keeps."""
    first: list[float] = []
    second: list[float] = []
    for _turn in range(repeats):
        window = driver.chromium.launch(executable_path=browser(), args=list(FLAGS))
        context = window.new_context(viewport={"width": 390, "height": 800})
        phone = Phone(context, radios)
        page = phone.page
        phone.slow(PHONE)
        first.append(phone.open(home + path)["ready"])
        phone.slow({**PHONE, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})
        page.goto(f"{home}/offline/?l={LANGUAGE}")
        if page.evaluate(KEEP, path).get("kept") != 1:
            raise AssertionError("The worker did not keep the document.")
        context.set_offline(True)
        second.append(phone.open(home + path)["ready"])
        window.close()
    result.figures["first_ready_ms"] = round(statistics.median(first), 1)
    result.figures["second_offline_ready_ms"] = round(statistics.median(second), 1)
    say(f"second load offline: ready {spread(second, 0)} ms; first {spread(first, 0)} ms")
    result.goals.append(Goal("second load offline/first load", ratio(second, first), 1.0, "at most"))

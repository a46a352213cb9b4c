"""kill -9 of a browser while somebody types into the offline checklist: what was typed more than a second before is still there.

The device is prepared once, then the server ends: everything happens without it. In each round the browser starts from its
profile, is unlocked, somebody types a note into an indicator of its own, and at a random moment the whole process group is
killed. The next round looks what is left, of this note and of all earlier ones.
"""

import os
import random
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page, Playwright, sync_playwright

from .device import FLAGS, FOR_BROWSERS, browser, fieldwork
from .places import free_port, serve, wait_for

SEED = 2017
# What may be lost: the last second.
GRACE = 1.0
EARLIEST, LATEST = 0.2, 3.0
PAUSE = 25
START = 30.0
TEXT = "Two of the four windows do not open and the corridor has no light after nine. "


class Typist:
    """One browser process from one profile, and what was typed into it when."""

    def __init__(self, playwright: Playwright, profile: Path) -> None:
        port = free_port()
        command = [browser(), "--headless=new", *FLAGS, f"--user-data-dir={profile}", f"--remote-debugging-port={port}"]
        self.process = subprocess.Popen(
            [*command, "about:blank"], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _listening(port)
        self.remote = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        self.page: Page = self.remote.contexts[0].pages[0]
        self.page.set_default_timeout(30_000)
        self.killed_at = 0.0

    def kill(self) -> None:
        """The whole group at once, as a dead battery would."""
        self.killed_at = time.monotonic()
        os.killpg(self.process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Whatever is left of it."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)
        with suppress(Error):
            self.remote.close()


def _listening(port: int) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("The browser did not start in time.")


def run(size: int, say: Callable[[str], None]) -> dict[str, Any]:
    """`size` kills. Gives `kills`, `lost` (rounds that lost more than the last second, or anything older), and figures."""
    chance = random.Random(SEED)
    kept: dict[str, str] = {}
    figures: dict[str, Any] = {"kills": 0, "lost": 0, "typed": 0, "most_lost_s": 0.0}
    with fieldwork() as (_here, env, facts), tempfile.TemporaryDirectory(prefix="voice-profile-") as folder:
        profile = Path(folder)
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        process = serve("ombudsman.wsgi:application", env, port, 2, *FOR_BROWSERS)
        try:
            wait_for(f"{address}/health/", process)
            with sync_playwright() as playwright:
                words, document = prepare(Typist(playwright, profile), address, facts)
                process.terminate()
                process.wait(20)
                waiting: tuple[str, list[tuple[float, str]], float] | None = None
                for turn in range(size + 1):
                    typist = Typist(playwright, profile)
                    try:
                        unlock(typist.page, address + document, words)
                        if waiting:
                            judge(typist.page, waiting, kept, figures)
                        if turn == size:
                            figures["entries"] = check_ledger(typist.page, words, kept, figures)
                            break
                        waiting = interrupted(
                            typist, facts["indicators"][turn % len(facts["indicators"])], kept, chance
                        )
                        figures["kills"] += 1
                    finally:
                        typist.end()
                    if turn % 10 == 9:
                        say(f"browser     {figures['kills']} kills, {figures['lost']} lost more than the last second")
        finally:
            process.terminate()
            process.wait(20)
    figures["most_lost_s"] = round(figures["most_lost_s"], 3)
    say(
        f"browser     {figures['kills']} kills, {figures['typed']} letters typed, at most {figures['most_lost_s']} s lost"
    )
    return figures


def prepare(typist: Typist, address: str, facts: dict[str, Any]) -> tuple[str, str]:
    """Takes the visit along; gives the six words and the address of the checklist on the device."""
    page = typist.page
    try:
        session = {"name": "sessionid", "value": facts["sessions"][0], "url": address}
        page.context.add_cookies([session])  # type: ignore[list-item]
        page.goto(f"{address}/offline/?l=en#take={facts['visits'][0]}")
        page.wait_for_selector("[data-six] li")
        words = " ".join(page.locator("[data-six] li").all_inner_texts())
        page.click("[data-written]")
        page.fill("#again", words)
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-visits] li a")
        href = page.get_attribute("[data-visits] li a", "href") or ""
        return words, href.split("#")[0]
    finally:
        # Ended as a person ends it, so that the profile is on the disk.
        typist.remote.close()
        time.sleep(1)
        typist.end()


def unlock(page: Page, document: str, words: str) -> None:
    """Opens the checklist from what the device keeps."""
    page.goto(document)
    page.fill("#pass", words)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-checklist]:not([inert], [aria-busy])")


def lead(page: Page, code: str) -> None:
    """Opens the section of an indicator, as a link to it does."""
    page.evaluate("code => { location.hash = code; }", code)
    page.wait_for_selector(f"#{code}", state="attached")


def note_of(page: Page, code: str) -> str:
    """The note that stands at an indicator. Where none stands, its field is not there before it is opened."""
    lead(page, code)
    note: str = page.evaluate("code => document.getElementById(code).querySelector('textarea')?.value ?? ''", code)
    return note


def interrupted(
    typist: Typist, code: str, kept: dict[str, str], chance: random.Random
) -> tuple[str, list[tuple[float, str]], float]:
    """Types until the battery is dead. Gives the indicator, what stood there when, and the moment of death."""
    page = typist.page
    lead(page, code)
    page.locator(f"#{code} .scale input").first.check()
    if not page.locator(f"#{code} .evidence[open]").count():
        page.locator(f"#{code} .evidence > summary").click()
    page.locator(f"#{code} textarea").focus()
    page.keyboard.press("Control+End")
    page.wait_for_timeout(1200)
    stood = kept.get(code, "")
    typed = [(time.monotonic(), stood)]
    timer = threading.Timer(chance.uniform(EARLIEST, LATEST), typist.kill)
    timer.start()
    try:
        while True:
            for letter in TEXT:
                page.keyboard.type(letter)
                stood += letter
                typed.append((time.monotonic(), stood))
                page.wait_for_timeout(chance.uniform(0, 2 * PAUSE))
    except Error:
        timer.join()
        # The last letter may have arrived without an answer.
        typed.append((max(time.monotonic(), typist.killed_at), stood + letter))
    return code, typed, typist.killed_at


def judge(
    page: Page, waiting: tuple[str, list[tuple[float, str]], float], kept: dict[str, str], figures: dict[str, Any]
) -> None:
    """Compares what is left with what was typed; what is left is what the next rounds must find."""
    code, typed, died = waiting
    left = note_of(page, code)
    figures["typed"] += len(typed) - 1
    # Nothing that was never typed, and everything that was typed a second before the end.
    safe = [text for at, text in typed if at <= died - GRACE]
    whole = any(text == left for _at, text in typed) and len(left) >= len(safe[-1] if safe else "")
    first_lost = next((at for at, text in typed if len(text) > len(left)), died)
    figures["most_lost_s"] = max(figures["most_lost_s"], died - min(first_lost, died))
    others = {one: note_of(page, one) for one in kept if one != code}
    older = all(kept[one] == text for one, text in others.items())
    figures["lost"] += not (whole and older)
    if not (whole and older):
        figures.setdefault("cases", []).append(
            {"typed": typed[-1][1], "safe": safe[-1] if safe else "", "left": left, "older": older}
        )
    kept[code] = left


def check_ledger(page: Page, words: str, kept: dict[str, str], figures: dict[str, Any]) -> int:
    """Answer and entry were written together: each note stands in both, the same. Gives how many."""
    vault = page.evaluate(
        "() => performance.getEntriesByType('resource').map(one => one.name).find(name => /vault[^/]*\\.js/.test(name))"
    )
    pairs: list[list[str]] = page.evaluate(
        """async ([vault, words]) => {
          const {openStore} = await import(vault);
          const store = await openStore(words);
          const changes = [
            ...(await store.all("change")).map(({value}) => value),
            ...(await store.all("delivery")).flatMap(({value}) => value.entries),
          ];
          const answers = new Map((await store.all("answer")).map(({id, value}) => [id, value.value.note]));
          changes.sort((a, b) => (a.body.made < b.body.made ? -1 : 1));
          const last = new Map(changes.map((one) => [one.thing, one.body.note]));
          return [...last].map(([id, note]) => [id, note, answers.get(id) ?? null]);
        }""",
        [vault, words],
    )
    both = {thing.split("/")[-1]: (entry, answer) for thing, entry, answer in pairs}
    figures["lost"] += sum(both.get(code) != (text, text) for code, text in kept.items())
    return len(both)

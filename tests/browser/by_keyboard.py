"""A browser with a profile of its own that is closed and opened again, and nothing but its keyboard."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db import OperationalError
from django.urls import reverse
from playwright.sync_api import BrowserContext, BrowserType, Locator, Page, expect

from tests import factories as make
from visits.models import Visit

PATIENCE = 250


@contextmanager
def profile_of(kind: BrowserType, arguments: dict[str, Any], folder: Path, **more: Any) -> Iterator[BrowserContext]:
    """The browser, opened with what its profile holds and closed again."""
    context = kind.launch_persistent_context(str(folder), **arguments, locale="en-GB", **more)
    context.set_default_timeout(15_000)
    expect.set_options(timeout=15_000)
    try:
        yield context
    finally:
        expect.set_options(timeout=5_000)
        context.close()


def to(page: Page, place: Locator) -> None:
    """Moves the focus to a place as a person without a mouse does. Fails when the keyboard does not lead there."""
    expect(place).to_be_attached()
    for _step in range(PATIENCE):
        if place.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The keyboard does not lead to {place}.")


def press(page: Page, place: Locator, key: str = "Enter") -> None:
    """Goes there and presses a key."""
    to(page, place)
    page.keyboard.press(key)


def write(page: Page, place: Locator, text: str) -> None:
    """Goes there and types."""
    to(page, place)
    page.keyboard.type(text)


def choose(page: Page, place: Locator) -> None:
    """Goes to a group of radio buttons and moves with the arrows to this one."""
    name = place.get_attribute("name")
    for _step in range(PATIENCE):
        if page.evaluate("() => document.activeElement.name") == name:
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _step in range(20):
        if place.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"The arrows do not lead to {place}.")


def sign_in(page: Page, home: str, email: str) -> None:
    """Signs in with the keyboard alone."""
    page.goto(home + reverse("account_login"))
    write(page, page.get_by_label("E-mail"), email)
    write(page, page.get_by_label("Password", exact=True), make.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).not_to_have_text("Sign in")


def take_along(page: Page, home: str, visit: Visit, language: str = "en") -> str:
    """Prepares the device and takes the visit along, by keyboard; gives the six words."""
    page.goto(f"{home}{reverse('offline')}?l={language}#take={visit.pk}")
    expect(page.locator("[data-six] li")).to_have_count(6)
    words = " ".join(page.locator("[data-six] li").all_inner_texts())
    press(page, page.locator("[data-written]"))
    write(page, page.locator("#again"), words)
    page.keyboard.press("Enter")
    expect(page.locator("[data-visits] li")).to_have_count(1)
    return words


def document(visit: Visit, language: str = "en") -> str:
    """The address of the visit's blank checklist."""
    edition = visit.checklist
    place = [edition.instrument.code, edition.number, visit.institution_kind.family, language]
    return reverse("blank_checklist", args=place)


def unlock(page: Page, words: str) -> None:
    """Types the six words into the document."""
    write(page, page.locator("#pass"), words)
    page.keyboard.press("Enter")
    expect(page.locator("[data-checklist]:not([inert], [aria-busy])")).to_be_attached()


def away(page: Page, home: str, visit: Visit, email: str, language: str = "en") -> str:
    """Signs in, takes the visit along and leaves the network; before the locked document. Gives the six words."""
    sign_in(page, home, email)
    words = take_along(page, home, visit, language)
    page.context.set_offline(True)
    page.goto(home + document(visit, language))
    return words


def section(page: Page, code: str) -> None:
    """Opens a section of the checklist from the list of all."""
    press(page, page.locator(f".sections a[href='#{code}']"))
    expect(page.locator(f"#{code} > h2")).to_be_focused()


def until(page: Page, so: Callable[[], bool]) -> None:
    """Waits until it is so on the server."""
    for _attempt in range(150):
        # The tests' database in memory does not wait for a table that the server is writing.
        with suppress(OperationalError):
            if so():
                return
        page.wait_for_timeout(100)
    raise AssertionError(page.locator("body").inner_text())

"""What a person does on the offline page, step by step: for the tests of devices."""

import re

from playwright.sync_api import Page, expect

from visits.models import Visit


def ready(page: Page) -> None:
    """Waits until the worker is in charge of this page's place."""
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")


def take_along(page: Page, home: str, visit: Visit, words: str = "") -> str:
    """From the visit's page to the store; prepares the device when it is new. Returns the six words."""
    page.goto(f"{home}/visits/{visit.pk}/")
    page.get_by_role("link", name="Take along").click()
    if words:
        unlock(page, words)
    else:
        words = prepare(page)
    expect(page.locator("[data-news]")).to_contain_text("Taken along", timeout=30_000)
    return words


def prepare(page: Page) -> str:
    """Has six words drawn, writes them down, types them back."""
    items = page.locator("[data-six] li")
    expect(items).to_have_count(6)
    words = " ".join(items.all_inner_texts())
    page.get_by_role("button", name="I have written them down").click()
    page.locator("#again").fill(words)
    page.get_by_role("button", name="Prepare this device").click()
    expect(page.get_by_role("button", name="Lock now")).to_be_visible(timeout=30_000)
    return words


def unlock(page: Page, words: str) -> None:
    """Types the words into the lock."""
    page.locator("#pass").fill(words)
    page.get_by_role("button", name="Unlock", exact=True).click()


def is_open(page: Page) -> None:
    """Waits until the store is open."""
    expect(page.get_by_role("button", name="Lock now")).to_be_visible(timeout=30_000)


def is_locked(page: Page) -> None:
    """Waits until the store is locked."""
    expect(page.get_by_role("heading", name="Locked")).to_be_visible(timeout=30_000)


def kept_addresses(page: Page) -> list[str]:
    """Every address that the worker keeps."""
    return page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async (name) =>"
        " (await (await caches.open(name)).keys()).map((one) => one.url)))).flat()"
    )


def kept_texts(page: Page) -> str:
    """Everything that the worker keeps, as text."""
    return page.evaluate(
        "async () => { const all = []; for (const name of await caches.keys()) { const cache = await caches.open(name);"
        " for (const one of await cache.keys()) all.push(await (await cache.match(one, {ignoreVary: true})).text()); }"
        " return all.join('\\n'); }"
    )


def put(page: Page, words: str, *records: dict) -> None:
    """Writes records into the store as another part of the product would; the page is on the product's own address."""
    page.evaluate(
        "async ([words, records]) => { const {openStore} = await import('/static/js/offline/vault.js');"
        " const vault = await openStore(words); await vault.write(records.map((put) => ({put}))); await vault.lock(); }",
        [words, list(records)],
    )


def change(visit: Visit, since: str, note: str = "A note.", indicator: str = "AA-01") -> dict:
    """A change in the ledger as the checklist writes it."""
    thing = f"answer/{visit.pk}/{indicator}"
    body = {
        "do": "answer",
        "indicator": indicator,
        "base": 0,
        "choice": "met",
        "measurement": None,
        "note": note,
        "sources": ["seen"],
        "anyway": False,
        "confirmed": False,
        "origin": "browser",
        "made": since,
    }
    value = {"thing": thing, "since": since, "bytes": 200, "body": body}
    return {"kind": "change", "id": thing, "visit": str(visit.pk), "value": value}


def digits(text: str) -> list[int]:
    """The numbers in a text."""
    return [int(number) for number in re.findall(r"\d+", text)]

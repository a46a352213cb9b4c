"""The encrypted store of a device, opened by scripts in a real browser: for the tests of what it promises."""

from typing import Any

from playwright.sync_api import Page

WORDS = "one two three four five six"


def run(page: Page, script: str, argument: Any = None) -> Any:
    """Runs a script with the store's module at hand: `vault` is the module, `argument` what was given."""
    body = f"const vault = await import('/static/js/offline/vault.js'); {script}"
    return page.evaluate(f"async (argument) => {{ {body} }}", argument)


MADE = f"const store = await vault.createStore('someone', '{WORDS}');"
OPENED = f"const store = await vault.openStore('{WORDS}');"
RAW = """
const raw = await new Promise((resolve) => { const asked = indexedDB.open('voice'); asked.onsuccess = () => {
  const all = asked.result.transaction('records').objectStore('records').getAll(); all.onsuccess = () => resolve(all.result); }; });
"""

"""A part of a page that opens what a device keeps is missing: the page says so and what to do; what was kept is not touched."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.cast import assemble

from .by_keyboard import away, document, profile_of, sign_in, take_along, unlock

SOON = 15_000
# Puts a text in the place of one file that the worker keeps, or drops the file.
SPOIL = """async (text) => {
  const files = await caches.open("voice files");
  for (const one of await files.keys()) {
    if (!/fill[^/]*\\.js/.test(one.url)) continue;
    if (text === null) await files.delete(one);
    else await files.put(one, new Response(text, { headers: { "Content-Type": "text/javascript" } }));
  }
}"""


@pytest.fixture
def cast(transactional_db):
    return assemble()


def missing(route: Route) -> None:
    route.abort("internetdisconnected")


def not_found(route: Route) -> None:
    route.fulfill(status=404, body="")


def broken(route: Route) -> None:
    route.fulfill(content_type="text/javascript", body="export const stores = (;")


def looked_at(page: Page) -> None:
    """Fits a phone and a desk; axe finds nothing."""
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), width
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found] == []


@pytest.mark.parametrize(
    ("language", "fault", "said"),
    [
        ("kk", missing, "Бұл бет іске қосылмайды."),
        ("ru", not_found, "Эта страница не запускается."),
        ("en", broken, "This page does not start."),
    ],
)
def test_a_module_that_is_missing_or_broken_is_told_of(cast, language, fault, said, live_server, page: Page):
    home, visit = live_server.url, cast.visit
    page.route("**/js/offline/vault*.js", fault)
    for address in (home + document(visit, language), f"{home}/offline/?l={language}"):
        page.goto(address)
        notice = page.locator("[data-late]")
        # Not while the page may still be loading.
        expect(notice).to_be_attached()
        expect(notice).not_to_be_visible()
        expect(notice).to_be_visible(timeout=SOON)
        expect(notice).to_contain_text(said)
        # A lock that nothing opens would be asked for the words in vain.
        expect(page.locator("#pass")).not_to_be_visible()
        if "/blank/" in address:
            expect(notice.locator("a[href^='tel:']")).to_be_visible()
        looked_at(page)

    # Whole again: the link loads the page, which no longer says so.
    page.unroute("**/js/offline/vault*.js")
    page.goto(home + document(visit, language))
    expect(page.locator("#pass")).to_be_visible()
    assert page.locator("[data-late]").count() == 0


def test_what_fills_the_checklist_is_missing_and_the_lock_says_so(
    cast, live_server, browser_type, browser_type_launch_args, tmp_path
):
    home, visit = live_server.url, cast.visit
    with profile_of(browser_type, browser_type_launch_args, tmp_path / "profile") as context:
        page = context.pages[0]
        words = away(page, home, visit, "bek@example.test")
        page.evaluate(SPOIL, "export const fill = (;")
        page.locator("#pass").fill(words)
        page.keyboard.press("Enter")
        expect(page.locator("#pass-fault")).to_contain_text("A part of this page is missing.")
        expect(page.locator("#pass")).to_be_visible()

        # Gone altogether, it comes from the network.
        context.set_offline(False)
        page.evaluate(SPOIL, None)
        page.goto(home + document(visit))
        unlock(page, words)
        expect(page.locator("#AA > h2")).to_be_focused()


def test_a_visit_that_is_open_in_another_window_is_not_opened_twice(
    cast, live_server, browser_type, browser_type_launch_args, tmp_path
):
    home, visit = live_server.url, cast.visit
    with profile_of(browser_type, browser_type_launch_args, tmp_path / "profile") as context:
        page = context.pages[0]
        sign_in(page, home, "bek@example.test")
        words = take_along(page, home, visit)
        page.goto(home + document(visit))
        unlock(page, words)
        other = context.new_page()
        other.goto(home + document(visit))
        other.locator("#pass").fill(words)
        other.keyboard.press("Enter")
        expect(other.locator("#pass-fault")).to_contain_text("This visit is open in another window of this browser.")
        expect(page.locator("#AA-02 .scale input").first).to_be_enabled()

"""From the first touch until the server has confirmed it, no page says that everything is saved. Keying: test_keying.py."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from tests import cast as people

from .by_keyboard import away, profile_of, unlock

SAVED, SENT = "Everything is saved", "Everything was sent"


@pytest.fixture
def cast(transactional_db) -> people.Cast:
    return people.assemble()


def test_the_checklist_says_it_when_the_server_has_said_it(cast, page: Page, live_server, sign_in, ear):
    sign_in(cast.ana, "en")
    page.goto(live_server.url + reverse("visit_section", args=[cast.visit.pk, "AA"]))
    line, state = page.locator("[data-all]"), page.locator("#AA-01 [data-state]")
    expect(line).to_have_text(SAVED)
    under_way: list[Route] = []

    def hold(route: Route) -> None:
        under_way.append(route)

    page.route(re.compile("/answers/"), hold)
    page.locator("#AA-01 input[value=partly_met]").check()
    # Nothing is read out for what takes a moment.
    assert [line.text_content(), state.text_content()] == ["", ""]
    expect(line).to_have_text("Saving")
    expect(state).to_have_text("Saving")
    under_way[0].continue_()
    page.unroute(re.compile("/answers/"))
    expect(line).to_have_text(SAVED)
    expect(state).to_contain_text("Saved at")

    # Nor of a note that is still being written.
    page.locator("#AA-01 textarea").press_sequentially("Two of")
    assert [line.text_content(), state.text_content()] == ["", ""]
    expect(line).to_have_text(SAVED)
    expect(state).to_contain_text("Saved at")
    assert ear.complaints == []


def test_what_could_not_be_saved_is_counted_until_it_is(cast, page: Page, live_server, sign_in):
    sign_in(cast.ana, "en")
    page.goto(live_server.url + reverse("visit_section", args=[cast.visit.pk, "AA"]))
    fault = {"status": 400, "json": {"faults": ["Not a number."]}}
    page.route(re.compile("/answers/"), lambda route: route.fulfill(**fault))
    page.locator("#AA-01 input[value=met]").check()
    expect(page.locator("[data-all]")).to_have_text("Not saved yet: 1")
    page.unroute(re.compile("/answers/"))
    page.locator("#AA-01 input[value=partly_met]").check()
    expect(page.locator("[data-all]")).to_have_text(SAVED)


def test_a_device_says_that_everything_was_sent_when_nothing_is_being_written(
    cast, live_server, browser_type, browser_type_launch_args, tmp_path
):
    home, visit = live_server.url, cast.visit
    with profile_of(browser_type, browser_type_launch_args, tmp_path / "profile") as context:
        page = context.pages[0]
        words = away(page, home, visit, "bek@example.test")
        context.set_offline(True)
        unlock(page, words)
        line = page.locator(".reach [data-line]")
        expect(line).to_have_text(SENT)
        page.locator("#AA-02 .scale input[value=not_met]").check()
        expect(line).to_have_text("Not sent: 1")
        page.locator("#AA-02 .scale input[value=not_met]").check()
        context.set_offline(False)
        page.evaluate("() => dispatchEvent(new Event('online'))")
        expect(line).to_have_text(SENT)
        # At the first letter, long before it is written.
        page.locator("#AA-02 textarea").press_sequentially("N")
        assert line.text_content() == ""
        # Taken back again: as it was, it was sent.
        page.keyboard.press("Backspace")
        expect(line).to_have_text(SENT)


def test_what_a_device_could_not_keep_stays_said(cast, live_server, browser_type, browser_type_launch_args, tmp_path):
    home, visit = live_server.url, cast.visit
    with profile_of(browser_type, browser_type_launch_args, tmp_path / "profile") as context:
        page = context.pages[0]
        words = away(page, home, visit, "bek@example.test")
        context.set_offline(True)
        unlock(page, words)
        expect(page.locator(".reach [data-line]")).to_have_text(SENT)
        page.evaluate(
            "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError'); }; }"
        )
        page.locator("#AA-02 .scale input[value=not_met]").check()
        page.locator("#AA-02 textarea").press_sequentially("N")
        ledger = page.locator("p[data-unsent]")
        expect(ledger).to_contain_text("Not kept")
        page.wait_for_timeout(2_000)
        expect(ledger).to_contain_text("Not kept")
        expect(page.locator(".reach [data-line]")).not_to_have_text(SENT)

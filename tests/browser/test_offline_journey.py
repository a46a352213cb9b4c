"""A visit without a network, by keyboard alone: taken along, filled, interrupted, filled on, sent, agreed, submitted.

The last word is the server's: what was typed on the device stands there once, what a colleague wrote is still to be read, and
the device keeps nothing.
"""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import cast as people
from visits.models import Difference, Visit
from visits.services.answers import save_answer

from .by_keyboard import (
    away,
    choose,
    document,
    press,
    profile_of,
    section,
    sign_in,
    take_along,
    to,
    unlock,
    until,
    write,
)


@pytest.fixture
def cast(transactional_db) -> people.Cast:
    return people.assemble()


def card(page: Page, code: str):
    return page.locator(f"#{code}")


def answer(page: Page, code: str, digit: str) -> None:
    """Goes to the indicator and presses the key of its answer."""
    for _step in range(250):
        if page.evaluate("() => document.activeElement.closest('.item')?.id") == code:
            break
        page.keyboard.press("Tab")
    page.keyboard.press(digit)


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{fault['id']} {node['target']}" for fault in found for node in fault["nodes"]]


def test_a_visit_is_filled_without_a_network_and_arrives_whole(
    cast, live_server, browser_type, browser_type_launch_args, tmp_path
):
    home, visit, profile = live_server.url, cast.visit, tmp_path / "profile"
    here = home + document(visit)

    with profile_of(browser_type, browser_type_launch_args, profile) as context:
        page = context.pages[0]
        sign_in(page, home, "bek@example.test")
        words = take_along(page, home, visit)
        # The key goes with the person to the document: the words are not asked for twice.
        press(page, page.locator("[data-visits] a").first)
        expect(page.locator("[data-checklist]:not([inert], [aria-busy])")).to_be_attached()
        context.set_offline(True)
        answer(page, "AA-01", "3")
        write(page, card(page, "AA-01").locator("textarea"), "Two children were in no register.")
        answer(page, "AA-02", "1")
        expect(card(page, "AA-02").locator("[data-state]")).to_contain_text("Kept on this device")
        expect(page.locator("[data-unsent]")).to_contain_text("Not sent: 2")
        expect(page.locator("[data-unsent]")).to_contain_text("No connection")

    # Meanwhile a colleague answers the same on another device.
    save_answer(visit=visit, indicator="AA-02", choice="partly_met", base_version=0, by=cast.ana, at=timezone.now())

    with profile_of(browser_type, browser_type_launch_args, profile, offline=True) as context:
        page = context.pages[0]
        page.goto(here)
        expect(card(page, "AA-01").locator("input").nth(2)).not_to_be_checked()
        unlock(page, words)
        expect(card(page, "AA-01").locator("input").nth(2)).to_be_checked()
        expect(card(page, "AA-01").locator("textarea")).to_have_value("Two children were in no register.")
        section(page, "BB")
        answer(page, "BB-02", "2")
        choose(page, page.locator("#BB [data-rating] [value='3']"))

        # The way back is the browser's. A critical indicator is not met: the page asks about danger first, then for the finding.
        page.go_back()
        press(page, card(page, "AA-01").locator("[data-urgent] [data-raise]"))
        write(page, page.locator("#find-text"), "Two children were kept without being registered.")
        choose(page, page.locator("dialog[open] [name=severity][value=critical]"))
        press(page, page.locator("dialog[open] button[value=keep]"))
        expect(card(page, "AA-01")).to_contain_text("Two children were kept without being registered.")

        choose(page, page.locator("#AA [data-rating] [value='2']"))

        press(page, page.locator("[data-talk]"))
        choose(page, page.locator("dialog[open] [name='Q-1'][value=yes]"))
        choose(page, page.locator("dialog[open] [name='Q-2'][value=often]"))
        press(page, page.locator("dialog[open] button[value=keep]"))
        expect(page.locator("dialog[open]")).to_have_count(0)

        press(page, page.locator("[data-risk]"))
        choose(page, page.locator("dialog[open] [name=category][value=injury]"))
        write(page, page.locator("#risk-seen"), "Fresh bruises on both arms.")
        press(page, page.locator("dialog[open] button[value=keep]"))
        expect(page.locator("dialog[open]")).to_have_count(0)

        # Back online, but signed out with the browser: it says so and keeps everything.
        context.set_offline(False)
        press(page, page.locator("[data-send]"))
        expect(page.locator("[data-unsent]")).to_contain_text("Sign in to send")
        assert not visit.deliveries.exists()

        sign_in(page, home, "bek@example.test")
        page.goto(here)
        unlock(page, words)
        difference = page.locator("[data-differences] section")
        expect(difference).to_have_count(1)
        expect(difference).to_contain_text("Ana")
        expect(difference.locator("[data-mine]")).to_have_text("Met")
        expect(difference.locator("[data-theirs]")).to_contain_text("Partly met")
        assert faults(page) == []
        received = list(visit.deliveries.order_by("received_at"))
        assert [concern.category for concern in visit.urgent_concerns.all()] == ["injury"]
        assert received, "nothing came"
        assert visit.urgent_concerns.get().received_at <= received[-1].received_at
        assert visit.urgent_concerns.get().pressed_at < timezone.now() - timedelta(seconds=1)

        # While two answers stand side by side, a request to submit waits.
        press(page, page.locator("[data-finish]"))
        choose(page, page.locator("dialog[open] [name=sampling][value=all]"))
        press(page, page.locator("dialog[open] button[value=keep]"))
        until(page, lambda: hasattr(Visit.objects.get(pk=visit.pk), "finish_request"))
        assert Visit.objects.get(pk=visit.pk).state == "open"

        press(page, difference.locator("[data-keep=mine]"))
        expect(page.locator("[data-differences] section")).to_have_count(0)
        until(page, lambda: Visit.objects.get(pk=visit.pk).state == "submitted")

    row = Visit.objects.get(pk=visit.pk)
    said = {one.indicator.code: one for one in row.answers.select_related("indicator", "choice")}
    assert {code: one.choice.code for code, one in said.items()} == {
        "AA-01": "not_met",
        "AA-02": "met",
        "BB-02": "partly_met",
    }
    assert said["AA-01"].note == "Two children were in no register."
    assert "partly_met" in [version.value["choice"] for version in said["AA-02"].versions.all()]
    assert Difference.objects.get(visit=row).state in ("replaced", "mine")
    assert [finding.text for finding in row.findings.all()] == ["Two children were kept without being registered."]
    assert {rating.section.code: rating.step for rating in row.ratings.all()} == {"AA": 2, "BB": 3}
    assert row.interviews.count() == 1
    assert row.sampling == "all"


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_axe_finds_nothing_in_any_state_of_the_document(
    cast, language, live_server, browser_type, browser_type_launch_args, tmp_path
):
    home, visit = live_server.url, cast.visit
    found = {}
    with profile_of(browser_type, browser_type_launch_args, tmp_path / "profile") as context:
        page = context.pages[0]
        page.context.add_cookies([{"name": "language", "value": "en", "url": home}])
        words = away(page, home, visit, "bek@example.test", language)
        assert page.locator("html").get_attribute("lang") == language
        found["locked"] = faults(page)
        press(page, page.locator("[data-risk]"))
        found["urgent, locked"] = faults(page)
        page.keyboard.press("Escape")
        unlock(page, words)
        answer(page, "AA-01", "3")
        page.locator("#AA-01 .item-margin a").first.evaluate_all("all => all.length")
        found["filled"] = faults(page)
        press(page, page.locator("[data-risk]"))
        found["urgent"] = faults(page)
        page.keyboard.press("Escape")
        press(page, card(page, "AA-01").locator("[data-urgent] [data-raise]"))
        found["finding"] = faults(page)
        page.keyboard.press("Escape")
        press(page, page.locator("[data-talk]"))
        expect(page.locator("dialog[open] fieldset").first).to_be_visible()
        found["talk"] = faults(page)
        page.keyboard.press("Escape")
        press(page, page.locator("[data-finish]"))
        found["finish"] = faults(page)
        page.keyboard.press("Escape")
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), width
    assert {name: list_ for name, list_ in found.items() if list_} == {}


def test_locking_takes_everything_off_the_page_and_loses_nothing(
    cast, live_server, browser_type, browser_type_launch_args, tmp_path
):
    home, visit = live_server.url, cast.visit
    with profile_of(browser_type, browser_type_launch_args, tmp_path / "profile") as context:
        page = context.pages[0]
        sign_in(page, home, "bek@example.test")
        words = take_along(page, home, visit)
        page.goto(home + document(visit))
        unlock(page, words)
        context.set_offline(True)
        answer(page, "AA-02", "3")
        # Locked in the middle of a word.
        write(page, card(page, "AA-02").locator("textarea"), "Nobody expl")
        page.evaluate("() => document.querySelector('[data-lock]').click()")
        expect(page.locator("[data-door]")).to_be_visible()
        expect(page.locator("[data-checklist][inert]")).to_be_attached()
        assert "Nobody expl" not in page.content()
        assert cast.centre.name not in page.content()
        unlock(page, words)
        expect(card(page, "AA-02").locator("textarea")).to_have_value("Nobody expl")
        assert reverse("offline") in page.locator(".brand").get_attribute("href")
        to(page, page.locator("[data-lock]"))

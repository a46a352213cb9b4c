"""What became of a child at risk, read on the device: learnt with a connection, read without one, gone with the lock."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from tests.cast import assemble
from visits.services.urgent import take_concern

from .by_keyboard import away, choose, document, press, profile_of, sign_in, take_along, unlock, until, write


@pytest.fixture
def cast(transactional_db):
    return assemble()


@pytest.mark.parametrize(
    ("language", "received", "taken"),
    [
        ("kk", "кеңсеге жетті", "кеңсе қабылдап алды"),
        ("ru", "получено офисом", "принято офисом"),
        ("en", "received by the office", "taken by the office"),
    ],
)
def test_taken_by_the_office_is_read_without_a_network(
    cast, language, received, taken, live_server, browser_type, browser_type_launch_args, tmp_path
):
    home, visit = live_server.url, cast.visit
    with profile_of(browser_type, browser_type_launch_args, tmp_path / "profile") as context:
        page = context.pages[0]
        context.add_cookies([{"name": "language", "value": "en", "url": home}])
        sign_in(page, home, "ana@example.test")
        words = take_along(page, home, visit, language)
        page.goto(home + document(visit, language))
        unlock(page, words)
        press(page, page.locator("[data-risk]"))
        choose(page, page.locator("dialog[open] [name=category][value=injury]"))
        write(page, page.locator("#risk-seen"), "Fresh bruises on both arms.")
        press(page, page.locator("dialog[open] button[value=keep]"))
        until(page, lambda: visit.urgent_concerns.count() == 1)
        known = page.locator("[data-concerns]")
        expect(known).to_contain_text(received)

        take_concern(concern=visit.urgent_concerns.get(), by=cast.dina, at=timezone.now())
        press(page, page.locator("[data-send]"))
        expect(known).to_contain_text(taken)

        context.set_offline(True)
        page.reload()
        assert page.locator("[data-concerns]").count() == 0
        unlock(page, words)
        expect(known).to_contain_text(taken)
        assert len(re.findall(r"\d\d:\d\d", known.inner_text())) == 2, "when it was pressed, when this was known"
        assert "bruises" not in known.inner_text()
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), width
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found] == []


def test_a_name_in_what_was_seen_is_told_of_and_holds_nothing_up(
    cast, live_server, browser_type, browser_type_launch_args, tmp_path
):
    """As notes are asked about, but beside the field: the report goes as it is at the first press."""
    home, visit = live_server.url, cast.visit
    seen, whom = "In room 4 there are fresh bruises", " on Айгерім Серікова."
    with profile_of(browser_type, browser_type_launch_args, tmp_path / "profile") as context:
        page = context.pages[0]
        words = away(page, home, visit, "ana@example.test")
        unlock(page, words)
        press(page, page.locator("[data-risk]"))
        asked = page.locator("dialog[open] [data-named]")
        choose(page, page.locator("dialog[open] [name=category][value=injury]"))
        write(page, page.locator("#risk-seen"), seen)
        expect(asked).to_be_empty()
        write(page, page.locator("#risk-seen"), whom)
        expect(asked).to_contain_text("“Айгерім Серікова”")
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), width
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found] == []

        press(page, page.locator("dialog[open] button[value=keep]"))
        expect(page.locator("dialog[open]")).to_have_count(0)
        context.set_offline(False)
        until(page, lambda: visit.urgent_concerns.count() == 1)
        assert visit.urgent_concerns.get().seen == seen + whom
        # The next report begins without the words about this one.
        press(page, page.locator("[data-risk]"))
        expect(asked).to_be_empty()

"""Two people on one visit, and a child at risk, in a real browser: what an open page hears, and what needs no script."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests import cast as people
from visits.models import UrgentConcern
from visits.services.answers import save_answer
from visits.services.presence import beat

BEAT = 20_000


@pytest.fixture
def cast(transactional_db) -> people.Cast:
    return people.assemble()


def saved(cast: people.Cast, choice: str, code: str = "AA-01") -> None:
    """Bek answers on another device."""
    save_answer(
        visit=cast.visit, indicator=code, choice=choice, note="", sources=["seen"], by=cast.bek, at=timezone.now()
    )


@pytest.fixture
def section(page: Page, live_server, sign_in, cast) -> Page:
    """Ana's page of the first section, whose clock the test winds."""
    sign_in(cast.ana, "en")
    page.clock.install()
    # The first beat has been answered: nothing else writes while the test does.
    with page.expect_response(re.compile("/presence/$")):
        page.goto(live_server.url + reverse("visit_section", args=[cast.visit.pk, "AA"]))
    return page


def next_beat(page: Page) -> None:
    with page.expect_response(re.compile("/presence/$")):
        page.clock.fast_forward(BEAT)


def test_an_untouched_answer_follows_and_says_whose_it_is(section, cast, ear):
    beat(visit=cast.visit, section="AA", by=cast.bek, at=timezone.now())
    saved(cast, "partly_met")
    next_beat(section)
    expect(section.locator("[data-here]")).to_have_text(f"Here now: {cast.bek} (section 1)")
    card = section.locator("#AA-01")
    expect(card.locator("input[value=partly_met]")).to_be_checked()
    expect(card.locator("[data-changed]")).to_contain_text(f"Changed by {cast.bek} at ")
    # What is saved next is made from what is shown: no second answer arises.
    card.locator("input[value=met]").check()
    expect(card.locator("[data-state]")).to_contain_text("Saved at")
    expect(card.locator("[data-changed]")).to_be_hidden()
    assert ear.complaints == []


def test_an_answer_that_is_being_written_is_left_alone_until_it_is_free(section, cast):
    card = section.locator("#AA-02")
    card.locator("input[value=met]").focus()
    saved(cast, "not_met", "AA-02")
    next_beat(section)
    expect(card.locator("input[value=not_met]")).not_to_be_checked()
    section.locator("#AA-01 input[value=met]").focus()
    next_beat(section)
    expect(card.locator("input[value=not_met]")).to_be_checked()


def test_a_hidden_page_is_silent(section, cast):
    asked: list[str] = []
    section.on("request", lambda request: asked.append(request.url) if "/presence/" in request.url else None)
    hide = """(state) => { Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
      document.dispatchEvent(new Event("visibilitychange")); }"""
    section.evaluate(hide, "hidden")
    section.clock.fast_forward(5 * BEAT)
    assert asked == []
    with section.expect_response(re.compile("/presence/$")):
        section.evaluate(hide, "visible")


def test_not_met_on_a_critical_indicator_asks_at_once_and_leads_to_the_form(section, cast):
    card = section.locator("#AA-01")
    expect(card.get_by_text("Is a child in danger now?")).to_be_hidden()
    card.locator("input[value=not_met]").check()
    card.get_by_role("button", name="Yes: a child is at risk").click()
    expect(section.get_by_role("heading", name="A child is at risk")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_report_is_sent_by_keyboard_alone_with_and_without_scripts(
    browser: Browser, live_server, sign_in, context, cast, scripts
):
    sign_in(cast.ana, "en")
    page = browser.new_context(storage_state=context.storage_state(), java_script_enabled=scripts).new_page()
    page.goto(live_server.url + reverse("visit", args=[cast.visit.pk]))
    page.get_by_role("link", name="A child is at risk").focus()
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Fresh injury").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The report was received.")).to_be_visible()
    concern = UrgentConcern.objects.get()
    assert (concern.category, concern.by) == ("injury", cast.ana)
    assert concern.pressed_at < concern.received_at
    page.context.close()

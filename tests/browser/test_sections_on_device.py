"""The checklist on the device shows one section at a time; the others are counted, kept and asked about all the same."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import cast as people
from visits.services.answers import save_answer

from .by_keyboard import away, document, profile_of, section, unlock


@pytest.fixture
def cast(transactional_db) -> people.Cast:
    return people.assemble()


def shown(page: Page) -> list[str]:
    """The sections and the cards that are in the page."""
    return page.evaluate("() => [...document.querySelectorAll('.part:not([hidden]), .item')].map((one) => one.id)")


def test_one_section_is_in_the_page_and_the_others_lose_nothing(
    cast, live_server, browser_type, browser_type_launch_args, tmp_path
):
    home, visit = live_server.url, cast.visit
    save_answer(visit=visit, indicator="BB-02", choice="not_met", base_version=0, by=cast.bek, at=timezone.now())
    with profile_of(browser_type, browser_type_launch_args, tmp_path / "profile") as context:
        page = context.pages[0]
        words = away(page, home, visit, "bek@example.test")
        unlock(page, words)
        expect(page.locator("#AA > h2")).to_be_focused()
        assert not [code for code in shown(page) if code.startswith("BB")]

        # Counted before it was ever opened; offered to a finding, too.
        number = {code: page.locator(f".sections a[href='#{code}'] .num").last for code in ("AA", "BB")}
        expect(number["BB"]).to_contain_text("1/")
        page.locator("[data-find]").click()
        expect(page.locator("dialog[open] [name=indicators][value='BB-02']")).to_have_count(1)
        page.keyboard.press("Escape")

        # In the middle of a word to another section and back.
        page.locator("#AA-02 .scale input[value=not_met]").check()
        page.locator("#AA-02 textarea").press_sequentially("Nobody expl")
        page.locator("#AA [data-after]").click()
        expect(page.locator("#BB > h2")).to_be_focused()
        expect(page.locator("#BB-02 .scale input[value=not_met]")).to_be_checked()
        expect(page.locator(".sections [aria-current]")).to_have_attribute("href", "#BB")
        assert not [code for code in shown(page) if code.startswith("AA")]
        expect(number["AA"]).to_contain_text("1/")
        page.go_back()
        expect(page.locator("#AA-02 textarea")).to_have_value("Nobody expl")
        page.evaluate("() => { location.hash = 'BB-02'; }")
        expect(page.locator("#BB-02 .scale input[value=not_met]")).to_be_focused()

        # Paper has all of it; the screen one section again.
        page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
        assert {"AA", "AA-02", "BB", "BB-02"} <= set(shown(page))
        page.evaluate("() => dispatchEvent(new Event('afterprint'))")
        assert not [code for code in shown(page) if code.startswith("AA")]
        section(page, "AA")
        expect(page.locator("#AA-02 textarea")).to_have_value("Nobody expl")


def test_it_begins_with_the_section_that_was_worked_on_last(
    cast, live_server, browser_type, browser_type_launch_args, tmp_path
):
    home, visit = live_server.url, cast.visit
    with profile_of(browser_type, browser_type_launch_args, tmp_path / "profile") as context:
        page = context.pages[0]
        words = away(page, home, visit, "bek@example.test")
        unlock(page, words)
        page.locator("#AA-02 .scale input[value=met]").check()
        expect(page.locator("#AA-02 [data-state]")).to_contain_text("Kept on this device")
        section(page, "BB")
        page.locator("#BB-02 .scale input[value=met]").check()
        expect(page.locator("#BB-02 [data-state]")).to_contain_text("Kept on this device")
        page.goto(home + document(visit))
        unlock(page, words)
        expect(page.locator("#BB > h2")).to_be_focused()
        expect(page.locator("#BB-02 .scale input[value=met]")).to_be_checked()


def test_what_is_written_while_the_rest_is_still_being_put_in_stays(
    cast, live_server, browser_type, browser_type_launch_args, tmp_path
):
    """A card has its answer before it comes into the page, and nothing takes the focus from it afterwards."""
    home, visit = live_server.url, cast.visit
    save_answer(visit=visit, indicator="AA-01", choice="met", base_version=0, by=cast.bek, at=timezone.now())
    with profile_of(browser_type, browser_type_launch_args, tmp_path / "profile") as context:
        page = context.pages[0]
        words = away(page, home, visit, "bek@example.test")
        # Drawing takes its time, so there is a while between two cards.
        page.evaluate("() => { window.requestAnimationFrame = (work) => setTimeout(work, 80); }")
        # Somebody quick: the moment the first card is there, before the second one is.
        page.evaluate(
            """() => {
              window.alone = [];
              new MutationObserver(() => {
                const note = document.querySelector("#AA:not([hidden]) > #AA-01 .evidence > summary");
                if (!note || window.alone.length) return;
                window.alone = [document.querySelectorAll("#AA > .item").length, document.querySelectorAll("#AA .foot").length];
                document.querySelector("#AA-01 .scale input[value=not_met]").click();
                const field = document.querySelector("#AA-01 textarea");
                field.focus();
                field.value = "Written at once.";
                field.dispatchEvent(new InputEvent("input", { bubbles: true }));
              }).observe(document.querySelector("[data-checklist]"), { subtree: true, childList: true, attributes: true });
            }"""
        )
        page.locator("#pass").fill(words)
        page.keyboard.press("Enter")
        expect(page.locator("[data-checklist]:not([inert], [aria-busy])")).to_be_attached()
        cards, feet = page.evaluate("() => window.alone")
        assert cards < len([code for code in shown(page) if code.startswith("AA-")])
        assert feet == 0
        expect(page.locator("#AA-01 textarea")).to_be_focused()
        expect(page.locator("#AA-01 textarea")).to_have_value("Written at once.")
        expect(page.locator("#AA-01 .scale input[value=not_met]")).to_be_checked()
        expect(page.locator("#AA-01 [data-state]")).to_contain_text("Kept on this device")

        # Said of the whole card: the note stands on the device as the choice does.
        page.goto(home + document(visit))
        unlock(page, words)
        expect(page.locator("#AA-01 textarea")).to_have_value("Written at once.")
        expect(page.locator("#AA-01 .scale input[value=not_met]")).to_be_checked()


def test_a_card_is_said_to_be_kept_when_all_of_it_is(
    cast, live_server, browser_type, browser_type_launch_args, tmp_path
):
    """Not while a choice is written, not while a note waits to be; who listens is told when the typing rests, and once."""
    home, visit = live_server.url, cast.visit
    with profile_of(browser_type, browser_type_launch_args, tmp_path / "profile") as context:
        page = context.pages[0]
        words = away(page, home, visit, "bek@example.test")
        unlock(page, words)
        state, unkept = page.locator("#AA-02 [data-state]"), page.locator("#AA-02 [data-unkept]")
        expect(state).to_have_attribute("role", "status")

        # Nothing can be written as long as somebody else has the ledger.
        hold = (
            "() => { navigator.locks.request('voice: ledger', () => new Promise((free) => { window.free = free; })); }"
        )
        page.evaluate(hold)
        page.locator("#AA-02 .scale input[value=not_met]").check()
        expect(unkept).to_have_text("Saving")
        expect(state).to_be_empty()
        page.evaluate("() => window.free()")
        expect(state).to_contain_text("Kept on this device")
        expect(unkept).to_have_count(0)

        # The choice is kept, the note is not; nor is it while it is written, however long that takes.
        page.evaluate(hold)
        page.locator("#AA-02 textarea").press_sequentially("Nobody")
        expect(unkept).to_have_text("Saving")
        expect(state).to_be_empty()
        page.wait_for_timeout(2_000)
        expect(unkept).to_have_text("Saving")
        expect(state).to_be_empty()
        page.evaluate("() => window.free()")
        expect(state).to_contain_text("Kept on this device")

        page.evaluate(
            """() => {
              window.heard = [];
              new MutationObserver(() => {
                const said = document.querySelector("#AA-02 [data-state]").textContent;
                if (said) window.heard.push([said, document.querySelector("#AA-02 textarea").value]);
              }).observe(document.querySelector("#AA-02 [data-state]"), { childList: true, subtree: true });
            }"""
        )
        page.locator("#AA-02 textarea").press_sequentially(" explains the rules", delay=120)
        expect(state).to_contain_text("Kept on this device")
        assert page.evaluate("() => window.heard") == [["Kept on this device, not sent", "Nobody explains the rules"]]

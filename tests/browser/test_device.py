"""The offline page in a real browser: prepare, take along, lock, unlock, offline, expiry, wiping, clearing, two people, rescue."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from tests import cast as people
from tests.browser import device
from visits.models import DeviceCopy, Participation

SHOTS = Path(settings.BASE_DIR) / "var" / "shots"
UNSENT_SINCE = "2025-09-15T07:00:00Z"


@pytest.fixture
def cast(transactional_db) -> people.Cast:
    """The cast, for a live server."""
    return people.assemble()


@pytest.fixture
def home(live_server) -> str:
    return live_server.url


def test_a_visit_is_taken_along_and_opens_without_a_network(
    cast, page: Page, home, sign_in, context: BrowserContext, ear
):
    sign_in(cast.ana, "en")
    words = device.take_along(page, home, cast.visit)
    assert len(set(words.split())) >= 5
    expect(page.locator("[data-visits]")).to_contain_text("Centre 1")
    assert DeviceCopy.objects.get().user == cast.ana
    device.ready(page)
    context.set_offline(True)
    page.goto(f"{home}/offline/?l=en")
    device.is_locked(page)
    device.unlock(page, words.upper().replace(" ", "-"))
    device.is_open(page)
    expect(page.locator("[data-visits]")).to_contain_text("Centre 1")
    page.get_by_role("link", name="Fill the checklist").click()
    expect(page.locator("#AA-01")).to_be_visible()
    page.goto(f"{home}/visits/{cast.visit.pk}/")
    expect(page.get_by_role("heading", name="On this device")).to_be_visible()
    assert ear.strangers == []
    assert [text for text in ear.complaints if "Content Security Policy" in text] == []


def test_no_page_of_a_signed_in_person_is_in_the_cache(cast, page: Page, home, sign_in):
    sign_in(cast.ana, "en")
    device.take_along(page, home, cast.visit)
    for address in ("/", f"/visits/{cast.visit.pk}/", f"/visits/{cast.visit.pk}/sections/AA/", "/session/", "/people/"):
        page.goto(home + address)
    kept = [address.removeprefix(home) for address in device.kept_addresses(page)]
    assert kept
    assert {address.split("/")[1] for address in kept} == {"offline", "blank", "static"}
    text = device.kept_texts(page)
    assert not any(
        word in text for word in ("Centre 1", "Bek", "ana@example.test", str(cast.visit.pk), "csrfmiddlewaretoken")
    )


def test_what_the_worker_is_asked_to_keep_it_keeps_only_when_the_server_calls_it_public(
    cast, page: Page, home, sign_in
):
    sign_in(cast.ana, "en")
    device.take_along(page, home, cast.visit)
    before = device.kept_addresses(page)
    answer = page.evaluate(
        "async (urls) => { const {keepPages} = await import('/static/js/offline/contact.js'); return keepPages(urls); }",
        ["/", f"/visits/{cast.visit.pk}/", "/session/", f"/visits/{cast.visit.pk}/along/"],
    )
    assert answer is False
    assert device.kept_addresses(page) == before


def test_wrong_words_open_nothing_and_say_so(cast, page: Page, home, sign_in):
    sign_in(cast.ana, "en")
    words = device.take_along(page, home, cast.visit)
    page.reload()
    device.is_locked(page)
    device.unlock(page, f"{words} again")
    expect(page.locator("#pass-fault")).to_contain_text("These words open nothing here", timeout=30_000)
    expect(page.locator("body")).not_to_contain_text("Centre 1")


def test_locking_takes_everything_from_the_page_and_loses_nothing(cast, page: Page, home, sign_in):
    sign_in(cast.ana, "en")
    words = device.take_along(page, home, cast.visit)
    page.get_by_role("button", name="Lock now").click()
    device.is_locked(page)
    assert "Centre 1" not in page.content()
    device.unlock(page, words)
    device.is_open(page)
    expect(page.locator("[data-visits]")).to_contain_text("Centre 1")


def test_it_locks_by_itself_after_the_minutes_of_the_setting(cast, page: Page, home, sign_in, settings):
    settings.LOCK_MINUTES = 7
    sign_in(cast.ana, "en")
    page.clock.install()
    device.take_along(page, home, cast.visit)
    page.clock.run_for(6 * 60_000)
    expect(page.get_by_role("button", name="Lock now")).to_be_visible()
    page.keyboard.press("Shift")
    page.clock.run_for(6 * 60_000)
    expect(page.get_by_role("button", name="Lock now")).to_be_visible()
    page.clock.run_for(70_000)
    device.is_locked(page)


def test_the_ledger_says_what_waits_and_never_what_was_said(cast, page: Page, home, sign_in):
    sign_in(cast.ana, "en")
    words = device.take_along(page, home, cast.visit)
    talk = {
        "kind": "talk",
        "id": "t1",
        "visit": str(cast.visit.pk),
        "value": {"sealed": "QUJD", "since": UNSENT_SINCE, "bytes": 8200},
    }
    device.put(page, words, device.change(cast.visit, UNSENT_SINCE, "Blue bruises."), talk)
    page.reload()
    device.is_locked(page)
    expect(page.locator("[data-warnings] .notice.bad")).to_contain_text("unsent since 15 September 2025")
    device.unlock(page, words)
    device.is_open(page)
    rows = page.locator("[data-ledger] tbody tr")
    expect(rows).to_have_count(2)
    answers, talks = rows.all_inner_texts()
    assert "Answers" in answers
    assert "12:00" in answers or "07:00" in answers
    assert "Talks" in talks
    assert ":00" not in talks
    assert "Blue" not in page.content()
    expect(page.locator("[data-warnings]")).to_contain_text("Send it today")


def test_clearing_takes_two_taps_and_names_what_would_be_lost(cast, page: Page, home, sign_in):
    sign_in(cast.ana, "en")
    words = device.take_along(page, home, cast.visit)
    device.put(page, words, device.change(cast.visit, UNSENT_SINCE))
    page.get_by_role("button", name="Clear this device").click()
    expect(page.locator("[data-loss]")).to_contain_text("lost for ever: 1 unsent since 15 September 2025")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("[data-second]")).to_be_hidden()
    page.get_by_role("button", name="Clear this device").click()
    page.get_by_role("button", name="Erase now").click()
    expect(page.locator("[data-news]")).to_contain_text("This device is clear")
    expect(page.get_by_role("heading", name="Nothing is kept on this device")).to_be_visible()
    assert page.evaluate("import('/static/js/offline/vault.js').then((vault) => vault.anyStore())") is False
    assert not [address for address in device.kept_addresses(page) if "/blank/" in address]
    assert DeviceCopy.objects.get().ended == "cleared"


def test_a_locked_device_is_cleared_without_its_words(cast, page: Page, home, sign_in, context):
    sign_in(cast.ana, "en")
    device.take_along(page, home, cast.visit)
    device.ready(page)
    context.set_offline(True)
    page.goto(f"{home}/offline/?l=en")
    page.get_by_role("button", name="Clear this device").click()
    page.get_by_role("button", name="Erase now").click()
    expect(page.get_by_role("heading", name="Nothing is kept on this device")).to_be_visible()


def later(page: Page, days: float) -> None:
    """Puts the page's clock forward."""
    page.clock.install(time=timezone.now() + timedelta(days=days))


@pytest.mark.parametrize(
    ("days", "says"), [(8, "ends in a week"), (11.5, "ends in three days"), (13.5, "ends within a day")]
)
def test_three_warnings_come_before_the_end(cast, page: Page, home, sign_in, context, days, says):
    sign_in(cast.ana, "en")
    words = device.take_along(page, home, cast.visit)
    device.ready(page)
    context.set_offline(True)
    later(page, days)
    page.goto(f"{home}/offline/?l=en")
    device.unlock(page, words)
    device.is_open(page)
    expect(page.locator("[data-warnings]")).to_contain_text(says)


def test_after_its_days_a_copy_dies_unopened_when_nothing_waits(cast, page: Page, home, sign_in, context):
    sign_in(cast.ana, "en")
    device.take_along(page, home, cast.visit)
    device.ready(page)
    context.set_offline(True)
    later(page, 16)
    page.goto(f"{home}/offline/?l=en")
    expect(page.locator("[data-news]")).to_contain_text("has ended and was erased")
    assert page.evaluate("import('/static/js/offline/vault.js').then((vault) => vault.anyStore())") is False


def test_unsent_work_outlives_the_last_day_and_the_rescue_file_is_offered(cast, page: Page, home, sign_in, context):
    sign_in(cast.ana, "en")
    words = device.take_along(page, home, cast.visit)
    device.put(page, words, device.change(cast.visit, UNSENT_SINCE))
    device.ready(page)
    context.set_offline(True)
    later(page, 16)
    page.goto(f"{home}/offline/?l=en")
    device.unlock(page, words)
    device.is_open(page)
    expect(page.locator("[data-warnings]")).to_contain_text("has ended, but has unsent work")
    expect(page.get_by_role("button", name="Save the rescue file")).to_be_visible()


def test_who_left_the_team_finds_the_visit_erased_at_the_next_contact(cast, page: Page, home, sign_in):
    sign_in(cast.ana, "en")
    words = device.take_along(page, home, cast.visit)
    Participation.objects.filter(user=cast.ana).update(left_on=timezone.localdate())
    page.reload()
    device.unlock(page, words)
    device.is_open(page)
    expect(page.locator("[data-warnings]")).to_contain_text("It was erased from this device")
    expect(page.locator("[data-none]")).to_be_visible()
    assert DeviceCopy.objects.get().ended == "withdrawn"


def test_the_store_of_a_closed_account_is_erased_at_the_next_contact(cast, page: Page, home, sign_in):
    sign_in(cast.ana, "en")
    device.take_along(page, home, cast.visit)
    cast.ana.is_active = False
    cast.ana.save()
    page.reload()
    expect(page.locator("[data-news]")).to_contain_text("account of this store was closed", timeout=30_000)
    assert page.evaluate("import('/static/js/offline/vault.js').then((vault) => vault.anyStore())") is False


def test_two_people_share_a_device_and_neither_sees_the_others_visits(cast, page: Page, home, sign_in):
    sign_in(cast.ana, "en")
    anas = device.take_along(page, home, cast.visit)
    sign_in(cast.oleg, "en")
    olegs = device.take_along(page, home, cast.far_visit)
    expect(page.locator("[data-visits] li")).to_have_count(1)
    expect(page.locator("[data-visits]")).to_contain_text("Centre 2")
    expect(page.locator("body")).not_to_contain_text("Centre 1")
    page.reload()
    device.is_locked(page)
    expect(page.locator("body")).not_to_contain_text("Centre")
    device.unlock(page, anas)
    device.is_open(page)
    expect(page.locator("[data-visits]")).to_contain_text("Centre 1")
    expect(page.locator("body")).not_to_contain_text("Centre 2")
    page.get_by_role("button", name="Clear this device").click()
    page.get_by_role("button", name="Erase now").click()
    device.is_locked(page)
    device.unlock(page, olegs)
    device.is_open(page)
    expect(page.locator("[data-visits]")).to_contain_text("Centre 2")


def test_another_persons_visit_is_not_taken_into_ones_own_store(cast, page: Page, home, sign_in):
    sign_in(cast.ana, "en")
    words = device.take_along(page, home, cast.visit)
    sign_in(cast.bek, "en")
    device.take_along(page, home, cast.visit)
    page.goto(f"{home}/offline/?l=en#take={cast.visit.pk}")
    page.reload()
    device.unlock(page, words)
    device.is_open(page)
    expect(page.locator("[data-news]")).to_contain_text("belongs to another person")


def test_the_rescue_file_brings_everything_to_another_device(cast, page: Page, home, sign_in, browser, tmp_path):
    sign_in(cast.ana, "en")
    words = device.take_along(page, home, cast.visit)
    device.put(page, words, device.change(cast.visit, UNSENT_SINCE, "Kept by the file."))
    page.locator("#rescue").fill("not these")
    page.get_by_role("button", name="Save the rescue file").click()
    expect(page.locator("#rescue-fault")).to_contain_text("open nothing here", timeout=30_000)
    page.locator("#rescue").fill(words)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the rescue file").click()
    file = tmp_path / "saved.voice"
    download.value.save_as(file)
    assert b"Kept by the file" not in file.read_bytes()
    assert set(json.loads(file.read_text())) == {"what", "format", "lock", "data"}

    other = browser.new_context()
    other.add_cookies(list(page.context.cookies()))  # type: ignore[misc]
    second = other.new_page()
    second_words = device.take_along(second, home, cast.visit)
    second.get_by_text("Load a rescue file").last.click()
    second.locator("#file").set_input_files(file)
    second.locator("#file-words").fill(words)
    second.get_by_role("button", name="Load the file").click()
    expect(second.locator("[data-news]")).to_contain_text("Loaded", timeout=30_000)
    kept = second.evaluate(
        "async (words) => { const {openStore} = await import('/static/js/offline/vault.js');"
        " return (await (await openStore(words)).all('change')).map(({value}) => value.body.note); }",
        second_words,
    )
    assert kept == ["Kept by the file."]
    other.close()


def test_signing_out_clears_the_device_unless_something_is_unsent(cast, page: Page, home, sign_in):
    sign_in(cast.ana, "en")
    words = device.take_along(page, home, cast.visit)
    device.put(page, words, device.change(cast.visit, UNSENT_SINCE))
    page.goto(home)
    expect(page.locator("[data-here]")).to_contain_text("has not been sent since 15.09.2025")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate("import('/static/js/offline/vault.js').then((vault) => vault.anyStore())") is True
    page.evaluate("import('/static/js/offline/vault.js').then((vault) => vault.eraseAll())")
    sign_in(cast.ana, "en")
    device.take_along(page, home, cast.visit)
    page.goto(home)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate("import('/static/js/offline/vault.js').then((vault) => vault.anyStore())") is False
    assert device.kept_addresses(page) == []


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_offline_page_has_no_fault_of_access_in_any_room(cast, page: Page, home, sign_in, language):
    SHOTS.mkdir(parents=True, exist_ok=True)
    sign_in(cast.ana, language)
    found = {}

    def look(room: str) -> None:
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=SHOTS / f"device-{room}-{language}-{width}.png", full_page=True)
            faults = [fault["id"] for fault in Axe().run(page).response["violations"]]
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if faults or wide > 0:
                found[room, width] = (faults, wide)

    page.goto(f"{home}/offline/?l={language}")
    expect(page.locator('[data-room="empty"]')).to_be_visible()
    look("empty")
    page.goto(f"{home}/visits/{cast.visit.pk}/")
    page.locator(f'a[href$="#take={cast.visit.pk}"]').click()
    expect(page.locator("[data-six] li")).to_have_count(6)
    look("new")
    words = " ".join(page.locator("[data-six] li").all_inner_texts())
    page.locator("[data-written]").click()
    page.locator("#again").fill("x")
    page.locator("[data-again] .button").first.click()
    expect(page.locator("#again-fault")).not_to_be_empty()
    look("again")
    page.locator("#again").fill(words)
    page.locator("[data-again] .button").first.click()
    expect(page.locator("[data-visits] li")).to_have_count(1, timeout=30_000)
    device.put(page, words, device.change(cast.visit, UNSENT_SINCE))
    page.reload()
    page.locator("#pass").fill(words)
    look("locked")
    page.locator("#pass").press("Enter")
    expect(page.locator("[data-ledger]")).to_be_visible(timeout=30_000)
    page.locator("[data-clear]").click()
    look("open")
    assert found == {}

"""What is left on the disk: every byte of a real browser profile, after locking, after submitting, after signing out.

A monitor types forty strings into the real pages without a network (notes, one of them overwritten, measurements, findings,
concerns, talks), locks, comes online, sends, submits, signs out. Beside them are searched: what came along from the server, what
was typed into the pages online, the password, the six words. None may be found, in databases, caches, sessions and form history.
The same search finds all forty when the encryption is switched off, and words typed into a form that does not forbid the
browser to remember it: the search itself is tried.
"""

import gzip
import random
import shutil
import string
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests import cast as people
from tests import factories as make
from tests.browser import by_keyboard, device
from tests.browser.conftest import BROWSERS
from tests.browser.on_disk import found_in, profile_of, shapes, unsnapped
from visits.models import Answer, Choice, Edition, Finding, FindingIndicator, Indicator, Recommendation, Visit

LEADER = "bek@example.test"
NOTES, MEASURES, FINDINGS = 23, 5, 4


def words_of_their_own(seed: int) -> Iterator[str]:
    """Twelve letters and digits each, without a repetition inside, so that no compression takes them apart."""
    dice = random.Random(seed)
    while True:
        yield "".join(dice.sample(string.ascii_letters, 12))


@dataclass
class Planted:
    """What is searched for, by name: typed without a network, and everything else."""

    typed: dict[str, str] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)

    def all(self) -> dict[str, str]:
        return self.typed | self.beside


class Profile:
    """A browser with a profile of its own on the disk, closed and opened like a person's."""

    def __init__(self, playwright: Any, folder: Path, home: str) -> None:
        self.playwright, self.folder, self.home = playwright, folder, home
        self.context: BrowserContext = None  # type: ignore[assignment]

    def open(self) -> Page:
        executable = next(filter(None, map(shutil.which, BROWSERS)))
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder,
            executable_path=executable,
            headless=True,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        self.context.set_default_timeout(15_000)
        self.context.add_cookies([{"name": django_settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": self.home}])
        return self.context.pages[0]

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def cast(transactional_db) -> people.Cast:
    """The cast, for a live server; the visit has a checklist with enough places to write in."""
    cast = people.assemble()
    cast.visit = make.visit(
        cast.centre, cast.bek, cast.ana, checklist=long_checklist(), questionnaire=cast.questionnaire
    )
    return cast


@pytest.fixture
def profile(playwright, tmp_path, live_server) -> Iterator[Profile]:
    made = Profile(playwright, tmp_path / "profile", live_server.url)
    yield made
    try:
        made.close()
    except Exception:
        pass


def long_checklist() -> Edition:
    """One section of thirty indicators, the first ones with a measurement."""
    tiny = make.tiny_checklist("long")
    fresh = Edition.objects.create(instrument=tiny.instrument, number=2)
    for row in tiny.choices.filter(question=None):
        row.pk, row.edition = None, fresh
        row.save()
    section = tiny.sections.get(code="AA")
    section.pk, section.edition = None, fresh
    section.save()
    for number in range(1, 31):
        code = f"AA-{number:02}"
        measured = {"measure_key": code.lower(), **make.names("measure", "How many")} if number <= MEASURES else {}
        Indicator.objects.create(
            edition=fresh,
            section=section,
            code=code,
            order=number,
            applies_to=["all"],
            **make.names("statement", f"Statement {number}."),
            **measured,
        )
    return make.publish(fresh)


def plant(cast: people.Cast) -> Planted:
    """Thinks out what will be typed; puts a word of its own into everything that comes along from the server."""
    words, planted = words_of_their_own(40), Planted()
    for kind, number in (("note", NOTES), ("finding", FINDINGS)):
        planted.typed |= {f"{kind} {one}": next(words) for one in range(1, number + 1)}
    dice = random.Random(5)
    planted.typed |= {
        f"measurement {one}": f"{dice.randint(10**8, 10**9 - 1)}.{dice.randint(101, 998)}"
        for one in range(1, MEASURES + 1)
    }
    singles = ("overwritten note", "begun finding", "first seen", "first told", "second seen", "second told")
    planted.typed |= {name: next(words) for name in singles}
    # A talk holds chosen codes only. Together they are what nobody else may read.
    planted.typed |= {"talk": '{"Q-1":"yes","Q-2":"often"', "begun talk": '{"Q-1":"dont_know"'}
    assert len(planted.typed) == 40
    online = ("note online", "finding online", "seen online")
    planted.beside |= {name: next(words) for name in online} | {"password": make.PASSWORD}

    def mark(name: str) -> str:
        planted.beside[name] = next(words)
        return planted.beside[name]

    for one, name in ((cast.centre, "institution"), (cast.here, "region")):
        for stem, value in make.names("name", mark(name)).items():
            setattr(one, stem, value)
        one.save()
    for name in ("ana", "bek"):
        cast.people[name].full_name = mark(f"team member {name}")
        cast.people[name].save()
    indicators = {one.code: one for one in cast.visit.checklist.indicators.all()}
    partly = Choice.objects.get(edition=cast.visit.checklist, question=None, code="partly_met")
    row = {"visit": cast.visit, "by": cast.ana, "at": make.NOON}
    Answer.objects.create(**row, indicator=indicators["AA-30"], choice=partly, note=mark("a colleague’s note"))
    finding = Finding.objects.create(**row, text=mark("a colleague’s finding"), severity="high")
    FindingIndicator.objects.create(finding=finding, indicator=indicators["AA-30"])
    before = make.visit(
        cast.centre,
        cast.ana,
        cast.bek,
        checklist=cast.visit.checklist,
        state="accepted",
        first_day=make.DAY.replace(year=make.DAY.year - 1),
    )
    earlier = Finding.objects.create(
        **row | {"visit": before}, text=mark("an earlier finding"), severity="high", state="accepted"
    )
    Recommendation.objects.create(
        number="2024-1",
        finding=earlier,
        authority=make.authority(),
        issued_on=make.DAY,
        year=2024,
        deadline=make.DAY,
        by=cast.timur,
        **make.names("text", mark("a recommendation")),
    )
    return planted


def type_into(place: Locator, text: str) -> None:
    """Key by key, as a person does."""
    place.click()
    place.press_sequentially(text)


def fieldwork(page: Page, planted: Planted) -> None:
    """Everything a monitor can type into the offline checklist, typed."""
    typed = planted.typed
    for number in range(1, NOTES + 2):
        card = page.locator(f"#AA-{number:02}")
        card.locator(".scale input[value=partly_met]").check()
        note = card.locator("[name=t]")
        if number > NOTES:
            type_into(note, typed["overwritten note"])
            expect(card.locator("[data-state]")).to_contain_text("Kept on this device")
            page.wait_for_timeout(1000)
            note.fill("Another sentence.")
        else:
            type_into(note, typed[f"note {number}"])
        if number <= MEASURES:
            type_into(card.locator("[name=n]"), typed[f"measurement {number}"])
    for number in range(1, FINDINGS + 2):
        page.locator(f"#AA-{number:02} .evidence [data-raise]").click()
        begun = number > FINDINGS
        type_into(page.locator("#find-text"), typed["begun finding" if begun else f"finding {number}"])
        page.locator("dialog[open] [name=severity][value=high]").check()
        page.locator(f"dialog[open] button[value='{'' if begun else 'keep'}']").click()
        expect(page.locator("dialog[open]")).to_have_count(0)
    for which in ("first", "second"):
        page.locator("[data-risk]").click()
        page.locator("dialog[open] [name=category][value=injury]").check()
        type_into(page.locator("#risk-seen"), typed[f"{which} seen"])
        type_into(page.locator("#risk-told"), typed[f"{which} told"])
        page.locator("dialog[open] button[value=keep]").click()
        expect(page.locator("dialog[open]")).to_have_count(0)
    for answers, button in ((("yes", "often"), "keep"), (("dont_know",), "")):
        page.locator("[data-talk]").click()
        for question, answer in enumerate(answers, 1):
            page.locator(f"dialog[open] [name=Q-{question}][value={answer}]").check()
        page.locator(f"dialog[open] button[value='{button}']").click()
        expect(page.locator("dialog[open]")).to_have_count(0)
    page.locator("#AA [data-rating] [value='2']").check()
    page.wait_for_timeout(1500)


def away(profile: Profile, cast: people.Cast, planted: Planted) -> str:
    """Signs in, takes the visit along, fills it without a network in two sittings, locks, closes the browser."""
    page = profile.open()
    by_keyboard.sign_in(page, profile.home, LEADER)
    words = device.take_along(page, profile.home, cast.visit)
    device.ready(page)
    profile.close()

    page = profile.open()
    profile.context.set_offline(True)
    page.goto(profile.home + by_keyboard.document(cast.visit))
    by_keyboard.unlock(page, words)
    fieldwork(page, planted)
    page.locator("[data-lock]").click()
    expect(page.locator("[data-door]")).to_be_visible()
    profile.close()
    planted.beside["six words"] = words
    return words


def at_home(profile: Profile, cast: people.Cast, planted: Planted, words: str) -> None:
    """Sends, writes on in the pages online, saves a rescue file, submits the visit, closes the browser."""
    visit, typed, beside = cast.visit, planted.typed, planted.beside
    page = profile.open()
    by_keyboard.sign_in(page, profile.home, LEADER)
    page.goto(profile.home + by_keyboard.document(visit))
    by_keyboard.unlock(page, words)
    page.locator("[data-send]").click()
    by_keyboard.until(page, lambda: visit.answers.count() == NOTES + 2)
    expect(page.locator("[data-unsent]")).to_contain_text("Everything was sent")
    page.locator("[data-lock]").click()
    expect(page.locator("[data-door]")).to_be_visible()

    page.goto(f"{profile.home}/offline/?l=en")
    device.unlock(page, words)
    device.is_open(page)
    page.locator("#rescue").fill(words)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the rescue file").click()
    rescue = Path(saved.value.path()).read_bytes()
    assert not profile.folder.joinpath(saved.value.suggested_filename).exists()
    assert not [name for name, word in planted.all().items() if any(form in rescue for form in shapes(word))]
    page.get_by_role("button", name="Lock now").click()
    device.is_locked(page)

    page.goto(profile.home + reverse("visit_section", args=[visit.pk, "AA"]))
    card = page.locator("#AA-29")
    card.locator("input[value=partly_met]").check()
    type_into(card.locator("textarea"), beside["note online"])
    page.keyboard.press("Tab")
    by_keyboard.until(page, lambda: visit.answers.filter(note=beside["note online"]).exists())
    page.goto(profile.home + reverse("finding_new", args=[visit.pk]) + "?indicator=AA-29")
    type_into(page.locator("textarea[name=text]"), beside["finding online"])
    page.locator("[name=severity][value=high]").check()
    page.get_by_role("button", name="Save the finding").click()
    by_keyboard.until(page, lambda: visit.findings.filter(text__contains=beside["finding online"]).exists())
    page.goto(profile.home + reverse("urgent_new", args=[visit.pk]))
    page.locator("[name=category]").first.check()
    type_into(page.locator("textarea[name=seen]"), beside["seen online"])
    page.get_by_role("button", name="Send the report").click()
    by_keyboard.until(page, lambda: beside["seen online"] in seen_of(visit))
    for address in ("visit", "visit_print", "visit_team", "visit_interviews"):
        page.goto(profile.home + reverse(address, args=[visit.pk]))

    page.goto(profile.home + reverse("visit_submit", args=[visit.pk]))
    page.locator("[name=sampling]").first.check()
    page.get_by_role("button", name="Submit the visit").click()
    by_keyboard.until(page, lambda: Visit.objects.get(pk=visit.pk).state == "submitted")
    profile.close()
    # What was typed is at the server, whole.
    notes = set(visit.answers.values_list("note", flat=True))
    assert {typed[f"note {one}"] for one in range(1, NOTES + 1)} <= notes
    assert {typed[f"finding {one}"] for one in range(1, FINDINGS + 1)} <= set(
        visit.findings.values_list("text", flat=True)
    )
    assert visit.interviews.count() == 1
    assert {typed["first seen"], typed["second seen"]} <= seen_of(visit)


def seen_of(visit: Visit) -> set[str]:
    """What the concerns of the visit say; it rests encrypted, so the database cannot look for it."""
    return {one.seen for one in visit.urgent_concerns.all()}


def signed_out(profile: Profile) -> None:
    """Signs out by the button and closes the browser. The session had ended with the browser before."""
    page = profile.open()
    by_keyboard.sign_in(page, profile.home, LEADER)
    page.goto(profile.home)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    profile.close()


def test_none_of_forty_typed_strings_is_on_the_disk(cast, profile):
    planted = plant(cast)
    words = away(profile, cast, planted)
    assert len(planted.typed) == 40
    assert found_in(profile.folder, planted.all()) == {}
    at_home(profile, cast, planted, words)
    assert found_in(profile.folder, planted.all()) == {}
    signed_out(profile)
    assert found_in(profile.folder, planted.all()) == {}
    # What was begun and not sent is still there for its owner, as ciphertext.
    assert any("IndexedDB" in name and len(content) > 20_000 for name, content in profile_of(profile.folder))


def test_the_same_search_finds_all_forty_when_encryption_is_switched_off(cast, profile, monkeypatch):
    """Only a test can switch it off: the browser is handed another module than the product has."""
    planted = plant(cast)
    source = (Path(django_settings.BASE_DIR) / "static/js/offline/vault.js").read_text(encoding="utf-8")
    sealing = "new Uint8Array(await crypto.subtle.encrypt(rule, key, pack(thing)))"
    opening = "unpack(new Uint8Array(await crypto.subtle.decrypt(rule, key, bytes.subarray(12))))"
    assert sealing in source
    assert opening in source
    open_source = source.replace(sealing, "pack(thing)").replace(opening, "unpack(bytes.subarray(12))")
    first = profile.open

    def open_without() -> Page:
        page = first()
        profile.context.route(
            "**/js/offline/vault.js", lambda route: route.fulfill(body=open_source, content_type="text/javascript")
        )
        return page

    monkeypatch.setattr(profile, "open", open_without)
    away(profile, cast, planted)
    found = found_in(profile.folder, planted.all())
    assert set(found) & set(planted.typed) == set(planted.typed)
    # Of what came along from the server, everything; the passwords and what was not typed yet lie nowhere.
    never = {"password", "six words", "note online", "finding online", "seen online"}
    assert set(planted.beside) - set(found) == never


def test_the_search_finds_what_a_browser_remembers_of_a_form(cast, profile):
    """A form that does not forbid it lands in the browser's own files: they are searched, not only the store's."""
    planted = {"typed": next(words_of_their_own(7))}
    page = profile.open()
    page.goto(f"{profile.home}/health/")
    page.set_content("<form action='/health/'><textarea name='remembered'></textarea></form>")
    type_into(page.locator("textarea"), planted["typed"])
    page.evaluate("document.forms[0].submit()")
    page.wait_for_timeout(3000)
    profile.close()
    assert found_in(profile.folder, planted)


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_the_search_looks_into_what_is_compressed(tmp_path, pack):
    (tmp_path / "file").write_bytes(b"before" + pack(b"a planted word " * 3) + b"after")
    assert found_in(tmp_path, {"one": "planted word"}) == {"one": {"file (inflated)"}}


@pytest.mark.parametrize("form", range(7))
def test_the_search_knows_every_shape(tmp_path, form):
    word = "Wm4jHx9LpDrB8cNy3G"
    (tmp_path / "file").write_bytes(b"ab" + shapes(word)[form] + b"cd")
    assert found_in(tmp_path, {"one": word}) == {"one": {"file"}}


def test_snappys_packing_is_opened():
    # "abcd" as a literal, then eight letters copied from four back.
    assert unsnapped(b"\x0c\x0cabcd\x11\x04") == b"abcdabcdabcd"

"""What is left on the disk: every byte of a real browser profile, after locking, submitting and signing out.

Forty strings are planted through the real pages: notes, findings, talks, urgent words, the institution, the team, the six words
themselves. None may be found, in UTF-8 or UTF-16, forwards or as hexadecimal or base64, in databases, caches, sessions and form
history. The same search with encryption switched off finds them: the search itself is tried.
"""

import base64
import gzip
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from tests import cast as people
from tests import factories as make
from tests.browser import device
from tests.browser.conftest import BROWSERS
from visits.models import Answer, Choice, Finding, FindingIndicator, Recommendation, Visit

# Letters and digits without a repetition inside or between them, so that no compression takes them apart.
MARKS = [
    "qv7Kzr2TbX", "Wm4jHx9LpD", "rB8cNy3GsF", "Zt5vQk1MwA", "hJ6xPd0RuE", "Lg9bSf4YnC", "kT2zWq7VmH", "Dx3rJc8BpU",
    "nF5yGt1KsZ", "Pv0wLh6XeQ", "sM9dRj4TaN", "Yb7kCz2WvG", "fH1pXu5QmJ", "Ke8tBn3LrS", "wZ6gVy0DcP", "Ua4mFx9HkT",
    "jR2sWb7NqY", "Gp5zKd1CvL", "tX8hMu3JeB", "Vn0rQf6ZgS", "bL9wTy4PkA", "Hc7jDx2GmR", "zN1vSb5FuW", "Qr3eKp8YtC",
    "mJ6hZa0XdV", "Sf4gLw9BnU", "xT2kPr7QcE", "Cy5bHv1MjD", "eW8uNz3KsG", "Rk0tXm6FpL", "uB9qJd4VhY", "Ng7cSw2ZrT",
    "pD1xGf5AkM", "Jz3yVe8HbQ", "vK6nRt0UmP", "Tb4sCh9LwX", "gQ2jFy7DzN", "Ex5rBk1WuS", "cV8mPa3TgJ",
]  # fmt: skip


def profile_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of the profile, and what is compressed in it, opened."""
    for file in sorted(folder.rglob("*")):
        if file.is_symlink() or not file.is_file():
            continue
        content = file.read_bytes()
        name = str(file.relative_to(folder))
        yield name, content
        yield from ((f"{name} (inflated)", opened) for opened in inflated(content))


def inflated(content: bytes) -> Iterator[bytes]:
    """What is packed by gzip or zlib inside a file, wherever it begins; blocks of LevelDB by their own packing."""
    for start, open_ in ((b"\x1f\x8b\x08", gzip), (b"\x78\x9c", zlib), (b"\x78\x01", zlib), (b"\x78\xda", zlib)):
        at = content.find(start)
        while at >= 0:
            window = 31 if open_ is gzip else 15
            try:
                yield zlib.decompressobj(window).decompress(content[at:], 4_000_000)
            except zlib.error:
                pass
            at = content.find(start, at + 1)
    if content[-8:] == b"\x57\xfb\x80\x8b\x24\x75\x47\xdb":
        yield from table_blocks(content)


def table_blocks(content: bytes) -> Iterator[bytes]:
    """The blocks of a LevelDB table, unpacked: its footer names the index, the index names the blocks."""

    def number(data: bytes, at: int) -> tuple[int, int]:
        shift = result = 0
        while True:
            byte = data[at]
            result |= (byte & 127) << shift
            at, shift = at + 1, shift + 7
            if byte < 128:
                return result, at

    def block(offset: int, size: int) -> bytes:
        kind, data = content[offset + size], content[offset : offset + size]
        return unsnapped(data) if kind == 1 else data

    footer = content[-48:]
    _offset, at = number(footer, 0)
    _size, at = number(footer, at)
    offset, at = number(footer, at)
    size, at = number(footer, at)
    index = block(offset, size)
    end = len(index) - 4 * (int.from_bytes(index[-4:], "little") + 1)
    at = 0
    while at < end:
        _shared, at = number(index, at)
        own, at = number(index, at)
        length, at = number(index, at)
        value = index[at + own : at + own + length]
        at += own + length
        offset, place = number(value, 0)
        size, place = number(value, place)
        yield block(offset, size)


def unsnapped(data: bytes) -> bytes:
    """Snappy's packing, opened: literals and copies of what came before."""
    out = bytearray()
    at = 0
    while data[at] & 128:
        at += 1
    at += 1
    while at < len(data):
        tag, kind = data[at], data[at] & 3
        at += 1
        if kind == 0:
            length = tag >> 2
            if length >= 60:
                extra = length - 59
                length, at = int.from_bytes(data[at : at + extra], "little"), at + extra
            out += data[at : at + length + 1]
            at += length + 1
            continue
        if kind == 1:
            length, back, at = (tag >> 2 & 7) + 4, (tag >> 5) << 8 | data[at], at + 1
        else:
            width = 2 if kind == 2 else 4
            length, back, at = (tag >> 2) + 1, int.from_bytes(data[at : at + width], "little"), at + width
        for _count in range(length):
            out.append(out[-back])
    return bytes(out)


def shapes(word: str) -> list[bytes]:
    """How a string may lie on a disk."""
    plain = word.encode()
    coded = [base64.b64encode(b"\0" * shift + plain)[(0, 2, 3)[shift] : -4] for shift in range(3)]
    return [
        plain,
        word.encode("utf-16-le"),
        word.encode("utf-16-be"),
        plain.hex().encode(),
        *(one for one in coded if len(one) > 8),
    ]


def found_in(folder: Path, words: dict[str, str]) -> dict[str, set[str]]:
    """name of a planted string -> the files in which it was found."""
    wanted = {name: shapes(word) for name, word in words.items()}
    found: dict[str, set[str]] = {}
    for file, content in profile_of(folder):
        for name, forms in wanted.items():
            if any(form in content for form in forms):
                found.setdefault(name, set()).add(file)
    return found


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
        return self.context.pages[0]

    def close(self) -> None:
        self.context.close()

    def sign_in(self, user: Any) -> None:
        client = Client()
        client.force_login(user)
        name = django_settings.SESSION_COOKIE_NAME
        self.context.add_cookies(
            [
                {"name": django_settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": self.home},
                {"name": name, "value": client.cookies[name].value, "url": self.home},
            ]
        )


@pytest.fixture
def cast(transactional_db) -> people.Cast:
    """The cast, for a live server."""
    return people.assemble()


@pytest.fixture
def profile(playwright, tmp_path, live_server) -> Iterator[Profile]:
    made = Profile(playwright, tmp_path / "profile", live_server.url)
    yield made
    try:
        made.close()
    except Exception:
        pass


def plant(cast: people.Cast) -> dict[str, str]:
    """Puts marks into everything that comes along from the server; returns which is which."""
    marks = iter(MARKS)
    planted: dict[str, str] = {}

    def mark(name: str) -> str:
        planted[name] = next(marks)
        return planted[name]

    for language in ("kk", "ru", "en"):
        setattr(cast.centre, f"name_{language}", planted.get("institution") or mark("institution"))
        setattr(cast.here, f"name_{language}", planted.get("region") or mark("region"))
    cast.centre.save()
    cast.here.save()
    for name in ("ana", "bek"):
        cast.people[name].full_name = mark(f"team member {name}")
        cast.people[name].save()
    indicators = {one.code: one for one in cast.checklist.indicators.all()}
    met = Choice.objects.get(edition=cast.checklist, question=None, code="not_met")
    for code in ("AA-01", "AA-02", "BB-02"):
        Answer.objects.create(
            visit=cast.visit,
            indicator=indicators[code],
            choice=met,
            note=mark(f"note {code}"),
            by=cast.ana,
            at=make.NOON,
        )
    for number in range(3):
        finding = Finding.objects.create(
            visit=cast.visit, text=mark(f"finding {number}"), severity="high", by=cast.bek, at=make.NOON
        )
        FindingIndicator.objects.create(finding=finding, indicator=indicators["AA-02"])
    year_before = make.DAY.replace(year=make.DAY.year - 1)
    before = make.visit(
        cast.centre, cast.ana, cast.bek, checklist=cast.checklist, state="accepted", first_day=year_before
    )
    for number in range(3):
        earlier = Finding.objects.create(
            visit=before,
            text=mark(f"earlier finding {number}"),
            severity="high",
            state="accepted",
            by=cast.bek,
            at=make.NOON,
        )
        Recommendation.objects.create(
            number=f"2024-{number}",
            finding=earlier,
            authority=make.authority(),
            issued_on=make.DAY,
            year=2024,
            deadline=make.DAY,
            by=cast.timur,
            **make.names("text", mark(f"recommendation {number}")),
        )
    for number in range(1, len(MARKS) - len(planted) - 4):
        mark(f"typed {number}")
    for name in ("typed by hand", "urgent: seen", "urgent: told", "talk", "draft of a talk"):
        mark(name)
    assert len(planted) == len(MARKS)
    return planted


def records_of(visit: Visit, planted: dict[str, str]) -> list[dict[str, Any]]:
    """What is typed on the device: changes, an urgent concern, a talk before it is sealed, a draft."""
    since = "2025-09-15T07:00:00Z"
    typed = [word for name, word in planted.items() if name.startswith("typed ") and "hand" not in name]
    records = []
    for number, word in enumerate(typed):
        record = device.change(visit, since, word, f"XX-{number:02}")
        standing = {**record, "kind": "answer", "value": {"value": record["value"]["body"], "base": 0, "stood": None}}
        records += [record, standing]
    concern = {
        "do": "concern",
        "concern": "7d2a7a0e-5a53-4c5f-9a64-0f3e7f0c2b11",
        "category": "injury",
        "seen": planted["urgent: seen"],
        "told": planted["urgent: told"],
        "told_at": None,
        "pressed_at": since,
    }
    urgent = {"thing": "concern", "since": since, "bytes": 300, "body": concern}
    return [
        *records,
        {"kind": "change", "id": "concern", "visit": str(visit.pk), "value": urgent},
        {
            "kind": "draft",
            "id": "talk",
            "visit": str(visit.pk),
            "value": {"since": since, "answers": {"Q-1": planted["talk"]}},
        },
        {
            "kind": "draft",
            "id": "begun",
            "visit": str(visit.pk),
            "value": {"since": since, "text": planted["draft of a talk"]},
        },
    ]


def live_through(profile: Profile, cast: people.Cast, planted: dict[str, str]) -> str:
    """A day with a device: take along, type, close, reopen offline, unlock, clear what was sent, lock, sign out, close."""
    page = profile.open()
    profile.sign_in(cast.ana)
    words = device.take_along(page, profile.home, cast.visit)
    device.put(page, words, *records_of(cast.visit, planted))
    device.ready(page)
    profile.close()

    page = profile.open()
    profile.context.set_offline(True)
    page.goto(f"{profile.home}/offline/?l=en")
    device.unlock(page, words)
    device.is_open(page)
    page.get_by_role("link", name="Fill the checklist").click()
    expect(page.locator("[data-checklist]")).not_to_have_attribute("inert", "", timeout=30_000)
    card = page.locator("#BB-02")
    card.locator("input[value=not_met]").focus()
    page.keyboard.press("2")
    expect(card.locator("input[value=partly_met]")).to_be_checked()
    note = card.locator("textarea").first
    expect(note).to_be_visible()
    note.fill(planted["typed by hand"])
    note.blur()
    page.wait_for_timeout(1500)
    profile.close()

    page = profile.open()
    page.goto(f"{profile.home}/offline/?l=en")
    profile.sign_in(cast.ana)
    device.unlock(page, words)
    device.is_open(page)
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("[data-sent]")).not_to_contain_text("Sending", timeout=30_000)
    for address in ("", "sections/AA/", "sections/BB/", "print/", "team/", "interviews/"):
        page.goto(f"{profile.home}/visits/{cast.visit.pk}/{address}")
    profile.close()

    page = profile.open()
    page.goto(f"{profile.home}/offline/?l=en")
    device.unlock(page, words)
    device.is_open(page)
    page.locator("#rescue").fill(words)
    page.get_by_role("button", name="Lock now").click()
    device.is_locked(page)
    profile.sign_in(cast.ana)
    page.goto(f"{profile.home}/offline/?l=en")
    page.goto(profile.home)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    profile.close()
    return words


def test_none_of_forty_planted_strings_is_on_the_disk(cast, profile):
    planted = plant(cast)
    words = live_through(profile, cast, planted)
    planted["six words"] = words
    assert len(planted) == 40
    assert found_in(profile.folder, planted) == {}
    # What was typed by hand did arrive at the server.
    assert Answer.objects.get(visit=cast.visit, indicator__code="BB-02").choice.code == "partly_met"
    # Nothing unsent was lost by it either: the store is still there, as ciphertext.
    assert any("IndexedDB" in name and len(content) > 20_000 for name, content in profile_of(profile.folder))


def test_the_same_search_finds_them_when_encryption_is_switched_off(cast, profile, monkeypatch):
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
    page = profile.open()
    profile.sign_in(cast.ana)
    words = device.take_along(page, profile.home, cast.visit)
    device.put(page, words, *records_of(cast.visit, planted))
    profile.close()
    found = found_in(profile.folder, planted)
    assert set(found) == set(planted) - {"typed by hand"}


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

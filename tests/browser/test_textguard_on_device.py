"""The search for names without a network finds what the server's finds: the same texts through both."""

import random
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.cast import assemble
from tests.visits import test_textguard as server
from visits.textguard import NAMES, suspicions

from .by_keyboard import document, profile_of, sign_in, take_along, unlock, write

TODAY = date(2026, 11, 22)
SEARCH = """async texts => {
  const {suspicions} = await import("/static/js/offline/textguard.js");
  return texts.map(text => suspicions(text, new Date(2026, 10, 22)).map(({sort, text}) => [sort, text]));
}"""


def told_texts() -> list[str]:
    """Every text with which the server's search is tried, and random ones of the same words, numbers and marks."""
    marks = [mark for mark in vars(server).values() for mark in getattr(mark, "pytestmark", [])]
    texts = [one if isinstance(one, str) else one[0] for mark in marks for one in mark.args[1]]
    dice = random.Random(11)
    pieces = [word for text in texts if len(text) < 300 for word in text.split()]
    pieces += [name.capitalize() for name in sorted(NAMES)] + [
        "«",
        "\n-",
        "1.",
        "\n",
        "(",
        "Иванова",
        "Туғанбай",
        "ИИН",
    ]
    ends = [" ", " ", " ", ". ", ", ", "\n", ": "]
    made = ["".join(dice.choice(pieces) + dice.choice(ends) for _ in range(dice.randint(1, 14))) for _ in range(600)]
    return [text[:10_000] for text in texts] + made


@pytest.mark.django_db
def test_device_and_server_find_the_same(blank):
    texts = told_texts()
    found = blank.evaluate(SEARCH, texts)
    expected = [[[str(one.sort), one.text] for one in suspicions(text, today=TODAY)] for text in texts]
    different = [(text, here, there) for text, here, there in zip(texts, found, expected, strict=True) if here != there]
    assert different == []
    assert sum(map(len, expected)) > 500


def test_a_name_is_asked_about_without_a_network(
    transactional_db, live_server, browser_type, browser_type_launch_args, tmp_path
):
    cast = assemble()
    home, visit = live_server.url, cast.visit
    with profile_of(browser_type, browser_type_launch_args, tmp_path / "profile") as context:
        page = context.pages[0]
        context.add_cookies([{"name": "language", "value": "en", "url": home}])
        sign_in(page, home, "bek@example.test")
        words = take_along(page, home, visit)
        page.goto(home + document(visit))
        unlock(page, words)
        context.set_offline(True)
        card = page.locator("#AA-02")
        card.locator(".scale input").nth(1).check()
        warning = card.locator("[data-names]")
        write(page, card.locator("[name=t]"), "The boy in room 4 was not asked.")
        expect(warning).to_be_hidden()
        card.locator("[name=t]").press_sequentially(" His name is Timur.")
        expect(warning).to_contain_text("may name a person")
        expect(warning).to_contain_text("“Timur”")

        card.locator(".evidence [data-raise]").click()
        page.locator("#find-text").fill("Nobody told Timur why he is held.")
        page.locator("dialog[open] [name=severity][value=high]").check()
        keep = page.locator("dialog[open] button[value=keep]")
        keep.click()
        expect(page.locator("#find-f")).to_contain_text("may name a person: “Timur”")
        assert Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"] == []
        page.locator("#find-text").fill("Nobody told a boy why he is held.")
        keep.click()
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(card).to_contain_text("Nobody told a boy why he is held.")

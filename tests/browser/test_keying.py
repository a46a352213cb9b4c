"""Forty indicators from paper by the keyboard alone, by two persons; three planted differences are found and settled."""

import pytest
import yaml
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests import cast as people
from tests import factories as make
from tests.printed import plan
from visits.instrument_content import DATA, read_file
from visits.layout import unpack
from visits.models import SecondEntry, Visit
from visits.paper.grid import from_json
from visits.services.instruments import load_edition, load_standards
from visits.services.interviews import read_bundle

FORTY = 40
PLANTED = 3
MOUSE = "['mousedown','mousemove','mouseup','pointerdown','pointermove','touchstart','wheel']"


@pytest.fixture
def cast(transactional_db) -> people.Cast:
    return people.assemble()


@pytest.fixture
def visit(cast: people.Cast) -> Visit:
    """A visit with the real checklist to a special school, whose sheets were printed."""
    standards = yaml.safe_load((DATA / "standards.yaml").read_text(encoding="utf-8"))["standards"]
    load_standards(rows=standards, by=None, at=make.NOON)
    content = read_file(DATA / "checklist-1.yaml") | {"instrument": "whole"}
    edition, _made = load_edition(content=content, by=None, at=make.NOON)
    place = make.institution("School", kind=make.kind("special_school", 7))
    plan(edition, "special_school")
    return make.visit(place, cast.bek, cast.ana, checklist=edition, questionnaire=cast.questionnaire)


@pytest.fixture
def mouse(context: BrowserContext) -> list[str]:
    """Every event of a mouse, a finger or a pen that any page hears."""
    heard: list[str] = []

    def hear(name: str) -> None:
        heard.append(name)

    context.expose_function("heard", hear)
    context.add_init_script(f"for (const name of {MOUSE}) addEventListener(name, () => window.heard(name), true)")
    return heard


def at(page: Page) -> tuple[str, str]:
    """Code of the line and name of the part that has the keys; two empty words on a button."""
    return tuple(
        page.evaluate(
            "() => { const here = document.activeElement; const line = here.closest('[data-line]');"
            " return line ? [line.dataset.code, here.closest('[data-part]').dataset.part] : ['', ''] }"
        )
    )


def digit_of(place: int) -> int:
    return place % 6 + 1


def key(page: Page, codes: list[str], *, other: dict[str, int] | None = None) -> None:
    """Keys these lines in their order, side by side, and nothing but keys: digits, Enter, PageDown."""
    for place, code in enumerate(codes):
        here, part = at(page)
        if not here:  # the last line of the side: the button has the keys
            page.keyboard.press("Enter")
            page.locator("[data-line] :focus").wait_for(state="attached")
            here, part = at(page)
        assert (here, part) == (code, "answers")
        page.keyboard.press(str((other or {}).get(code) or digit_of(place)))
        if at(page)[1] == "number":
            page.keyboard.type("2,5")
            page.keyboard.press("Enter")
    with page.expect_navigation():
        page.keyboard.press("PageDown")


def test_forty_indicators_by_two_persons_without_a_mouse(page, live_server, sign_in, cast, visit, mouse, ear):
    sheets = from_json(visit.checklist.sheets.get().pages)
    asked = {one.code for one in visit.checklist.indicators.all() if one.applies("special_school")}
    codes = [code for sheet in sheets for code in sheet.codes() if code in asked][:FORTY]
    sign_in(cast.ana, "en")
    page.goto(live_server.url + reverse("visit_keying", args=[visit.pk, 1]))
    key(page, codes)
    answers = {answer.indicator.code: answer for answer in visit.answers.select_related("choice", "indicator")}
    scale = list(visit.checklist.choices.filter(question=None).order_by("order").values_list("code", flat=True))
    assert [answers[code].choice.code for code in codes] == [scale[digit_of(place) - 1] for place in range(FORTY)]
    assert {answer.origin for answer in answers.values()} == {"paper"}
    assert len(answers) == FORTY

    planted = {codes[place]: digit_of(place + 1) for place in (3, 17, 31)}
    sign_in(cast.bek, "en")
    page.goto(live_server.url + reverse("visit_second_start", args=[visit.pk]) + "?all=1")
    key(page, codes, other=planted)
    expect(page.get_by_role("heading", name="Two readings")).to_be_visible()
    assert SecondEntry.objects.filter(visit=visit).count() == FORTY
    found = set(SecondEntry.objects.filter(visit=visit, agreed=False).values_list("indicator__code", flat=True))
    assert found == set(planted)
    assert page.locator("[data-line]").count() == PLANTED

    for digit in ("1", "2", "2"):
        page.keyboard.press(digit)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("nothing differs")).to_be_visible()
    first, second, third = (visit.answers.get(indicator__code=code) for code in planted)
    assert first.choice.code == scale[digit_of(3) - 1]
    assert [second.choice.code, third.choice.code] == [scale[digit_of(18) - 1], scale[digit_of(32) - 1]]
    assert mouse == []
    assert ear.complaints == []


def test_nothing_keyed_is_called_saved_before_the_server_has_said_so(page, live_server, sign_in, cast, visit):
    sign_in(cast.ana, "en")
    address = live_server.url + reverse("visit_keying", args=[visit.pk, 1])
    page.goto(address)
    line, under_way = page.locator("[data-all]"), []

    def hold(route: Route) -> None:
        under_way.append(route)

    page.keyboard.press("3")
    expect(line).to_have_text("Everything is saved")
    page.route(address, hold)
    page.keyboard.press("2")
    assert line.text_content() == ""
    expect(line).to_have_text("Saving")
    under_way[0].continue_()
    expect(line).to_have_text("Everything is saved")


def test_what_is_keyed_saves_itself_and_every_key_does_its_work(page, live_server, sign_in, cast, visit, mouse):
    sign_in(cast.ana, "en")
    page.goto(live_server.url + reverse("visit_keying", args=[visit.pk, 1]))
    page.keyboard.press("3")
    expect(page.locator("[data-all]")).to_contain_text("Everything is saved")
    assert visit.answers.get(indicator__code="ADM-01").choice.code == "not_met"
    assert at(page) == ("ADM-02", "answers")
    # On the Kazakh keyboard the key of 2 writes a letter.
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {code: 'Digit2', key: 'ә', bubbles: true}))"
    )
    assert at(page) == ("ADM-02", "number")
    page.keyboard.press("ArrowLeft")
    assert at(page) == ("ADM-02", "answers")
    page.keyboard.press("Backspace")
    page.keyboard.press("ArrowUp")
    assert at(page) == ("ADM-01", "answers")
    page.keyboard.press("ArrowRight")
    assert at(page) == ("ADM-01", "sources")
    page.keyboard.press("1")
    page.keyboard.press("4")
    page.keyboard.press("ArrowRight")
    assert at(page) == ("ADM-01", "note")
    page.keyboard.type("Two files of five")
    page.keyboard.press("Enter")
    assert at(page) == ("ADM-02", "answers")
    expect(page.locator("[data-all]")).to_contain_text("Everything is saved")
    page.wait_for_timeout(1000)
    answer = visit.answers.get(indicator__code="ADM-01")
    assert (answer.sources, answer.note) == (["seen", "document"], "Two files of five")
    assert not visit.answers.filter(indicator__code="ADM-02", choice__isnull=False).exists()
    with page.expect_navigation():
        page.keyboard.press("PageDown")
    assert page.url.split("?")[0].endswith("/keying/2/")
    with page.expect_navigation():
        page.keyboard.press("PageUp")
    assert page.url.split("?")[0].endswith("/keying/1/")
    assert mouse == []


def test_a_side_is_keyed_without_scripts_too(browser, live_server, cast, visit):
    client = Client()
    client.force_login(cast.ana)
    context = browser.new_context(java_script_enabled=False)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + reverse("visit_keying", args=[visit.pk, 1]))
    page.locator('input[name="choice-ADM-01"][value="met"]').check(force=True)
    page.locator('button[value="next"]').click()
    assert visit.answers.get(indicator__code="ADM-01").origin == "paper"
    context.close()


def test_a_talk_is_keyed_by_its_digits(page, live_server, sign_in, cast, mouse):
    sign_in(cast.ana, "en")
    page.goto(live_server.url + reverse("visit_keying_talk", args=[cast.visit.pk]))
    page.keyboard.press("2")  # no, so Q-2 is passed over
    page.keyboard.press("1")  # Q-3 takes several
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(reverse("visit_keying_talk", args=[cast.visit.pk]))
    (talk,) = read_bundle(visit=cast.visit, member=cast.ana)[1]
    assert unpack(cast.questionnaire.layout, talk.packed) == {"Q-1": "no", "Q-3": ["hit", "shouted"]}
    assert mouse == []

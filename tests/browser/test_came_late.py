"""What came after submission, as the reviewer meets it: three languages, two widths, opened and decided."""

import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from tests import factories as make
from tests.cast import assemble
from visits.models import Difference, LateTalk, Visit

from ..visits.sending import answer, finding, send, talk
from .test_pages import CUT_OFF, LANGUAGES, SHOTS, SIDEWAYS, WIDTHS


@pytest.fixture
def late(transactional_db):
    """The cast; too late came an answer where one stands, one where none does, a finding, a rating and a talk."""
    cast = assemble()
    send(cast.ana, cast.visit, answer(choice="met", note="All of them."), at=make.NOON)
    Visit.objects.filter(pk=cast.visit.pk).update(state="submitted", submitted_by=cast.bek, submitted_at=make.NOON)
    changes = [
        answer(choice="not_met", note="Three children are missing.", measurement="3"),
        answer("BB-02", "partly_met"),
        finding(uuid.uuid4()),
        {"do": "rating", "section": "AA", "base": None, "step": 2},
    ]
    send(cast.bek, cast.visit, *changes, talks=[talk(cast.visit)], at=make.NOON)
    assert (Difference.objects.late().count(), LateTalk.objects.count()) == (4, 1)
    return cast


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_came_late_stands_well_on_every_screen(late, page, live_server, sign_in, ear, language):
    sign_in(late.clara, language)
    SHOTS.mkdir(parents=True, exist_ok=True)
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(live_server.url + reverse("visit_review", args=[late.visit.pk]))
        for summary in page.locator("section[aria-labelledby=late] summary").all():
            summary.click()
        assert page.locator("section[aria-labelledby=late] article").count() == 5
        assert (page.evaluate(SIDEWAYS), page.evaluate(CUT_OFF)) == ([], [])
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found] == []
        page.screenshot(path=SHOTS / f"came-late-{language}-{width}.png", full_page=True)
    assert (ear.complaints, ear.strangers) == ([], [])


def test_talks_are_destroyed_only_after_being_asked(late, page, live_server, sign_in):
    sign_in(late.clara, "en")
    page.goto(live_server.url + reverse("visit_review", args=[late.visit.pk]))
    destroy = page.get_by_role("button", name="Destroy them for good")
    expect(destroy).to_be_hidden()
    page.locator("summary", has_text="Destroy them").press("Enter")
    expect(page.get_by_text("They are erased unopened.")).to_be_visible()
    destroy.press("Enter")
    page.get_by_text("Done.", exact=True).wait_for()
    assert not LateTalk.objects.exists()

"""Two people at one answer, by keyboard alone: both stay until the team agrees, and what was agreed stays readable."""

import pytest
from django.urls import reverse

from tests import factories as make
from tests.cast import assemble
from visits.models import Answer, Difference
from visits.services.answers import save_answer

from ..visits.sending import answer, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db):
    """The cast, in a database that the server sees too."""
    return assemble()


def press_on(page, name):
    """Walks with the tab key to the button or link of this name and presses Enter on it."""
    for _step in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            page.keyboard.press("Enter")
            page.wait_for_load_state("networkidle")
            return
    pytest.fail(f"The keyboard does not lead to {name!r}")


def test_the_team_agrees_on_one_of_two_answers_by_keyboard(cast, page, live_server, sign_in, ear):
    send(cast.ana, cast.visit, answer(choice="met", note="All of them."), at=make.NOON)
    send(cast.bek, cast.visit, answer(choice="not_met", note="Three are missing."), at=make.NOON)
    sign_in(cast.bek, "en")
    page.goto(live_server.url + reverse("visit", args=[cast.visit.pk]))
    press_on(page, "Look at both and agree")
    assert page.locator("blockquote").all_text_contents() == ["All of them.", "Three are missing."]
    press_on(page, "This one shall stand")
    page.get_by_text("Nothing stands twice.").wait_for()
    assert (Answer.objects.get().choice.code, Difference.objects.get().state) == ("not_met", "mine")
    assert (ear.complaints, ear.strangers) == ([], [])


def test_choosing_the_saved_one_in_the_checklist_settles_what_was_kept(cast, page, live_server, sign_in, ear):
    sign_in(cast.ana, "en")
    page.goto(live_server.url + reverse("visit_section", args=[cast.visit.pk, "AA"]))
    card = page.locator("[data-code=AA-01]")
    # A card that somebody is at does not follow what others save.
    card.locator("input[value=not_met]").focus()
    save_answer(
        visit=cast.visit, indicator="AA-01", choice="met", note="Bek.", base_version=0, by=cast.bek, at=make.NOON
    )
    page.keyboard.press("Space")
    card.locator("[data-keep-theirs]").wait_for(state="visible")
    kept = Difference.objects.get()
    assert (kept.by, kept.mine["choice"], kept.state) == (cast.ana, "not_met", "open")
    card.locator("[data-keep-theirs]").focus()
    with page.expect_response(lambda response: "/answers/" in response.url) as answered:
        page.keyboard.press("Enter")
    assert answered.value.status == 200
    kept.refresh_from_db()
    assert (kept.state, Answer.objects.get().version) == ("theirs", 1)
    # The browser itself notes an answer of 409 in its console; the page complains of nothing else.
    assert [words for words in ear.complaints if "409" not in words] == []

"""The whole chain in a real browser: from the sign-in to the printed number.

A monitor signs in, fills a checklist, raises a finding, submits; a reviewer asks and returns; the monitor corrects and submits
again; the reviewer accepts. The number on the report's page and in the PDF is compared, before and after, with a recount of
the answers written out here.
"""

import re

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from reports import services
from reports.book import build
from tests import cast as people
from tests import factories as make
from visits.models import Answer, Choice, Finding, Participation, Visit
from visits.services.tally import rebuild_tally

YEAR = make.DAY.year
# The other institutions' accepted visits: what each says of AA-02.
OTHERS = ["met", "met", "not_met", "partly_met", "met", "not_applicable"]


@pytest.fixture
def cast(transactional_db) -> people.Cast:
    """The cast in a country where six more institutions have been visited."""
    cast = people.assemble()
    for number, choice in enumerate(OTHERS, 3):
        visit = make.visit(make.institution(f"Centre {number}"), cast.oleg, checklist=cast.checklist, state="accepted")
        for code, said in (("AA-01", "met"), ("AA-02", choice)):
            Answer.objects.create(
                visit=visit,
                indicator=cast.checklist.indicators.get(code=code),
                choice=Choice.objects.get(edition=cast.checklist, question=None, code=said),
                by=cast.oleg,
                at=make.NOON,
            )
        rebuild_tally(visit=visit)
    return cast


def recount() -> tuple[int, int]:
    """Met, and judged, of AA-02 over the accepted visits: counted answer by answer, without the product's own counting."""
    said = [
        answer.choice.code
        for answer in Answer.objects.select_related("visit", "indicator", "choice")
        if answer.visit.state == "accepted" and answer.indicator.code == "AA-02" and answer.choice
    ]
    judged = [code for code in said if code in ("met", "partly_met", "not_met")]
    return judged.count("met"), len(judged)


def printed(cast: people.Cast) -> tuple[int, int]:
    """Met, and judged, of AA-02 as the PDF's text says it."""
    publication = services.freeze(year=YEAR, by=cast.saule, at=timezone.now())
    content = publication.frozen.content
    book = pypdfium2.PdfDocument(build(content, language="en", fingerprint=publication.frozen.sha256))
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in book).split())
    line = next(one for one in content["indicators"] if one["code"] == "AA-02")
    met, base = line["favourable"], line["base"]
    assert f"{met} of {base}" in text
    return met, base


def on_the_page(page: Page, home: str) -> tuple[int, int]:
    """Met, and judged, of AA-02 as the page of the figure says it."""
    page.goto(f"{home}{reverse('figure', args=[YEAR])}?key=indicator.AA-02")
    said = re.search(r"Met: (\d+) of (\d+)", page.locator("main").inner_text())
    assert said is not None, page.locator("main").inner_text()
    return int(said[1]), int(said[2])


def sign_in(page: Page, home: str, email: str) -> None:
    page.context.clear_cookies()
    page.goto(home + reverse("account_login"))
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("h1")).not_to_have_text("Sign in")


def until_state(page: Page, visit: Visit, state: str) -> None:
    """Waits until the visit has reached this state."""
    for _attempt in range(100):
        if Visit.objects.get(pk=visit.pk).state == state:
            return
        page.wait_for_timeout(100)
    pytest.fail(page.locator("main").inner_text())


def submit(page: Page, home: str, visit: Visit) -> None:
    """The leader hands the visit over."""
    page.goto(home + reverse("visit", args=[visit.pk]))
    link = page.get_by_role("link", name="Submit the visit")
    assert link.count() == 1, page.locator("main").inner_text()
    link.click()
    page.get_by_role("button", name="Submit the visit").click()
    until_state(page, visit, "submitted")


def choose(page: Page, code: str, answer: str) -> None:
    card = page.locator(f"#{code}")
    card.get_by_role("radio", name=answer, exact=True).check()
    expect(card.locator("[data-state]")).to_contain_text("Saved at")


def test_from_the_checklist_to_the_printed_number(
    cast, page: Page, live_server, ear, settings, tmp_path, context
) -> None:
    settings.VAR_DIR = tmp_path
    home = live_server.url
    assert recount() == (3, 5)
    assert printed(cast) == (3, 5)

    # The leader fills the checklist. Every change is saved at once.
    sign_in(page, home, "bek@example.test")
    page.goto(home + reverse("visit_section", args=[cast.visit.pk, "AA"]))
    choose(page, "AA-01", "Not met")
    page.locator("#AA-01").get_by_label("What did you see?").fill("Two children were not in the register.")
    expect(page.locator("#AA-01 [data-state]")).to_contain_text("Saved at")
    choose(page, "AA-02", "Not met")

    # A critical indicator is not met: the finding is written in place.
    page.locator("#AA-01").get_by_role("button", name="Write the finding").click()
    page.get_by_label("What did the team conclude?").fill("Two children were kept without being registered.")
    page.get_by_label("Critical", exact=True).check()
    page.get_by_role("button", name="Save the finding").click()
    expect(page.locator("#AA-01")).to_contain_text("Two children were kept without being registered.")
    page.goto(home + reverse("visit_section", args=[cast.visit.pk, "BB"]))
    choose(page, "BB-02", "Met")

    # The team rates the sections: what is not met closes the two best steps.
    page.goto(home + reverse("visit_ratings", args=[cast.visit.pk]))
    page.get_by_role("group", name="1. Admission").get_by_role("radio", name="Poor").check()
    page.get_by_role("group", name="2. Beds").get_by_role("radio", name="Good").check()
    page.get_by_role("button", name="Save the ratings").click()
    expect(page.locator("main")).to_contain_text("The ratings were saved.")

    submit(page, home, cast.visit)
    assert printed(cast) == (3, 5)

    # The reviewer asks about one answer and returns the visit.
    sign_in(page, home, "clara@example.test")
    page.goto(f"{home}{reverse('visit_review', args=[cast.visit.pk])}?show=all")
    row = page.locator("#i-AA-02")
    row.get_by_text("Ask the team").click()
    row.get_by_role("textbox").fill("Were the rights explained to nobody, or not to everybody?")
    row.get_by_role("button", name="Keep the question").click()
    expect(row).to_contain_text("not to everybody?")
    page.get_by_role("button", name="Return the visit").click()
    until_state(page, cast.visit, "returned")

    # The leader corrects, answers the question, submits again.
    sign_in(page, home, "bek@example.test")
    page.goto(home + reverse("visit_section", args=[cast.visit.pk, "AA"]))
    choose(page, "AA-02", "Met")
    page.goto(home + reverse("visit", args=[cast.visit.pk]))
    page.locator("#comments").get_by_role("textbox").fill("To everybody. The answer was wrong and is corrected.")
    page.locator("#comments").get_by_role("button").click()
    expect(page.locator("main")).to_contain_text("The reply was saved.")
    submit(page, home, cast.visit)

    # The reviewer looks at everything, settles the question, accepts the finding and the visit.
    sign_in(page, home, "clara@example.test")
    review = f"{home}{reverse('visit_review', args=[cast.visit.pk])}?show=all"
    for act in ("Settled", "I have looked at", "Confirm the ratings", "Accept the finding"):
        page.goto(review)
        button = page.get_by_role("button", name=act).first
        with page.expect_navigation():
            button.click()
    page.goto(review)
    page.get_by_role("button", name="Accept the visit").click()
    until_state(page, cast.visit, "accepted")
    visit = Visit.objects.get(pk=cast.visit.pk)
    assert visit.state == "accepted"
    assert Finding.objects.get(visit=visit).state == "accepted"
    assert Participation.objects.get(visit=visit, part="leader").user == cast.bek

    # One more institution, one more that met it: recounted by hand, on the page and in print.
    assert recount() == (4, 6)
    assert printed(cast) == (4, 6)
    sign_in(page, home, "saule@example.test")
    assert on_the_page(page, home) == (4, 6)
    assert ear.strangers == []
    assert [text for text in ear.complaints if "Content Security Policy" in text] == []

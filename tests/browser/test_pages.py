"""Pictures of the pages in three languages and two widths, and what a browser can say of them without a person.

The pictures go to var/shots, to be looked at. Checked on each: nothing scrolls sideways, no text is cut off, axe finds nothing,
the content policy is not violated, nothing is asked of another host.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from ombudsman.people.models import User
from reports import services
from visits.models import Indicator, Recommendation, Visit
from visits.services.urgent import raise_concern

SHOTS = Path(settings.BASE_DIR) / "var" / "shots"
WIDTHS = {1280: 900, 360: 740}
LANGUAGES = ("kk", "ru", "en")

# Cut off: the text is wider than its box and the box hides the rest, or its neighbour does (tiles stand close together). Words for
# screen readers alone are one pixel wide.
CUT_OFF = """() => [...document.querySelectorAll("main *, header *, footer *")].filter(box => {
  const style = getComputedStyle(box);
  const hides = ["hidden", "clip"].includes(style.overflowX) || box.closest(".tiles");
  return hides && box.clientWidth > 2 && box.scrollWidth > box.clientWidth + 1 && box.textContent.trim();
}).map(box => box.className + ": " + box.textContent.trim().slice(0, 60))"""

SIDEWAYS = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return ["by " + (document.documentElement.scrollWidth - wide), ...[...document.querySelectorAll("body *")]
    .filter(box => box.getBoundingClientRect().right > wide)
    .map(box => box.tagName + "." + box.getAttribute("class")).slice(0, 5)];
}"""


@dataclass
class Country:
    """The demonstration's people and places that the pictures show."""

    monitor: User
    reviewer: User
    coordinator: User
    in_progress: Visit
    in_review: Visit


@pytest.fixture
def country(transactional_db, settings, tmp_path) -> Country:
    """A small demonstration country."""
    settings.DEMONSTRATION, settings.VAR_DIR = True, tmp_path
    call_command("demo", visits=60, interviews=240, verbosity=0)
    in_progress = Visit.objects.filter(state="open").exclude(access="refused").newest_first().first()
    in_review = Visit.objects.filter(state="submitted").newest_first().first()
    assert in_progress is not None
    assert in_review is not None
    coordinator = User.objects.filter(grants__role="coordinator", grants__approved_by__isnull=False).first()
    reviewer = next(
        user
        for user in User.objects.filter(grants__role="reviewer", grants__approved_by__isnull=False)
        if Visit.objects.decidable_by(user).filter(pk=in_review.pk).exists()
    )
    assert coordinator is not None
    return Country(in_progress.team.get(part="leader").user, reviewer, coordinator, in_progress, in_review)


def year_of_report() -> int:
    """The last year in which a visit was accepted."""
    return Visit.objects.accepted().newest_first()[0].year


def pages(country: Country) -> dict[str, tuple[User | None, str]]:
    """Name of the picture -> who looks, and at what."""
    visit, review = country.in_progress, country.in_review
    indicator = Indicator.objects.filter(edition=visit.checklist, criticality="critical").order_by("pk").first()
    section = visit.checklist.sections.order_by("order").first()
    recommendation = Recommendation.objects.order_by("number").first()
    assert indicator is not None
    assert section is not None
    assert recommendation is not None
    edition = [visit.checklist.instrument.code, visit.checklist.number]
    now = timezone.now()
    concern = raise_concern(
        visit=visit, id=uuid4(), category="suicide", seen="", told="", told_at=None, by=country.monitor,
        pressed_at=now - timedelta(hours=13), at=now - timedelta(hours=13),
    )  # fmt: skip
    duty = User.objects.filter(grants__role="duty_officer", grants__approved_by__isnull=False).get()
    return {
        "at-risk": (country.monitor, reverse("urgent_new", args=[visit.pk])),
        "concern": (duty, reverse("urgent", args=[concern.pk])),
        "duty": (duty, reverse("home")),
        "sign-in": (None, reverse("account_login")),
        "home": (country.monitor, reverse("home")),
        "visit": (country.monitor, reverse("visit", args=[visit.pk])),
        "checklist": (country.monitor, reverse("visit_section", args=[visit.pk, section.code])),
        "review": (country.reviewer, reverse("visit_review", args=[review.pk])),
        "institutions": (country.coordinator, reverse("institution_list")),
        "institution": (country.coordinator, reverse("institution", args=[visit.institution.uid])),
        "indicator": (country.coordinator, reverse("indicator", args=[*edition, indicator.code])),
        "recommendations": (country.coordinator, reverse("recommendation_list")),
        "report": (country.coordinator, reverse("report", args=[year_of_report()])),
    }


def faults_of(page: Page) -> list[str]:
    """What can be said of the page as it stands in the browser now."""
    return [
        *(f"scrolls sideways: {box}" for box in page.evaluate(SIDEWAYS)),
        *(f"cuts off {text}" for text in page.evaluate(CUT_OFF)),
        *(
            f"axe: {fault['id']} {node['target']}"
            for fault in Axe().run(page).response["violations"]
            for node in fault["nodes"]
        ),
    ]


# One country for all pictures: to make it takes as long as thirty of them.
def test_every_page_is_whole_in_every_language_and_width(country, page, live_server, sign_in: Callable, ear):
    SHOTS.mkdir(parents=True, exist_ok=True)
    services.freeze(year=year_of_report(), by=country.coordinator, at=timezone.now())
    faults: list[str] = []
    shown = pages(country)
    for name, (person, address) in shown.items():
        for language in LANGUAGES:
            sign_in(person, language)
            for width, height in WIDTHS.items():
                where = f"{name}-{width}-{language}"
                page.set_viewport_size({"width": width, "height": height})
                response = page.goto(live_server.url + address)
                assert response is not None
                assert response.status == 200, where
                page.evaluate("document.fonts.ready")
                page.screenshot(path=SHOTS / f"{where}.png", full_page=True)
                faults += [f"{where} {fault}" for fault in faults_of(page)]
                faults += [f"{where} console: {text}" for text in ear.complaints]
                ear.complaints.clear()
    assert faults == []
    assert ear.strangers == []
    assert len(shown) >= 10


def test_a_planted_fault_is_seen(page, live_server):
    page.goto(live_server.url + reverse("account_login"))
    page.set_viewport_size({"width": 360, "height": 740})
    page.evaluate(
        """() => {
          const wide = document.createElement("p"), cut = document.createElement("p");
          wide.textContent = "wide"; wide.style.width = "900px";
          cut.textContent = "cut off ".repeat(20); cut.style.cssText = "width: 90px; overflow: hidden; white-space: nowrap";
          document.querySelector("main").append(wide, cut, document.createElement("img"));
        }"""
    )
    assert page.evaluate(SIDEWAYS)
    assert page.evaluate(CUT_OFF)
    assert any(fault["id"] == "image-alt" for fault in Axe().run(page).response["violations"])

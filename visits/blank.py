"""The blank documents that a device keeps: what an edition says, and nothing of any visit, person or day. Reads an edition's rows.

The same for everybody: one checklist per edition, family of places and language, the questionnaire and the standards likewise.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .citation import cite
from .kinds import SOURCES
from .models import Choice, Edition, Indicator, Provision, Section, SectionRating, UrgentConcern, Visit


@dataclass
class Place:
    """One indicator of the document: printed number, whether this family is asked it, the places of its standards."""

    indicator: Indicator
    number: str
    applies: bool
    references: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Chapter:
    """A section with its indicators in printed order."""

    section: Section
    places: list[Place] = field(default_factory=list)


def chapters_of(edition: Edition, family: str) -> list[Chapter]:
    """Every section with every indicator; a fixed number of queries. Standards are named by their place in `provisions_of`."""
    indicators = list(
        edition.indicators.select_related("section")
        .prefetch_related("references__provision__standard")
        .order_by("section__order", "order")
    )
    numbers = {provision.pk: number for number, provision in enumerate(_provisions(indicators), 1)}
    rows = {section.pk: Chapter(section) for section in edition.sections.order_by("order")}
    for indicator in indicators:
        references = sorted(indicator.references.all(), key=lambda one: one.order)
        rows[indicator.section_id].places.append(
            Place(
                indicator,
                indicator.printed_number,
                indicator.applies(family),
                [(numbers[one.provision_id], cite(one.provision)) for one in references],
            )
        )
    return list(rows.values())


def provisions_of(edition: Edition) -> list[tuple[int, str, Provision]]:
    """Every provision that the edition rests on, once, in the order in which they are first met: place, citation, provision."""
    indicators = edition.indicators.prefetch_related("references__provision__standard").order_by(
        "section__order", "order"
    )
    return [(number, cite(one), one) for number, one in enumerate(_provisions(indicators), 1)]


def _provisions(indicators: Iterable[Indicator]) -> list[Provision]:
    found: dict[int, Provision] = {}
    for indicator in indicators:
        for reference in sorted(indicator.references.all(), key=lambda one: one.order):
            found.setdefault(reference.provision_id, reference.provision)
    return list(found.values())


def scale_of(edition: Edition) -> list[Choice]:
    """The answers of a checklist in their order."""
    return list(edition.choices.filter(question=None).order_by("order"))


def words() -> dict[str, Any]:
    """What the modules of the document say, in the language that is active: they hold no sentence of their own.

    `months`: how each month is written with its year (1111), for browsers that know no Kazakh.
    """
    return {
        "months": [date_format(date(1111, month, 1), "YEAR_MONTH_FORMAT") for month in range(1, 13)],
        "on_device": _("Kept on this device, not sent"),
        "saving": _("Saving"),
        "not_kept": _("Not kept: this device has no room left or closed its store. Do not close this page."),
        "sent": _("Sent and received"),
        "not_sent": _("Not sent:"),
        "all_sent": _("Everything was sent"),
        "offline": _("No connection"),
        "sending": _("Sending"),
        "sign_in": _("Sign in to send. Everything stays on this device."),
        "other_person": _("Somebody else is signed in. Sign in as the person whose words opened this device."),
        "no_receipt": _("The server gave no receipt. Everything stays on this device and will be sent again."),
        "refused": _("The server did not take it. Everything stays on this device."),
        "difference": _("Two answers"),
        "faulty": _("Not taken by the server:"),
        "late": _("Came after the visit was submitted. The reviewer has it."),
        "not_answered": _("Not answered"),
        "earlier": _("Finding of an earlier visit:"),
        "finding": _("Finding:"),
        "recommended": _("Recommended, not settled yet:"),
        "theirs": _("Written by somebody else meanwhile; it stands."),
        "rest": _("Marked as not seen:"),
        "wrong": _("These words open nothing on this device."),
        "none": _("Nothing is kept on this device. Open the visit online and take it along."),
        "other_edition": _(
            "No visit on this device uses this checklist. Open it from the list of visits on this device."
        ),
        "unavailable": _("This browser does not let the page keep anything, for example in a private window."),
        "elsewhere": _(
            "This visit is open in another window of this browser. Go on there, or close that window first."
        ),
        "broken": _(
            "A part of this page is missing. What was recorded on this device is kept: clear nothing. Connect to the network and"
            " load the page again; if that does not help, ask the office."
        ),
        "newer": _("What is kept here was written by a newer version. Connect once, load the page again."),
        "damaged": _("What is kept here cannot be read. Nothing was changed. Ask the office for help."),
        "finish_asked": _(
            "The request to submit was sent. The server submits when every change is in and nothing is open."
        ),
        "finish_kept": _("The request to submit is kept on this device and goes with the rest."),
        "finished": _("The visit was submitted. It was removed from this device."),
        "talk_kept": _("The talk was sealed. Nobody can open it on this device."),
        "talk_empty": _("Nothing was chosen. Choose at least one answer, or go back."),
        "number_wrong": _("Write a number, for example 43 or 12.5."),
        "person": _("This note may name a person."),
        "person_finding": _("This text may name a person: @. Rewrite it, or save it once more if it names nobody."),
        "person_concern": _(
            "This may name a person: @. Send it as it is: nothing waits for this. Later the words can be changed on the page of"
            " the report."
        ),
        "text_missing": _("Write what the team concluded."),
        "severity_missing": _("Choose how severe it is."),
        "category_missing": _("Choose what endangers the child."),
        "concern_kept": _("Recorded. It is sent before anything else; call the duty number now."),
        # @ = when it was pressed, then when the server last said so.
        "concern_received": _("Child at risk, @: received by the office, not taken yet. Known as of @."),
        "concern_taken": _("Child at risk, @: taken by the office. Known as of @."),
        "concern_closed": _("Child at risk, @: closed by the office. Known as of @."),
        "complete": _("complete"),
    }


def steps() -> list[tuple[str, Any]]:
    """The written steps of a section's rating, best first, then "not rated"."""
    return [*((str(step.value), step.label) for step in SectionRating.Step), ("none", _("Not rated"))]


def choices_of_forms() -> dict[str, Any]:
    """Evidence, severity, sampling, dangers and steps, for the forms of the document."""
    from .models import Finding

    return {
        "sources": SOURCES.items(),
        "severities": Finding.Severity.choices,
        "samplings": Visit.Sampling.choices,
        "dangers": UrgentConcern.Category.choices,
        "steps": steps(),
    }

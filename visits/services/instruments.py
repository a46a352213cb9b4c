"""Acts on instruments: load standards and editions from files, publish an edition, revise its texts as a new edition.

A published edition is frozen: no act here changes one, and the pages offer none.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ombudsman.bulk import merge_rows
from ombudsman.people.access import Refused
from ombudsman.people.models import User
from ombudsman.people.trail import record

from ..instrument_content import BadContent, Content, columns, digest, read_rows
from ..layout import build_layout
from ..models import (
    Choice,
    Crosswalk,
    Edition,
    Indicator,
    IndicatorReference,
    Instrument,
    Provision,
    Question,
    Section,
    Standard,
)
from ..rules.instruments import obstacles_to_change, obstacles_to_publish, obstacles_to_revise

# Texts a revision may change: in a checklist and in a questionnaire.
REVISABLE = {"statement", "measure", "measure_unit", "text", "help"}


@transaction.atomic
def load_standards(*, rows: list[Mapping[str, Any]], by: User | None, at: datetime) -> int:
    """Writes standards and provisions as `rows` (visits/data/standards.yaml) say; returns how many rows it made or changed.

    Standards are reference data: a gist may be corrected. Nothing is ever removed, because indicators rest on it.
    """
    standards = [
        Standard(
            code=row["code"],
            **columns("title", row["title"]),
            **columns("short", row["short"]),
            year=row["year"],
            kind=row["kind"],
            adopted_by=row["adopted_by"],
            status=row["status"],
            citation_word=row["citation_word"],
            url=row["url"],
            order=order,
        )
        for order, row in enumerate(rows)
    ]
    changed = merge_rows(Standard, standards, key=("code",))
    known = {standard.code: standard.pk for standard in Standard.objects.all()}
    provisions = [
        Provision(
            standard_id=known[row["code"]],
            number=provision["number"],
            **columns("heading", provision.get("heading")),
            **columns("gist", provision["gist"]),
            verified=provision["verified"],
            basis=provision["basis"],
            source_url=provision["source_url"],
            order=order,
        )
        for row in rows
        for order, provision in enumerate(row["provisions"])
    ]
    changed += merge_rows(Provision, provisions, key=("standard_id", "number"))
    if changed:
        record(by=by, at=at, act="load_standards", thing=Standard.objects.earliest("order"), rows=changed)
    return changed


@transaction.atomic
def load_edition(*, content: Content, by: User | None, at: datetime) -> tuple[Edition, bool]:
    """The published edition that `content` (see instrument_content.py) describes, and whether it was made just now.

    Raises Refused when that edition is published with another content: frozen means a new edition is needed. Raises
    BadContent when it refers to a provision that is not loaded.
    """
    instrument, _made = Instrument.objects.get_or_create(
        code=content["instrument"], defaults={"kind": content["kind"], **columns("title", content["title"])}
    )
    existing = instrument.editions.filter(number=content["edition"]).first()
    if existing is not None:
        if existing.content_hash != digest(content):
            raise Refused(obstacles_to_change(existing) or [_("A draft of this edition stands in the way.")])
        return existing, False
    edition = write_edition(instrument=instrument, content=content)
    return publish_edition(edition=edition, by=by, at=at), True


@transaction.atomic
def publish_edition(*, edition: Edition, by: User | None, at: datetime) -> Edition:
    """Freezes a draft: its tally layout and content hash are stored and never change again. Raises Refused."""
    if obstacles := obstacles_to_publish(edition):
        raise Refused(obstacles)
    edition.layout = build_layout(edition)
    edition.content_hash = digest(read_rows(edition))
    edition.state = Edition.State.PUBLISHED
    edition.published_on = timezone.localdate(at)
    edition.save()
    record(by=by, at=at, act="publish_edition", thing=edition, hash=edition.content_hash)
    return edition


@transaction.atomic
def revise_edition(
    *, edition: Edition, texts: Mapping[str, Mapping[str, Mapping[str, str]]], by: User | None, at: datetime
) -> Edition:
    """A new draft edition with corrected texts: {"SEP-01": {"statement": {"kk": "…"}}}. Codes, choices and order stay.

    Because nothing else changed, every indicator or question may be compared with its older self: the crosswalk is written
    at once. Raises Refused.
    """
    if obstacles := obstacles_to_revise(edition, dict(texts), REVISABLE):
        raise Refused(obstacles)
    content = read_rows(edition)
    content["edition"] = max(edition.instrument.editions.values_list("number", flat=True)) + 1
    for item in content["indicators"] + content["questions"]:
        for stem, change in texts.get(item["code"], {}).items():
            _text_of(item, stem).update(change)
    newer = write_edition(instrument=edition.instrument, content=content)
    items = content["indicators"] + content["questions"]
    Crosswalk.objects.bulk_create(
        Crosswalk(older=edition, newer=newer, older_code=item["code"], newer_code=item["code"]) for item in items
    )
    record(by=by, at=at, act="revise_edition", thing=newer, older=edition.pk, changed=sorted(texts))
    return newer


def _text_of(item: Content, stem: str) -> dict[str, str]:
    """The text of an indicator or question in its content; {} where it has none."""
    if stem in ("measure", "measure_unit"):
        measurement = item.get("measurement") or {}
        stem, item = {"measure": "label", "measure_unit": "unit"}[stem], measurement
    text: dict[str, str] = item.get(stem, {})
    return text


def write_edition(*, instrument: Instrument, content: Content) -> Edition:
    """The rows of a draft edition, in bulk. Runs inside its caller's transaction. Raises BadContent."""
    edition = Edition.objects.create(
        instrument=instrument,
        number=content["edition"],
        preamble=content["before_asking"],
        working_translation=content["working_translation"],
    )
    Section.objects.bulk_create(
        Section(edition=edition, code=row["code"], order=order, **columns("title", row["title"]))
        for order, row in enumerate(content["sections"], 1)
    )
    sections = {section.code: section for section in edition.sections.all()}
    Choice.objects.bulk_create(_choices(edition, None, content["scale"]))
    _write_indicators(edition, sections, content["indicators"])
    _write_questions(edition, sections, content["questions"])
    return edition


def _choices(edition: Edition, question: Question | None, rows: list[Content]) -> list[Choice]:
    return [
        Choice(
            edition=edition,
            question=question,
            code=row["code"],
            order=order,
            role=row["role"],
            **columns("label", row["label"]),
            favourable=row["favourable"],
            excludes=row["excludes"],
            mark=row["mark"],
        )
        for order, row in enumerate(rows)
    ]


def _write_indicators(edition: Edition, sections: dict[str, Section], rows: list[Content]) -> None:
    places = dict.fromkeys(sections, 0)
    made = []
    for row in rows:
        places[row["section"]] += 1
        measurement = row["measurement"] or {}
        made.append(
            Indicator(
                edition=edition,
                section=sections[row["section"]],
                code=row["code"],
                order=places[row["section"]],
                **columns("statement", row["statement"]),
                criticality=row["criticality"],
                verify_by=row["verify_by"],
                applies_to=row["applies_to"],
                children_only=row["children_only"],
                measure_key=measurement.get("key", ""),
                **columns("measure", measurement.get("label")),
                **columns("measure_unit", measurement.get("unit")),
                reference_value=measurement.get("reference_value"),
                reference_basis=measurement.get("reference_basis", ""),
                better=measurement.get("better", ""),
                computed=measurement.get("computed", False),
            )
        )
    Indicator.objects.bulk_create(made)
    stored = {indicator.code: indicator for indicator in edition.indicators.all()}
    provisions = {str(provision): provision for provision in Provision.objects.select_related("standard")}
    if unknown := sorted({name for row in rows for name in row["references"]} - set(provisions)):
        raise BadContent(_("These provisions are not loaded: %(names)s.") % {"names": ", ".join(unknown)})
    IndicatorReference.objects.bulk_create(
        IndicatorReference(indicator=stored[row["code"]], provision=provisions[name], order=order)
        for row in rows
        for order, name in enumerate(row["references"])
    )


def _write_questions(edition: Edition, sections: dict[str, Section], rows: list[Content]) -> None:
    Question.objects.bulk_create(
        Question(
            edition=edition,
            section=sections[row["section"]],
            code=row["code"],
            order=order,
            kind=row["kind"],
            **columns("text", row["text"]),
            **columns("help", row["help"]),
            sensitive=row["sensitive"],
            applies_to=row["applies_to"],
            ask_if=row["ask_if"],
            merge_order=row["merge"],
            indicator_codes=row["indicators"],
        )
        for order, row in enumerate(rows, 1)
    )
    stored = {question.code: question for question in edition.questions.all()}
    Choice.objects.bulk_create(
        choice for row in rows for choice in _choices(edition, stored[row["code"]], row["choices"])
    )

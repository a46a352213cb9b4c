"""What an edition holds, as plain data: the shape of its file, read from a file or back from the rows. Pure but for reading.

An edition's content hash is taken over this shape, so "frozen" can be checked at any time: rows that were changed, or a file
that was edited after its edition was published, have another hash. Used by services/instruments.py and its tests.
"""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from ombudsman.words import LANGUAGES
from ombudsman.yaml_files import read_yaml

from .models import Choice, Edition

Content = dict[str, Any]
DATA = Path(__file__).parent / "data"


class BadContent(ValueError):
    """A file of an instrument that cannot be read; the sentence says where and why."""


def words(thing: Any, stem: str) -> dict[str, str]:
    """A text of a row in all languages: {"kk": …, "ru": …, "en": …}."""
    return {code: getattr(thing, f"{stem}_{code}") for code in LANGUAGES}


def columns(stem: str, text: Mapping[str, str] | None) -> dict[str, str]:
    """The same text as columns of a row: {"name_kk": …, …}."""
    return {f"{stem}_{code}": (text or {}).get(code, "") for code in LANGUAGES}


def read_file(path: Path) -> Content:
    """The content of an edition's file in the one agreed shape. Raises BadContent."""
    try:
        raw = read_yaml(path)
        content = tidy(raw)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, InvalidOperation) as error:
        raise BadContent(_("%(file)s cannot be read: %(reason)s") % {"file": path.name, "reason": error}) from error
    if faults := list(find_faults(content)):
        raise BadContent(f"{path.name}: " + " ".join(faults))
    return content


def tidy(raw: Mapping[str, Any]) -> Content:
    """Fills in what a file may leave out, so that equal content always has an equal hash."""
    sections = [{"code": row["code"], "title": _all(row["title"])} for row in raw["sections"]]
    place = {section["code"]: number for number, section in enumerate(sections)}
    indicators = [_indicator(row) for row in raw.get("indicators", [])]
    return {
        "instrument": raw["instrument"],
        "kind": raw["kind"],
        "edition": raw["edition"],
        "title": _all(raw["title"]),
        "working_translation": bool(raw.get("working_translation", True)),
        "before_asking": [_all(point) for point in raw.get("before_asking", [])],
        "scale": [_choice(row) for row in raw.get("scale", [])],
        "sections": sections,
        "indicators": sorted(indicators, key=lambda row: place.get(row["section"], len(place))),
        "questions": [_question(row) for row in raw.get("questions", [])],
    }


def _all(text: Mapping[str, str] | None) -> dict[str, str]:
    return {code: str((text or {}).get(code, "") or "") for code in LANGUAGES}


def _choice(row: Mapping[str, Any]) -> Content:
    return {
        "code": row["code"],
        "role": row["role"],
        "label": _all(row["label"]),
        "favourable": bool(row.get("favourable", False)),
        "excludes": bool(row.get("excludes", False)),
        "mark": row.get("mark", ""),
    }


def _indicator(row: Mapping[str, Any]) -> Content:
    measurement = row.get("measurement")
    return {
        "code": row["code"],
        "section": row["section"],
        "statement": _all(row["statement"]),
        "criticality": row.get("criticality", "high"),
        "verify_by": list(row.get("verify_by", [])),
        "applies_to": list(row.get("applies_to", ["all"])),
        "references": list(row.get("references", [])),
        "children_only": bool(row.get("children_only", False)),
        "measurement": measurement
        and {
            "key": measurement["key"],
            "label": _all(measurement["label"]),
            "unit": _all(measurement["unit"]),
            "reference_value": _number(measurement.get("reference_value")),
            "reference_basis": measurement.get("reference_basis", ""),
            "better": measurement.get("better", ""),
            "computed": bool(measurement.get("computed", False)),
        },
    }


def _question(row: Mapping[str, Any]) -> Content:
    return {
        "code": row["code"],
        "section": row["section"],
        "kind": row.get("kind", "single"),
        "text": _all(row["text"]),
        "help": _all(row.get("help")),
        "sensitive": bool(row.get("sensitive", False)),
        "applies_to": list(row.get("applies_to", ["all"])),
        "indicators": list(row.get("indicators", [])),
        "ask_if": dict(row.get("ask_if", {})),
        "choices": [_choice(choice) for choice in row["choices"]],
        "merge": [[list(group) for group in step] for step in row.get("merge", [])],
    }


def _number(value: Any) -> str | None:
    """A decimal as its shortest plain text: 0, 12, 2.5."""
    if value is None:
        return None
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def find_faults(content: Content) -> Any:
    """Yields one sentence per thing that would make the edition uncountable: codes twice, unknown sections, choices, roles."""
    items = content["indicators"] + content["questions"]
    sections = {section["code"] for section in content["sections"]}
    codes = [item["code"] for item in items]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield _("%(code)s stands there twice.") % {"code": code}
    roles = set(Choice.Role.values)
    choices = {item["code"]: item.get("choices", content["scale"]) for item in items}
    for item in items:
        code = item["code"]
        if item["section"] not in sections:
            yield _("%(code)s names an unknown section, %(section)s.") % {"code": code, "section": item["section"]}
        own = [choice["code"] for choice in choices[code]]
        if not own or len(set(own)) < len(own) or not all(isinstance(choice, str) for choice in own):
            yield _("%(code)s needs choices with different codes.") % {"code": code}
        if {choice["role"] for choice in choices[code]} - roles:
            yield _("%(code)s has a choice with an unknown role.") % {"code": code}
        answers = {choice["code"] for choice in choices[code] if choice["role"] == Choice.Role.ANSWER}
        if {one for step in item.get("merge", []) for group in step for one in group} - answers:
            yield _("%(code)s merges something that is not one of its answers.") % {"code": code}
        asked_if = item.get("ask_if")
        if asked_if and not set(asked_if["choices"]) <= {c["code"] for c in choices.get(asked_if["question"], [])}:
            yield _("%(code)s depends on a question or choice that is not there.") % {"code": code}


def read_rows(edition: Edition) -> Content:
    """The content of an edition as its rows hold it now, in the shape of its file."""
    scale = edition.choices.filter(question=None).order_by("order")
    indicators = edition.indicators.select_related("section").prefetch_related("references__provision__standard")
    questions = edition.questions.select_related("section").prefetch_related("choices")
    return tidy(
        {
            "instrument": edition.instrument.code,
            "kind": edition.instrument.kind,
            "edition": edition.number,
            "title": words(edition.instrument, "title"),
            "working_translation": edition.working_translation,
            "before_asking": edition.preamble,
            "scale": [_choice_row(choice) for choice in scale],
            "sections": [
                {"code": section.code, "title": words(section, "title")}
                for section in edition.sections.order_by("order")
            ],
            "indicators": [_indicator_row(row) for row in indicators.order_by("section__order", "order")],
            "questions": [_question_row(row) for row in questions.order_by("order")],
        }
    )


def _choice_row(choice: Choice) -> Content:
    return {
        "code": choice.code,
        "role": choice.role,
        "label": words(choice, "label"),
        "favourable": choice.favourable,
        "excludes": choice.excludes,
        "mark": choice.mark,
    }


def _indicator_row(row: Any) -> Content:
    references = sorted(row.references.all(), key=lambda reference: reference.order)
    return {
        "code": row.code,
        "section": row.section.code,
        "statement": words(row, "statement"),
        "criticality": row.criticality,
        "verify_by": row.verify_by,
        "applies_to": row.applies_to,
        "references": [str(reference.provision) for reference in references],
        "children_only": row.children_only,
        "measurement": {
            "key": row.measure_key,
            "label": words(row, "measure"),
            "unit": words(row, "measure_unit"),
            "reference_value": row.reference_value,
            "reference_basis": row.reference_basis,
            "better": row.better,
            "computed": row.computed,
        }
        if row.measure_key
        else None,
    }


def _question_row(row: Any) -> Content:
    return {
        "code": row.code,
        "section": row.section.code,
        "kind": row.kind,
        "text": words(row, "text"),
        "help": words(row, "help"),
        "sensitive": row.sensitive,
        "applies_to": row.applies_to,
        "indicators": row.indicator_codes,
        "ask_if": row.ask_if,
        "choices": [_choice_row(choice) for choice in sorted(row.choices.all(), key=lambda choice: choice.order)],
        "merge": row.merge_order,
    }


def digest(content: Content) -> str:
    """SHA-256 of the canonical JSON of the content. The title belongs to the instrument, so it may change."""
    frozen = {key: value for key, value in content.items() if key != "title"}
    body = json.dumps(frozen, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()

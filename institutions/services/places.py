"""Acts on institutions: register, correct, rename, move, close. Every change of name, place or size leaves a dated event."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from ombudsman.people.access import Refused
from ombudsman.people.models import User
from ombudsman.people.trail import record
from ombudsman.words import LANGUAGES, search_text, sort_key

from ..models import Authority, Institution, InstitutionEvent, InstitutionKind, Region
from ..rules import obstacles_to_change, obstacles_to_close, obstacles_to_register


@dataclass(frozen=True)
class Particulars:
    """What is known of an institution besides where it is. Texts are columns: {"name_kk": …, "locality_ru": …}."""

    kind: InstitutionKind
    authority: Authority
    texts: dict[str, str]
    capacity: int | None = None
    sexes: str = "both"
    age_from: int | None = None
    age_to: int | None = None
    opened_on: date | None = None


def in_all_languages(thing: Any, stem: str) -> str:
    """A text in every language that has its own, for history: "Абай облысы · область Абай · Abai Region"."""
    texts = [getattr(thing, f"{stem}_{code}") for code in LANGUAGES]
    return " · ".join(dict.fromkeys(text for text in texts if text))[:400]


def _refresh_search(institution: Institution) -> None:
    texts = [getattr(institution, f"{stem}_{code}") for stem in ("name", "locality") for code in LANGUAGES]
    institution.search = search_text(*texts)
    name = institution.name_kk or institution.name_ru or institution.name_en
    institution.sort_key = sort_key(name)[:400]


def _note(institution: Institution, kind: str, on: date, before: str = "", after: str = "") -> None:
    InstitutionEvent.objects.create(
        institution=institution, kind=kind, on=on, before_text=before[:400], after_text=after[:400]
    )


def _refuse(obstacles: list[str]) -> None:
    if obstacles:
        raise Refused(obstacles)


@transaction.atomic
def register_institution(*, particulars: Particulars, region: Region, by: User, at: datetime) -> Institution:
    """Adds a place to the register. Raises Refused."""
    texts = particulars.texts
    names = [texts.get(f"name_{code}", "") for code in LANGUAGES]
    _refuse(obstacles_to_register(names, particulars.opened_on))
    institution = Institution(region=region)
    _fill(institution, particulars)
    institution.save()
    if institution.opened_on:
        _note(institution, "opened", institution.opened_on)
    record(by=by, at=at, act="institution.register", thing=institution)
    return institution


def _fill(institution: Institution, particulars: Particulars) -> None:
    for name in ("kind", "authority", "capacity", "sexes", "age_from", "age_to", "opened_on"):
        setattr(institution, name, getattr(particulars, name))
    for name, text in particulars.texts.items():
        setattr(institution, name, text)
    _refresh_search(institution)


@transaction.atomic
def correct_institution(*, institution: Institution, particulars: Particulars, by: User, at: datetime) -> Institution:
    """Puts the record right. A new capacity or authority is history too: it leaves an event of today. Raises Refused."""
    names = [particulars.texts.get(f"name_{code}", "") for code in LANGUAGES]
    _refuse(obstacles_to_register(names, particulars.opened_on))
    today, old = timezone.localdate(at), Institution.objects.select_for_update().get(pk=institution.pk)
    if old.capacity is not None and old.capacity != particulars.capacity:
        _note(institution, "capacity", today, str(old.capacity), str(particulars.capacity or ""))
    if old.authority_id != particulars.authority.pk:
        before, after = in_all_languages(old.authority, "name"), in_all_languages(particulars.authority, "name")
        _note(institution, "authority", today, before, after)
    _fill(institution, particulars)
    institution.save()
    record(by=by, at=at, act="institution.correct", thing=institution)
    return institution


@transaction.atomic
def rename_institution(
    *, institution: Institution, names: dict[str, str], on: date, by: User, at: datetime
) -> Institution:
    """Gives a new name from a day on; `names` = {"name_kk": …}. The old one stays in the history. Raises Refused."""
    _refuse(obstacles_to_change(institution, on) + obstacles_to_register(names.values(), None))
    before = in_all_languages(institution, "name")
    for name, text in names.items():
        setattr(institution, name, text)
    _refresh_search(institution)
    institution.save()
    _note(institution, "renamed", on, before, in_all_languages(institution, "name"))
    record(by=by, at=at, act="institution.rename", thing=institution)
    return institution


@transaction.atomic
def move_institution(
    *, institution: Institution, region: Region, localities: dict[str, str], on: date, by: User, at: datetime
) -> Institution:
    """Moves to another place from a day on. Visits keep the region of their day, so no figure changes. Raises Refused."""
    _refuse(obstacles_to_change(institution, on))
    before = _place(institution)
    institution.region = region
    for name, text in localities.items():
        setattr(institution, name, text)
    _refresh_search(institution)
    institution.save()
    _note(institution, "moved", on, before, _place(institution))
    record(by=by, at=at, act="institution.move", thing=institution, region=region.iso)
    return institution


def _place(institution: Institution) -> str:
    locality = in_all_languages(institution, "locality")
    return ", ".join(filter(None, [in_all_languages(institution.region, "name"), locality]))


@transaction.atomic
def close_institution(*, institution: Institution, on: date, by: User, at: datetime) -> Institution:
    """Closes the place from a day on; its visits, findings and recommendations stay. Raises Refused."""
    _refuse(obstacles_to_close(institution, on))
    institution.closed_on = on
    institution.save(update_fields=["closed_on"])
    _note(institution, "closed", on)
    record(by=by, at=at, act="institution.close", thing=institution)
    return institution

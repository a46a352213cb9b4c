"""Rows of the list of visits, as plain tuples that the template only prints. The list is the most opened page of the
house, so nothing is worked out twice: one narrow query, one state drawn once, one address reversed once. Views only.
"""

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, Case, QuerySet, Value, When
from django.urls import reverse
from django.utils.safestring import SafeString

from ombudsman.people.models import User
from ombudsman.people.roles import Act
from ombudsman.templatetags.house import days, status
from ombudsman.words import FALLBACK, current_language

from .models import Visit
from .queries import reached

NOWHERE = UUID(int=0)
COLUMNS = (
    "id",
    *(f"institution__name_{code}" for code in ("kk", "ru", "en")),
    *(f"organisation__name_{code}" for code in ("kk", "ru", "en")),
    "region_id",
    "kind",
    "first_day",
    "last_day",
    "state",
    "access",
    "readable",
)


class VisitRow(NamedTuple):
    """One line of the list. `url` is empty where the person may know of the visit but not read it."""

    url: str
    institution: str
    institution_language: str
    organisation: str
    organisation_language: str
    region: str
    kind: str
    days: str
    state: SafeString
    access: SafeString


def narrow(visits: "QuerySet[Visit]", user: User) -> "QuerySet[Visit, Any]":
    """Only what the list prints, and whether the person may read the content, in one query."""
    readable = Case(When(reached(user, Act.READ), then=Value(True)), default=Value(False), output_field=BooleanField())
    return visits.annotate(readable=readable).values_list(*COLUMNS)


@lru_cache(maxsize=4096)
def days_in_words(first: date, last: date, language: str) -> str:
    """As `days` of the house; the same few hundred days come again and again."""
    return days(first, last)


def rows(found: "list[tuple[Any, ...]]", regions: dict[int, str]) -> list[VisitRow]:
    """The lines of one page. `regions`: names by id, in the reader's language."""
    language = current_language()
    order = [("kk", "ru", "en").index(code) for code in FALLBACK[language]]
    door = reverse("visit", args=[NOWHERE])
    before, after = door.split(str(NOWHERE))
    kinds = {code: str(word) for code, word in Visit.Kind.choices}
    states = {code: status(code) for code in Visit.State.values}
    accesses = {code: status(code, "access") for code in Visit.Access.values}
    lines = []
    for pk, *names, region, kind, first, last, state, access, readable in found:
        place, place_language = _said(names[:3], order, language)
        body, body_language = _said(names[3:], order, language)
        lines.append(
            VisitRow(
                f"{before}{pk}{after}" if readable else "",
                place,
                place_language,
                body,
                body_language,
                regions.get(region, ""),
                kinds[kind],
                days_in_words(first, last, language),
                states[state],
                accesses[access],
            )
        )
    return lines


def _said(names: list[str], order: list[int], language: str) -> tuple[str, str]:
    """The first name there is, and its language where that is not the reader's."""
    for place in order:
        if names[place]:
            spoken = ("kk", "ru", "en")[place]
            return names[place], "" if spoken == language else spoken
    return "", ""

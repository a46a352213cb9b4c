"""What every page's frame needs: rooms of the menu by role, language links, footer, the demonstration mark.

A context processor; the roof's own. Reads rights only (one query, shared with the page). What is the same on every page of
a language is written once per process.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from ombudsman.people.access import Rights, rights_of
from ombudsman.people.roles import Act, Reach, Role, Thing


@dataclass(frozen=True)
class Room:
    """A link of the main menu."""

    title: str
    url: str
    current: bool = False


def reaches(rights: Rights, act: Act, thing: Thing) -> bool:
    """Whether a role beyond the public's opens this; what is released to everybody makes no room."""
    return any(scope.reach is not Reach.RELEASED for scope in rights.scopes(act, thing))


# The doors of the menu in their fixed order; whether each opens is decided in `_open`.
DOORS = (
    (_("My work"), "home"),
    (_("Visits"), "visit_list"),
    (_("At risk"), "urgent_list"),
    (_("Review"), "review_queue"),
    (_("Institutions"), "institution_list"),
    (_("Recommendations"), "recommendation_list"),
    (_("Standards"), "instrument_list"),
    (_("Statistics"), "statistics"),
    (_("Reports"), "report_list"),
    (_("People"), "people_list"),
    (_("Trail"), "trail"),
)
# Stands for the address of a page until there is one.
HERE = "\N{OBJECT REPLACEMENT CHARACTER}"
# Short pages for everybody.
SHORT_PAGES = ((_("Help"), "help"), (_("Accessibility"), "accessibility"), (_("Confidentiality"), "confidentiality"))


@lru_cache(maxsize=1024)
def _open(roles: frozenset[Role]) -> tuple[bool, ...]:
    """Which of DOORS open to somebody with these roles who is signed in: where they hold does not matter here."""
    rights = Rights(user_id=None, roles=dict.fromkeys(roles))
    sees_visits = reaches(rights, Act.GLIMPSE, Thing.VISIT_DRAFT) or reaches(rights, Act.READ, Thing.SUBMITTED_VISIT)
    keeps_people = any(
        reaches(rights, act, Thing.PEOPLE) and not _own_only(rights, act)
        for act in (Act.CREATE, Act.READ, Act.EDIT, Act.DECIDE)
    )
    # Those of a team come to their own from the first page.
    urgent = [scope for act in (Act.GLIMPSE, Act.DECIDE) for scope in rights.scopes(act, Thing.ESCALATION)]
    answers_for_children = any(scope.reach not in (Reach.TEAM, Reach.OWN) for scope in urgent)
    return (
        True,
        sees_visits,
        answers_for_children,
        rights.may(Act.DECIDE, Thing.SUBMITTED_VISIT),
        reaches(rights, Act.READ, Thing.INSTITUTION),
        reaches(rights, Act.READ, Thing.RECOMMENDATION),
        True,
        reaches(rights, Act.READ, Thing.STATISTICS),
        rights.may(Act.READ, Thing.PUBLICATION),
        keeps_people,
        rights.may(Act.EXPORT, Thing.TRAIL),
    )


def _own_only(rights: Rights, act: Act) -> bool:
    return all(scope.reach is Reach.OWN for scope in rights.scopes(act, Thing.PEOPLE))


@lru_cache(maxsize=1024)
def _menu(language: str, prefix: str, doors: tuple[bool, ...], current: str) -> tuple[tuple[Room, ...], SafeString]:
    """The rooms behind these doors in a language, and their links; `current` names the one the reader stands in."""
    found = tuple(
        Room(gettext(title), reverse(name), name == current)
        for opens, (title, name) in zip(doors, DOORS, strict=True)
        if opens
    )
    return found, _links(found)


@lru_cache(maxsize=16)
def _addresses(prefix: str) -> tuple[tuple[str, str], ...]:
    """The name and the address of every room, longest address first: the review queue lies under the visits."""
    found = [(name, reverse(name)) for _title, name in DOORS]
    return tuple(sorted(found, key=lambda room: len(room[1]), reverse=True))


def _links(found: Iterable[Room]) -> SafeString:
    here = SafeString(' aria-current="page"')
    return format_html_join(
        "", '<a href="{}"{}>{}</a>', ((room.url, here if room.current else "", room.title) for room in found)
    )


def rooms(request: HttpRequest, language: str) -> tuple[list[Room], SafeString]:
    """The rooms of the person who is signed in, in a fixed order, and their links; nobody else has any."""
    if not request.user.is_authenticated:
        return [], SafeString("")
    doors = _open(frozenset(rights_of(request.user).roles))
    opens = {name for opens, (_title, name) in zip(doors, DOORS, strict=True) if opens}
    path = request.path
    current = next(
        (
            name
            for name, address in _addresses(get_script_prefix())
            if name in opens and (path == address if name == "home" else path.startswith(address))
        ),
        "",
    )
    found, links = _menu(language, get_script_prefix(), doors, current)
    return list(found), links


@lru_cache(maxsize=16)
def footer(language: str, prefix: str) -> SafeString:
    """Links to the short pages for everybody, in a language."""
    return _links([Room(gettext(title), reverse(name)) for title, name in SHORT_PAGES])


@lru_cache(maxsize=16)
def _tongues(language: str, prefix: str) -> tuple[str, ...]:
    """The links to the other languages, in pieces: between them stands the address of the page that is read."""
    links = SafeString()
    for code, name in settings.LANGUAGES:
        if code == language:
            links += format_html('<b aria-current="true" lang="{}">{}</b>', code, name)
        else:
            links += format_html(
                '<a href="{}?next={}" lang="{}" hreflang="{}" rel="nofollow">{}</a>',
                *(reverse("language", args=[code]), HERE, code, code, name),
            )
    return tuple(links.split(HERE))


def tongues(language: str, path: str) -> SafeString:
    """Links from the page at `path` to itself in the other languages. Quoted, an address holds nothing to escape."""
    return SafeString(quote(path, safe="").join(_tongues(language, get_script_prefix())))


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every page shows; `own_page` is the address of the page about whoever is signed in."""
    language = get_language() or settings.LANGUAGE_CODE
    user = getattr(request, "user", None)
    found, menu = rooms(request, language) if user else ([], SafeString(""))
    return {
        "demonstration": settings.DEMONSTRATION,
        "languages": settings.LANGUAGES,
        "tongues": tongues(language, request.get_full_path()),
        "LANGUAGE_CODE": language,
        "rooms": found,
        "menu": menu,
        "own_page": reverse("person", args=[user.pk]) if user and user.is_authenticated else "",
        "footer": footer(language, get_script_prefix()),
    }

"""What every page's frame needs: rooms of the menu by role, language links, footer, the demonstration mark.

A context processor; the roof's own. Reads rights only (one query, shared with the page).
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ombudsman.people.access import Rights, rights_of
from ombudsman.people.roles import Act, Reach, Thing


@dataclass(frozen=True)
class Room:
    """A link of the main menu."""

    title: str
    url: str
    current: bool = False


def reaches(rights: Rights, act: Act, thing: Thing) -> bool:
    """Whether a role beyond the public's opens this; what is released to everybody makes no room."""
    return any(scope.reach is not Reach.RELEASED for scope in rights.scopes(act, thing))


def rooms(request: HttpRequest) -> list[Room]:
    """The rooms of the person who is signed in, in a fixed order; nobody else has any."""
    if not request.user.is_authenticated:
        return []
    rights = rights_of(request.user)
    sees_visits = reaches(rights, Act.GLIMPSE, Thing.VISIT_DRAFT) or reaches(rights, Act.READ, Thing.SUBMITTED_VISIT)
    keeps_people = any(
        reaches(rights, act, Thing.PEOPLE) and not _own_only(rights, act)
        for act in (Act.CREATE, Act.READ, Act.EDIT, Act.DECIDE)
    )
    # Those of a team come to their own from the first page.
    urgent = [scope for act in (Act.GLIMPSE, Act.DECIDE) for scope in rights.scopes(act, Thing.ESCALATION)]
    answers_for_children = any(scope.reach not in (Reach.TEAM, Reach.OWN) for scope in urgent)
    doors = [
        (True, _("My work"), "home"),
        (sees_visits, _("Visits"), "visit_list"),
        (answers_for_children, _("At risk"), "urgent_list"),
        (rights.may(Act.DECIDE, Thing.SUBMITTED_VISIT), _("Review"), "review_queue"),
        (reaches(rights, Act.READ, Thing.INSTITUTION), _("Institutions"), "institution_list"),
        (reaches(rights, Act.READ, Thing.RECOMMENDATION), _("Recommendations"), "recommendation_list"),
        (True, _("Standards"), "instrument_list"),
        (reaches(rights, Act.READ, Thing.STATISTICS), _("Statistics"), "statistics"),
        (rights.may(Act.READ, Thing.PUBLICATION), _("Reports"), "report_list"),
        (keeps_people, _("People"), "people_list"),
        (rights.may(Act.EXPORT, Thing.TRAIL), _("Trail"), "trail"),
    ]
    found = []
    for opens, title, name in doors:
        if opens:
            url = reverse(name)
            here = request.path == url if name == "home" else request.path.startswith(url)
            found.append(Room(title, url, here))
    # The longest address wins: the review queue lies under the visits.
    longest = max((room.url for room in found if room.current), key=len, default="")
    return [Room(room.title, room.url, room.url == longest) for room in found]


def _own_only(rights: Rights, act: Act) -> bool:
    return all(scope.reach is Reach.OWN for scope in rights.scopes(act, Thing.PEOPLE))


def footer() -> list[Room]:
    """Short pages for everybody."""
    return [
        Room(_("Help"), reverse("help")),
        Room(_("Accessibility"), reverse("accessibility")),
        Room(_("Confidentiality"), reverse("confidentiality")),
    ]


def frame(request: HttpRequest) -> dict[str, Any]:
    """`demonstration`, `languages`, `LANGUAGE_CODE`, `rooms` and `footer` for the frame of every page."""
    return {
        "demonstration": settings.DEMONSTRATION,
        "languages": settings.LANGUAGES,
        "LANGUAGE_CODE": get_language() or settings.LANGUAGE_CODE,
        "rooms": rooms(request) if hasattr(request, "user") else [],
        "footer": footer(),
    }

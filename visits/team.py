"""A visit's team in words, and who may be asked to join it. Reads only; views use it."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from ombudsman.people.models import Grant, User
from ombudsman.people.roles import Role
from ombudsman.prepared import Prepared

from . import editions
from .models import Participation, Section, Visit


@dataclass(frozen=True)
class Member:
    """Somebody on the team now."""

    place: Participation
    sections: list[Section]

    @property
    def leads(self) -> bool:
        return self.place.part == Participation.Part.LEADER

    @property
    def all_sections(self) -> bool:
        return not self.sections


PLACES = Prepared(
    lambda visit: (
        Participation.objects.filter(visit=visit, left_on__isnull=True)
        .select_related("user")
        .order_by("part", "user__full_name")
    ),
    UUID,
)


def team_of(visit: Visit) -> list[Member]:
    """The team of today, leader first; one query."""
    titles = editions.checklist(visit.checklist_id).sections
    places = PLACES.rows(visit.pk)
    return [Member(place, [titles[code] for code in place.sections if code in titles]) for place in places]


def hands_of(team: list[Member]) -> dict[str, list[str]]:
    """Section code -> who was given it; sections that nobody was given in particular are everybody's and stand not here."""
    hands: dict[str, list[str]] = {}
    for member in team:
        for section in member.sections:
            hands.setdefault(section.code, []).append(member.place.user.full_name)
    return hands


def sections_of(team: list[Member], user: User) -> set[str]:
    """Codes of the sections that this person was given; empty = none in particular."""
    return {section.code for member in team if member.place.user_id == user.pk for section in member.sections}


def candidates(visit: Visit, leader: User) -> QuerySet[User]:
    """Monitors of the leader's own organisation in the visit's region who are not on the team."""
    granted = Grant.objects.in_force(timezone.localdate()).filter(
        Q(region_code="") | Q(region_code=visit.region.iso), role=Role.MONITOR
    )
    here = visit.team.filter(left_on__isnull=True).values("user_id")
    return (
        User.objects.filter(is_active=True, organisation=leader.organisation, pk__in=granted.values("user_id"))
        .exclude(pk__in=here)
        .order_by("full_name")
    )

"""The cast: one person per column of the access matrix, and the places they meet at. Tests speak of them by name.

Ana       monitor of NGO Umit, on the team of the visit at Centre 1 (Karaganda)
Bek       monitor of NGO Umit, leads that team
Gulnar    coordinator of NGO Umit
Oleg      monitor of NGO Dostyk in Karaganda, on another team
Clara     reviewer for Karaganda
Ruslan    reviewer for Abai (another region)
Rauan     regional ombudsman for Karaganda
Saule     coordinator at the ombudsman's office
Timur     second coordinator (the second person)
Dan       report editor
Aigerim   auditor
Sergey    system administrator
Dina      duty officer
Robot     API client for Karaganda (a program; signs in by `robot_key`)
Eve       has an account and no grant at all
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from institutions.models import ConflictOfInterest, Institution, Region
from ombudsman.people.models import ApiToken, User, digest
from visits.models import Edition, Visit

from . import factories as make


@dataclass
class Cast:
    """Everybody and everything; made by the fixture `cast`."""

    people: dict[str, User] = field(default_factory=dict)
    here: Region = None  # type: ignore[assignment]
    there: Region = None  # type: ignore[assignment]
    centre: Institution = None  # type: ignore[assignment]
    far_centre: Institution = None  # type: ignore[assignment]
    checklist: Edition = None  # type: ignore[assignment]
    questionnaire: Edition = None  # type: ignore[assignment]
    visit: Visit = None  # type: ignore[assignment]
    other_visit: Visit = None  # type: ignore[assignment]
    far_visit: Visit = None  # type: ignore[assignment]
    robot_key: str = ""

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def has_conflict(self, name: str, place: Institution | None = None) -> ConflictOfInterest:
        """Declares a conflict of interest of this person, with Centre 1 unless another place is given."""
        return ConflictOfInterest.objects.create(
            user=self.people[name],
            institution=place or self.centre,
            kind="relative",
            starts=make.DAY - timedelta(days=400),
        )


def assemble() -> Cast:
    """The cast with: a visit of Bek and Ana at Centre 1 (open), one of Oleg at Centre 1, one of Oleg in Abai."""
    cast = Cast()
    cast.here, cast.there = make.region("KZ-35", "Karaganda"), make.region("KZ-10", "Abai")
    cast.centre, cast.far_centre = make.institution("Centre 1"), make.institution("Centre 2", region=cast.there)
    cast.checklist, cast.questionnaire = make.tiny_checklist(), make.tiny_questionnaire()
    umit, dostyk, office = (
        make.organisation("NGO Umit"),
        make.organisation("NGO Dostyk"),
        make.organisation("Office", "office"),
    )
    for name, roles, code, body in [
        ("ana", ["monitor"], "KZ-35", umit),
        ("bek", ["monitor"], "KZ-35", umit),
        ("gulnar", ["ngo_coordinator"], "KZ-35", umit),
        ("oleg", ["monitor"], "KZ-35", dostyk),
        ("clara", ["reviewer"], "KZ-35", office),
        ("ruslan", ["reviewer"], "KZ-10", office),
        ("rauan", ["regional"], "KZ-35", office),
        ("saule", ["coordinator"], "", office),
        ("timur", ["coordinator"], "", office),
        ("dan", ["report_editor"], "", office),
        ("aigerim", ["auditor"], "", office),
        ("sergey", ["administrator"], "", office),
        ("dina", ["duty_officer"], "", office),
        ("robot", [], "", office),
        ("eve", [], "", umit),
    ]:
        cast.people[name] = make.person(f"{name}@example.test", *roles, region_code=code, organisation=body)
    cast.robot_key = "robot-key-for-tests"
    ApiToken.objects.create(
        user=cast.robot,
        name="statistics",
        prefix="robot",
        secret_digest=digest(cast.robot_key),
        region_code="KZ-35",
        expires_at=timezone.now() + timedelta(days=30),
    )
    cast.visit = make.visit(cast.centre, cast.bek, cast.ana, checklist=cast.checklist, questionnaire=cast.questionnaire)
    cast.other_visit = make.visit(cast.centre, cast.oleg, checklist=cast.checklist, questionnaire=cast.questionnaire)
    cast.far_visit = make.visit(cast.far_centre, cast.oleg, checklist=cast.checklist, questionnaire=cast.questionnaire)
    return cast

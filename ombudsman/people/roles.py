"""THE table: what each role may do with each thing, and how far it reaches. An auditor can read it.

Nobody else decides by role: code asks `access.py`, which asks
this table. The manual's table is drawn from it (docs/access.md); `tests/cases/access_matrix.csv` says independently what
is expected.

Acts:   C create, R read, U edit, X decide or change state, E export, m read metadata only (that it exists, no answers).
Reach:  t own visit team, n own NGO, g granted region, a all, p released only, o one's own.
Conflict of interest cancels every cell (it is evaluated before this table).
"""

from enum import StrEnum
from functools import cache
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """A column of the table. A person may hold several; a team leader is one by participation, not by grant."""

    MONITOR = "monitor"
    TEAM_LEADER = "team_leader"
    NGO_COORDINATOR = "ngo_coordinator"
    REVIEWER = "reviewer"
    REGIONAL = "regional"
    COORDINATOR = "coordinator"
    REPORT_EDITOR = "report_editor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    API_CLIENT = "api_client"
    DUTY_OFFICER = "duty_officer"
    PUBLIC = "public"


ROLE_NAMES = {
    Role.MONITOR: _("Monitor"),
    Role.TEAM_LEADER: _("Team leader"),
    Role.NGO_COORDINATOR: _("NGO coordinator"),
    Role.REVIEWER: _("Reviewer"),
    Role.REGIONAL: _("Regional ombudsman"),
    Role.COORDINATOR: _("Ombudsman’s coordinator"),
    Role.REPORT_EDITOR: _("Report editor"),
    Role.AUDITOR: _("Auditor"),
    Role.ADMINISTRATOR: _("System administrator"),
    Role.API_CLIENT: _("API client"),
    Role.DUTY_OFFICER: _("Duty officer"),
    Role.PUBLIC: _("Public"),
}
# Roles that a grant may give; the others follow from a team, a token or from nothing.
GRANTABLE = tuple(role for role in Role if role not in (Role.TEAM_LEADER, Role.API_CLIENT, Role.PUBLIC))


class Thing(StrEnum):
    """A row of the table."""

    INSTITUTION = "institution"
    VISIT_PLAN = "visit_plan"
    VISIT_DRAFT = "visit_draft"
    SUBMITTED_VISIT = "submitted_visit"
    INTERVIEW = "interview"
    INTERVIEW_SEALED = "interview_sealed"
    FINDING = "finding"
    ATTACHMENT = "attachment"
    ESCALATION = "escalation"
    RECOMMENDATION = "recommendation"
    STATISTICS = "statistics"
    REPORT_DRAFT = "report_draft"
    PUBLICATION = "publication"
    TRAIL = "trail"
    PEOPLE = "people"
    SETTINGS = "settings"


class Act(StrEnum):
    """A letter of a cell."""

    CREATE = "C"
    READ = "R"
    EDIT = "U"
    DECIDE = "X"
    EXPORT = "E"
    GLIMPSE = "m"


class Reach(StrEnum):
    """How far a cell reaches."""

    TEAM = "t"
    ORGANISATION = "n"
    REGION = "g"
    ALL = "a"
    RELEASED = "p"
    OWN = "o"


class Cell(NamedTuple):
    """What a role may do with a thing within one reach."""

    acts: frozenset[Act]
    reach: Reach


M, L, N, V, G, C, E, A, S, I, D, P = (
    Role.MONITOR,
    Role.TEAM_LEADER,
    Role.NGO_COORDINATOR,
    Role.REVIEWER,
    Role.REGIONAL,
    Role.COORDINATOR,
    Role.REPORT_EDITOR,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
    Role.API_CLIENT,
    Role.DUTY_OFFICER,
    Role.PUBLIC,
)

# Absent = nothing. "CR t" = create and read within the own team; "R t; m n" = two cells.
TABLE: dict[Thing, dict[Role, str]] = {
    Thing.INSTITUTION: {
        M: "R g",
        L: "R g",
        N: "R g",
        V: "R g",
        G: "R g",
        C: "CRUX a",
        E: "R a",
        A: "R a",
        I: "R g",
        D: "R a",
        P: "R p",
    },
    Thing.VISIT_PLAN: {M: "R t", L: "RU t", N: "R n", V: "R g", C: "CRUX a", A: "R a"},
    Thing.VISIT_DRAFT: {M: "CRU t", L: "CRUX t", N: "m n", C: "m a", A: "m a", I: "CU o"},
    # A regional ombudsman reads accepted visits only (the query says so) and never decides.
    Thing.SUBMITTED_VISIT: {M: "R t", L: "R t", N: "m n", V: "RX g", G: "R g", C: "RX a", A: "m a", I: "R g"},
    # Until submission team members write into their own bundle; afterwards only reviewers and the coordinator read.
    Thing.INTERVIEW: {M: "C t", L: "C t", V: "R g", C: "R a"},
    Thing.INTERVIEW_SEALED: {M: "C t", L: "C t", V: "R g", C: "R a"},
    Thing.FINDING: {M: "CR t", L: "CRU t", N: "m n", V: "CRUX g", G: "R g", C: "RX a", E: "R a", A: "m a"},
    Thing.ATTACHMENT: {M: "CR t", L: "CR t", V: "R g", C: "R a", E: "R a", A: "m a", I: "C o"},
    Thing.ESCALATION: {M: "C t; R o", L: "CX t", N: "m n", V: "CRX g", C: "CRX a", A: "m a", D: "RX a"},
    Thing.RECOMMENDATION: {
        M: "R t",
        L: "R t",
        N: "R n",
        V: "CRU g",
        G: "R g",
        C: "CRUX a",
        E: "R a",
        A: "R a",
        I: "R g",
        P: "R p",
    },
    Thing.STATISTICS: {L: "R t", V: "R g", G: "R g", C: "R a", E: "R a", A: "m a", P: "R p"},
    Thing.REPORT_DRAFT: {V: "m a", C: "RX a", E: "CRU a", A: "R a"},
    Thing.PUBLICATION: {
        M: "R p",
        L: "R p",
        N: "R p",
        V: "R p",
        G: "R p",
        C: "RX a",
        E: "CR a",
        A: "R a",
        I: "R p",
        D: "R p",
        P: "R p",
    },
    Thing.TRAIL: {M: "R o", L: "R o", C: "R a", A: "RE a"},
    Thing.PEOPLE: {M: "R o", L: "R o", N: "C n", C: "RX a", A: "R a", S: "CU a"},
    Thing.SETTINGS: {A: "R a", S: "X a"},
}


@cache
def cells(role: Role, thing: Thing) -> tuple[Cell, ...]:
    """What `role` may do with `thing`, cell by cell; empty = nothing."""
    written = TABLE[thing].get(role, "")
    parsed = []
    for part in filter(None, (piece.strip() for piece in written.split(";"))):
        letters, reach = part.split()
        parsed.append(Cell(frozenset(Act(letter) for letter in letters), Reach(reach)))
    return tuple(parsed)

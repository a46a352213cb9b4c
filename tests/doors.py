"""Every door of the house, what should be behind it for whom, and how to try it. Used by the tests of access.

Two lists were written by hand and do not come from the code: `cases/access_matrix.csv` (who may do what, how far it reaches)
and `cases/doors.csv` (which cell of the matrix guards which door). What is expected follows from these two and from where the
cast stands; what is found comes from real requests.
"""

import csv
import hashlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from institutions.models import ConflictOfInterest, Institution
from ombudsman.people.models import Grant, Invitation, User, digest
from reports.models import FrozenFigures, Order, Publication, ReleasedFile
from visits.models import (
    Answer,
    Choice,
    Finding,
    FindingIndicator,
    Participation,
    Provision,
    Recommendation,
    Standard,
    UrgentConcern,
    Visit,
)

from . import factories as make
from .cast import Cast
from .printed import plan

CASES = Path(__file__).parent / "cases"

# Columns of the matrix in which each of the cast stands, and the region of their grant.
COLUMNS = {
    "ana": ("monitor",),
    "bek": ("monitor", "team_leader"),
    "gulnar": ("ngo_coordinator",),
    "oleg": ("monitor", "team_leader"),
    "clara": ("reviewer",),
    "ruslan": ("reviewer",),
    "rauan": ("regional",),
    "saule": ("coordinator",),
    "dan": ("report_editor",),
    "aigerim": ("auditor",),
    "sergey": ("administrator",),
    "dina": ("duty_officer",),
    "robot": ("api_client",),
    "mira": ("monitor", "reviewer"),
    "eve": (),
    "anonymous": (),
}
# Who else than in Karaganda: (name, column) -> region. Mira monitors there and reviews in Abai.
REGIONS = {("ruslan", "reviewer"): "KZ-10", ("mira", "reviewer"): "KZ-10"}
HERE = "KZ-35"
# What is a visit, or a part of one.
VISIT_SUBJECTS = frozenset(
    ("visit", "section", "answer", "sheets", "side", "finding", "recommendation", "concern", "delivery")
)
# Roles that see a visit, and what comes with it, only when it has been accepted.
ACCEPTED_ONLY = {"regional", "api_client"}
OPEN_STATES = {"open"}


# The words of the design's matrix that are not letters and a reach, in letters and a reach.
SAYS = {
    "–": "",
    "R scope": "R g",
    "CU own": "CU o",
    "C own": "C o",
    "name list if released": "R p",
    # One's own bundle is read back by its own key until it is submitted, never as an interview.
    "C t; R until submit": "C t",
    "R s (assigned case)": "R g",
    "R s": "R a",
    "R g; original s": "R g",
    "R a; original s": "R a",
    "R stripped": "R a",
    "R a, no source": "R a",
    "R a, no text": "m a",
    "R a, protected": "R a",
    "C t; R own state": "C t; R o",
    "comment": "m a",
    "X (second person)": "X a",
    "C, never X": "C a",
    "R": "R a",
    "R, not own acts": "R a",
    "R E a": "RE a",
    "R log": "R a",
    "own sessions": "R o",
    "own declaration": "R o",
    "own": "R o",
    "health only": "",
    "invite n": "C n",
    "create/disable, no role grant": "CU a",
    "X, ciphertext only": "X a",
}
# Columns of the file that are no roles: what the product gives otherwise ("coordinator: RX a"), and why.
OTHERWISE, NOTES = "otherwise", "notes"


def written() -> dict[str, dict[str, str]]:
    """object -> column -> letters and reach, as the design says and the file's last columns correct."""
    with (CASES / "access_matrix.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for row in rows:
        thing, otherwise, _notes = row.pop("object"), row.pop(OTHERWISE), row.pop(NOTES)
        cells = {column: SAYS.get(cell, cell) for column, cell in row.items()}
        cells |= dict(part.split(": ") for part in filter(None, otherwise.split(" | ")))
        found[thing] = cells
    return found


def matrix() -> dict[str, dict[str, list[tuple[str, str]]]]:
    """object -> column -> [(letters, reach)], as written by hand."""
    return {
        thing: {
            column: [(part.split()[0], part.split()[1]) for part in filter(None, cell.split(";"))]
            for column, cell in row.items()
        }
        for thing, row in written().items()
    }


MATRIX = matrix()


@dataclass(frozen=True)
class Door:
    """One row of doors.csv: an address, a method, and the cell that guards it.

    `object` may also be `everyone` (strangers too), `signed_in`, or `nobody` (closed outside development).
    """

    name: str
    method: str
    object: str
    acts: str
    subject: str
    state: str
    query: str = ""

    def __str__(self) -> str:
        return "-".join(filter(None, [self.name, self.method, self.object, self.acts, self.state]))

    @property
    def concerns_a_visit(self) -> bool:
        return self.subject in VISIT_SUBJECTS

    @property
    def concerns_a_place(self) -> bool:
        return self.concerns_a_visit or self.subject == "institution"


def listed() -> list[Door]:
    """The list of doors."""
    with (CASES / "doors.csv").open(encoding="utf-8") as file:
        return [Door(**{key: (value or "").strip() for key, value in row.items()}) for row in csv.DictReader(file)]


def existing(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """The name of every door that the house really has; one without a name answers to its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            space = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from existing(entry, space)
        elif isinstance(entry, URLPattern):
            yield prefix + (entry.name or str(entry.pattern))


@dataclass
class World:
    """The cast with something behind every door, each thing marked by words that stand nowhere else."""

    cast: Cast
    clients: dict[str, Client] = field(default_factory=dict)
    # (kind of thing, position) -> the words planted in it
    marks: dict[tuple[str, str], str] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    recommendations: dict[str, Recommendation] = field(default_factory=dict)
    # Ana raised the one of her team, Oleg the others.
    concerns: dict[str, UrgentConcern] = field(default_factory=dict)
    waiting: Grant = None  # type: ignore[assignment]
    conflict: int = 0
    someone: User = None  # type: ignore[assignment]
    # Who has declared a conflict of interest with the place of a position, besides what the cast has.
    conflicted: set[tuple[str, str]] = field(default_factory=set)
    secret: str = ""
    draft: Publication = None  # type: ignore[assignment]
    released: Publication = None  # type: ignore[assignment]
    order: uuid.UUID = None  # type: ignore[assignment]
    # The state in which all visits are.
    state: str = ""
    # Who is or was on the team of a visit: (visit, person) -> (part, whether they have left); nobody comes or goes later.
    teams: dict[tuple[uuid.UUID, int], tuple[str, bool]] = field(default_factory=dict)

    @property
    def visits(self) -> dict[str, Visit]:
        """The three positions: the team's own, another team's at the same place, another region's."""
        return {"own": self.cast.visit, "other": self.cast.other_visit, "far": self.cast.far_visit}

    def person(self, name: str) -> User | None:
        return None if name == "anonymous" else self.cast.people[name]

    def client(self, name: str) -> Client:
        if name not in self.clients:
            client = Client(headers={"Authorization": f"Token {self.cast.robot_key}"} if name == "robot" else None)
            if name not in ("robot", "anonymous"):
                client.force_login(self.cast.people[name])
            self.clients[name] = client
        return self.clients[name]

    def put(self, state: str) -> None:
        """Puts all three visits, their findings with them, into a state; nothing is done where they are in it."""
        if state == self.state:
            return
        at, by = make.NOON, self.cast.bek
        sent, decided = state != "open", state in ("accepted", "returned", "void")
        facts = {
            "state": state,
            "submitted_by": by if sent else None,
            "submitted_at": at if sent else None,
            "decided_by": self.cast.timur if decided else None,
            "decided_at": at if decided else None,
        }
        Visit.objects.update(**facts)
        finding = {"open": "draft", "returned": "returned", "accepted": "accepted"}.get(state, "submitted")
        Finding.objects.update(state=finding)
        for visit in self.visits.values():
            for name, value in facts.items():
                setattr(visit, name, value)
        self.state = state

    def was_on_team(self, name: str, position: str) -> bool:
        """Whether the person is on the team of this visit, or was."""
        person = self.person(name)
        return person is not None and (self.visits[position].pk, person.pk) in self.teams

    def is_on_team(self, name: str, position: str, *, leading: bool) -> bool:
        """Whether the person is on the team of this visit now; `leading`: as its leader."""
        person = self.person(name)
        part, left = self.teams.get((self.visits[position].pk, person.pk), ("", True)) if person else ("", True)
        return not left and (part == "leader" or not leading)


def furnish(cast: Cast) -> World:
    """Puts something behind every door."""
    world = World(cast)
    plan(cast.checklist)
    met = Choice.objects.get(edition=cast.checklist, code="not_met", question=None)
    critical = cast.checklist.indicators.get(code="AA-01")
    places: dict[str, Institution] = {"here": cast.centre, "there": cast.far_centre}
    for where, place in places.items():
        world.marks["institution", where] = word = f"Placemark{where}"
        for language in ("kk", "ru", "en"):
            setattr(place, f"name_{language}", word)
        place.search = word.casefold()
        place.save()
    for number, (where, visit) in enumerate(world.visits.items(), 1):
        leader = Participation.objects.get(visit=visit, part="leader").user
        note, text, advice = (f"{kind}mark{where}" for kind in ("Note", "Finding", "Advice"))
        world.marks |= {("note", where): note, ("finding", where): text, ("recommendation", where): advice}
        Answer.objects.create(
            visit=visit,
            indicator=critical,
            choice=met,
            note=note,
            sources=["child", "document"],
            by=leader,
            at=make.NOON,
        )
        finding = Finding.objects.create(
            visit=visit, text=text, severity="critical", sources=["child", "document"], by=leader, at=make.NOON
        )
        FindingIndicator.objects.create(finding=finding, indicator=critical)
        world.findings[where] = finding
        world.recommendations[where] = Recommendation.objects.create(
            number=f"2025-{number:03}",
            finding=finding,
            authority=make.authority(),
            issued_on=make.DAY,
            year=2025,
            deadline=make.DAY,
            by=cast.timur,
            **{f"text_{language}": advice for language in ("kk", "ru", "en")},
        )
    for where, visit in world.visits.items():
        world.marks["concern", where] = seen = f"Seenmark{where}"
        world.concerns[where] = UrgentConcern.objects.create(
            visit=visit,
            category="injury",
            seen=seen,
            told=seen,
            by=cast.ana if where == "own" else cast.oleg,
            pressed_at=make.NOON,
            received_at=make.NOON,
        )
    world.waiting = Grant.objects.create(
        user=cast.eve, role="monitor", region_code=HERE, starts=make.DAY, proposed_by=cast.timur
    )
    # Of the same organisation as its coordinator Gulnar, and nobody who knocks.
    world.someone = make.person("zara@example.test", organisation=cast.gulnar.organisation)
    # Monitors in one region and reviews in the other; was once on the team of a visit that she would decide on.
    cast.people["mira"] = make.person(
        "mira@example.test", "monitor", region_code=HERE, organisation=cast.bek.organisation
    )
    make.give(cast.mira, "reviewer", "KZ-10")
    Participation.objects.create(visit=cast.visit, user=cast.mira)
    Participation.objects.create(visit=cast.far_visit, user=cast.mira, left_on=make.DAY)
    # Written by a reviewer, who may therefore not decide on it.
    Finding.objects.filter(pk=world.findings["other"].pk).update(by=cast.clara)
    world.findings["other"].refresh_from_db()
    world.conflict = ConflictOfInterest.objects.create(
        user=cast.timur, institution=cast.far_centre, kind="relative", starts=make.DAY
    ).pk
    world.secret = Invitation.new_secret()
    Invitation.objects.create(
        email="new@example.test",
        organisation=cast.eve.organisation,
        role="monitor",
        secret_digest=digest(world.secret),
        invited_by=cast.gulnar,
        expires_at=timezone.now() + timezone.timedelta(days=1),
    )
    standard = Standard.objects.create(
        code="rules", year=1990, kind="rules", **make.names("title", "Rules"), **make.names("short", "Rules")
    )
    Provision.objects.create(standard=standard, number="1", **make.names("gist", "Every child is registered."))
    content = empty_content()
    for year, state in ((2023, "released"), (2024, "draft")):
        made = Publication.objects.create(
            year=year,
            state=state,
            created_by=cast.timur,
            created_at=make.NOON,
            released_by=cast.saule if state == "released" else None,
            released_at=make.NOON if state == "released" else None,
        )
        FrozenFigures.objects.create(
            publication=made, content={**content, "year": year}, sha256=digest(str(year)), frozen_at=make.NOON
        )
        setattr(world, state, made)
        print_book(made)
    # Signed in here, so that no test's undoing signs them out; one page each, so that the clock of the session stands.
    for name in COLUMNS:
        world.client(name).get(reverse("accessibility"))
    world.order = Order.objects.create(
        work="freeze", year=2024, choice_of_visits="latest", language="en", by=cast.dan, asked_at=make.NOON
    ).pk
    world.teams = {
        (row.visit_id, row.user_id): (row.part, row.left_on is not None) for row in Participation.objects.all()
    }
    world.put("open")
    return world


def print_book(publication: Publication) -> None:
    """A file of the publication in the ledger and on the disk."""
    content, name = b"%PDF-1.7", f"voice-of-the-child-{publication.year}-en.pdf"
    folder = Path(settings.VAR_DIR) / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    ReleasedFile.objects.create(
        publication=publication,
        language="en",
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        made_at=make.NOON,
    )


def empty_content() -> dict[str, Any]:
    """The frozen figures of a year without a visit, made by the product itself."""
    from reports.figures import year_content

    return dict(year_content(2019))


# --- what is expected ----------------------------------------------------------------------------------------------------


def reaches(world: World, name: str, column: str, reach: str, position: str, door: Door) -> bool:
    """Whether a cell's reach covers the thing at this position."""
    if reach == "a":
        return True
    if reach == "p":
        return door.subject in ("released", "report_file")
    if reach == "o" and door.subject == "concern":
        own = world.concerns[position].by == world.person(name)
        return own and reaches(world, name, column, "t", position, door)
    if reach == "o":
        return door.subject == "self"
    region = REGIONS.get((name, column), HERE)
    if door.subject == "institution":
        # Who opens a visit has no team there yet: the place must lie within the region.
        return reach in "gt" and (position == "far") == (region == "KZ-10")
    visit = world.visits[position]
    if reach != "t" and visit.state in OPEN_STATES and door.object in ("finding", "interview"):
        return False
    if reach == "t":
        return world.is_on_team(name, position, leading=column == "team_leader")
    if reach == "n":
        return visit.organisation_id == world.cast.people[name].organisation_id
    return visit.region.iso == region and (column not in ACCEPTED_ONLY or visit.state == "accepted")


def judges_own_work(world: World, name: str, door: Door, position: str, acts: str) -> bool:
    """Whether this door decides on a visit of a team that the person is or was on, or on their own finding."""
    decides = (door.object in ("submitted_visit", "finding") and door.acts == "X") or door.name == "interview_exclude"
    if acts or not decides or not door.concerns_a_visit or name == "anonymous":
        return False
    if door.object == "finding" and world.findings[position].by == world.person(name):
        return True
    return world.was_on_team(name, position)


def columns(name: str, door: Door) -> tuple[str, ...]:
    """The columns a person stands in. Where no visit is concerned, every monitor may be a leader somewhere."""
    own = COLUMNS[name]
    return (*own, "team_leader") if "monitor" in own and not door.concerns_a_visit else own


def granted(name: str, door: Door, acts: str) -> bool:
    """Whether any cell of the person's columns holds one of the letters, however far it reaches."""
    return any(
        set(acts) & set(letters) for column in columns(name, door) for letters, reach in MATRIX[door.object][column]
    )


def allowed(world: World, name: str, door: Door, position: str, acts: str = "") -> bool:
    """Whether the person should come through this door at this position."""
    if door.object == "everyone":
        return True
    if door.object == "nobody":
        return False
    if door.object == "signed_in":
        return name not in ("anonymous", "robot") or (name == "robot" and "-" in door.name)
    letters_asked = set(acts or door.acts)
    if door.concerns_a_place and (
        (name, position) in world.conflicted or judges_own_work(world, name, door, position, acts)
    ):
        return False
    if door.subject == "delivery" and world.was_on_team(name, position):
        # Whoever left a team may still have recorded something on a device: it is kept for the reviewer, never refused.
        return True
    if name in ("anonymous",):
        return door.subject in ("released", "report_file") and "R" in letters_asked
    for column in (*columns(name, door), *(("public",) if door.subject in ("released", "report_file") else ())):
        for letters, reach in MATRIX[door.object][column]:
            if letters_asked & set(letters) and (
                (
                    not door.concerns_a_place
                    and (reach not in "op" or reaches(world, name, column, reach, position, door))
                )
                or (door.concerns_a_place and reaches(world, name, column, reach, position, door))
            ):
                return True
    return False


# --- what is found -------------------------------------------------------------------------------------------------------


def address(world: World, door: Door, position: str) -> str:
    """The door's URL for the thing at this position."""
    visit, cast = world.visits[position], world.cast
    place = cast.far_centre if position == "far" else cast.centre
    arguments: dict[str, Callable[[], list[Any]]] = {
        "": lambda: [],
        "self": lambda: [],
        "delivery": lambda: [],
        "language": lambda: ["ru"],
        "institution": lambda: [place.uid],
        "visit": lambda: [visit.pk],
        "sheets": lambda: [visit.pk, "checklist", "en"],
        "side": lambda: [visit.pk, 1],
        "section": lambda: [visit.pk, "AA"],
        "answer": lambda: [visit.pk, "AA-01"],
        "finding": lambda: [world.findings[position].pk],
        "recommendation": lambda: [world.recommendations[position].pk],
        "concern": lambda: [world.concerns[position].pk],
        "edition": lambda: ["checklist", 1],
        "blank": lambda: ["checklist", 1, "police", "kk"],
        "blank_standards": lambda: ["checklist", 1, "kk"],
        "blank_questions": lambda: ["children", 1, "kk"],
        "indicator": lambda: ["checklist", 1, "AA-01"],
        "question": lambda: ["children", 1, "Q-1"],
        "standard": lambda: ["rules"],
        "person": lambda: [world.someone.pk],
        "grant": lambda: [world.waiting.pk],
        "conflict": lambda: [world.conflict],
        "token": lambda: [cast.robot.api_tokens.get().pk],
        "secret": lambda: [world.secret],
        "released": lambda: [world.released.year],
        "draft": lambda: [world.draft.year],
        "order": lambda: [world.order],
        "report_file": lambda: [world.released.year, "en"],
        "draft_file": lambda: [world.draft.year, "en"],
    }
    return reverse(door.name, args=arguments[door.subject]()) + door.query


def knock(world: World, name: str, door: Door, position: str = "own") -> HttpResponseBase:
    """Makes the request and undoes what it did."""
    client, url = world.client(name), address(world, door, position)
    # Signing out, too, is undone: an answer puts new cookies in the place of old ones.
    cookies = dict(client.cookies)
    with transaction.atomic():
        if door.subject == "delivery":
            response = client.post(url, delivery_to(world.visits[position]), content_type="application/json")
        else:
            response = client.get(url) if door.method == "GET" else client.post(url)
        if response.status_code == 200 and not response.streaming:
            _ = response.content
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.update(cookies)
    return response


def delivery_to(visit: Visit) -> dict[str, Any]:
    """A delivery that says something else than what was planted, made before anything stood there."""
    change = {"do": "answer", "indicator": "AA-01", "base": 0, "choice": "met"}
    return {"format": 1, "id": str(uuid.uuid4()), "visit": str(visit.pk), "changes": [change]}


def came_through(response: HttpResponseBase) -> bool:
    """Whether the house let the person in: a page, a form with errors, a refusal with reasons, or a way on."""
    if response.status_code in (301, 302, 303):
        return "/account/login/?" not in response.headers["Location"]
    return response.status_code in (200, 204, 400, 409, 422)


def positions(door: Door) -> tuple[str, ...]:
    """The positions at which the door leads to different things."""
    return ("own", "other", "far") if door.concerns_a_visit else ("own", "far") if door.concerns_a_place else ("own",)


def knockers(door: Door) -> list[str]:
    """Everybody of the cast; the program knocks at the doors of programs only, which have a dash in their names."""
    return [name for name in COLUMNS if name != "robot" or "-" in door.name]


def wrong_ways(world: World, door: Door) -> Iterator[str]:
    """What differs from what is expected, and planted words that are read, in sentences; none = all as the matrix says.

    Knocks only as long as somebody listens: whoever wants to know whether anything is wrong stops at the first sentence.
    """
    if door.state:
        world.put(door.state)
    for name in knockers(door):
        for position in positions(door):
            response = knock(world, name, door, position)
            status, expected = response.status_code, allowed(world, name, door, position)
            yield from leaks(world, name, door, position, response, door.state or "open")
            if came_through(response) is not expected:
                yield f"{name} at {position}: {'should' if expected else 'should not'} come through ({status})"
            elif not expected and name not in ("anonymous", "robot") and status not in (403, 404):
                yield f"{name} at {position}: refused by {status}"
            elif not expected and door.concerns_a_place and status != 404 and outside(world, name, door, position):
                yield f"{name} at {position}: {status} tells that it exists"


def outside(world: World, name: str, door: Door, position: str) -> bool:
    """Whether the thing lies outside the scope of someone whose role could do the act: then it does not exist for them."""
    if name == "anonymous" or not granted(name, door, door.acts):
        return False
    known = replace(door, object="submitted_visit") if door.object == "interview" and door.state != "open" else door
    return not allowed(world, name, known, position, acts="Rm")


# --- what is read --------------------------------------------------------------------------------------------------------

READERS = {
    # planted in -> the cell that lets one read it
    "note": ("visit_draft", "submitted_visit"),
    "finding": ("finding", "finding"),
    "recommendation": ("recommendation", "recommendation"),
    "concern": ("escalation", "escalation"),
}


def may_read(world: World, name: str, kind: str, where: str, state: str) -> bool:
    """Whether the matrix lets this person read what was planted there."""
    if kind == "institution":
        position = "far" if where == "there" else "own"
        place = Door("", "GET", "institution", "R", "institution", state)
        known = [Door("", "GET", thing, "Rm", "visit", state) for thing in ("visit_draft", "submitted_visit")]
        spots = ("far",) if where == "there" else ("own", "other")
        return allowed(world, name, place, position) or any(
            allowed(world, name, door, spot) for door in known for spot in spots
        )
    thing = READERS[kind][state not in OPEN_STATES]
    if kind == "finding" and "report_editor" in COLUMNS[name] and state != "accepted":
        return False
    if kind == "finding" and state in OPEN_STATES and not {"monitor", "team_leader"} & set(COLUMNS[name]):
        return False
    return allowed(world, name, Door("", "GET", thing, "R", "visit", state), where)


def words_in(world: World, response: HttpResponseBase) -> set[tuple[str, str]]:
    """The planted words in an answer."""
    if response.streaming:
        body = b"".join(response)  # type: ignore[attr-defined]
    else:
        body = response.content  # type: ignore[attr-defined]
    return {mark for mark, word in world.marks.items() if word.encode() in body}


def leaks(world: World, name: str, door: Door, position: str, response: HttpResponseBase, state: str) -> list[str]:
    """Planted words in this answer that the person may not read, in sentences."""
    return [
        f"{name} at {position} of {door}: reads {kind} {where}"
        for kind, where in sorted(words_in(world, response))
        if not may_read(world, name, kind, where, state)
    ]


def leaks_behind(world: World, doors: list[Door], state: str) -> list[str]:
    """What anybody reads behind these doors and may not, while all visits are in this state."""
    return [
        leak
        for door in doors
        for name in knockers(door)
        for position in positions(door)
        for leak in leaks(world, name, door, position, knock(world, name, door, position), state)
    ]


def found_by_a_rightful_reader(world: World, mark: tuple[str, str], doors: list[Door], state: str) -> bool:
    """Whether somebody who may read these words finds them behind one of the doors."""
    return any(
        mark in words_in(world, knock(world, name, door, position))
        for name in COLUMNS
        if may_read(world, name, *mark, state)
        for door in doors
        if name in knockers(door)
        for position in positions(door)
        if position == mark[1] or not door.concerns_a_visit
    )

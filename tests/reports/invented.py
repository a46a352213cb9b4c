"""Invented years: a small country as plain objects, thrown with dice, and written to the database in bulk, in any order.

The objects are what `recounted.py` counts; the rows are what the product counts. Neither knows of the other.
"""

import random
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from institutions.models import Headcount, Institution
from tests import factories as make
from visits.layout import build_layout, pack
from visits.models import (
    Choice,
    Crosswalk,
    Edition,
    Finding,
    FindingIndicator,
    Instrument,
    Interview,
    Participation,
    Question,
    Recommendation,
    Section,
    SectionRating,
    Visit,
    VisitTally,
)

YEAR = 2025
SCALE = ("met", "partly_met", "not_met", "not_applicable", "not_seen", "access_refused")
INDICATORS = ("AA-01", "AA-02", "BB-01", "BB-02")

# code -> kind, sensitive, (question, choice) it is asked after, choices that answer, choices that do not, merge order
ASKED: dict[str, tuple[Any, ...]] = {
    "Q-01": ("single", False, None, ("10_13", "14_15", "16_17"), ("no_word",), [[["10_13", "14_15"]]]),
    "Q-02": ("single", False, None, ("girl", "boy"), ("no_word",), []),
    "Q-10": ("single", False, None, ("yes", "no"), ("dont_know", "no_word"), []),
    "Q-11": (
        "single",
        False,
        ("Q-10", "yes"),
        ("never", "sometimes", "often", "always"),
        ("no_word",),
        [[["often", "always"]], [["never", "sometimes"]]],
    ),
    "Q-12": (
        "multiple",
        True,
        None,
        ("hit", "shouted", "ignored", "none_of_these"),
        ("no_word",),
        [[["hit", "shouted"]]],
    ),
}
NONE_OF_THESE = "none_of_these"
# Joined by a crosswalk, one choice of worlds after another: (older code, newer code).
JOINS: tuple[tuple[tuple[str, str], ...], ...] = (
    (),
    (("AA-01", "AA-01"), ("AA-02", "AA-02"), ("BB-02", "BB-02")),
    tuple((code, code) for code in (*INDICATORS, *ASKED)),
    # The question that leads to another, without the other.
    (("Q-10", "Q-10"), ("Q-01", "Q-01"), ("AA-02", "AA-02")),
    # And the other way about.
    (("Q-11", "Q-11"), ("Q-12", "Q-12")),
)


@dataclass(frozen=True)
class Sizes:
    """How large a year is, and how its answers fall."""

    seed: int = 1
    places: int = 12
    trips: int = 20
    talks: int = 5
    joins: int = 0
    # How much rarer the last choices are than the first.
    steep: float = 1.0


@dataclass(frozen=True)
class Place:
    number: int
    region: int
    kind: int
    authority: int
    opened: date | None
    closed: date | None
    room: int | None


@dataclass(frozen=True)
class Talk:
    """`answers`: what was put -> a choice, several, or None where nothing was said."""

    id: uuid.UUID
    edition: int
    answers: dict[str, Any]
    excluded: str


@dataclass(frozen=True)
class Trip:
    id: uuid.UUID
    place: Place
    region: int
    kind: int
    day: date
    state: str
    access: str
    announced: bool
    team: tuple[int, ...]
    edition: int
    answers: dict[str, str | None]
    told: frozenset[str]
    ratings: dict[str, int | None]
    talks: tuple[Talk, ...]

    @property
    def counts(self) -> bool:
        return self.state == "accepted"

    @property
    def inside(self) -> bool:
        return self.counts and self.access != "refused"


@dataclass(frozen=True)
class Advice:
    number: str
    trip: Trip
    rejected: bool
    severity: str
    authority: int
    deadline: date
    year: int
    said: str
    seen: str


@dataclass(frozen=True)
class Count:
    place: Place
    on: date
    children: int
    source: str


@dataclass
class Year:
    sizes: Sizes
    places: list[Place] = field(default_factory=list)
    trips: list[Trip] = field(default_factory=list)
    advice: list[Advice] = field(default_factory=list)
    headcounts: list[Count] = field(default_factory=list)


def invent(sizes: Sizes) -> Year:
    """A year of these sizes: the same for the same sizes, on every machine."""
    dice = random.Random(repr(sizes))
    year = Year(sizes)
    for number in range(sizes.places):
        opened = dice.choice([None, date(2010, 1, 1), date(2025, 5, 5), date(2026, 2, 2)])
        closed = (
            dice.choice([None, None, None, date(2024, 6, 1), date(2025, 6, 1)]) if opened == date(2010, 1, 1) else None
        )
        year.places.append(
            Place(
                number,
                dice.randrange(3),
                dice.randrange(2),
                dice.randrange(2),
                opened,
                closed,
                dice.choice([20, 40, None]),
            )
        )
    for _trip in range(sizes.trips if sizes.places else 0):
        year.trips.append(_trip_to(dice, dice.choice(year.places), sizes))
    for number in range(sizes.trips // 2):
        trip = dice.choice(year.trips) if year.trips else None
        if trip is not None:
            year.advice.append(_advice(dice, number, trip))
    for place in year.places:
        days = {date(YEAR - dice.randrange(2), dice.randint(1, 12), 1) for _count in range(dice.randrange(3))}
        for on in sorted(days):
            year.headcounts.append(Count(place, on, dice.randint(0, 60), dice.choice(["visit", "visit", "authority"])))
    return year


def _trip_to(dice: random.Random, place: Place, sizes: Sizes) -> Trip:
    refused = dice.random() < 0.1
    state = dice.choice(["accepted"] * 7 + ["submitted", "void"])
    answers = (
        {}
        if refused
        else {code: _pick(dice, (*SCALE, None), sizes.steep) for code in INDICATORS if dice.random() < 0.95}
    )
    return Trip(
        id=_id(dice),
        place=place,
        # An institution moves and changes its kind; the visit keeps what was.
        region=place.region if dice.random() < 0.9 else dice.randrange(3),
        kind=place.kind if dice.random() < 0.95 else 1 - place.kind,
        day=date(YEAR - (dice.random() < 0.15), 1, 1) + timedelta(days=dice.randint(0, 360)),
        state=state,
        access="refused" if refused else dice.choice(["granted", "granted", "delayed"]),
        announced=dice.random() < 0.3,
        team=tuple(dice.sample(range(3), dice.randint(1, 3))),
        edition=dice.randrange(2),
        answers=answers,
        told=frozenset(code for code in answers if code == "AA-02" and dice.random() < 0.05),
        ratings={section: dice.choice([4, 3, 2, 1, None]) for section in ("AA", "BB") if dice.random() < 0.8},
        talks=() if refused else tuple(_talk(dice, sizes) for _talk_ in range(dice.randint(0, sizes.talks))),
    )


def _talk(dice: random.Random, sizes: Sizes) -> Talk:
    answers: dict[str, Any] = {}
    for code, (kind, _sensitive, after, choices, beside, _merges) in ASKED.items():
        if (after and answers.get(after[0]) != after[1]) or dice.random() < 0.02:
            continue
        first = _pick(dice, (*choices, *beside[:1], None) if dice.random() < 0.15 else choices, sizes.steep)
        if kind == "single" or first is None:
            answers[code] = first
        elif first in (NONE_OF_THESE, *beside):
            answers[code] = (first,)
        else:
            more = [one for one in choices if one not in (first, NONE_OF_THESE) and dice.random() < 0.4]
            answers[code] = (first, *more)
    excluded = dice.choice(["", "", "", "", "", "", "", "stopped", "pressure"])
    return Talk(_id(dice), dice.randrange(2), answers, excluded)


def _advice(dice: random.Random, number: int, trip: Trip) -> Advice:
    return Advice(
        number=f"{YEAR}-{number:03}",
        trip=trip,
        rejected=dice.random() < 0.1,
        severity=dice.choice(["critical", "high", "medium", "low"]),
        authority=dice.randrange(2),
        deadline=date(2026, 1, 1) + timedelta(days=dice.randint(0, 100)),
        year=dice.choice([YEAR, YEAR, YEAR, YEAR - 1]),
        said=dice.choice(["none", "accepted", "partly", "rejected", "no_reply"]),
        seen=dice.choice(["not_checked", "implemented", "partly", "not", "overtaken"]),
    )


def _pick(dice: random.Random, choices: Any, steep: float) -> Any:
    return dice.choices(choices, [steep**-at for at in range(len(choices))])[0]


def _id(dice: random.Random) -> uuid.UUID:
    return uuid.UUID(int=dice.getrandbits(128))


# --- the same as rows ----------------------------------------------------------------------------------------------------


def ground() -> SimpleNamespace:
    """What every invented year stands on: regions, kinds, authorities, people, two editions of both instruments."""
    made = SimpleNamespace()
    made.regions = [
        make.region(iso, name) for iso, name in (("KZ-10", "Abai"), ("KZ-35", "Karaganda"), ("KZ-71", "Astana"))
    ]
    made.authorities = [make.authority(), make.authority("moe", "Ministry of Education")]
    made.kinds = [make.kind(), make.kind("colony", 6)]
    bodies = [make.organisation("NGO Umit"), make.organisation("NGO Dostyk")]
    made.people = [make.person(f"one{n}@example.test", organisation=bodies[n % 2]) for n in range(3)]
    made.checklists = [make.tiny_checklist(number=number) for number in (1, 2)]
    made.questionnaires = [_questionnaire(number) for number in (1, 2)]
    # As in the edition: what is called for by indicator, and by section.
    made.indicators = [{one.code: one for one in edition.indicators.all()} for edition in made.checklists]
    made.sections = [{one.code: one for one in edition.sections.all()} for edition in made.checklists]
    return made


def _questionnaire(number: int) -> Edition:
    instrument = Instrument.objects.get_or_create(
        code="children", defaults={"kind": "questionnaire", **make.names("title", "Questionnaire")}
    )[0]
    edition = Edition.objects.create(instrument=instrument, number=number)
    section = Section.objects.create(edition=edition, code="QA", order=1, **make.names("title", "Talk"))
    for order, (code, (kind, sensitive, after, choices, beside, merges)) in enumerate(ASKED.items(), 1):
        question = Question.objects.create(
            edition=edition,
            section=section,
            code=code,
            order=order,
            kind=kind,
            sensitive=sensitive,
            applies_to=["all"],
            ask_if={"question": after[0], "choices": [after[1]]} if after else {},
            merge_order=merges,
            indicator_codes=["BB-02"] if sensitive else [],
            **make.names("text", f"Question {code}?"),
        )
        for place, choice in enumerate((*choices, *beside)):
            Choice.objects.create(
                edition=edition,
                question=question,
                code=choice,
                order=place,
                role="answer" if choice in choices else "no_answer",
                excludes=choice == NONE_OF_THESE,
                **make.names("label", choice.replace("_", " ")),
            )
    edition.layout = build_layout(edition)
    return make.publish(edition)


def write(year: Year, on: SimpleNamespace, shuffle: int = 0) -> None:
    """The year as rows, in an order of their own."""
    dice = random.Random(shuffle)

    def mixed(rows: Any) -> list[Any]:
        rows = list(rows)
        dice.shuffle(rows)
        return rows

    joins = JOINS[year.sizes.joins]
    Crosswalk.objects.bulk_create(
        Crosswalk(older=pair[0], newer=pair[1], older_code=older, newer_code=newer)
        for older, newer in mixed(joins)
        for pair in [on.questionnaires if older in ASKED else on.checklists]
    )
    institutions = {
        place.number: Institution(
            kind=on.kinds[place.kind],
            region=on.regions[place.region],
            authority=on.authorities[place.authority],
            capacity=place.room,
            opened_on=place.opened,
            closed_on=place.closed,
            sort_key=f"{place.number:03}",
            **make.names("name", f"Place {place.number}"),
        )
        for place in mixed(year.places)
    }
    Institution.objects.bulk_create(institutions.values())
    Headcount.objects.bulk_create(
        Headcount(institution=institutions[one.place.number], on=one.on, children=one.children, source=one.source)
        for one in mixed(year.headcounts)
    )
    trips = mixed(year.trips)
    Visit.objects.bulk_create(_visit(trip, institutions, on) for trip in trips)
    Participation.objects.bulk_create(
        Participation(visit_id=trip.id, user=on.people[person], part="member" if at else "leader")
        for trip in mixed(trips)
        for at, person in enumerate(trip.team)
    )
    VisitTally.objects.bulk_create(_tally(trip, on) for trip in mixed(trips) if trip.inside)
    SectionRating.objects.bulk_create(
        SectionRating(
            visit_id=trip.id, section=on.sections[trip.edition][code], step=step, by=on.people[0], at=make.NOON
        )
        for trip in mixed(trips)
        for code, step in trip.ratings.items()
    )
    Interview.objects.bulk_create(
        Interview(
            id=talk.id,
            visit_id=trip.id,
            edition=on.questionnaires[talk.edition],
            answers=pack(on.questionnaires[talk.edition].layout, talk.answers, set(talk.answers)),
            excluded=talk.excluded,
        )
        for trip, talk in mixed((trip, talk) for trip in trips for talk in trip.talks)
    )
    _write_advice(mixed(year.advice), on)


def _visit(trip: Trip, institutions: dict[int, Institution], on: SimpleNamespace) -> Visit:
    leader = on.people[trip.team[0]]
    return Visit(
        id=trip.id,
        institution=institutions[trip.place.number],
        region=on.regions[trip.region],
        institution_kind=on.kinds[trip.kind],
        organisation=leader.organisation,
        checklist=on.checklists[trip.edition],
        questionnaire=on.questionnaires[0],
        announced=trip.announced,
        first_day=trip.day,
        last_day=trip.day,
        year=trip.day.year,
        access=trip.access,
        state=trip.state,
        opened_by=leader,
        opened_at=make.NOON,
        interviews_submitted=bool(trip.talks),
    )


def _tally(trip: Trip, on: SimpleNamespace) -> VisitTally:
    edition = on.checklists[trip.edition]
    bits = sum(1 << at for at, place in enumerate(edition.layout) if place["code"] in trip.told)
    return VisitTally(
        visit_id=trip.id,
        edition=edition,
        answers=pack(edition.layout, trip.answers, set(trip.answers)),
        child_only=bits.to_bytes(1, "little") if bits else b"",
    )


def _write_advice(advice: list[Advice], on: SimpleNamespace) -> None:
    findings = {
        one.number: Finding(
            visit_id=one.trip.id,
            text="-",
            severity=one.severity,
            by=on.people[0],
            at=make.NOON,
            state="rejected" if one.rejected else "accepted",
        )
        for one in advice
    }
    Finding.objects.bulk_create(findings.values())
    FindingIndicator.objects.bulk_create(
        FindingIndicator(finding=findings[one.number], indicator=on.indicators[one.trip.edition]["AA-01"])
        for one in advice
    )
    Recommendation.objects.bulk_create(
        Recommendation(
            number=one.number,
            finding=findings[one.number],
            authority=on.authorities[one.authority],
            issued_on=date(one.year, 12, 1),
            year=one.year,
            deadline=one.deadline,
            response=one.said,
            verification=one.seen,
            by=on.people[0],
            **make.names("text", f"Advice {one.number}"),
        )
        for one in advice
    )

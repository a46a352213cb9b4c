"""The visits: who went where and when, how they were let in, and where each stands now."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from django.utils import timezone

from institutions.models import Headcount
from ombudsman.people.models import Organisation, User
from visits.models import Edition, Participation, Visit

from .country import Country, count_children, stood
from .dice import Dice, dice_for, one_of, throw_id
from .names import DELAYS, REFUSALS, RETURN_REASON, VOID_REASON, said
from .people import HOME_REGION, People
from .pour import pour_instances

# Shares of the three years; what is left is going on now.
SHARES = (0.29, 0.31, 0.33)
# Kinds where children are too young to be asked.
NOT_INTERVIEWED = frozenset({11})


@dataclass
class Trip:
    """One visit with what the other rooms need to know of it."""

    visit: Visit
    place: int
    team: list[User]
    reviewer: User
    language: str
    headcount: Headcount

    @property
    def entered(self) -> bool:
        return self.visit.access != Visit.Access.REFUSED

    @property
    def submitted(self) -> bool:
        return self.visit.state != Visit.State.OPEN


def make_visits(
    seed: int,
    total: int,
    year: int,
    day: date,
    country: Country,
    people: People,
    editions: tuple[Edition, Edition],
    shares: tuple[float, float, float] = SHARES,
) -> list[Trip]:
    """Writes `total` visits: three years up to `year`, and the running work of the last weeks before `day`."""
    dice = dice_for(seed, "visits")
    numbers = [round(total * share) for share in shares]
    days = [
        (place, on, False)
        for number, of in zip(numbers, (year - 2, year - 1, year), strict=True)
        for place, on in round_of(dice, country, of, number)
    ]
    days += [(place, on, True) for place, on in running(dice, country, day, total - len(days))]
    days.sort(key=lambda each: (each[1], each[0]))
    headcounts = count_children(seed, country, year, [(place, on) for place, on, _ in days], day)
    before: dict[int, Visit] = {}
    trips = []
    teams = turns(dice, people)
    now_at_home = Counter[str]()
    for place, on, now in days:
        institution = country.institutions[place]
        organisation, members = next(teams[institution.region.iso])
        if now and institution.region.iso == HOME_REGION:
            organisation, members = people.teams[HOME_REGION][0][0], people.teams[HOME_REGION][0][1][:3]
        visit = Visit(
            id=throw_id(dice),
            institution=institution,
            region=institution.region,
            institution_kind=institution.kind,
            organisation=organisation,
            checklist=editions[0],
            questionnaire=editions[1],
            first_day=on,
            last_day=on + timedelta(days=int(dice.random() < 0.3 and not now)),
            year=on.year,
            announced=bool(dice.random() < 0.14),
            opened_by=members[0],
            previous=before.get(place),
        )
        trip = Trip(
            visit=visit,
            place=place,
            team=members,
            reviewer=people.reviewers[institution.region.iso],
            language=members[0].language,
            headcount=headcounts[place, on],
        )
        describe(dice, trip)
        stand(dice, trip, now, day, now_at_home)
        if visit.state == Visit.State.ACCEPTED:
            before[place] = visit
        trips.append(trip)
    pour_instances([trip.visit for trip in trips])
    pour_instances(participations(trips))
    return trips


def round_of(dice: Dice, country: Country, year: int, number: int) -> list[tuple[int, date]]:
    """Place and day of a year's visits: everybody in turn, police and remand more often, the better one always."""
    first = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - first).days
    opened = [place for place, made in enumerate(country.institutions) if stood(made, date(year, 7, 1))]
    weights = np.array([2.0 if country.institutions[place].kind.number <= 5 else 1.0 for place in opened])
    weights[opened.index(country.better)] = 1e6
    whole, rest = divmod(number, len(opened))
    picked = opened * whole
    picked += [opened[at] for at in dice.choice(len(opened), rest, replace=False, p=weights / weights.sum())]
    result: dict[tuple[int, date], None] = {}
    for place in picked:
        made = country.institutions[place]
        for _ in range(20):
            on = first + timedelta(days=int(dice.integers(10, length - 20)))
            if stood(made, on) and on.weekday() < 5 and (place, on) not in result:
                break
        result[place, on if stood(made, on) else date(year, 7, 1)] = None
    return list(result)


def running(dice: Dice, country: Country, day: date, number: int) -> list[tuple[int, date]]:
    """Place and day of the visits of the last eight weeks; a good part of them where the demonstration's reviewer works."""
    opened = [place for place, made in enumerate(country.institutions) if stood(made, day)]
    home = [place for place in opened if country.institutions[place].region.iso == HOME_REGION]
    result: dict[tuple[int, date], None] = {}
    turn = 0
    while len(result) < number:
        place = one_of(dice, home if turn < min(8, number) else opened)
        result[place, day - timedelta(days=int(dice.integers(1, 57)))] = None
        turn += 1
    return list(result)


def turns(dice: Dice, people: People) -> dict[str, Iterator[tuple[Organisation, list[User]]]]:
    """For each region an endless row of teams of two to four monitors."""

    def teams(iso: str) -> Iterator[tuple[Organisation, list[User]]]:
        while True:
            organisation, monitors = one_of(dice, people.teams[iso])
            order = dice.permutation(len(monitors))[: int(dice.integers(2, len(monitors) + 1))]
            yield organisation, [monitors[place] for place in order]

    return {iso: teams(iso) for iso in people.teams}


def describe(dice: Dice, trip: Trip) -> None:
    """How the team was let in, why it came, how children were chosen."""
    visit, chance = trip.visit, dice.random()
    arrived = int(dice.integers(8 * 60 + 30, 16 * 60))
    waited = int(dice.integers(2, 15))
    if chance < 0.02:
        visit.access = Visit.Access.REFUSED
        visit.access_note = said(one_of(dice, REFUSALS), trip.language)
    elif chance < 0.08:
        visit.access, waited = Visit.Access.DELAYED, int(dice.integers(25, 150))
        visit.access_note = said(one_of(dice, DELAYS), trip.language)
    visit.arrived_at = clock(arrived)
    visit.entered_at = clock(arrived + waited) if trip.entered else None
    kinds = (Visit.Kind.PERIODIC, Visit.Kind.SPECIAL, Visit.Kind.FOLLOW_UP)
    visit.kind = kinds[int(dice.choice(3, p=[0.82, 0.08, 0.1] if visit.previous else [0.92, 0.08, 0.0]))]
    if trip.entered and visit.institution_kind.number not in NOT_INTERVIEWED:
        visit.sampling = ("all", "random", "chosen")[int(dice.choice(3, p=[0.3, 0.45, 0.25]))]


def stand(dice: Dice, trip: Trip, now: bool, day: date, at_home: Counter[str]) -> None:
    """The state of the visit and the times and people that go with it. What runs now is spread over all states."""
    visit, leader = trip.visit, trip.team[0]
    visit.opened_at = moment(visit.first_day, 18 * 60 + int(dice.integers(0, 180)))
    state = Visit.State.ACCEPTED if dice.random() > 0.008 else Visit.State.VOID
    if now:
        states = (Visit.State.OPEN, Visit.State.SUBMITTED, Visit.State.RETURNED, Visit.State.ACCEPTED)
        state = states[int(dice.choice(4, p=[0.3, 0.4, 0.15, 0.15]))]
        if visit.region.iso == HOME_REGION and at_home.total() < 3:
            # Whoever signs in first finds something of each sort.
            state = states[at_home.total()]
        if visit.region.iso == HOME_REGION:
            at_home[state] += 1
    visit.state = state
    if state == Visit.State.OPEN:
        return
    latest = day - timedelta(days=1)
    submitted = min(visit.last_day + timedelta(days=int(dice.integers(0, 9))), latest)
    visit.submitted_by, visit.submitted_at = leader, moment(max(submitted, visit.last_day), 21 * 60)
    if state != Visit.State.SUBMITTED:
        decided = min(submitted + timedelta(days=int(dice.integers(2, 24))), latest)
        visit.decided_by, visit.decided_at = trip.reviewer, moment(max(decided, visit.last_day), 21 * 60 + 30)
    if state == Visit.State.RETURNED:
        visit.state_reason = said(RETURN_REASON, trip.language)
    if state == Visit.State.VOID:
        visit.state_reason = said(VOID_REASON, trip.language)


def participations(trips: Iterable[Trip]) -> list[Participation]:
    """Every team: one leader, the others members."""
    return [
        Participation(visit=trip.visit, user=user, part="member" if place else "leader")
        for trip in trips
        for place, user in enumerate(trip.team)
    ]


def clock(minutes: int) -> time:
    """A time of day from minutes after midnight."""
    return time(minutes // 60, minutes % 60)


def moment(day: date, minutes: int) -> datetime:
    """A moment in the office's time zone."""
    return timezone.make_aware(datetime.combine(day, clock(minutes)))

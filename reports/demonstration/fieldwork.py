"""Work in the field as it runs: children at risk, two answers at one place, what came late, copies on devices.

It is about the visits of the last weeks, most of it where the demonstration's own people work: whoever signs in finds it.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings

from ombudsman.people.models import User
from visits.models import DeviceCopy, Difference, UrgentConcern, Visit

from .answers import Sheets
from .dice import Dice, dice_for, one_of, throw_id
from .names import ALSO_SEEN, CONCERNS, LATE_FINDINGS, OUTCOMES, TOLD, said
from .people import HOME_REGION, People
from .pour import pour_instances
from .visits import Trip, moment

State = Visit.State
# How many differences an open visit has, and how many things came after another was submitted.
OPEN_DIFFERENCES, LATE_ANSWERS = 2, 2


def make_fieldwork(seed: int, day: date, trips: Sequence[Trip], sheets: Sheets, people: People) -> None:
    """Writes urgent concerns, differences and copies on devices. Where there are too few visits, fewer of them."""
    dice, duty = dice_for(seed, "fieldwork"), people.officers["duty"]
    filled, handed_in = at_home(trips, day, State.OPEN), at_home(trips, day, State.SUBMITTED)
    pour_instances(list(concerns(dice, day, trips, filled, duty)))
    differences: list[Difference] = []
    if filled is not None:
        differences += two_answers(dice, filled, trips[filled], sheets)
    if handed_in is not None:
        differences += came_late(dice, handed_in, trips[handed_in], sheets)
    pour_instances(differences)
    pour_instances(list(copies(dice, day, trips, filled)))


def at_home(trips: Sequence[Trip], day: date, state: str) -> int | None:
    """The newest visit in this state where the demonstration's own team works; at least three days old, if there is one."""
    here = [
        number
        for number, trip in enumerate(trips)
        if trip.visit.state == state and trip.entered and trip.visit.region.iso == HOME_REGION
    ]
    settled = [number for number in here if trips[number].visit.first_day <= day - timedelta(days=3)]
    return max(settled or here, key=lambda number: (trips[number].visit.first_day, number), default=None)


# --- Children at risk ----------------------------------------------------------------------------------------------------------


def concerns(dice: Dice, day: date, trips: Sequence[Trip], filled: int | None, duty: User) -> Iterator[UrgentConcern]:
    """One that nobody has taken yet, one that is in hand, and some that ended well in the weeks before."""
    evening = moment(day - timedelta(days=1), 20 * 60 + 5)
    if filled is not None:
        yield concern(dice, trips[filled], "injury", evening)
    elsewhere = [trip for trip in trips if trip.entered and trip.visit.region.iso != HOME_REGION]
    elsewhere.sort(key=lambda trip: (trip.visit.first_day, trip.visit.id), reverse=True)
    if elsewhere:
        taken = concern(dice, elsewhere[0], "denial", evening - timedelta(hours=3))
        taken.taken_by, taken.taken_at = duty, taken.received_at + timedelta(minutes=11)
        yield taken
    for trip, (category, outcome) in zip(elsewhere[1:], OUTCOMES, strict=False):
        made = concern(dice, trip, category, moment(trip.visit.first_day, 15 * 60 + int(dice.integers(0, 120))))
        made.taken_by, made.taken_at = duty, made.received_at + timedelta(minutes=int(dice.integers(3, 25)))
        made.closed_by, made.closed_at = duty, made.taken_at + timedelta(hours=int(dice.integers(1, 7)))
        made.outcome = outcome
        made.outcome_note = said(OUTCOMES[category, outcome], trip.language)
        yield made


def concern(dice: Dice, trip: Trip, category: str, pressed: datetime) -> UrgentConcern:
    """A concern as a monitor of the team reported it, minutes after the press."""
    return UrgentConcern(
        id=throw_id(dice),
        visit=trip.visit,
        category=category,
        seen=said(CONCERNS[category], trip.language),
        told=said(TOLD, trip.language),
        told_at=pressed + timedelta(minutes=4),
        by=trip.team[-1],
        pressed_at=pressed,
        received_at=pressed + timedelta(minutes=int(dice.integers(2, 9))),
    )


# --- Two answers at one place --------------------------------------------------------------------------------------------------


def two_answers(dice: Dice, number: int, trip: Trip, sheets: Sheets) -> Iterator[Difference]:
    """What a second member recorded without a network where the first had answered already."""
    opened = trip.visit.opened_at
    for place in sheets.places(number, "met")[:OPEN_DIFFERENCES]:
        yield recorded(dice, trip, sheets, place, "open", opened + timedelta(hours=1), opened + timedelta(hours=10))


def came_late(dice: Dice, number: int, trip: Trip, sheets: Sheets) -> Iterator[Difference]:
    """What reached the server after the visit had been submitted: answers, and a finding."""
    made, received = trip.visit.opened_at, (trip.visit.submitted_at or trip.visit.opened_at) + timedelta(hours=9)
    for place in sheets.places(number, "met")[:LATE_ANSWERS]:
        yield recorded(dice, trip, sheets, place, "late", made, received)
    for place in sheets.places(number, "not_met")[:1]:
        wording = {
            "text": said(one_of(dice, LATE_FINDINGS), trip.language),
            "severity": sheets.indicators[place].criticality,
            "sources": ["seen", "document"],
            "indicators": [sheets.indicators[place].code],
        }
        yield Difference(
            id=throw_id(dice),
            visit=trip.visit,
            finding=throw_id(dice),
            mine=wording,
            by=trip.team[-1],
            made_at=made,
            received_at=received,
            state="late",
        )


def recorded(
    dice: Dice, trip: Trip, sheets: Sheets, place: int, state: str, made: datetime, received: datetime
) -> Difference:
    """Another answer for an indicator than the one that stands; by a member who did not write that one."""
    indicator = sheets.indicators[place]
    writer = trip.team[indicator.section.order % len(trip.team)]
    mine = {
        "choice": "partly_met",
        "measurement": None,
        "note": said(one_of(dice, ALSO_SEEN), trip.language),
        "sources": ["seen"],
        "anyway": False,
        "confirmed": False,
    }
    return Difference(
        id=throw_id(dice),
        visit=trip.visit,
        indicator=indicator,
        mine=mine,
        standing_version=1,
        by=next(member for member in reversed(trip.team) if member is not writer),
        made_at=made,
        received_at=received,
        state=state,
    )


# --- On devices ----------------------------------------------------------------------------------------------------------------


def copies(dice: Dice, day: date, trips: Sequence[Trip], filled: int | None) -> Iterator[DeviceCopy]:
    """Copies of the running visits: most have sent everything; one device has been silent with work on it."""
    for number, trip in enumerate(trips):
        if trip.visit.state not in (State.OPEN, State.SUBMITTED) or not trip.entered:
            continue
        open_now = trip.visit.state == State.OPEN
        first = max(trip.visit.first_day, day - timedelta(days=6)) if open_now else trip.visit.first_day
        for member in trip.team[: 2 if number == filled else 1]:
            taken = moment(first, 7 * 60 + int(dice.integers(10, 50)))
            silent = number == filled and member is trip.team[1]
            yield DeviceCopy(
                id=throw_id(dice),
                user=member,
                visit=trip.visit,
                device=throw_id(dice),
                taken_at=taken,
                expires_at=taken + timedelta(days=settings.COPY_DAYS),
                unsent=23 if silent else 0,
                unsent_since=taken + timedelta(hours=9) if silent else None,
                heard_at=taken + timedelta(hours=10),
                ended="" if open_now else DeviceCopy.End.SENT,
            )

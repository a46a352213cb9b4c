"""What came of it: findings, recommendations, what authorities wrote, and what the next visit saw."""

from collections.abc import Sequence
from datetime import date, timedelta

from visits.models import Finding, FindingIndicator, Recommendation, Response, Verification, Visit

from .answers import Sheets
from .dice import Dice, dice_for, one_of, throw_id
from .names import FINDINGS, RECOMMENDATIONS, REJECT_REASON, RESPONSES, VERIFIED, said
from .pour import pour_instances
from .visits import Trip

DAYS_TO_ANSWER = {"critical": 30, "high": 60, "medium": 90}
STATE_OF = {
    Visit.State.OPEN: Finding.State.DRAFT,
    Visit.State.SUBMITTED: Finding.State.SUBMITTED,
    Visit.State.RETURNED: Finding.State.RETURNED,
    Visit.State.ACCEPTED: Finding.State.ACCEPTED,
}


def make_followup(seed: int, day: date, trips: Sequence[Trip], sheets: Sheets) -> list[Recommendation]:
    """Writes findings with their indicators, recommendations, responses and verifications."""
    dice = dice_for(seed, "followup")
    findings: list[tuple[int, int, Finding]] = [
        (number, place, finding)
        for number, trip in enumerate(trips)
        if trip.visit.state in STATE_OF
        for place, finding in concluded(dice, number, trip, sheets)
    ]
    pour_instances([finding for _, _, finding in findings])
    pour_instances(
        [FindingIndicator(finding=finding, indicator=sheets.indicators[place]) for _, place, finding in findings]
    )
    later = next_visits(trips)
    recommendations, responses, verifications = [], [], []
    last: dict[tuple[int, int], Recommendation] = {}
    numbers: dict[int, int] = {}
    for number, place, finding in sorted(findings, key=lambda each: (issued(trips[each[0]], day), each[0], each[1])):
        trip, on = trips[number], issued(trips[number], day)
        if finding.state != Finding.State.ACCEPTED or on > day or dice.random() > 0.8:
            continue
        numbers[on.year] = numbers.get(on.year, 0) + 1
        made = recommend(dice, trip, sheets, place, finding, on, numbers[on.year])
        earlier = last.get((trip.place, place))
        if earlier is not None and earlier.verification in ("not", "partly"):
            made.repeats, made.times_repeated = earlier, earlier.times_repeated + 1
        last[trip.place, place] = made
        recommendations.append(made)
        if answer := answered(dice, trip, made, day):
            responses.append(answer)
        if seen := verified(trips, sheets, later.get(number), place, made, day, trip):
            verifications.append(seen)
    pour_instances(recommendations)
    pour_instances(responses)
    pour_instances(verifications)
    return recommendations


def concluded(dice: Dice, number: int, trip: Trip, sheets: Sheets) -> list[tuple[int, Finding]]:
    """The findings of one visit: what is not met, the critical first, a handful."""
    order = {"critical": 0, "high": 1, "medium": 2}
    wrong = sorted(sheets.places(number, "not_met"), key=lambda at: (order[sheets.indicators[at].criticality], at))
    found = []
    for place in wrong[: int(dice.integers(1, 6))]:
        indicator = sheets.indicators[place]
        state = STATE_OF[Visit.State(trip.visit.state)]
        if state is Finding.State.ACCEPTED and dice.random() < 0.04:
            state = Finding.State.REJECTED
        statement = (
            indicator.statement_kk if trip.language == "kk" else indicator.statement_ru
        ) or indicator.statement_en
        pattern = said(one_of(dice, FINDINGS), trip.language)
        found.append(
            (
                place,
                Finding(
                    id=throw_id(dice),
                    visit=trip.visit,
                    text=pattern.format(
                        statement=statement.rstrip("."), note=sheets.notes.get((number, place), "")
                    ).strip(),
                    severity=indicator.criticality,
                    sources=list(sheets.sources[number, place]),
                    state=state,
                    state_reason=said(REJECT_REASON, trip.language) if state is Finding.State.REJECTED else "",
                    by=trip.team[0],
                    at=trip.visit.opened_at + timedelta(hours=14),
                    decided_by=trip.reviewer if trip.visit.state == Visit.State.ACCEPTED else None,
                ),
            )
        )
    return found


def issued(trip: Trip, day: date) -> date:
    """The day a visit's recommendations went out: a week after it was accepted."""
    return (trip.visit.decided_at.date() if trip.visit.decided_at else day) + timedelta(days=7)


def recommend(
    dice: Dice, trip: Trip, sheets: Sheets, place: int, finding: Finding, on: date, number: int
) -> Recommendation:
    """A recommendation to whoever answers for the institution."""
    indicator, pattern = sheets.indicators[place], one_of(dice, RECOMMENDATIONS)
    statements = (indicator.statement_kk, indicator.statement_ru, indicator.statement_en)
    texts = [
        text.format(statement=said_.rstrip(".")) if said_ else ""
        for text, said_ in zip(pattern, statements, strict=True)
    ]
    return Recommendation(
        id=throw_id(dice),
        number=f"{on.year}-{number:03}",
        finding=finding,
        authority_id=trip.visit.institution.authority_id,
        text_kk=texts[0],
        text_ru=texts[1],
        text_en=texts[2],
        issued_on=on,
        year=on.year,
        deadline=on + timedelta(days=DAYS_TO_ANSWER[finding.severity]),
        by=trip.reviewer,
    )


def answered(dice: Dice, trip: Trip, made: Recommendation, day: date) -> Response | None:
    """The authority's letter, if it came; after the deadline without one: no reply."""
    said_, chance = Recommendation.Said, dice.random()
    took = int(dice.integers(8, (made.deadline - made.issued_on).days + 25))
    came = made.issued_on + timedelta(days=took)
    state = said_.ACCEPTED if chance < 0.56 else said_.PARTLY if chance < 0.76 else said_.REJECTED
    if chance > 0.85:
        state, came = said_.NO_REPLY, made.deadline + timedelta(days=1)
    if came > day:
        return None
    made.response = state
    return Response(
        recommendation=made,
        state=state,
        text=said(one_of(dice, RESPONSES[state]), "ru" if trip.place % 2 else "kk"),
        received_on=came,
        by=trip.reviewer,
    )


def next_visits(trips: Sequence[Trip]) -> dict[int, int]:
    """For each accepted visit the next accepted one to the same institution in which the team got in."""
    later: dict[int, int] = {}
    newest: dict[int, int] = {}
    for number, trip in enumerate(trips):
        if trip.visit.state == Visit.State.ACCEPTED and trip.entered:
            if trip.place in newest:
                later[newest[trip.place]] = number
            newest[trip.place] = number
    return later


def verified(
    trips: Sequence[Trip], sheets: Sheets, later: int | None, place: int, made: Recommendation, day: date, trip: Trip
) -> Verification | None:
    """What the next visit saw of it; a closed institution is overtaken by events."""
    closed = trip.visit.institution.closed_on
    if later is None or trips[later].visit.first_day <= made.issued_on:
        if closed is None or not made.issued_on < closed <= day:
            return None
        state, on, visit = "overtaken", closed, None
    else:
        answer = int(sheets.bytes[later, place])
        states = {
            sheets.codes["met"]: "implemented",
            sheets.codes["partly_met"]: "partly",
            sheets.codes["not_met"]: "not",
        }
        if answer not in states:
            return None
        state, on, visit = states[answer], trips[later].visit.last_day, trips[later].visit
    made.verification = state
    return Verification(
        recommendation=made,
        state=state,
        visit=visit,
        note=said(VERIFIED[state], trip.language),
        seen_on=on,
        by=trip.reviewer,
    )

"""The answers of checklists: drawn for all visits at once as packed bytes, then written as rows, tallies and ratings.

Answers of alive visits carry their versions; those of accepted visits keep rows and tally but no versions (nobody changed
them, and a version each would double the size of the demonstration).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visits.kinds import SOURCES as EVIDENCE
from visits.kinds import VERIFIED_BY
from visits.layout import FIRST, length
from visits.models import (
    Answer,
    Choice,
    Edition,
    Indicator,
    ReviewComment,
    Section,
    SectionRating,
    Visit,
    VisitTally,
)

from .country import Country
from .dice import Dice, dice_for, one_of
from .names import NOTES, RETURNS, said
from .pour import pour, pour_instances
from .visits import Trip

JUDGED = ("met", "partly_met", "not_met")
OCCUPANCY = "occupancy_rate"
ALIVE = (Visit.State.OPEN, Visit.State.SUBMITTED, Visit.State.RETURNED)
# The columns of the rows that are poured.
ANSWER = (
    "visit_id",
    "indicator_id",
    "choice_id",
    "measurement",
    "note",
    "sources",
    "origin",
    "anyway",
    "version",
    "by_id",
    "at",
)
SOURCES = ANSWER.index("sources")
RATING = ("visit_id", "section_id", "step", "by_id", "at", "confirmed_by_id")


@dataclass
class Sheets:
    """Every visit's filled checklist: one row of bytes per trip, one column per indicator."""

    edition: Edition
    indicators: list[Indicator]
    codes: dict[str, int]
    bytes: NDArray[np.uint8]
    measured: list[int]
    # [trip, measured indicator]; NaN = none
    measurements: NDArray[np.float64]
    # [trip, indicator]: kinds of evidence
    sources: dict[tuple[int, int], tuple[str, ...]]
    notes: dict[tuple[int, int], str]

    def places(self, trip: int, code: str) -> list[int]:
        """The indicators that a trip answered with this code."""
        return np.flatnonzero(self.bytes[trip] == self.codes[code]).tolist()


def make_answers(seed: int, year: int, trips: Sequence[Trip], country: Country, edition: Edition) -> Sheets:
    """Draws all checklists and writes answers, comments, ratings and tallies."""
    sheets = draw(seed, year, trips, country, edition)
    alive = [
        Answer(**dict(zip(ANSWER, row, strict=True)) | {"sources": list(row[SOURCES])})
        for row in answer_rows(trips, sheets, alive=True)
    ]
    Answer.objects.bulk_create(alive, batch_size=5000)
    pour(Answer, ANSWER, answer_rows(trips, sheets, alive=False))
    pour_instances(comments(dice_for(seed, "comments"), trips, sheets))
    pour(SectionRating, RATING, ratings(dice_for(seed, "ratings"), trips, sheets))
    pour_instances(tallies(trips, sheets))
    return sheets


def draw(seed: int, year: int, trips: Sequence[Trip], country: Country, edition: Edition) -> Sheets:
    """All checklists at once: how well an indicator is kept depends on itself, its section at that kind of place, the
    institution and the year; one institution rises from poor to good."""
    dice = dice_for(seed, "answers")
    indicators = list(edition.indicators.select_related("section").order_by("section__order", "order"))
    codes = dict(edition.layout[0]["codes"])
    many, wide = len(trips), len(indicators)
    families = sorted({trip.visit.institution_kind.family for trip in trips})
    family = np.array([families.index(trip.visit.institution_kind.family) for trip in trips])
    section = np.unique([indicator.section.order for indicator in indicators], return_inverse=True)[1]
    years = np.array([trip.visit.year for trip in trips])
    place = np.array([trip.place for trip in trips])

    base = dice.normal(1.25, 0.85, wide)
    by_section = dice.normal(0.0, 0.45, (len(families), int(section.max()) + 1))
    of_institution = country.quality[place] + 0.12 * (years - year)
    rising = place == country.better
    of_institution[rising] = -1.3 + 1.5 * np.clip(years[rising] - (year - 2), 0, 3)
    level = base + by_section[family][:, section] + of_institution[:, None] + dice.normal(0, 0.5, (many, wide))
    met = 1 / (1 + np.exp(-level))
    chance, second = dice.random((many, wide)), dice.random((many, wide))
    filled = np.where(
        chance < met, codes["met"], np.where(second < 0.45, codes["partly_met"], codes["not_met"])
    ).astype(np.uint8)

    # Counted beside: seldom applicable, not seen, or a door that stayed shut.
    beside = dice.random((many, wide))
    delayed = np.array([trip.visit.access == Visit.Access.DELAYED for trip in trips])[:, None]
    filled[beside < 0.025] = codes["not_applicable"]
    filled[(beside >= 0.025) & (beside < 0.075)] = codes["not_seen"]
    filled[(beside >= 0.075) & (beside < np.where(delayed, 0.1, 0.078))] = codes["access_refused"]
    fit_occupancy(filled, codes, indicators, trips)

    # Not yet or never answered: open visits stop somewhere; a few gaps elsewhere; nothing where nobody got in.
    reached = np.array([1.0 if trip.submitted else 0.2 + 0.6 * dice.random() for trip in trips])
    filled[(np.arange(wide) / max(wide, 1))[None, :] >= reached[:, None]] = 1
    filled[dice.random((many, wide)) < 0.006] = 1
    applies = np.array([[indicator.applies(each) for indicator in indicators] for each in families], bool)
    filled[~applies[family]] = 0
    filled[[at for at, trip in enumerate(trips) if not trip.entered]] = 0

    measured = [at for at, each in enumerate(indicators) if each.measure_key]
    sheets = Sheets(
        edition=edition,
        indicators=indicators,
        codes=codes,
        bytes=filled,
        measured=measured,
        measurements=measure(dice, filled, codes, [indicators[at] for at in measured], measured, trips),
        sources={},
        notes={},
    )
    explain(dice, trips, sheets)
    return sheets


def fit_occupancy(
    filled: NDArray[np.uint8], codes: dict[str, int], indicators: Sequence[Indicator], trips: Sequence[Trip]
) -> None:
    """Whether a place is overcrowded is what was counted there, not chance."""
    for at, indicator in enumerate(indicators):
        if indicator.measure_key == OCCUPANCY:
            over = np.array([trip.headcount.overcrowded for trip in trips])
            filled[:, at] = np.where(over, codes["not_met"], codes["met"])


def measure(
    dice: Dice,
    filled: NDArray[np.uint8],
    codes: dict[str, int],
    indicators: Sequence[Indicator],
    columns: Sequence[int],
    trips: Sequence[Trip],
) -> NDArray[np.float64]:
    """A number for each judged answer that asks for one, on the right side of its reference value."""
    values = np.full((len(filled), len(columns)), np.nan)
    for column, (at, indicator) in enumerate(zip(columns, indicators, strict=True)):
        state, chance = filled[:, at], dice.random(len(filled))
        reference = float(indicator.reference_value) if indicator.reference_value is not None else 8.0
        if indicator.measure_key == OCCUPANCY:
            drawn = np.array([100 * trip.headcount.children / (trip.headcount.capacity or 1) for trip in trips])
        elif indicator.better == "higher":
            share = np.select(
                [state == codes["met"], state == codes["partly_met"]],
                [1 + 0.1 * chance, 0.6 + 0.35 * chance],
                0.5 * chance,
            )
            drawn = reference * share
        else:
            share = np.select(
                [state == codes["met"], state == codes["partly_met"]], [chance, 1 + 0.4 * chance], 1.4 + 2 * chance
            )
            drawn = (reference or 2.0) * share - (0.0 if reference else 2.0 * (state == codes["met"]) * chance)
        if indicator.measure_unit.startswith("percent") and indicator.measure_key != OCCUPANCY:
            drawn = np.minimum(drawn, 100)
        judged = np.isin(state, [codes[code] for code in JUDGED]) & (dice.random(len(filled)) < 0.94)
        judged &= not indicator.computed
        values[judged, column] = np.round(drawn[judged])
    return values


def explain(dice: Dice, trips: Sequence[Trip], sheets: Sheets) -> None:
    """What each answer rests on, and a note where something is wrong."""
    kinds = [
        (["child"] if each.children_only else [VERIFIED_BY[by] for by in each.verify_by if by in VERIFIED_BY])
        or ["seen"]
        for each in sheets.indicators
    ]
    first = [[tuple(code for code in EVIDENCE if code in kind[:number]) for number in range(4)] for kind in kinds]
    wrong = {sheets.codes["not_met"], sheets.codes["partly_met"]}
    how_many = dice.integers(1, 4, sheets.bytes.shape).tolist()
    which = dice.integers(0, 60, sheets.bytes.shape).tolist()
    talkative = (dice.random(sheets.bytes.shape) < 0.7).tolist()
    for row, filled in enumerate(sheets.bytes.tolist()):
        language = trips[row].language
        for column, value in enumerate(filled):
            if value < FIRST:
                continue
            of = sheets.sources[row, column] = first[column][how_many[row][column]]
            if value in wrong and talkative[row][column]:
                choices = NOTES[of[-1]]
                sheets.notes[row, column] = said(choices[which[row][column] % len(choices)], language)


def answer_rows(trips: Sequence[Trip], sheets: Sheets, *, alive: bool) -> Iterator[tuple[Any, ...]]:
    """One row for every answered indicator of the visits still worked on, or of the others; members take turns by section."""
    scale = dict(Choice.objects.filter(edition=sheets.edition, question=None).values_list("code", "pk"))
    by_byte = {value: scale[code] for code, value in sheets.codes.items()}
    ids = [indicator.pk for indicator in sheets.indicators]
    turn = [indicator.section.order for indicator in sheets.indicators]
    measured = {at: column for column, at in enumerate(sheets.measured)}
    numbers = [
        [None if value != value else Decimal(str(value)) for value in row] for row in sheets.measurements.tolist()
    ]
    minutes = [timedelta(minutes=10 * order) for order in turn]
    for row, trip in enumerate(trips):
        if (trip.visit.state in ALIVE) is not alive:
            continue
        team = [member.pk for member in trip.team]
        filled = sheets.bytes[row].tolist()
        for column, value in enumerate(filled):
            if value >= FIRST:
                yield (
                    trip.visit.id,
                    ids[column],
                    by_byte[value],
                    numbers[row][measured[column]] if column in measured else None,
                    sheets.notes.get((row, column), ""),
                    sheets.sources[row, column],
                    "paper" if trip.place % 3 == 0 else "browser",
                    False,
                    1,
                    team[turn[column] % len(team)],
                    trip.visit.opened_at + minutes[column],
                )


def comments(dice: Dice, trips: Sequence[Trip], sheets: Sheets) -> list[ReviewComment]:
    """What the reviewer asked about on returned visits."""
    rows = []
    for number, trip in enumerate(trips):
        if trip.visit.state != Visit.State.RETURNED:
            continue
        wrong = sheets.places(number, "not_met") or sheets.places(number, "partly_met")
        for place in wrong[: int(dice.integers(1, 4))]:
            rows.append(
                ReviewComment(
                    visit=trip.visit,
                    indicator=sheets.indicators[place],
                    text=said(one_of(dice, RETURNS), trip.language),
                    by=trip.reviewer,
                    at=trip.visit.decided_at or trip.visit.opened_at,
                )
            )
    return rows


def ratings(dice: Dice, trips: Sequence[Trip], sheets: Sheets) -> Iterator[tuple[Any, ...]]:
    """A step for each section of a submitted visit. A critical indicator that is not met bars the two best."""
    critical = np.array([each.critical for each in sheets.indicators])
    rated = [number for number, trip in enumerate(trips) if trip.submitted and trip.entered]
    for section in Section.objects.filter(edition=sheets.edition).order_by("order"):
        columns = [at for at, each in enumerate(sheets.indicators) if each.section_id == section.pk]
        here = sheets.bytes[:, columns]
        met, partly, not_met = (here == sheets.codes[code] for code in JUDGED)
        judged = met.sum(1) + partly.sum(1) + not_met.sum(1)
        share = (met.sum(1) + partly.sum(1) / 2) / np.maximum(judged, 1) + dice.normal(0, 0.04, len(trips))
        step = 1 + (share > 0.35).astype(int) + (share > 0.65) + (share > 0.88)
        step = np.where((not_met & critical[columns]).any(axis=1), np.minimum(step, 2), step)
        for number in rated:
            if here[number].any():
                trip = trips[number]
                yield (
                    trip.visit.id,
                    section.pk,
                    int(step[number]) if judged[number] >= 2 else None,
                    trip.team[0].pk,
                    trip.visit.submitted_at,
                    trip.reviewer.pk if trip.visit.state == Visit.State.ACCEPTED else None,
                )


def tallies(trips: Sequence[Trip], sheets: Sheets) -> list[VisitTally]:
    """The packed answers of accepted visits, with measurements and the answers that rest on children alone."""
    told = np.zeros((len(trips), len(sheets.edition.layout)), bool)
    for (row, column), of in sheets.sources.items():
        told[row, column] = of == ("child",)
    bits = np.packbits(told, axis=1, bitorder="little")
    width = length(sheets.edition.layout)
    return [
        VisitTally(
            visit=trip.visit,
            edition=sheets.edition,
            answers=sheets.bytes[number, :width].tobytes(),
            measurements=sheets.measurements[number].astype("<f8").tobytes(),
            child_only=bits[number].tobytes(),
        )
        for number, trip in enumerate(trips)
        if trip.visit.state == Visit.State.ACCEPTED
    ]

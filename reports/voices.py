"""Figures of what children said: each question through the disclosure room, or not at all. Read by figures.py.

The unit is the interview; nothing here knows a child. Everything leaves this file protected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Prefetch
from numpy.typing import NDArray

from institutions.models import Headcount
from visits.layout import SKIPPED, Place
from visits.models import Choice, Edition, Question

from . import disclosure, tallies
from .content import LANGUAGES, Breakdown, Cell, QuestionLine, Text, by_code, in_three_languages
from .disclosure import Asked, Group, Protection, Rules, Told
from .lineage import Line, editions_in_use, lines
from .rounding import percent
from .statistics.intervals import interval_of, interval_terms

if TYPE_CHECKING:
    from .breaking import Broken
    from .hidden_truth import Counted

ABOUT_THE_CHILD = frozenset({"Q-01", "Q-02", "Q-03"})  # age, sex, length of stay


@dataclass
class Heard:
    """One question as counted in one or several editions, before protection."""

    question: Question
    edition: Edition
    choices: Sequence[Choice]
    units: int
    editions: list[int] = field(default_factory=list)
    counts: tallies.Heard = field(init=False)
    # number of the rows -> where their edition asked it
    asked_at: dict[int, Place] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.counts = tallies.Heard(self.units)

    def chosen(self, rows: Sequence[tallies.Rows], codes: Sequence[str]) -> NDArray[np.bool_]:
        """For every interview of the year, whether at least one of these choices was made."""
        found = []
        for at, part in enumerate(rows):
            place = self.asked_at.get(at)
            if place is None:
                found.append(np.zeros(len(part), bool))
            else:
                columns = part.packed[:, place["offset"] : place["offset"] + place["width"]]
                found.append(tallies.chosen(place, columns, codes))
        return np.concatenate(found)

    @property
    def excluding(self) -> str:
        """The answer that excludes all others; "" for none."""
        answers = self.codes(Choice.Role.ANSWER)
        return next((choice.code for choice in self.choices if choice.excludes and choice.code in answers), "")

    def codes(self, role: str) -> tuple[str, ...]:
        return tuple(choice.code for choice in self.choices if choice.role == role)


@dataclass
class Voices:
    """The children's part of a year."""

    editions: list[Edition]
    questions: list[QuestionLine]
    # As printed_tables.key_of -> the true counts behind what is hidden by age or place. For the audit; never kept.
    truths: dict[tuple[str, str], list["Counted"]]


def voices(year: int, rules: Rules) -> Voices:
    """Every question of the questionnaires in use in the year, protected."""
    rows = tallies.interview_rows(year)
    editions = editions_in_use(part.edition for part in rows)
    everywhere = np.concatenate([part.institution for part in rows]) if rows else np.zeros(0, np.int64)
    institutions, unit = np.unique(everywhere, return_inverse=True)
    held = np.bincount(unit, minlength=len(institutions))
    units = np.split(unit, np.cumsum([len(part) for part in rows]))[: len(rows)]
    heard = _listen(rows, units, editions, len(institutions))
    asked = {line: _asked(one, held) for line, one in heard.items()}
    leads = _asked_after(editions, lines(editions))
    told = disclosure.follow_parents({line: disclosure.protect(one, rules) for line, one in asked.items()}, leads)
    truths: dict[tuple[str, str], list[Counted]] = {}
    broken = _broken(rows, units, editions, heard, asked, told, leads, rules, truths) if rows else {}
    drawn = _drawn(year)
    asked_of = [_line(one, told[line], broken.get(line, []), drawn) for line, one in heard.items()]
    return Voices(editions, asked_of, truths)


@dataclass(frozen=True)
class Drawn:
    """Whether intervals may be printed, and of how many children the answers are a part; None = not known."""

    terms: bool
    population: int | None = None


def _drawn(year: int) -> Drawn:
    """Decision 8: every visit that contributes recorded that all children were asked, or drawn at random. The headcount is that
    which monitors took last in the year, if they took one everywhere. One query, two where intervals may be printed.
    """
    visits = list(tallies.visits_with_interviews(year).values_list("sampling", "institution_id"))
    if not interval_terms(sampling for sampling, _institution in visits):
        return Drawn(False)
    counts: dict[int, int] = dict(
        Headcount.objects.filter(source=Headcount.Source.VISIT, on__year=year)
        .order_by("on", "pk")
        .values_list("institution_id", "children")
    )
    places = [institution for _sampling, institution in visits]
    return Drawn(True, sum(counts[one] for one in places) if all(one in counts for one in places) else None)


def _broken(
    rows: Sequence[tallies.Rows],
    units: Sequence[NDArray[np.int64]],
    editions: Sequence[Edition],
    heard: Mapping[Line, Heard],
    asked: Mapping[Line, Asked],
    told: Mapping[Line, Told],
    leads: Mapping[Line, set[Line]],
    rules: Rules,
    truths: dict[tuple[str, str], list["Counted"]],
) -> dict[Line, list[Breakdown]]:
    """The printed questions by age, sex, kind and region; those that lead to others first. Fills `truths`."""
    # The solver takes seconds to load and is asked only when a year is counted: pages do without it.
    from . import voices_by

    people = voices_by.People(rows, units, editions)
    found: dict[Line, list[Broken]] = {}

    def down(line: Line) -> list["Broken"]:
        if line not in found:
            one, before = heard[line], leads.get(line, set())
            chosen = [one.chosen(people.rows, group.codes) for group in told[line].cells]
            found[line] = voices_by.breakdowns(
                people,
                asked[line],
                told[line],
                chosen,
                code=one.question.code,
                applies=one.question.applies,
                parent=_rows_before([down(lead) for lead in before]) if before else None,
                rules=rules,
            )
            if behind := voices_by.behind_blanks(people, found[line], chosen):
                truths[f"{one.edition.instrument.code} {min(one.editions)}", one.question.code] = behind
        return found[line]

    return {line: voices_by.written(people, down(line)) for line in heard}


def _rows_before(leads: Sequence[Sequence["Broken"]]) -> dict[str, "Broken"]:
    """How the question was broken down that leads to another, by dimension; nothing where several do, in several editions."""
    return {broken.by: broken for broken in leads[0]} if len(leads) == 1 else {}


def _listen(
    rows: Sequence[tallies.Rows], unit_of_row: Sequence[NDArray[np.int64]], editions: Sequence[Edition], units: int
) -> dict[Line, Heard]:
    counted_as = lines(editions)
    heard: dict[Line, Heard] = {}
    targets = set(counted_as.values())
    choices = Prefetch("choices", Choice.objects.order_by("order"))
    for edition in editions:
        for question in edition.questions.select_related("section").prefetch_related(choices).order_by("order"):
            if (edition.pk, question.code) in targets:
                heard[edition.pk, question.code] = Heard(question, edition, list(question.choices.all()), units)
    numbers = {edition.pk: edition.number for edition in editions}
    for at, (part, unit) in enumerate(zip(rows, unit_of_row, strict=True)):
        for place in part.layout:
            one = heard[counted_as[part.edition, place["code"]]]
            one.asked_at[at] = place
            one.counts.add(part, place, unit)
            one.editions.append(numbers[part.edition])
    return heard


def _asked(one: Heard, held: NDArray[np.int64]) -> Asked:
    """The question in the words of the disclosure room. `held`: all interviews that count, by institution."""
    answers = one.codes(Choice.Role.ANSWER)
    base = one.counts.any_of(answers)
    # A choice that stands beside counts only where no answer was given; what is left was never put, or routed out.
    declined = one.counts.any_of([*one.codes(Choice.Role.NO_ANSWER), *answers]) - base + one.counts.state(SKIPPED)

    def count(codes: tuple[str, ...]) -> Group:
        inside = one.counts.any_of(codes)
        return Group(codes, tallies.spread(inside), tallies.spread(base - inside))

    return Asked(
        choices=answers,
        merge_order=one.question.merge_order,
        count=count,
        base=tallies.spread(base),
        no_answer=tallies.spread(declined),
        not_asked=tallies.spread(held - base - declined),
        sensitive=one.question.sensitive,
        multiple=one.question.kind == Question.Kind.MULTIPLE,
        excluding=one.excluding,
    )


def _asked_after(editions: Sequence[Edition], counted_as: Mapping[Line, Line]) -> dict[Line, set[Line]]:
    """Which questions lead to each, all as they are counted: where editions are joined, those of every edition. One query."""
    asked = Question.objects.filter(edition__in=editions).order_by("order")
    found: dict[Line, set[Line]] = {}
    for edition, code, ask_if in asked.values_list("edition_id", "code", "ask_if"):
        if ask_if and (lead := counted_as.get((edition, ask_if["question"]))):
            found.setdefault(counted_as[edition, code], set()).add(lead)
    return found


def _line(one: Heard, told: Told, breakdowns: list[Breakdown], drawn: Drawn) -> QuestionLine:
    question, instrument = one.question, one.edition.instrument.code
    return QuestionLine(
        code=question.code,
        instrument=instrument,
        edition=", ".join(f"{instrument} {number}" for number in sorted(set(one.editions))),
        number=question.code.removeprefix("Q-").lstrip("0") or question.code,
        section=question.section.code,
        text=in_three_languages(question, "text"),
        kind=question.kind,
        sensitive=question.sensitive,
        base=told.base,
        institutions=told.institutions,
        beside={"no_answer": told.no_answer, "not_asked": told.not_asked},
        cells=[_cell(one, group, told.base or 0, drawn) for group in told.cells],
        protection=told.protection.value,  # type: ignore[typeddict-item]
        breakdowns=breakdowns,
        drawn=drawn.terms,
        excluding=one.excluding,
        after=question.ask_if["question"] if question.ask_if else "",
    )


def _cell(one: Heard, group: Group, base: int, drawn: Drawn) -> Cell:
    cell = Cell(
        codes=list(group.codes),
        label=_label([choice for choice in one.choices if choice.code in group.codes]),
        n=group.inside.total,
        percent=percent(group.inside.total, base),
    )
    if drawn.terms:
        inside, answered = one.counts.any_of(group.codes), one.counts.any_of(one.codes(Choice.Role.ANSWER))
        limits = interval_of(list(zip(inside.tolist(), answered.tolist(), strict=True)), population=drawn.population)
        # Rounded outwards: what is printed holds what was found.
        cell["interval"] = [floor(100 * limits.low), ceil(100 * limits.high)]
    return cell


def _label(choices: Sequence[Choice]) -> Text:
    """The labels of merged choices in their order, each language complete or empty."""
    labels = [in_three_languages(choice, "label") for choice in choices]
    return {
        language: " / ".join(label[language] for label in labels) if all(label[language] for label in labels) else ""
        for language in LANGUAGES
    }


def chosen_for_spread(questions: Sequence[QuestionLine], at_most: int = 8) -> list[str]:
    """The questions for the spread of children's words: shown before merged, the largest bases first, sections mixed.

    Who the children are is no word of theirs: age, sex and length of stay stay in the tables.
    """
    rank = {Protection.SHOWN.value: 0, Protection.MERGED.value: 1}
    printable = [
        one for one in by_code(questions).values() if one["protection"] in rank and one["code"] not in ABOUT_THE_CHILD
    ]
    ordered = sorted(printable, key=lambda one: (rank[one["protection"]], -(one["base"] or 0), one["code"]))
    chosen: list[QuestionLine] = []
    for of_section in range(len(ordered)):
        for one in ordered:
            taken = sum(other["section"] == one["section"] for other in chosen)
            if one not in chosen and taken <= of_section and len(chosen) < at_most:
                chosen.append(one)
    return [one["code"] for one in chosen]

"""Figures of what children said: each question through the disclosure room, or not at all. Read by figures.py.

The unit is the interview; nothing here knows a child. Everything leaves this file protected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Sum, Window
from django.db.models.functions import RowNumber

from institutions.models import Headcount
from visits.layout import Place
from visits.models import Choice, Edition, Interview, Question

from . import disclosure, tallies
from .content import LANGUAGES, Breakdown, Cell, QuestionLine, Text, by_code, in_three_languages
from .disclosure import Group, Protection, Rules, Told
from .lineage import Line, editions_in_use, lines
from .rounding import percent
from .standing_still import standing_still
from .statistics.intervals import interval_of, interval_terms

if TYPE_CHECKING:
    from .breaking import Broken
    from .hidden_truth import Counted
    from .listening import Block
    from .national import Nationally
    from .voices_by import Divisions, Present, Printed

ABOUT_THE_CHILD = frozenset({"Q-01", "Q-02", "Q-03"})  # age, sex, length of stay


@dataclass
class Heard:
    """One question as asked in one or several editions."""

    question: Question
    edition: Edition
    choices: Sequence[Choice]
    editions: list[int] = field(default_factory=list)
    # edition -> where it asked the question
    places: dict[int, Place] = field(default_factory=dict)

    @property
    def excluding(self) -> str:
        """The answer that excludes all others; "" for none."""
        answers = self.codes(Choice.Role.ANSWER)
        return next((choice.code for choice in self.choices if choice.excludes and choice.code in answers), "")

    @property
    def answers(self) -> tuple[str, ...]:
        return self.codes(Choice.Role.ANSWER)

    def groups(self) -> list[tuple[str, ...]]:
        """Every cell that the question may come to be printed with."""
        found = disclosure.groupings(self.answers, self.question.merge_order)
        return list(dict.fromkeys(cell for cells in found for cell in cells))

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
    """Every question of the questionnaires in use in the year, protected. Interviews are gone through several times."""
    with standing_still():
        return _voices(year, rules)


def _voices(year: int, rules: Rules) -> Voices:
    # The solver takes seconds to load and is asked only when a year is counted: pages do without it.
    from . import national, voices_by

    drawn = _drawn(year)
    editions, heard, counted, present = _nationally(year, drawn)
    asked = {line: counted.asked(one) for line, one in heard.items()}
    leads = _asked_after(editions, lines(editions))
    told = disclosure.follow_parents({line: disclosure.protect(one, rules) for line, one in asked.items()}, leads)
    truths: dict[tuple[str, str], list[Counted]] = {}
    broken: dict[Line, list[Breakdown]] = {}
    if editions:
        printed = {
            line: voices_by.Printed(line, one.question.code, asked[line], told[line], one.places, one.question.applies)
            for line, one in heard.items()
            if told[line].protection in (Protection.SHOWN, Protection.MERGED)
        }
        people, listen = voices_by.People(present), partial(national.listen, year)
        found = _broken(voices_by.Divisions(people, list(printed.values()), listen), printed, heard, leads, rules)
        hiding = [(printed[line], found[line]) for line in printed]
        for line, behind in zip(printed, voices_by.behind_blanks(people, hiding, listen), strict=True):
            if behind:
                truths[f"{heard[line].edition.instrument.code} {min(heard[line].editions)}", line[1]] = behind
        broken = {line: voices_by.written(people, one) for line, one in found.items()}
    asked_of = [_line(one, told[line], broken.get(line, []), drawn, counted) for line, one in heard.items()]
    return Voices(editions, asked_of, truths)


def _nationally(year: int, drawn: "Drawn") -> tuple[list[Edition], dict[Line, Heard], "Nationally", "Present"]:
    """Counts the year by institutions, and who was spoken with. Which editions were used is known afterwards: the year is gone
    through again if others were.
    """
    from . import national, voices_by

    expected = set(
        Edition.objects.filter(Exists(Interview.objects.filter(edition=OuterRef("pk")))).values_list("pk", flat=True)
    )
    while True:
        editions = editions_in_use(expected)
        heard = _listen(editions)
        counted = national.Nationally(heard.values(), squares=drawn.terms)
        present = voices_by.Present(voices_by.About.asked(editions))

        def take(block: "Block", takers: Sequence[Any] = (counted, present)) -> None:
            for one in takers:
                one.take(block)

        national.listen(year, take)
        if counted.editions == expected:
            return editions, heard, counted, present
        expected = counted.editions


@dataclass(frozen=True)
class Drawn:
    """Whether intervals may be printed, and of how many children the answers are a part; None = not known."""

    terms: bool
    population: int | None = None


def _drawn(year: int) -> Drawn:
    """Decision 8: every visit that contributes recorded that all children were asked, or drawn at random. The headcount is that
    which monitors took last in the year, if they took one everywhere. One query, three where intervals may be printed.
    """
    visits = tallies.visits_with_interviews(year).order_by()
    if not interval_terms(visits.values_list("sampling", flat=True).distinct()):
        return Drawn(False)
    newest = Window(RowNumber(), partition_by=F("institution_id"), order_by=[F("on").desc(), F("pk").desc()])
    counts = Headcount.objects.filter(
        source=Headcount.Source.VISIT, on__year=year, institution__in=visits.values("institution")
    )
    last = Headcount.objects.filter(pk__in=counts.annotate(place=newest).filter(place=1).values("pk"))
    found = last.aggregate(places=Count("pk"), children=Sum("children"))
    return Drawn(True, found["children"] if found["places"] == visits.count() else None)


def _broken(
    divisions: "Divisions",
    printed: "Mapping[Line, Printed]",
    heard: Mapping[Line, Heard],
    leads: Mapping[Line, set[Line]],
    rules: Rules,
) -> dict[Line, list["Broken"]]:
    """The questions by age, sex, kind and region; those that lead to others first. Nothing of one that is not printed."""
    from . import voices_by

    found: dict[Line, list[Broken]] = {}

    def down(line: Line) -> list["Broken"]:
        if line not in found:
            before = leads.get(line, set())
            parent = _rows_before([down(lead) for lead in before]) if before else None
            one = printed.get(line)
            found[line] = voices_by.breakdowns(divisions, one, parent=parent, rules=rules) if one else []
        return found[line]

    for line in heard:
        down(line)
    return found


def _rows_before(leads: Sequence[Sequence["Broken"]]) -> dict[str, "Broken"]:
    """How the question was broken down that leads to another, by dimension; nothing where several do, in several editions."""
    return {broken.by: broken for broken in leads[0]} if len(leads) == 1 else {}


def _listen(editions: Sequence[Edition]) -> dict[Line, Heard]:
    """Every question of these editions as it is counted."""
    counted_as = lines(editions)
    heard: dict[Line, Heard] = {}
    targets = set(counted_as.values())
    choices = Prefetch("choices", Choice.objects.order_by("order"))
    for edition in editions:
        for question in edition.questions.select_related("section").prefetch_related(choices).order_by("order"):
            if (edition.pk, question.code) in targets:
                heard[edition.pk, question.code] = Heard(question, edition, list(question.choices.all()))
    for edition in editions:
        for place in edition.layout:
            one = heard[counted_as[edition.pk, place["code"]]]
            one.places[edition.pk] = place
            one.editions.append(edition.number)
    return heard


def _asked_after(editions: Sequence[Edition], counted_as: Mapping[Line, Line]) -> dict[Line, set[Line]]:
    """Which questions lead to each, all as they are counted: where editions are joined, those of every edition. One query."""
    asked = Question.objects.filter(edition__in=editions).order_by("order")
    found: dict[Line, set[Line]] = {}
    for edition, code, ask_if in asked.values_list("edition_id", "code", "ask_if"):
        if ask_if and (lead := counted_as.get((edition, ask_if["question"]))):
            found.setdefault(counted_as[edition, code], set()).add(lead)
    return found


def _line(one: Heard, told: Told, breakdowns: list[Breakdown], drawn: Drawn, counted: "Nationally") -> QuestionLine:
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
        cells=[_cell(one, group, told.base or 0, drawn, counted) for group in told.cells],
        protection=told.protection.value,  # type: ignore[typeddict-item]
        breakdowns=breakdowns,
        drawn=drawn.terms,
        excluding=one.excluding,
        after=question.ask_if["question"] if question.ask_if else "",
    )


def _cell(one: Heard, group: Group, base: int, drawn: Drawn, counted: "Nationally") -> Cell:
    cell = Cell(
        codes=list(group.codes),
        label=_label([choice for choice in one.choices if choice.code in group.codes]),
        n=group.inside.total,
        percent=percent(group.inside.total, base),
    )
    if drawn.terms:
        limits = interval_of(counted.clusters(one, group.codes), population=drawn.population)
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

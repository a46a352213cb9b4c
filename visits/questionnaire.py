"""A child questionnaire as one page: which questions this kind of place is asked, which are open, what was answered.

Reads an edition's rows; routing is a pure function of the answers given so far. Nothing here knows who or when.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from ombudsman.words import FALLBACK, current_language

from .kinds import parse_multiple, parse_single
from .layout import unpack
from .models import Choice, Edition, Question, Section

Given = Mapping[str, str | list[str] | None]


@dataclass
class Asked:
    """One question on the page."""

    question: Question
    choices: list[Choice]
    given: Collection[str] = ()
    faults: list[str] = field(default_factory=list)
    # "Only if …": the question and the answers that open this one, in words.
    only_if: tuple[Question, list[str]] | None = None

    @property
    def multiple(self) -> bool:
        return self.question.kind == Question.Kind.MULTIPLE

    @property
    def name(self) -> str:
        return f"answer-{self.question.code}"

    @property
    def excluding(self) -> list[str]:
        return [choice.code for choice in self.choices if choice.excludes]


@dataclass
class Part:
    """A section of the questionnaire with its questions."""

    section: Section
    questions: list[Asked]


def is_open(question: Question, given: Mapping[str, Any]) -> bool:
    """Whether earlier answers lead to this question."""
    rule = question.ask_if
    if not rule:
        return True
    answer = given.get(rule["question"])
    chosen = {answer} if isinstance(answer, str) else set(answer or ())
    return bool(chosen & set(rule["choices"]))


def questions_for(edition: Edition, family: str | None) -> list[Asked]:
    """The questions asked at this family of places (None: at any), in printed order; three queries."""
    rows = edition.questions.select_related("section").prefetch_related("choices").order_by("order")
    asked = {
        row.code: Asked(row, sorted(row.choices.all(), key=lambda choice: choice.order))
        for row in rows
        if family is None or row.applies(family)
    }
    for one in asked.values():
        if one.question.ask_if:
            opener = asked.get(one.question.ask_if["question"])
            if opener:
                wanted = one.question.ask_if["choices"]
                one.only_if = (
                    opener.question,
                    [str(choice.label) for choice in opener.choices if choice.code in wanted],
                )
    return list(asked.values())


def points_to_say(edition: Edition) -> list[str]:
    """What is said before asking, in the reader's language or the next that has it."""
    order = FALLBACK[current_language()]
    return [next((point[code] for code in order if point.get(code)), "") for point in edition.preamble]


def in_parts(questions: list[Asked]) -> list[Part]:
    """The questions by section, sections in the order in which they are first met."""
    parts: dict[int, Part] = {}
    for one in questions:
        parts.setdefault(one.question.section_id, Part(one.question.section, [])).questions.append(one)
    return list(parts.values())


def fill(questions: list[Asked], given: Given) -> None:
    """Puts earlier answers into the page."""
    for one in questions:
        answer = given.get(one.question.code)
        one.given = [answer] if isinstance(answer, str) else list(answer or ())


def read_form(questions: list[Asked], sent: QueryDict) -> tuple[dict[str, Any], set[str], bool]:
    """Answers, what was asked, and whether all could be read. Faults and choices are left in `questions` for the page.

    A question whose way is closed by an earlier answer was not asked; whatever was sent for it is ignored.
    """
    answers: dict[str, Any] = {}
    asked: set[str] = set()
    sound = True
    for one in questions:
        one.given = sent.getlist(one.name)
        if not is_open(one.question, answers):
            one.given = []
            continue
        asked.add(one.question.code)
        try:
            parse = parse_multiple if one.multiple else parse_single
            answers[one.question.code] = parse(list(one.given), one.choices)
        except ValueError as fault:
            one.faults, sound = [str(fault)], False
    return answers, asked, sound


def answers_in(edition: Edition, row: bytes) -> Given:
    """Answers of one packed talk."""
    return unpack(edition.layout, row)

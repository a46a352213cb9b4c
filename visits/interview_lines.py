"""Submitted interviews in words, for those who may read them. The order of the list given is kept and means nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from .layout import unpack
from .models import Interview, Question


@dataclass(frozen=True)
class Spoken:
    """One interview: question, answers in words (empty = skipped)."""

    interview: Interview
    answers: list[tuple[Question, list[str]]]


def interview_lines(interviews: Sequence[Interview]) -> list[Spoken]:
    """The interviews with the words of their questions and choices; two queries for each edition among them."""
    shapes = {}
    for edition in {interview.edition_id: interview.edition for interview in interviews}.values():
        questions = {row.code: row for row in edition.questions.order_by("order").prefetch_related("choices")}
        labels = {
            code: {choice.code: str(choice.label) for choice in row.choices.all()} for code, row in questions.items()
        }
        shapes[edition.pk] = (edition.layout, questions, labels)
    spoken = []
    for interview in interviews:
        layout, questions, labels = shapes[interview.edition_id]
        answers = []
        for code, given in unpack(layout, bytes(interview.answers)).items():
            codes = [given] if isinstance(given, str) else given or []
            answers.append((questions[code], [labels[code].get(choice, choice) for choice in codes]))
        spoken.append(Spoken(interview, answers))
    return spoken

"""What was keyed from paper, and how often: the readings of the sheets of one visit. Reads only; two or three queries."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from ..models import Answer, AnswerVersion, SecondEntry, Visit


class Times(StrEnum):
    """How often an answer that came from paper was read from its sheet."""

    ONCE = "once"
    TWICE = "twice"
    # Twice, but by one person: the same eyes see the same thing.
    ALONE = "alone"
    # Twice, and the readings differ: nobody has looked again yet.
    DIFFER = "differ"

    @property
    def word(self) -> str:
        return str(WORDS[self])


WORDS = {
    Times.ONCE: _("Keyed once"),
    Times.TWICE: _("Keyed twice"),
    Times.ALONE: _("Keyed twice by the same person"),
    Times.DIFFER: _("Keyed twice, and the readings differ"),
}


@dataclass(frozen=True)
class Reading:
    """An answer that came from paper: how often it was read, and the second reading if there is one."""

    answer: Answer
    times: Times
    second: SecondEntry | None = None
    first_by: str = ""

    @property
    def done(self) -> bool:
        return self.times in (Times.TWICE, Times.ALONE)


def same_value(answer: Answer, choice: str, measurement: Decimal | None) -> bool:
    """Whether a reading of the sheet says what the answer says. Notes and sources are not compared."""
    return (answer.choice.code if answer.choice else "") == choice and answer.measurement == measurement


def readings_of(visit: Visit) -> dict[int, Reading]:
    """Every answer of the visit that came from paper, by its indicator's key, in printed order."""
    answers = list(
        visit.answers.filter(origin=Answer.Origin.PAPER)
        .select_related("choice", "indicator__section", "by")
        .order_by("indicator__section__order", "indicator__order")
    )
    if not answers:
        return {}
    seconds = {row.indicator_id: row for row in visit.second_entries.select_related("by", "settled_by")}
    authors = {
        (version.answer_id, version.version): version.by
        for version in AnswerVersion.objects.filter(answer__in=answers).select_related("by")
    }
    found = {}
    for answer in answers:
        second = seconds.get(answer.indicator_id)
        authors[answer.pk, answer.version] = answer.by
        first = authors.get((answer.pk, second.first_version)) if second else answer.by
        times = _times(answer, second, alone=second is not None and first is not None and first.pk == second.by_id)
        found[answer.indicator_id] = Reading(answer, times, second, first.full_name if first else "")
    return found


def _times(answer: Answer, second: SecondEntry | None, *, alone: bool) -> Times:
    if second is None:
        return Times.ONCE
    if same_value(answer, second.choice, second.measurement):
        return Times.ALONE if alone else Times.TWICE
    if second.first_version != answer.version:
        return Times.ONCE
    if second.stands == SecondEntry.Hand.FIRST:
        return Times.ALONE if alone else Times.TWICE
    return Times.DIFFER


def to_key_again(visit: Visit, *, everything: bool = False) -> list[Reading]:
    """What waits for a second reading: critical answers from paper, or all of them."""
    return [
        reading
        for reading in readings_of(visit).values()
        if reading.times is Times.ONCE and (everything or reading.answer.indicator.critical)
    ]


def differing(visit: Visit) -> list[Reading]:
    """Readings that differ, and about which nobody has decided."""
    return [reading for reading in readings_of(visit).values() if reading.times is Times.DIFFER]

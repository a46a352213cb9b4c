"""Acts on answers of a checklist: save one, save a section, mark the rest as not seen and undo it, reply to a reviewer.

Every change of an answer makes an AnswerVersion; nothing is written when nothing changed; a stale version never overwrites.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ombudsman.people.access import Refused
from ombudsman.people.models import User
from ombudsman.people.trail import record

from ..kinds import parse_measurement, parse_sources
from ..models import Answer, AnswerVersion, Choice, Indicator, ReviewComment, Section, Visit
from ..rules.fieldwork import obstacles_to_answering

LONGEST_NOTE = 10_000
NOT_SEEN = "not_seen"


class Conflict(Refused):
    """Somebody saved another answer meanwhile. Nothing was changed; `current` is what stands, the sender keeps the other."""

    def __init__(self, current: Answer | None) -> None:
        self.current = current
        super().__init__([_("Another answer was saved here meanwhile. Both are shown; choose which one stands.")])


@dataclass(frozen=True)
class Entry:
    """What somebody wants to stand for one indicator, as it was sent."""

    indicator: str
    choice: str | None = None
    measurement: Any = None
    note: Any = ""
    sources: Any = ()
    anyway: bool = False
    note_confirmed: bool = False
    base_version: int | None = None


def _locked(visit: Visit) -> Visit:
    row = Visit.objects.select_for_update().get(pk=visit.pk)
    if obstacles := obstacles_to_answering(row):
        raise Refused(obstacles)
    return row


@dataclass(frozen=True)
class _Value:
    """What an entry means, once checked."""

    choice: Choice | None
    measurement: Decimal | None
    note: str
    sources: list[str]
    anyway: bool
    note_confirmed: bool

    @classmethod
    def of(cls, answer: Answer | None) -> "_Value":
        if answer is None:
            return cls(None, None, "", [], False, False)
        return cls(answer.choice, answer.measurement, answer.note, answer.sources, answer.anyway, answer.note_confirmed)

    def as_json(self) -> dict[str, Any]:
        """As an AnswerVersion keeps it."""
        return {
            "choice": self.choice.code if self.choice else None,
            "measurement": self.measurement,
            "note": self.note,
            "sources": self.sources,
            "anyway": self.anyway,
        }


def _check(visit: Visit, indicator: Indicator, entry: Entry) -> _Value:
    """The meaning of an entry. Raises Refused with every fault at once."""
    faults: list[Any] = []
    choice = None
    if entry.choice not in (None, ""):
        choice = visit.checklist.choices.filter(question=None, code=str(entry.choice)).first()
        if choice is None:
            faults.append(_("This answer is not one of the choices."))
    measurement, sources = None, list[str]()
    try:
        measurement = parse_measurement(entry.measurement)
    except ValueError as fault:
        faults.append(str(fault))
    if measurement is not None and indicator.computed:
        faults.append(_("This number is counted from the interviews; it is not typed in."))
    elif measurement is not None and not indicator.measure_key:
        faults.append(_("No number is asked for here."))
    try:
        sources = parse_sources(entry.sources)
    except ValueError as fault:
        faults.append(str(fault))
    if not isinstance(entry.note, str):
        faults.append(_("The note must be text."))
    elif len(entry.note) > LONGEST_NOTE:
        faults.append(_("The note is longer than %(count)d characters.") % {"count": LONGEST_NOTE})
    if choice is not None and not entry.anyway and not indicator.applies(visit.institution_kind.family):
        faults.append(_("This indicator does not apply to this kind of place. It can be answered anyway, on purpose."))
    if faults:
        raise Refused(faults)
    # PostgreSQL cannot store a nought character; no keyboard makes one.
    note = entry.note.replace("\x00", "").replace("\r\n", "\n").strip()
    return _Value(choice, measurement, note, sources, bool(entry.anyway), bool(entry.note_confirmed and note))


@transaction.atomic
def save_answer(
    *,
    visit: Visit,
    indicator: str,
    choice: str | None = None,
    measurement: Any = None,
    note: str = "",
    sources: Iterable[str] = (),
    anyway: bool = False,
    note_confirmed: bool = False,
    origin: str = Answer.Origin.BROWSER,
    base_version: int | None = None,
    by: User,
    at: datetime,
) -> Answer:
    """Saves one answer and its version. `base_version` = the version it was made from (0 = none yet, None = not known).

    Writes nothing when nothing changed. Raises Refused (faults as sentences) or Conflict (a newer, different answer stands).
    """
    row = _locked(visit)
    entry = Entry(indicator, choice, measurement, note, sources, anyway, note_confirmed, base_version)
    return _save(row, entry, origin=origin, by=by, at=at)


def _save(visit: Visit, entry: Entry, *, origin: str, by: User, at: datetime) -> Answer:
    asked = visit.checklist.indicators.filter(code=str(entry.indicator)).first()
    if asked is None:
        raise Refused([_("The checklist has no indicator “%(code)s”.") % {"code": str(entry.indicator)[:20]}])
    value = _check(visit, asked, entry)
    answer = visit.answers.select_related("choice", "by").filter(indicator=asked).first()
    if answer is None and value == _Value.of(None):
        if entry.base_version:
            raise Conflict(None)
        return Answer(visit=visit, indicator=asked, version=0, by=by, at=at)
    if answer is not None and value == _Value.of(answer):
        return answer
    standing = answer.version if answer else 0
    if entry.base_version is not None and entry.base_version != standing:
        raise Conflict(answer)
    answer = answer or Answer(visit=visit, indicator=asked, version=0)
    answer.choice, answer.measurement, answer.note = value.choice, value.measurement, value.note
    answer.sources, answer.anyway, answer.note_confirmed = value.sources, value.anyway, value.note_confirmed
    answer.origin, answer.by, answer.at = origin, by, at
    answer.version += 1
    answer.save()
    AnswerVersion.objects.create(
        answer=answer, version=answer.version, value=value.as_json(), origin=origin, by=by, at=at
    )
    return answer


@transaction.atomic
def save_section(
    *, visit: Visit, entries: Iterable[Entry], by: User, at: datetime, origin: str = Answer.Origin.BROWSER
) -> dict[str, Refused]:
    """Saves many answers as one form. What is sound is kept; the rest is given back: indicator code -> why.

    Raises Refused when the visit is closed.
    """
    row = _locked(visit)
    refused = {}
    for entry in entries:
        try:
            with transaction.atomic():
                _save(row, entry, origin=origin, by=by, at=at)
        except Refused as refusal:
            refused[entry.indicator] = refusal
    return refused


@transaction.atomic
def mark_rest_not_seen(*, visit: Visit, section: Section, by: User, at: datetime) -> list[str]:
    """Answers "not seen" for every applicable indicator of a section that has no answer. Gives their codes, for the undo."""
    row = _locked(visit)
    answered = row.answers.filter(choice__isnull=False).values_list("indicator_id", flat=True)
    family = row.institution_kind.family
    rest = section.indicators.exclude(pk__in=answered).order_by("order")
    codes = [indicator.code for indicator in rest if indicator.applies(family)]
    kept = {answer.indicator.code: answer for answer in row.answers.filter(indicator__code__in=codes)}
    for code in codes:
        entry = _entry_of(kept.get(code), code, NOT_SEEN)
        _save(row, entry, origin=Answer.Origin.BROWSER, by=by, at=at)
    return codes


@transaction.atomic
def undo_not_seen(*, visit: Visit, section: Section, codes: Iterable[str], by: User, at: datetime) -> list[str]:
    """Takes "not seen" back where it still stands, for these codes of the section. Notes stay."""
    row = _locked(visit)
    standing = row.answers.filter(
        indicator__section=section, indicator__code__in=list(codes), choice__code=NOT_SEEN
    ).select_related("indicator")
    undone = []
    for answer in standing:
        _save(row, _entry_of(answer, answer.indicator.code, None), origin=Answer.Origin.BROWSER, by=by, at=at)
        undone.append(answer.indicator.code)
    return undone


def _entry_of(answer: Answer | None, code: str, choice: str | None) -> Entry:
    """The answer as it stands, with another choice."""
    if answer is None:
        return Entry(code, choice)
    return Entry(code, choice, answer.measurement, answer.note, answer.sources, answer.anyway, answer.note_confirmed)


@transaction.atomic
def reply_to_comment(*, visit: Visit, comment: int, reply: str, by: User, at: datetime) -> ReviewComment:
    """The team's reply to a reviewer's question on a returned visit. Raises Refused when empty, or when none is awaited."""
    row = Visit.objects.select_for_update().get(pk=visit.pk)
    asked = row.comments.filter(pk=comment, resolved_at__isnull=True).first()
    if asked is None or row.state != Visit.State.RETURNED:
        raise Refused([_("This question awaits no reply now.")])
    if not reply.strip():
        raise Refused([_("Write a reply.")])
    asked.reply = reply.replace("\x00", "").strip()
    asked.save(update_fields=["reply"])
    record(by=by, at=at, act="visit.reply", thing=row, comment=asked.pk)
    return asked

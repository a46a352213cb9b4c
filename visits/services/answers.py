"""Acts on answers of a checklist: save one, save a section, mark the rest as not seen and undo it, reply to a reviewer.

Everything that writes answers goes through one `Pages` of a visit: it reads what stands once and writes once, whatever the
number. Every earlier value stays as an AnswerVersion; nothing is written when nothing changed; a stale version never
overwrites: the other answer is kept as a difference.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from ombudsman.people.access import Refused
from ombudsman.people.models import User
from ombudsman.people.trail import record
from ombudsman.statements import Together

from ..deliveries import AnswerChange
from ..editions import Checklist, checklist
from ..kinds import parse_measurement, parse_sources
from ..merge import UNKNOWN, Merged, merge
from ..models import Answer, AnswerVersion, Difference, Indicator, ReviewComment, Section, Visit
from ..rules.fieldwork import obstacles_to_answering
from .answer_rows import KNOWN, LONGEST_NOTE, Row, write_rows
from .kept import Kept

NOT_SEEN = "not_seen"


class Conflict(Refused):
    """Somebody saved another answer meanwhile. What stands stays; the sender's answer is kept as a difference.

    `current` is what stands, `difference` what was kept beside it.
    """

    def __init__(self, current: Answer | None, difference: Difference | None = None) -> None:
        self.current, self.difference = current, difference
        super().__init__([_("Another answer was saved here meanwhile. Both are shown; choose which one stands.")])


class Entry(NamedTuple):
    """What somebody wants to stand for one indicator, as it was sent."""

    indicator: str
    choice: str | None = None
    measurement: Any = None
    note: Any = ""
    sources: Any = ()
    anyway: bool = False
    note_confirmed: bool = False
    base_version: int | None = None


class Value(NamedTuple):
    """What an answer says, once checked."""

    choice: str | None = None
    measurement: Decimal | None = None
    note: str = ""
    sources: tuple[str, ...] = ()
    anyway: bool = False
    confirmed: bool = False

    def as_json(self) -> dict[str, Any]:
        """As an AnswerVersion and a Difference keep it."""
        return {
            "choice": self.choice,
            "measurement": None if self.measurement is None else str(self.measurement),
            "note": self.note,
            "sources": list(self.sources),
            "anyway": self.anyway,
            "confirmed": self.confirmed,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Value":
        """The other way."""
        number = kept.get("measurement")
        return cls(
            kept.get("choice"),
            None if number in (None, "") else Decimal(str(number)).quantize(Decimal("0.001")),
            kept.get("note") or "",
            tuple(kept.get("sources") or ()),
            bool(kept.get("anyway")),
            bool(kept.get("confirmed")),
        )


EMPTY = Value()


NEVER = datetime.min.replace(tzinfo=UTC)


class Standing(NamedTuple):
    """One answer as it stands; version 0 and no row when nothing was ever saved."""

    value: Value = EMPTY
    version: int = 0
    # 0 = no row yet.
    pk: int = 0
    origin: str = ""
    by: int = 0
    at: datetime = NEVER


class Settled(NamedTuple):
    """What became of one value: the outcome, what stands, and what was kept beside it."""

    outcome: Merged
    standing: Standing
    difference: Difference | None = None


NOTHING_YET = Standing()
COLUMNS = (
    *("pk", "indicator_id", "choice_id", "measurement", "note", "sources", "anyway", "note_confirmed"),
    *("version", "origin", "by_id", "at"),
)


@dataclass
class Pages:
    """The answers of one visit whose row is locked: read once, changed in memory, written once."""

    visit: Visit
    by: User
    at: datetime
    # Only these indicators are read (keys); None = all. Nothing is read where nothing can stand yet.
    only: Collection[int] | None = None
    blank: bool = False
    edition: Checklist = field(init=False)
    standing: dict[int, Standing] = field(init=False)
    earlier: list[AnswerVersion] = field(default_factory=list)
    # Rows that are ready already, of indicators of which nothing stands and nothing else is said in this act.
    first: Sequence[Row] = ()
    changed: dict[int, Standing] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.edition = checklist(self.visit.checklist_id)
        self.author = self.by.pk
        self.standing = {}
        if not self.blank:
            self._read()

    def _read(self) -> None:
        rows = self.visit.answers.all()
        if self.only is not None:
            rows = rows.filter(indicator__in=list(self.only))
        choices = self.edition.choices
        self.standing = {
            indicator: Standing(
                Value(choices[choice].code if choice else None, number, note, tuple(sources), anyway, confirmed),
                *(version, pk, origin, by, at),
            )
            for pk, indicator, choice, number, note, sources, anyway, confirmed, version, origin, by, at in rows.values_list(
                *COLUMNS
            )
        }

    def of(self, indicator: Indicator) -> Standing:
        """What stands now, changes of this act included."""
        return self.standing.get(indicator.id, NOTHING_YET)

    def base(self, indicator: Indicator, version: int) -> Any:
        """The value of an earlier version; UNKNOWN when nobody can say it."""
        now = self.of(indicator)
        if version == now.version:
            return now.value
        if version == 0:
            return EMPTY
        for row in self.earlier:
            if row.answer_id == now.pk and row.version == version:
                return Value.from_json(row.value)
        kept = AnswerVersion.objects.filter(answer=now.pk, version=version).values_list("value", flat=True).first()
        return UNKNOWN if kept is None else Value.from_json(kept)

    def put(self, indicator: Indicator, value: Value, *, origin: str) -> Standing:
        """Lets this value stand; the one before becomes an earlier version."""
        now = self.of(indicator)
        if now.pk and indicator.id not in self.changed:
            self.earlier.append(self._version(now))
        then = Standing(value, now.version + 1, now.pk, origin, self.author, self.at)
        if indicator.id in self.changed:
            # Twice in one act: the first of the two was never shown to anybody, so it needs no version of its own.
            then = then._replace(version=now.version)
        self.standing[indicator.id] = self.changed[indicator.id] = then
        return then

    def settle(
        self,
        kept: Kept,
        indicator: Indicator,
        value: Value,
        base: int | None,
        *,
        origin: str,
        change: AnswerChange | None = None,
    ) -> "Settled":
        """What becomes of this value, made from version `base` (None = not known: the last word stands).

        What cannot stand beside what others wrote meanwhile is kept as a difference.
        """
        number = indicator.id
        now = self.standing.get(number, NOTHING_YET)
        if now is NOTHING_YET and base == 0 and not kept.own and value != EMPTY:
            # Nothing stood and nothing waits: by far the most frequent, so it takes no detour.
            then = Standing(value, 1, 0, origin, self.author, self.at)
            self.standing[number] = self.changed[number] = then
            return Settled(Merged.SAVED, then)
        # What was put in this very act is the sender's own earlier word.
        own = base is None or number in self.changed
        based = now.value if own else self.base(indicator, base or 0)
        found = merge(based, value, now.value)
        if found is Merged.SAVED:
            then = self.put(indicator, value, origin=origin)
            if kept.own:
                kept.agreed(indicator, value=value.as_json(), standing=now.value.as_json())
            return Settled(found, then)
        if found is Merged.SAME:
            if kept.own:
                kept.agreed(indicator, value=value.as_json(), standing=value.as_json())
            return Settled(found, now)
        if found is Merged.THEIRS:
            return Settled(found, now)
        difference = kept.keep(
            indicator,
            mine=value.as_json(),
            base=None if based in (UNKNOWN, EMPTY) else based.as_json(),
            base_version=base or 0,
            standing_version=now.version,
            origin=origin,
            made=change.made if change else None,
        )
        return Settled(found, now, difference)

    def _version(self, now: Standing) -> AnswerVersion:
        return AnswerVersion(
            answer_id=now.pk,
            version=now.version,
            value=now.value.as_json(),
            origin=now.origin,
            by_id=now.by,
            at=now.at,
        )

    def write(self, together: Together | None = None) -> None:
        """Earlier values first, then all answers; as many statements whatever their number. Where `together` is given, whoever gave
        it sends what is written.
        """
        writing = together or Together()
        if self.earlier:
            AnswerVersion.objects.bulk_create(self.earlier)
        if self.first:
            write_rows(visit=self.visit, by=self.by, at=self.at, rows=self.first, together=writing, fresh=True)
        if self.changed:
            rows = [_row(key, now, self.edition.keys) for key, now in self.changed.items()]
            write_rows(visit=self.visit, by=self.by, at=self.at, rows=rows, together=writing)
        if together is None:
            writing.send()
        self.earlier, self.first, self.changed = [], (), {}


def _row(indicator: int, standing: Standing, keys: dict[str | None, int | None]) -> Row:
    """What stands now, as it is written."""
    value = standing.value
    return (
        indicator,
        keys[value.choice],
        "" if value.measurement is None else str(value.measurement),
        value.note,
        json.dumps(value.sources),
        int(value.anyway),
        int(value.confirmed),
        standing.version,
        standing.origin,
    )


def _in_order(sources: list[Any]) -> tuple[str, ...] | None:
    """The sources in printed order; None when one is not known."""
    try:
        return KNOWN[tuple(sources)]
    except (KeyError, TypeError):
        try:
            return tuple(parse_sources(sources))
        except ValueError:
            return None


def check_plain(
    edition: Checklist,
    family: str,
    indicator: Indicator,
    choice: str | None,
    note: str,
    sources: list[Any],
    anyway: bool,
    confirmed: bool,
) -> Value | None:
    """The meaning of an answer without a measurement, in one step; None where `check` must say what is wrong with it."""
    if choice is not None and (
        choice not in edition.scale or not (anyway or indicator.code in edition.asked_in(family))
    ):
        return None
    known = _in_order(sources)
    if known is None or len(note) > LONGEST_NOTE:
        return None
    note = note.replace("\r\n", "\n").strip() if note else ""
    return Value(choice, None, note, known, anyway, confirmed and note != "")


def check(edition: Checklist, family: str, entry: Entry) -> tuple[Indicator, Value]:
    """The meaning of an entry in a kind of place. Raises Refused with every fault at once."""
    indicator = edition.indicators.get(str(entry.indicator))
    if indicator is None:
        raise Refused([_("The checklist has no indicator “%(code)s”.") % {"code": str(entry.indicator)[:20]}])
    faults: list[Any] = []
    choice = None if entry.choice in (None, "") else edition.scale.get(str(entry.choice))
    if choice is None and entry.choice not in (None, ""):
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
    if choice is not None and not entry.anyway and not indicator.applies(family):
        faults.append(_("This indicator does not apply to this kind of place. It can be answered anyway, on purpose."))
    if faults:
        raise Refused(faults)
    # PostgreSQL cannot store a nought character; no keyboard makes one.
    note = entry.note.replace("\x00", "").replace("\r\n", "\n").strip()
    confirmed = bool(entry.note_confirmed and note)
    code = choice.code if choice else None
    return indicator, Value(code, measurement, note, tuple(sources), bool(entry.anyway), confirmed)


def _locked(visit: Visit) -> Visit:
    row = Visit.objects.select_for_update(of=("self",)).select_related("institution_kind").get(pk=visit.pk)
    if obstacles := obstacles_to_answering(row):
        raise Refused(obstacles)
    return row


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
    """Saves one answer. `base_version` = the version it was made from (0 = none yet, None = not known).

    Writes nothing when nothing changed. Raises Refused (faults as sentences) or Conflict (another answer stands meanwhile; this
    one is kept as a difference).
    """
    entry = Entry(indicator, choice, measurement, note, sources, anyway, note_confirmed, base_version)
    with transaction.atomic():
        row = _locked(visit)
        asked, value = check(checklist(row.checklist_id), row.institution_kind.family, entry)
        pages = Pages(row, by, at, only=[asked.pk])
        conflict = _save(pages, Kept(row, by, at), asked, value, base_version, origin)
        pages.write()
        stands = row.answers.select_related("choice", "by").filter(indicator=asked).first()
    if conflict is not None:
        raise conflict
    return stands or Answer(visit=row, indicator=asked, version=0, by=by, at=at)


def _save(pages: Pages, kept: Kept, asked: Indicator, value: Value, base: int | None, origin: str) -> Conflict | None:
    """One checked value into the pages. What cannot stand is kept as a difference, and given back as a conflict."""
    settled = pages.settle(kept, asked, value, base, origin=origin)
    if settled.outcome in (Merged.SAVED, Merged.SAME):
        return None
    current = pages.visit.answers.select_related("choice", "by").filter(indicator=asked).first()
    return Conflict(current, settled.difference)


def save_section(
    *, visit: Visit, entries: Iterable[Entry], by: User, at: datetime, origin: str = Answer.Origin.BROWSER
) -> dict[str, Refused]:
    """Saves many answers as one form. What is sound is kept; the rest is given back: indicator code -> why.

    Raises Refused when the visit is closed. A card that its sender did not touch takes nothing back.
    """
    refused: dict[str, Refused] = {}
    with transaction.atomic():
        row = _locked(visit)
        pages, kept = Pages(row, by, at), Kept(row, by, at)
        for entry in entries:
            try:
                asked, value = check(pages.edition, row.institution_kind.family, entry)
            except Refused as refusal:
                refused[entry.indicator] = refusal
                continue
            conflict = _save(pages, kept, asked, value, entry.base_version, origin)
            if conflict is not None and conflict.difference is not None:
                refused[entry.indicator] = conflict
        pages.write()
    return refused


@transaction.atomic
def mark_rest_not_seen(*, visit: Visit, section: Section, by: User, at: datetime) -> list[str]:
    """Answers "not seen" for every applicable indicator of a section that has no answer. Gives their codes, for the undo."""
    row = _locked(visit)
    pages = Pages(row, by, at)
    rest = [
        indicator
        for indicator in pages.edition.indicators.values()
        if indicator.section_id == section.pk
        and indicator.applies(row.institution_kind.family)
        and pages.of(indicator).value.choice is None
    ]
    for indicator in rest:
        value = pages.of(indicator).value._replace(choice=NOT_SEEN)
        pages.put(indicator, value, origin=Answer.Origin.BROWSER)
    pages.write()
    return [indicator.code for indicator in rest]


@transaction.atomic
def undo_not_seen(*, visit: Visit, section: Section, codes: Iterable[str], by: User, at: datetime) -> list[str]:
    """Takes "not seen" back where it still stands, for these codes of the section. Notes stay."""
    row = _locked(visit)
    pages = Pages(row, by, at)
    wanted = set(codes)
    undone = []
    for indicator in pages.edition.indicators.values():
        now = pages.of(indicator)
        if indicator.section_id == section.pk and indicator.code in wanted and now.value.choice == NOT_SEEN:
            pages.put(indicator, now.value._replace(choice=None), origin=Answer.Origin.BROWSER)
            undone.append(indicator.code)
    pages.write()
    return undone


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

"""Reading the body of a delivery (docs/adr/0009): shapes and sizes, nothing of the database. Pure.

Any JSON at all gives either a parcel or Unreadable. What is wrong with one change is said of that change, the others stand;
whether an indicator or a person fits is asked by the service.
"""

import json
import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import sha256
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from django.utils.translation import gettext as _

from .as_devices_write import FORMAT, HIGHEST, LARGEST_TALK, LONGEST_CODE, LONGEST_TEXT, Written, read_whole

MOST_CHANGES, MOST_TALKS = 5_000, 200
MOST_ITEMS = 300
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_YEARS = range(2000, 2200)


class Unreadable(Exception):
    """The body is no delivery. Carries one sentence."""


class AnswerChange(NamedTuple):
    """What should stand for one indicator. Measurement and sources are read by the service, in the words of the form."""

    indicator: str
    base: int
    choice: str | None
    measurement: Any
    note: str
    # A list; what is in it is asked by the service.
    sources: list[Any]
    anyway: bool
    confirmed: bool
    origin: str
    # As the device says it; read when it is needed.
    said: Any

    @property
    def made(self) -> datetime | None:
        """When it was recorded, by the device's clock."""
        return _moment(self.said)


@dataclass(frozen=True)
class FindingChange:
    """A new finding (base 0) or another wording of one."""

    finding: UUID
    base: int
    text: str
    severity: str
    sources: list[str]
    indicators: list[str]
    made: datetime | None


@dataclass(frozen=True)
class RatingChange:
    """A section's step; None = not rated."""

    section: str
    base: int | None
    step: int | None
    made: datetime | None


@dataclass(frozen=True)
class ConcernChange:
    """A child at risk now."""

    concern: UUID
    category: str
    seen: str
    told: str
    told_at: datetime | None
    pressed_at: datetime | None


@dataclass(frozen=True)
class FinishChange:
    """The leader's request to submit."""

    sampling: str
    made: datetime | None


@dataclass(frozen=True)
class Faulty:
    """A change that cannot be read, and why."""

    faults: list[str]


Change = AnswerChange | FindingChange | RatingChange | ConcernChange | FinishChange | Faulty


@dataclass(frozen=True)
class Opening:
    """A visit that was opened on the device."""

    institution: UUID
    kind: str
    announced: bool
    first_day: date
    last_day: date
    arrived_at: time | None
    entered_at: time | None
    access: str
    access_note: str
    early_reason: str
    checklist: tuple[str, int] | None
    questionnaire: tuple[str, int] | None


@dataclass(frozen=True)
class Device:
    """What still waits on the device for this visit: a number, never what."""

    id: UUID
    unsent: int
    since: datetime | None


@dataclass(frozen=True)
class SealedTalk:
    """A talk as the device sealed it; None where it could not even be decoded."""

    id: UUID
    sealed: bytes | None


class PlainAnswers(NamedTuple):
    """Answers of which nothing has to be put right: their places in the delivery, and row by row the parts of an AnswerChange."""

    places: list[int]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Parcel:
    """A delivery that could be read. Its changes are either plain answers, or others, read one by one."""

    number: UUID
    visit: UUID
    hash: str
    # What is kept for ever: the body without its talks.
    kept: bytes
    opening: Opening | None = None
    device: Device | None = None
    plain: PlainAnswers | None = None
    others: dict[int, Change] = field(default_factory=dict)
    talks: list[SealedTalk] = field(default_factory=list)

    @property
    def holds_only_talks(self) -> bool:
        """Such a delivery leaves no trace of itself (docs/adr/0005)."""
        return not self.others and self.plain is None and self.opening is None

    @property
    def changes(self) -> dict[int, Change]:
        """All changes by their places, in the order in which they were sent."""
        if self.plain is None:
            return self.others
        answers = map(AnswerChange._make, self.plain.rows)
        return dict(sorted([*zip(self.plain.places, answers, strict=True), *self.others.items()], key=itemgetter(0)))


def read(body: bytes) -> Parcel:
    """The parcel in a body. Raises Unreadable with one translated sentence."""
    written = read_whole(body)
    try:
        return _parcel(body, written) if written is not None else _looked_through(body)
    except _Wrong as wrong:
        raise Unreadable(str(wrong)) from None


def _parcel(body: bytes, written: Written) -> Parcel:
    """Of a body that was read whole."""
    _bounded(written.changes, len(written.talks))
    others: dict[int, Change] = {}
    if len(written.places) < written.changes:
        taken, changes = set(written.places), json.loads(written.kept)["changes"]
        others = {place: _change(one) for place, one in enumerate(changes) if place not in taken}
    return Parcel(
        number=_uuid(written.id),
        visit=_uuid(written.visit),
        hash=sha256(body).hexdigest(),
        kept=written.kept,
        opening=_opening(written.opening) if written.opening is not None else None,
        device=_device(written.device) if written.device is not None else None,
        plain=PlainAnswers(written.places, written.rows) if written.rows else None,
        others=others,
        talks=[SealedTalk(_uuid(number), sealed) for number, sealed in written.talks],
    )


def _looked_through(body: bytes) -> Parcel:
    """Of any other body, part by part."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable(_("The delivery is no readable JSON.")) from None
    if not isinstance(sent, dict):
        raise Unreadable(_("The delivery must be one JSON object."))
    if sent.get("format") != FORMAT or isinstance(sent["format"], bool):
        raise Unreadable(_("This format of deliveries is not known here."))
    changes, talks = sent.get("changes", []), sent.pop("talks", [])
    if not isinstance(changes, list) or not isinstance(talks, list):
        raise Unreadable(_("Changes and talks must be lists."))
    _bounded(len(changes), len(talks))
    return Parcel(
        number=_uuid(sent.get("id")),
        visit=_uuid(sent.get("visit")),
        hash=sha256(body).hexdigest(),
        kept=json.dumps(sent, separators=(",", ":")).encode("ascii"),
        opening=_opening(sent["open"]) if sent.get("open") is not None else None,
        device=_device(sent["device"]) if sent.get("device") is not None else None,
        others={place: _change(one) for place, one in enumerate(changes)},
        talks=[_talk(talk) for talk in talks],
    )


def _bounded(changes: int, talks: int) -> None:
    if changes > MOST_CHANGES or talks > MOST_TALKS:
        raise Unreadable(_("Too much for one delivery; send it in parts."))


class _Wrong(ValueError):
    """One value is not of its shape."""


def _uuid(value: Any) -> UUID:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise _Wrong(_("A number of the delivery is not a UUID."))
    return UUID(value)


def _text(value: Any, longest: int = LONGEST_TEXT) -> str:
    """Text without what no database can keep. None counts as nothing written."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Wrong(_("A text must be text."))
    if len(value) > longest:
        raise _Wrong(_("A text is longer than %(count)d characters.") % {"count": longest})
    if value.isascii():
        return value.replace("\x00", "")
    # Half of a pair of surrogates is no character and cannot be stored.
    return value.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _code(value: Any) -> str:
    return _text(value, LONGEST_CODE)


def _codes(value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > MOST_ITEMS:
        raise _Wrong(_("A list of codes is expected."))
    return [_code(one) for one in value]


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= HIGHEST:
        raise _Wrong(_("A version or count must be a whole number, nought or more."))
    return value


def _step(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or value not in (1, 2, 3, 4):
        raise _Wrong(_("This step is not one of the four."))
    return int(value)


def _yes(value: Any) -> bool:
    return value is True


def _moment(value: Any) -> datetime | None:
    """A point in time; None when it is not told or cannot be one. Its clock is the device's, so nothing rests on it."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        found = parse_datetime(value)
    except ValueError:
        return None
    if found is None or found.year not in _YEARS:
        return None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _hour(value: Any) -> time | None:
    if value in (None, ""):
        return None
    try:
        found = parse_time(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        raise _Wrong(_("An hour cannot be read."))
    return found


def _day(value: Any) -> date:
    try:
        found = parse_date(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        raise _Wrong(_("A day cannot be read."))
    return found


def _edition(value: Any) -> tuple[str, int] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:
        raise _Wrong(_("An edition is a code and a number."))
    return _code(value[0]), _count(value[1])


def _talk(value: Any) -> SealedTalk:
    if not isinstance(value, dict):
        raise _Wrong(_("A talk must be an object with its number."))
    number, sealed = _uuid(value.get("id")), value.get("sealed")
    if not isinstance(sealed, str) or len(sealed) > 2 * LARGEST_TALK:
        return SealedTalk(number, None)
    try:
        return SealedTalk(number, b64decode(sealed, validate=True))
    except ValueError:
        return SealedTalk(number, None)


def _device(value: Any) -> Device:
    if not isinstance(value, dict):
        raise _Wrong(_("A device must be an object with its number."))
    return Device(_uuid(value.get("id")), _count(value.get("unsent", 0)), _moment(value.get("since")))


def _opening(value: Any) -> Opening:
    if not isinstance(value, dict):
        raise _Wrong(_("The opening of a visit must be an object."))
    return Opening(
        institution=_uuid(value.get("institution")),
        kind=_code(value.get("kind")),
        announced=_yes(value.get("announced")),
        first_day=_day(value.get("first_day")),
        last_day=_day(value.get("last_day")),
        arrived_at=_hour(value.get("arrived_at")),
        entered_at=_hour(value.get("entered_at")),
        access=_code(value.get("access")),
        access_note=_text(value.get("access_note")),
        early_reason=_text(value.get("early_reason")),
        checklist=_edition(value.get("checklist")),
        questionnaire=_edition(value.get("questionnaire")),
    )


def _answer(sent: dict[str, Any]) -> Change:
    measurement = sent.get("measurement")
    return AnswerChange(
        indicator=_code(sent.get("indicator")),
        base=_count(sent.get("base")),
        choice=_code(sent.get("choice")) or None,
        measurement=_code(measurement) if isinstance(measurement, str) else measurement,
        note=_text(sent.get("note", "")),
        sources=_codes(sent.get("sources", [])),
        anyway=_yes(sent.get("anyway")),
        confirmed=_yes(sent.get("confirmed")),
        origin="paper" if sent.get("origin") == "paper" else "browser",
        said=sent.get("made"),
    )


def _finding(sent: dict[str, Any]) -> Change:
    return FindingChange(
        finding=_uuid(sent.get("finding")),
        base=_count(sent.get("base")),
        text=_text(sent.get("text")),
        severity=_code(sent.get("severity")),
        sources=_codes(sent.get("sources", [])),
        indicators=_codes(sent.get("indicators", [])),
        made=_moment(sent.get("made")),
    )


def _rating(sent: dict[str, Any]) -> Change:
    return RatingChange(
        section=_code(sent.get("section")),
        base=_step(sent.get("base")),
        step=_step(sent.get("step")),
        made=_moment(sent.get("made")),
    )


def _concern(sent: dict[str, Any]) -> Change:
    return ConcernChange(
        concern=_uuid(sent.get("concern")),
        category=_code(sent.get("category")),
        seen=_text(sent.get("seen")),
        told=_text(sent.get("told")),
        told_at=_moment(sent.get("told_at")),
        pressed_at=_moment(sent.get("pressed_at")),
    )


def _finish(sent: dict[str, Any]) -> Change:
    return FinishChange(sampling=_code(sent.get("sampling")), made=_moment(sent.get("made")))


READERS: dict[str, Callable[[dict[str, Any]], Change]] = {
    "answer": _answer,
    "finding": _finding,
    "rating": _rating,
    "concern": _concern,
    "finish": _finish,
}


def _change(sent: Any) -> Change:
    """One change; what is wrong with it is said of it alone."""
    try:
        reader = READERS[sent["do"]]
    except (TypeError, KeyError, IndexError):
        return Faulty([_("This kind of change is not known here.")])
    try:
        return reader(sent)
    except _Wrong as wrong:
        return Faulty([str(wrong)])

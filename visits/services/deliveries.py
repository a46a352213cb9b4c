"""Taking in what a device or a program recorded: one delivery, one transaction, one receipt (docs/adr/0009).

The delivery is written before anything that it brings, and the database refuses its number twice; the visit's row is the lock.
Talks in it leave no delivery, receipt, time or author (docs/adr/0005).
"""

import json
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from institutions.models import Institution
from ombudsman.people.access import Refused, rights_of
from ombudsman.people.models import User
from ombudsman.people.roles import Act, Reach, Thing
from ombudsman.people.trail import record
from ombudsman.statements import Statement, Together

from ..bundles import Talk, mark_of
from ..deliveries import (
    AnswerChange,
    Change,
    ConcernChange,
    Faulty,
    FindingChange,
    FinishChange,
    Opening,
    Parcel,
    RatingChange,
    SealedTalk,
    read,
)
from ..editions import checklist
from ..kinds import write_measurement
from ..merge import Merged
from ..models import Delivery, Edition, Finding, FinishRequest, Indicator, SectionRating, Visit
from ..rules.fieldwork import BEING_FILLED, critical_not_met, leads, obstacles_to_answering, obstacles_to_rating
from ..rules.findings import obstacles_to_editing, was_on_team
from ..talks import NoTalk, read_talk
from .answer_rows import first_rows
from .answers import Entry, Pages, Settled, Value, check, check_plain
from .copies import hear_from
from .fieldwork import finish_if_nothing_is_open, open_visit
from .findings import check_wording, merge_finding, write_finding
from .interviews import keep_late, known_talks, marked, take_talks
from .kept import Kept
from .urgent import raise_concern

Result = dict[str, Any]


class OutOfSight(Exception):
    """The sender may not know of this visit, or there is none."""


class OtherBody(Exception):
    """This number was used for another delivery. Nothing was changed."""


@dataclass(frozen=True)
class Receipt:
    """What the sender may rely on: number and hash of what was received, when, and what became of each change."""

    document: dict[str, Any]
    # What of it is kept, as it was written: all but the talks.
    kept: str = ""

    @property
    def written(self) -> str:
        """As it is sent."""
        if not self.kept:
            return json.dumps(self.document)
        return f'{self.kept[:-1]}, "talks": {json.dumps(self.document["talks"])}}}'


def take_in(*, body: bytes, by: User, at: datetime) -> Receipt:
    """Takes in one delivery and gives its receipt, after everything in it is committed; the same delivery again gives the same.

    Raises deliveries.Unreadable, OutOfSight, OtherBody, PermissionDenied (a reader who is not on the team), or Refused when a
    visit cannot be opened as described.
    """
    parcel = read(body)
    # Opening talks and packing take the most time and need no lock.
    opened = {talk.id: _opened(parcel.visit, talk) for talk in parcel.talks}
    packed = b"" if parcel.holds_only_talks else zlib.compress(parcel.kept, 1)
    # Read by now, not while others wait.
    rights_of(by)
    before_looking = _changes_so_far()
    ahead = _ahead(parcel, by, at)
    with transaction.atomic():
        if ahead is not None and before_looking == _changes_so_far():
            # Nothing at all was written since, so another look would see the same.
            seen = ahead.welcome.seen
        else:
            seen = _glance(parcel.visit, by)
        if ahead is not None and ahead.welcome.seen == seen:
            intake: _Intake | None = ahead
            visit, welcome = ahead.visit, ahead.welcome
        else:
            visit, welcome = _found(parcel, seen, by, at)
            intake = None if parcel.holds_only_talks else _Intake(parcel, visit, welcome, by, at)
        before = intake.reserve(packed) if intake is not None else None
        if (device := parcel.device) is not None:
            hear_from(visit=visit, device=device.id, unsent=device.unsent, since=device.since, by=by, at=at)
        together = Together()
        # Before the visit is finished, since a submitted visit opens no bundle again.
        talks = _take_talks(visit, welcome, parcel.talks, opened, by, together)
        if intake is None or before is not None:
            together.send()
            return Receipt({**(before or {**_head(parcel, at), "results": []}), "talks": talks})
        if intake.early is None:
            visit.refresh_from_db(fields=[field.attname for field in Visit._meta.concrete_fields])
        document, kept = intake.run(together)
    return Receipt({**document, "talks": talks}, kept)


def _head(parcel: Parcel, at: datetime) -> dict[str, Any]:
    return {"delivery": str(parcel.number), "hash": parcel.hash, "received_at": at.isoformat()}


RECEIPT = Statement("UPDATE visits_delivery SET receipt = %s WHERE id = %s")
RESERVE = Statement(
    "INSERT INTO visits_delivery (number, visit_id, by_id, received_at, hash, body, receipt)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id"
)


Seen = tuple[Any, ...]


@dataclass(frozen=True)
class Welcome:
    """How a sender stands to the visit: whether it can be filled by them now, and whether they may read what stands. Then what
    the same look at the database saw: what there is to be read at all.
    """

    filling: bool
    reading: bool
    family: str = ""
    answered: bool = True
    differing: bool = True
    finishing: bool = True
    # Whether any talk lies in a bundle of this visit.
    sealed: bool = True
    # The look itself.
    seen: Seen | None = None

    @property
    def blank(self) -> bool:
        """Whether it can be filled, and there is nothing yet that an answer could meet."""
        return self.filling and not self.answered and not self.differing


def _ahead(parcel: Parcel, by: User, at: datetime) -> "_Intake | None":
    """On SQLite, which has one lock for everybody: a delivery to a blank visit, worked out before the lock is taken. It counts only
    if nothing was written until the lock was there, or the same look, under the lock, sees the same.
    """
    if connection.vendor != "sqlite" or parcel.plain is None:
        return None
    seen = _glance(parcel.visit, by)
    visit, welcome = _meet(seen, by) if seen is not None else (None, None)
    return _Intake(parcel, visit, welcome, by, at) if visit is not None and welcome and welcome.blank else None


def _found(parcel: Parcel, seen: Seen | None, by: User, at: datetime) -> tuple[Visit, Welcome]:
    """The visit that was seen, and how its sender stands to it. Opens it first where the device did. Raises OutOfSight,
    PermissionDenied or Refused.
    """
    if seen is None and parcel.opening is not None:
        _open(parcel.visit, parcel.opening, by, at)
        seen = _glance(parcel.visit, by)
    if seen is None:
        raise OutOfSight
    visit, welcome = _meet(seen, by)
    if welcome.filling:
        return visit, welcome
    rows = Visit.objects.filter(pk=visit.pk)
    if was_on_team(visit, by) and rows.without_conflict(by).exists():
        # Only changes are ever held against what stands.
        return visit, replace(welcome, reading=not parcel.holds_only_talks and rows.readable_by(by).exists())
    if rows.visible_to(by).exists():
        raise PermissionDenied
    raise OutOfSight


# What a delivery must know of its visit; the rest of the row is read where it is needed.
_NEEDED = {
    *("id", "institution_id", "institution_kind_id", "checklist_id", "opened_by_id", "state", "access"),
    "interviews_submitted",
}
# In the order of the model, as `from_db` takes them.
GLANCED = [field.attname for field in Visit._meta.concrete_fields if field.attname in _NEEDED]
# SQLite has locked everything by then. A look that had to wait would see what was there before the wait, so it comes second.
LOCK = Statement("SELECT 1 FROM visits_visit WHERE id = %s FOR UPDATE")
# "Is there one" is one of them or nothing: PostgreSQL plans EXISTS twice where it stands among what is read. Asked for any answer,
# it reads through all of the table where it believes that a visit has many; asked for the first one, it goes by the index.
LOOK = Statement(
    " ".join(
        (
            "SELECT",
            ", ".join(f"v.{name}" for name in GLANCED),
            ", (SELECT 1 FROM visits_participation WHERE visit_id = v.id AND user_id = %s AND left_on IS NULL LIMIT 1),",
            "(SELECT 1 FROM institutions_conflictofinterest WHERE institution_id = v.institution_id AND user_id = %s",
            "AND starts <= %s AND (until IS NULL OR until >= %s) LIMIT 1),",
            "(SELECT family FROM institutions_institutionkind WHERE id = v.institution_kind_id),",
            "(SELECT indicator_id FROM visits_answer WHERE visit_id = v.id ORDER BY indicator_id LIMIT 1),",
            "(SELECT 1 FROM visits_difference WHERE visit_id = v.id AND by_id = %s AND state IN ('open', 'late') LIMIT 1),",
            "(SELECT 1 FROM visits_finishrequest WHERE visit_id = v.id LIMIT 1),",
            "(SELECT 1 FROM visits_visitkey WHERE visit_id = v.id LIMIT 1)",
            "FROM visits_visit v WHERE v.id = %s",
        )
    )
)


# Counted by SQLite: goes on whenever another connection has written anything at all (https://sqlite.org/pragma.html).
WRITTEN_BY_OTHERS = Statement("PRAGMA data_version")


def _changes_so_far() -> tuple[int, int] | None:
    """How often others and this connection have written to SQLite. The same twice = nothing was written in between; None on
    other databases, which cannot say it.
    """
    database = transaction.get_connection()
    if database.vendor != "sqlite":
        return None
    written = WRITTEN_BY_OTHERS.row()
    return (written[0], database.connection.total_changes) if written else None


def _glance(number: UUID, by: User) -> Seen | None:
    """All that a delivery must know of its visit, whose row is locked until the transaction ends; None when there is none."""
    database = transaction.get_connection()
    key, today = Visit._meta.pk.get_db_prep_value(number, database), str(timezone.localdate())
    together = Together()
    if database.vendor == "postgresql":
        together.add(LOCK, [key])
    found = together.row(LOOK, [by.pk, by.pk, today, today, by.pk, key])
    return None if found is None else (number, *found[1:])


def _meet(seen: Seen, by: User) -> tuple[Visit, Welcome]:
    """The visit that was seen, and how this person stands to it. The right of `Visit.objects.editable_by` is said once more here,
    so that one statement tells all; a test holds the two together.
    """
    here = len(GLANCED)
    on_team, tied, family, answered, differing, finishing, sealed = seen[here:]
    visit = Visit.from_db(connection.alias, GLANCED, list(seen[:here]))
    visit.interviews_submitted = bool(visit.interviews_submitted)
    reached = any(
        (scope.reach is Reach.TEAM and on_team) or (scope.reach is Reach.OWN and visit.opened_by_id == by.pk)
        for scope in rights_of(by).scopes(Act.EDIT, Thing.VISIT_DRAFT)
    )
    filling = reached and not tied and visit.state in BEING_FILLED
    know = (bool(answered), bool(differing), bool(finishing), bool(sealed))
    return visit, Welcome(filling, filling, family, *know, seen)


def _open(visit: UUID, opening: Opening, by: User, at: datetime) -> None:
    """The visit that was opened on the device, under its own number. Any edition ever published will do."""
    place = Institution.objects.visitable_by(by).filter(uid=opening.institution).first()
    if place is None:
        raise OutOfSight
    if opening.kind not in Visit.Kind.values or opening.access not in Visit.Access.values:
        raise Refused([_("Kind of visit or access is not one of the choices.")])
    try:
        with transaction.atomic():
            open_visit(
                id=visit,
                institution=place,
                kind=opening.kind,
                announced=opening.announced,
                first_day=opening.first_day,
                last_day=opening.last_day,
                arrived_at=opening.arrived_at,
                entered_at=opening.entered_at,
                access=opening.access,
                access_note=opening.access_note,
                early_reason=opening.early_reason,
                checklist=_edition(opening.checklist, "checklist"),
                questionnaire=_edition(opening.questionnaire, "questionnaire"),
                by=by,
                at=at,
            )
    except IntegrityError:
        # Another delivery opened the same visit a moment ago: it is found now, or it is not theirs.
        return


def _edition(named: tuple[str, int] | None, kind: str) -> Edition | None:
    if named is None:
        return None
    found = Edition.objects.filter(
        instrument__code=named[0],
        number=named[1],
        instrument__kind=kind,
        state__in=(Edition.State.PUBLISHED, Edition.State.RETIRED),
    ).first()
    if found is None:
        raise Refused([_("This edition was never published here.")])
    return found


# --- Changes --------------------------------------------------------------------------------------------------------------


# What most answers get; known by being this very one.
SAVED: Result = {"outcome": "saved", "version": 1}
_SAVED = json.dumps(SAVED)


@dataclass
class _Intake:
    """One delivery being taken in: every change gets its result, in the order in which they were sent."""

    parcel: Parcel
    visit: Visit
    welcome: Welcome
    by: User
    at: datetime
    # Of the delivery's row.
    key: int = 0
    names: dict[int, str] | None = None

    def __post_init__(self) -> None:
        """Looks at what was sent beside what stands; writes nothing."""
        parcel, welcome = self.parcel, self.welcome
        self.kept = Kept(self.visit, self.by, self.at, waiting=welcome.differing)
        rows = None
        if parcel.plain is not None or any(type(one) is AnswerChange for one in parcel.others.values()):
            self.pages = Pages(self.visit, self.by, self.at, blank=not welcome.answered)
            self.closed = obstacles_to_answering(self.visit) if welcome.filling else []
            # What is said first of all, and is plain, stands as version 1; everything else goes the long way, in its turn.
            if parcel.plain and welcome.blank and not self.closed:
                besides = [one.indicator for one in parcel.others.values() if isinstance(one, AnswerChange)]
                rows = first_rows(self.pages.edition, welcome.family, parcel.plain, besides)
        # What each change becomes, by its place; of those that go the long way it is not known yet.
        self.first = rows is not None
        self.results: dict[int, Result] = {}
        self.changes = parcel.changes if rows is None else parcel.others
        if rows is not None and parcel.plain is not None:
            self.pages.first = rows
            self.results = dict.fromkeys(parcel.plain.places, SAVED)
        self.places: dict[type, list[int]] = {}
        for place, one in self.changes.items():
            self.places.setdefault(type(one), []).append(place)
            if isinstance(one, Faulty):
                self.results[place] = {"outcome": "faulty", "faults": one.faults}
        self.number = len(self.changes) + (len(rows) if rows is not None else 0)
        # The receipt, where it is known by now.
        self.early = self._written() if len(self.results) == self.number else None

    def reserve(self, packed: bytes) -> dict[str, Any] | None:
        """Writes the delivery, before anything that it brings, and at once with its receipt where that is known by now. Gives the
        receipt of the delivery that was received before under this number: the database refuses a second one. Raises OtherBody.
        """
        prepared, database = Visit._meta.pk.get_db_prep_value, transaction.get_connection()
        parcel = self.parcel
        values = [
            prepared(parcel.number, database),
            prepared(parcel.visit, database),
            self.by.pk,
            database.ops.adapt_datetimefield_value(self.at),
            parcel.hash,
            packed,
            self.early[1] if self.early else "{}",
        ]
        made = RESERVE.row(values)
        if made is None:
            before = Delivery.objects.get(number=parcel.number)
            if before.hash != parcel.hash or before.by_id != self.by.pk:
                raise OtherBody
            receipt: dict[str, Any] = before.receipt
            return receipt
        self.key = self.kept.delivery = made[0]
        return None

    def _written(self) -> tuple[dict[str, Any], str]:
        """The receipt, and how it is kept."""
        head = _head(self.parcel, self.at)
        results = [self.results[place] for place in range(self.number)]
        said = ", ".join([_SAVED if result is SAVED else json.dumps(result) for result in results])
        return {**head, "results": results}, f'{json.dumps(head)[:-1]}, "results": [{said}]}}'

    def run(self, together: Together) -> tuple[dict[str, Any], str]:
        """Does everything, in the order that a child's safety and the rules ask for; gives the receipt and how it is kept. What
        waits in `together` is written with the trail, before the visit can be finished.
        """
        steps = (
            (ConcernChange, self.concern),
            (AnswerChange, self.answer),
            (FindingChange, self.finding),
            (RatingChange, self.rating),
        )
        for kind, act in steps:
            mine = self.places.get(kind, ())
            if mine or (kind is AnswerChange and self.first):
                self._begin(kind)
                for place in mine:
                    self.results[place] = self._one(act, self.changes[place])
                self._end(kind, together)
        finishes = self.places.get(FinishChange, [])
        counts = Counter([result["outcome"] for result in self.results.values()] + ["finish"] * len(finishes))
        record(by=self.by, at=self.at, act="visit.deliver", thing=self.visit, after=together, **counts)
        for place in finishes:
            self.results[place] = self._one(self.finish, self.changes[place])
        if not finishes and self.welcome.filling and self.welcome.finishing:
            finish_if_nothing_is_open(visit=self.visit, at=self.at)
        if self.early is not None:
            return self.early
        document, kept = self._written()
        RECEIPT.run([kept, self.key])
        return document, kept

    def _one(self, act: Any, change: Change) -> Result:
        try:
            found: Result = act(change)
        except Refused as refused:
            return {"outcome": "faulty", "faults": refused.obstacles}
        return found

    def _begin(self, kind: type) -> None:
        if kind is RatingChange:
            self.barring = critical_not_met(self.visit)
            self.leading = leads(self.visit, self.by)
            self.steps = dict(self.visit.ratings.values_list("section_id", "step"))
            self.rated: dict[int, SectionRating] = {}

    def _end(self, kind: type, together: Together) -> None:
        if kind is AnswerChange:
            # Findings and ratings that follow look at answers.
            self.pages.write(together if self.early is not None else None)
        elif kind is RatingChange and self.rated:
            SectionRating.objects.bulk_create(
                self.rated.values(),
                update_conflicts=True,
                unique_fields=["visit", "section"],
                update_fields=["step", "by", "at", "confirmed_by"],
            )

    def concern(self, change: ConcernChange) -> Result:
        """A child at risk: never refused for the state of the visit; the clock starts at the press."""
        raise_concern(
            visit=self.visit,
            id=change.concern,
            category=change.category,
            seen=change.seen,
            told=change.told,
            told_at=change.told_at,
            pressed_at=change.pressed_at or self.at,
            by=self.by,
            at=self.at,
        )
        return {"outcome": "saved"}

    def answer(self, change: AnswerChange) -> Result:
        """One indicator."""
        if self.closed:
            raise Refused(self.closed)
        indicator, value = self._checked(change)
        if not self.welcome.filling:
            standing = self.pages.of(indicator)
            return self._late(
                indicator,
                mine=value.as_json(),
                same=value == standing.value,
                base_version=change.base,
                standing_version=standing.version,
                origin=change.origin,
                made=change.made,
            )
        settled = self.pages.settle(self.kept, indicator, value, change.base, origin=change.origin, change=change)
        result: Result = {"outcome": settled.outcome.value, "version": settled.standing.version}
        if settled.outcome in (Merged.THEIRS, Merged.DIFFERENCE):
            result["standing"] = self._standing(settled)
        if settled.difference is not None:
            result["difference"] = str(settled.difference.pk)
        return result

    def _plain(self, indicator: Indicator, change: AnswerChange) -> Value | None:
        """What a change without a measurement means, where that takes no second look; None where it does."""
        return check_plain(
            self.pages.edition,
            self.welcome.family,
            indicator,
            change.choice,
            change.note,
            change.sources,
            change.anyway,
            change.confirmed,
        )

    def _checked(self, change: AnswerChange) -> tuple[Indicator, Value]:
        edition = self.pages.edition
        indicator = edition.indicators.get(change.indicator)
        if indicator is not None and change.measurement is None:
            value = self._plain(indicator, change)
            if value is not None:
                return indicator, value
        said = (change.choice, change.measurement, change.note, change.sources, change.anyway, change.confirmed)
        return check(edition, self.welcome.family, Entry(change.indicator, *said))

    def _standing(self, settled: Settled) -> dict[str, Any]:
        """What stands on the server, for the device to show beside what was sent."""
        if self.names is None:
            authors = {standing.by for standing in self.pages.standing.values()}
            self.names = dict(User.objects.filter(pk__in=authors).values_list("pk", "full_name"))
        now = settled.standing
        choice = self.pages.edition.scale.get(now.value.choice or "")
        return {
            "choice": now.value.choice,
            "label": str(choice.label) if choice else _("Not answered"),
            "measurement": write_measurement(now.value.measurement) or None,
            "note": now.value.note,
            "sources": list(now.value.sources),
            "anyway": now.value.anyway,
            "confirmed": now.value.confirmed,
            "version": now.version,
            "by": self.names.get(now.by, ""),
            "at": now.at.isoformat() if now.version else "",
        }

    def _late(self, thing: Any, *, same: bool = False, **values: Any) -> Result:
        """Kept for the reviewer, never refused; whoever may read the visit is told when nothing differs."""
        if same and self.welcome.reading:
            return {"outcome": "same", "version": values["standing_version"]}
        kept = self.kept.keep(thing, base=None, late=True, **values)
        return {"outcome": "late", "difference": str(kept.pk)}

    def finding(self, change: FindingChange) -> Result:
        """A new finding, or another wording of one."""
        wording, rows = check_wording(self.visit, change.text, change.severity, change.sources, change.indicators)
        standing = Finding.objects.filter(pk=change.finding).first()
        if standing is not None and standing.visit_id != self.visit.pk:
            raise Refused([_("This number belongs to another finding.")])
        if not self.welcome.filling:
            return self._late(
                change.finding,
                mine=wording.as_json(),
                base_version=change.base,
                standing_version=standing.version if standing else 0,
                made=change.made,
            )
        if standing is None:
            made = write_finding(
                visit=self.visit, id=change.finding, wording=wording, indicators=rows, by=self.by, at=self.at
            )
            return {"outcome": "saved", "version": made.version}
        if standing.state in (Finding.State.ACCEPTED, Finding.State.REJECTED):
            raise Refused(obstacles_to_editing(standing, self.visit, self.by))
        found, difference = merge_finding(
            finding=standing,
            wording=wording,
            indicators=rows,
            base=change.base,
            kept=self.kept,
            agrees=leads(self.visit, self.by),
            made=change.made,
        )
        result: Result = {"outcome": found.value, "version": standing.version}
        if difference is not None:
            result["difference"] = str(difference.pk)
        return result

    def rating(self, change: RatingChange) -> Result:
        """A section's step; the leader's alone, and never above what a critical indicator bars."""
        section = checklist(self.visit.checklist_id).sections.get(change.section)
        if section is None:
            raise Refused([_("The checklist has no such section.")])
        if not self.welcome.filling:
            return self._late(section, mine={"step": change.step}, base_version=0, standing_version=0, made=change.made)
        if not self.leading:
            raise Refused([_("The leader of the team rates the sections.")])
        if obstacles := obstacles_to_rating(section, change.step, self.barring):
            raise Refused(obstacles)
        rated = section.pk in self.steps
        now = self.steps.get(section.pk)
        if rated and now == change.step:
            self.kept.agreed(section, value={"step": change.step}, standing={"step": now})
            return {"outcome": "same"}
        if now != change.base:
            kept = self.kept.keep(
                section,
                mine={"step": change.step},
                base={"step": change.base},
                base_version=0,
                standing_version=0,
                made=change.made,
            )
            return {"outcome": "difference", "difference": str(kept.pk), "standing": {"step": now}}
        self.steps[section.pk] = change.step
        self.rated[section.pk] = SectionRating(
            visit=self.visit, section=section, step=change.step, by=self.by, at=self.at
        )
        self.kept.agreed(section, value={"step": change.step}, standing={"step": now})
        return {"outcome": "saved"}

    def finish(self, change: FinishChange) -> Result:
        """The leader's request; the visit is submitted when every change is in and nothing is open."""
        if self.visit.state == Visit.State.SUBMITTED:
            return {"outcome": "done"}
        if not self.welcome.filling or not leads(self.visit, self.by):
            raise Refused([_("Only the leader of the team submits a visit.")])
        if change.sampling and change.sampling not in Visit.Sampling.values:
            raise Refused([_("This way of choosing children is not known.")])
        FinishRequest.objects.update_or_create(
            visit=self.visit, defaults={"by": self.by, "at": self.at, "sampling": change.sampling}
        )
        obstacles = finish_if_nothing_is_open(visit=self.visit, at=self.at)
        return {"outcome": "waiting", "faults": obstacles} if obstacles else {"outcome": "done"}


# --- Talks ----------------------------------------------------------------------------------------------------------------


def _opened(visit: UUID, talk: SealedTalk) -> Talk | None:
    try:
        return read_talk(visit, talk.id, talk.sealed) if talk.sealed is not None else None
    except NoTalk:
        return None


def _take_talks(
    visit: Visit,
    welcome: Welcome,
    sent: list[SealedTalk],
    opened: Mapping[UUID, Talk | None],
    by: User,
    together: Together,
) -> list[dict[str, str]]:
    """Into the member's bundle, or, after submission, among those that wait for the reviewer. The receipt that is kept says
    nothing of them.
    """
    if not sent:
        return []
    sound = {number: talk for number, talk in opened.items() if talk is not None}
    outcomes = dict.fromkeys(sound, "kept")
    if welcome.filling and not visit.interviews_submitted:
        take_talks(visit=visit, member=by, talks=list(sound.values()), first=not welcome.sealed, together=together)
    elif sound:
        came = marked(visit)
        before = set() if visit.interviews_submitted else known_talks(visit=visit, member=by)
        late = {
            talk.id: talk.sealed
            for talk in sent
            if talk.id in sound and talk.id not in before and mark_of(visit.pk, talk.id) not in came and talk.sealed
        }
        keep_late(visit=visit, sealed=late)
        outcomes |= dict.fromkeys(late, "late")
    return [{"id": str(talk.id), "outcome": outcomes.get(talk.id, "faulty")} for talk in sent]

"""Agreeing on two answers: the team settles what is open, the reviewer decides on what came after submission.

Nothing is deleted: a settled difference keeps both, with who agreed and when (docs/adr/0009).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ombudsman.people.access import Refused
from ombudsman.people.models import User
from ombudsman.people.trail import record

from ..models import Difference, Finding, Indicator, Section, SectionRating, Visit
from ..rules.differences import obstacles_to_deciding_late, obstacles_to_settling
from ..rules.fieldwork import critical_not_met, obstacles_to_answering, obstacles_to_rating
from .answers import Entry, Pages, Value, check
from .fieldwork import finish_if_nothing_is_open
from .findings import Wording, check_wording, rewrite_finding, write_finding

MINE, THEIRS, OTHER = "mine", "theirs", "other"


class MovedOn(Refused):
    """What stands was changed while somebody looked at the two. Nothing was settled."""

    def __init__(self) -> None:
        super().__init__([_("What stands was changed meanwhile. Look at the two again.")])


@transaction.atomic
def settle(
    *,
    difference: Difference,
    stands: str,
    value: dict[str, Any] | None = None,
    seen_version: int | None = None,
    by: User,
    at: datetime,
) -> Difference:
    """Says what stands: "mine" (what the difference holds), "theirs" (what stands), or "other" with its `value`.

    `value` has the keys of what the difference holds. `seen_version` = the standing version that was looked at. Raises Refused.
    """
    visit = _held(difference)
    row = Difference.objects.select_for_update(of=("self",)).select_related("by", "indicator", "section")
    difference = row.get(pk=difference.pk)
    if obstacles := obstacles_to_settling(difference, visit, by):
        raise Refused(obstacles)
    if stands not in (MINE, THEIRS, OTHER) or (stands == OTHER and value is None):
        raise Refused([_("Choose which one stands.")])
    act = _Settling(visit, difference, seen_version, by, at)
    act.put(None if stands == THEIRS else value if stands == OTHER else difference.mine, own=stands == MINE)
    difference.state, difference.settled_by, difference.settled_at = stands, by, at
    difference.save(update_fields=["state", "settled_by", "settled_at"])
    record(by=by, at=at, act="difference.settle", thing=visit, difference=str(difference.pk), stands=stands)
    finish_if_nothing_is_open(visit=visit, at=at)
    return difference


def _held(difference: Difference) -> Visit:
    rows = Visit.objects.select_for_update(of=("self",)).select_related("institution_kind")
    return rows.get(pk=difference.visit_id)


class _Settling:
    """Putting one value in place, by what it is about."""

    def __init__(self, visit: Visit, difference: Difference, seen: int | None, by: User, at: datetime) -> None:
        self.visit, self.difference, self.seen, self.by, self.at = visit, difference, seen, by, at

    def put(self, value: dict[str, Any] | None, *, own: bool) -> None:
        """`value` None = what stands stays. `own` = it is what the difference holds, checked when it came."""
        of = self.difference
        if of.indicator is not None:
            self._answer(of.indicator, value, own)
        elif of.section is not None:
            self._rating(of.section, value)
        elif of.finding is not None:
            self._finding(of.finding, value)

    def _unless_moved(self, version: int) -> None:
        if self.seen is not None and self.seen != version:
            raise MovedOn

    def _answer(self, indicator: Indicator, value: dict[str, Any] | None, own: bool) -> None:
        pages = Pages(self.visit, self.by, self.at, only=[indicator.pk])
        now = pages.of(indicator)
        self._unless_moved(now.version)
        if value is None:
            return
        if obstacles := obstacles_to_answering(self.visit):
            raise Refused(obstacles)
        then = Value.from_json(value) if own else self._checked(pages, indicator, value)
        if then != now.value:
            pages.put(indicator, then, origin=self.difference.origin if own else "browser")
            pages.write()

    def _checked(self, pages: Pages, indicator: Indicator, value: dict[str, Any]) -> Value:
        entry = Entry(
            indicator=indicator.code,
            choice=value.get("choice"),
            measurement=value.get("measurement"),
            note=value.get("note", ""),
            sources=value.get("sources", ()),
            anyway=bool(value.get("anyway")),
            note_confirmed=bool(value.get("confirmed")),
        )
        return check(pages.edition, self.visit.institution_kind.family, entry)[1]

    def _rating(self, section: Section, value: dict[str, Any] | None) -> None:
        if value is None:
            return
        step = value.get("step")
        if step is not None and step not in SectionRating.Step.values:
            raise Refused([_("This step is not one of the four.")])
        if obstacles := obstacles_to_rating(section, step, critical_not_met(self.visit)):
            raise Refused(obstacles)
        SectionRating.objects.update_or_create(
            visit=self.visit,
            section=section,
            defaults={"step": step, "by": self.by, "at": self.at, "confirmed_by": None},
        )

    def _finding(self, number: UUID, value: dict[str, Any] | None) -> None:
        standing = Finding.objects.select_for_update().filter(pk=number, visit=self.visit).first()
        self._unless_moved(standing.version if standing else 0)
        if value is None:
            return
        wording, rows = check_wording(
            self.visit, value["text"], value["severity"], value["sources"], value["indicators"]
        )
        if standing is None:
            # The author stays the author, whoever lets it stand: nobody decides on a finding of their own.
            write_finding(
                visit=self.visit, id=number, wording=wording, indicators=rows, by=self.difference.by, at=self.at
            )
        elif standing.state in (Finding.State.ACCEPTED, Finding.State.REJECTED):
            raise Refused([_("This finding has been decided and stands as it is.")])
        elif Wording.of(standing) != wording:
            rewrite_finding(finding=standing, wording=wording, indicators=rows, by=self.by, at=self.at)


def _decided_on(difference: Difference, by: User) -> tuple[Visit, Difference]:
    """Visit and difference, held, for a reviewer of this visit. Raises PermissionDenied for anybody else."""
    if not Visit.objects.decidable_by(by).filter(pk=difference.visit_id).exists():
        raise PermissionDenied
    visit = _held(difference)
    return visit, Difference.objects.select_for_update().get(pk=difference.pk)


@transaction.atomic
def set_aside(*, difference: Difference, reason: str, by: User, at: datetime) -> Difference:
    """Sets aside what came after submission, with a reason; it stays readable. Raises PermissionDenied or Refused."""
    visit, row = _decided_on(difference, by)
    if obstacles := obstacles_to_deciding_late(row, visit, then="aside", reason=reason.strip()):
        raise Refused(obstacles)
    row.state, row.reason, row.settled_by, row.settled_at = Difference.State.ASIDE, reason.strip(), by, at
    row.save(update_fields=["state", "reason", "settled_by", "settled_at"])
    record(by=by, at=at, act="difference.aside", thing=visit, difference=str(row.pk))
    return row


@transaction.atomic
def hand_to_team(*, difference: Difference, by: User, at: datetime) -> Difference:
    """Hands what came after submission to the team: it is open as soon as the visit is with the team again. Raises
    PermissionDenied or Refused.
    """
    visit, row = _decided_on(difference, by)
    if obstacles := obstacles_to_deciding_late(row, visit, then="hand"):
        raise Refused(obstacles)
    row.state = Difference.State.OPEN
    row.save(update_fields=["state"])
    record(by=by, at=at, act="difference.hand", thing=visit, difference=str(row.pk))
    return row

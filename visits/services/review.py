"""Deciding on visits and findings. Every act: lock the visit, ask who and whether, write, trail last, letter after commit.

Nobody decides on a visit of a team they were on; nobody decides on a finding of their own (`decidable_by`). The services
ask again what the views asked, so that no second door can forget it.
"""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ombudsman.people.access import Refused
from ombudsman.people.models import User
from ombudsman.people.trail import record

from ..models import AnswerCheck, Finding, Interview, InterviewBundle, ReviewComment, Visit, VisitKey, VisitTally
from ..rules import review as rules
from .notices import tell_leader
from .tally import rebuild_tally


def _locked(visit: Visit, by: User) -> Visit:
    """The visit as it stands now, held until the end of the transaction. Raises PermissionDenied for anybody else."""
    if not Visit.objects.decidable_by(by).filter(pk=visit.pk).exists():
        raise PermissionDenied
    return (
        Visit.objects.select_for_update(of=("self",)).select_related("checklist", "institution_kind").get(pk=visit.pk)
    )


def _in_review(visit: Visit) -> None:
    if visit.state != "submitted":
        raise Refused([_("The visit is not in review.")])


def _unless(obstacles: list[str]) -> None:
    if obstacles:
        raise Refused(obstacles)


def _move(visit: Visit, state: str, by: User, at: datetime, reason: str = "") -> None:
    visit.state, visit.state_reason, visit.decided_by, visit.decided_at = state, reason, by, at
    visit.save(update_fields=["state", "state_reason", "decided_by", "decided_at"])


@transaction.atomic
def look_at(*, visit: Visit, indicators: Collection[str], by: User, at: datetime) -> int:
    """Notes that the reviewer has looked at these answers (codes) as they stand now; gives how many."""
    visit = _locked(visit, by)
    _in_review(visit)
    wanted = [row for row in visit.checklist.indicators.order_by("pk") if row.code in set(indicators)]
    versions = dict(visit.answers.values_list("indicator_id", "version"))
    AnswerCheck.objects.bulk_create(
        [AnswerCheck(visit=visit, indicator=row, version=versions.get(row.pk, 0), by=by, at=at) for row in wanted],
        update_conflicts=True,
        unique_fields=["visit", "indicator"],
        update_fields=["version", "by", "at"],
    )
    record(by=by, at=at, act="visit.look", thing=visit, indicators=[row.code for row in wanted])
    return len(wanted)


@transaction.atomic
def ask(*, visit: Visit, text: str, indicator: str = "", by: User, at: datetime) -> ReviewComment:
    """Asks the team a question on one answer (indicator code) or on the whole visit. It goes out when the visit is
    returned. Raises Refused without words, outside review, or for an indicator that the checklist does not have.
    """
    visit = _locked(visit, by)
    _in_review(visit)
    row = visit.checklist.indicators.filter(code=indicator).first() if indicator else None
    if not text.strip() or (indicator and row is None):
        raise Refused([_("Write the question to the team.")])
    comment = ReviewComment.objects.create(visit=visit, indicator=row, text=text.strip(), by=by, at=at)
    record(by=by, at=at, act="visit.ask", thing=visit, comment=comment.pk, indicator=indicator)
    return comment


@transaction.atomic
def settle(*, comment: ReviewComment, by: User, at: datetime) -> None:
    """Closes a question: it was answered, or is no longer asked."""
    visit = _locked(comment.visit, by)
    _in_review(visit)
    ReviewComment.objects.filter(pk=comment.pk, resolved_at=None).update(resolved_at=at)
    record(by=by, at=at, act="visit.settle", thing=visit, comment=comment.pk)


@transaction.atomic
def confirm_ratings(*, visit: Visit, by: User, at: datetime) -> int:
    """Confirms the team's section ratings as they stand; gives how many."""
    visit = _locked(visit, by)
    _in_review(visit)
    confirmed = visit.ratings.filter(confirmed_by=None).update(confirmed_by=by)
    record(by=by, at=at, act="visit.confirm_ratings", thing=visit, number=confirmed)
    return confirmed


@transaction.atomic
def exclude_interview(*, interview: Interview, code: str, by: User, at: datetime) -> None:
    """Takes one interview out of the count, or back into it (empty code). No trail entry: it would date the interview."""
    if not Interview.objects.visible_to(by).filter(pk=interview.pk).exists():
        raise PermissionDenied
    visit = _locked(interview.visit, by)
    _in_review(visit)
    if code and code not in Interview.Excluded.values:
        raise Refused([_("Choose a reason.")])
    Interview.objects.filter(pk=interview.pk).update(excluded=code)


@transaction.atomic
def decide_finding(*, finding: Finding, then: str, reason: str = "", by: User, at: datetime) -> Finding:
    """Accepts, returns or rejects a finding. Raises PermissionDenied for its author, for a member of the team and for
    anybody out of reach; Refused when it cannot be decided now.
    """
    visit = _locked(finding.visit, by)
    if not Finding.objects.decidable_by(by).filter(pk=finding.pk).exists():
        raise PermissionDenied
    finding = visit.findings.select_for_update().get(pk=finding.pk)
    finding.visit = visit
    if then not in ("accepted", "returned", "rejected"):
        raise Refused([_("Choose a decision.")])
    _unless(rules.obstacles_to_deciding_finding(finding, by=by, then=then, reason=reason.strip()))
    finding.state, finding.state_reason, finding.decided_by = then, reason.strip(), by
    finding.save(update_fields=["state", "state_reason", "decided_by"])
    record(by=by, at=at, act=f"finding.{then}", thing=finding, visit=str(visit.pk))
    return finding


@transaction.atomic
def return_visit(*, visit: Visit, remark: str = "", by: User, at: datetime) -> Visit:
    """Gives the visit back to its team with the open questions and, if written, a remark. Answers and findings open
    again, interviews never. Raises Refused.
    """
    visit = _locked(visit, by)
    remark = remark.strip()
    _unless(rules.obstacles_to_returning(visit, remark=remark))
    if remark:
        ReviewComment.objects.create(visit=visit, text=remark, by=by, at=at)
    # What the team may change must be confirmed again.
    visit.ratings.update(confirmed_by=None)
    _move(visit, "returned", by, at)
    tell_leader(visit)
    record(by=by, at=at, act="visit.return", thing=visit)
    return visit


@transaction.atomic
def accept_visit(*, visit: Visit, by: User, at: datetime) -> Visit:
    """Accepts the visit and packs its tally. Raises Refused with every obstacle."""
    visit = _locked(visit, by)
    _unless(rules.obstacles_to_accepting(visit))
    _move(visit, "accepted", by, at)
    rebuild_tally(visit=visit)
    tell_leader(visit)
    record(by=by, at=at, act="visit.accept", thing=visit)
    return visit


@transaction.atomic
def reopen_visit(*, visit: Visit, reason: str, by: User, at: datetime) -> Visit:
    """Opens an accepted visit to its team again, with a reason; its tally goes, so no figure counts it meanwhile."""
    visit = _locked(visit, by)
    reason = reason.strip()
    _unless(rules.obstacles_to_reopening(visit, reason=reason))
    VisitTally.objects.filter(visit=visit).delete()
    ReviewComment.objects.create(visit=visit, text=reason, by=by, at=at)
    visit.ratings.update(confirmed_by=None)
    _move(visit, "returned", by, at, reason)
    tell_leader(visit)
    record(by=by, at=at, act="visit.reopen", thing=visit)
    return visit


@transaction.atomic
def void_visit(*, visit: Visit, reason: str, by: User, at: datetime) -> Visit:
    """Declares a visit void, with a reason. It stays readable and is counted nowhere."""
    if not Visit.objects.voidable_by(by).filter(pk=visit.pk).exists():
        raise PermissionDenied
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    reason = reason.strip()
    _unless(rules.obstacles_to_voiding(visit, reason=reason))
    VisitTally.objects.filter(visit=visit).delete()
    # Conversations that were never handed in must not lie about under a key that nobody will use.
    InterviewBundle.objects.filter(visit=visit).delete()
    VisitKey.objects.filter(visit=visit).delete()
    _move(visit, "void", by, at, reason)
    tell_leader(visit)
    record(by=by, at=at, act="visit.void", thing=visit)
    return visit

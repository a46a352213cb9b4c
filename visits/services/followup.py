"""Recommendations and what becomes of them. What the authority says and what we saw are two states and two acts."""

from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _

from institutions.models import Authority
from ombudsman.people.access import Refused
from ombudsman.people.models import User
from ombudsman.people.trail import record
from ombudsman.words import LANGUAGES

from ..models import Finding, Recommendation, Response, Verification, Visit
from ..rules import followup as rules

ATTEMPTS = 5


def _unless(obstacles: list[str]) -> None:
    if obstacles:
        raise Refused(obstacles)


def _editable(recommendation: Recommendation, by: User) -> Recommendation:
    """The recommendation as it stands now, held until the end of the transaction. Raises PermissionDenied."""
    if not Recommendation.objects.editable_by(by).filter(pk=recommendation.pk).exists():
        raise PermissionDenied
    rows = Recommendation.objects.select_for_update(of=("self",)).select_related("finding__visit")
    return rows.get(pk=recommendation.pk)


def next_number(year: int) -> str:
    """The number after the last one of the year: "2026-001", "2026-002", …"""
    held = Recommendation.objects.filter(year=year).order_by(Length("number").desc(), "-number")
    last = held.select_for_update().values_list("number", flat=True).first()
    return f"{year}-{int(last.partition('-')[2]) + 1 if last else 1:03}"


@transaction.atomic
def recommend(
    *,
    finding: Finding,
    authority: Authority,
    texts: Mapping[str, str],
    deadline: date,
    repeats: Recommendation | None = None,
    by: User,
    at: datetime,
) -> Recommendation:
    """Issues a recommendation from an accepted finding. `texts`: language -> text, at least one; a missing language
    is marked wherever it is shown. Raises PermissionDenied, Refused.
    """
    if not Finding.objects.recommendable_by(by).filter(pk=finding.pk).exists():
        raise PermissionDenied
    finding = Finding.objects.select_for_update(of=("self",)).select_related("visit").get(pk=finding.pk)
    today = timezone.localdate(at)
    written = {language: texts.get(language, "").strip() for language in LANGUAGES}
    _unless(rules.obstacles_to_recommending(finding) + rules.obstacles_to_deadline(deadline, today))
    if not any(written.values()):
        raise Refused([_("Write the recommendation in at least one language.")])
    _unless([obstacle for text in written.values() for obstacle in rules.obstacles_to_words(text)])
    if repeats is not None and repeats.finding.visit.institution_id != finding.visit.institution_id:
        raise Refused([_("Only a recommendation about the same institution can be repeated.")])
    made = _numbered(
        Recommendation(
            finding=finding,
            authority=authority,
            issued_on=today,
            year=today.year,
            deadline=deadline,
            repeats=repeats,
            times_repeated=repeats.times_repeated + 1 if repeats else 0,
            by=by,
            **{f"text_{language}": text for language, text in written.items()},
        )
    )
    record(by=by, at=at, act="recommendation.issue", thing=made, finding=str(finding.pk), number=made.number)
    return made


def _numbered(draft: Recommendation) -> Recommendation:
    """Stores it under the next number. Two at once ask for the same number: the database lets one through, the other
    takes the next, so no number is skipped or given twice.
    """
    for attempt in range(1, ATTEMPTS + 1):
        draft.number = next_number(draft.year)
        try:
            with transaction.atomic():
                draft.save(force_insert=True)
        except IntegrityError:
            if attempt == ATTEMPTS:
                raise
        else:
            break
    return draft


@transaction.atomic
def record_response(
    *, recommendation: Recommendation, state: str, received_on: date, text: str = "", by: User, at: datetime
) -> Response:
    """Notes what the authority says. It never touches what we saw. Raises PermissionDenied, Refused."""
    advice = _editable(recommendation, by)
    _unless(rules.obstacles_to_responding(advice, state, received_on, timezone.localdate(at)))
    made = Response.objects.create(
        recommendation=advice, state=state, text=text.strip(), received_on=received_on, by=by
    )
    advice.response = state
    advice.save(update_fields=["response"])
    record(by=by, at=at, act="recommendation.response", thing=advice, state=state)
    return made


@transaction.atomic
def record_verification(
    *,
    recommendation: Recommendation,
    state: str,
    visit: Visit | None = None,
    note: str = "",
    seen_on: date | None = None,
    by: User,
    at: datetime,
) -> Verification:
    """Notes what we saw, on a later visit of that institution or otherwise with a note. It never touches what the
    authority says. Raises PermissionDenied, Refused.
    """
    advice = _editable(recommendation, by)
    note = note.strip()
    _unless(rules.obstacles_to_verifying(advice, state, visit, note, seen_on, timezone.localdate(at)))
    day = visit.last_day if visit else seen_on or timezone.localdate(at)
    made = Verification.objects.create(recommendation=advice, state=state, visit=visit, note=note, seen_on=day, by=by)
    advice.verification = state
    advice.save(update_fields=["verification"])
    record(
        by=by, at=at, act="recommendation.verification", thing=advice, state=state, visit=str(visit.pk) if visit else ""
    )
    return made

"""Acts on findings while a visit is with its team or in review: raise, edit. Deciding is the reviewer's (review)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ombudsman.people.access import Refused
from ombudsman.people.models import User
from ombudsman.people.trail import record

from ..kinds import parse_sources
from ..models import Finding, FindingIndicator, Indicator, Visit
from ..rules.findings import obstacles_to_editing, obstacles_to_raising


def _checked(
    visit: Visit, text: str, severity: str, sources: Iterable[str], indicators: Iterable[str]
) -> tuple[str, list[str], list[Indicator]]:
    faults: list[Any] = []
    clean = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not clean:
        faults.append(_("Write what the team concluded."))
    if severity not in Finding.Severity.values:
        faults.append(_("Choose how severe it is."))
    found = list[str]()
    try:
        found = parse_sources(sources)
    except ValueError as fault:
        faults.append(str(fault))
    codes = set(indicators)
    rows = list(visit.checklist.indicators.filter(code__in=codes))
    if not codes or len(rows) != len(codes):
        faults.append(_("Choose at least one indicator of this checklist."))
    if faults:
        raise Refused(faults)
    return clean, found, rows


@transaction.atomic
def raise_finding(
    *,
    visit: Visit,
    text: str,
    severity: str,
    sources: Iterable[str],
    indicators: Iterable[str],
    by: User,
    at: datetime,
) -> Finding:
    """A new finding on one or several indicators: the team's is a draft, a reviewer's is at once in review. Raises Refused."""
    row = Visit.objects.select_for_update().get(pk=visit.pk)
    if obstacles := obstacles_to_raising(row, by):
        raise Refused(obstacles)
    clean, found, rows = _checked(row, text, severity, sources, indicators)
    state = Finding.State.SUBMITTED if row.state == Visit.State.SUBMITTED else Finding.State.DRAFT
    finding = Finding.objects.create(visit=row, text=clean, severity=severity, sources=found, state=state, by=by, at=at)
    FindingIndicator.objects.bulk_create(FindingIndicator(finding=finding, indicator=indicator) for indicator in rows)
    record(
        by=by,
        at=at,
        act="finding.raise",
        thing=finding,
        visit=str(row.pk),
        severity=severity,
        indicators=sorted(indicator.code for indicator in rows),
    )
    return finding


@transaction.atomic
def edit_finding(
    *,
    finding: Finding,
    text: str,
    severity: str,
    sources: Iterable[str],
    indicators: Iterable[str],
    by: User,
    at: datetime,
) -> Finding:
    """Changes a finding that is still a draft, returned, or (by a reviewer) in review. Raises Refused."""
    visit = Visit.objects.select_for_update().get(pk=finding.visit_id)
    row = Finding.objects.select_for_update().get(pk=finding.pk)
    if obstacles := obstacles_to_editing(row, visit, by):
        raise Refused(obstacles)
    clean, found, rows = _checked(visit, text, severity, sources, indicators)
    row.text, row.severity, row.sources = clean, severity, found
    row.save(update_fields=["text", "severity", "sources"])
    row.links.exclude(indicator__in=rows).delete()
    standing = set(row.links.values_list("indicator_id", flat=True))
    FindingIndicator.objects.bulk_create(
        FindingIndicator(finding=row, indicator=indicator) for indicator in rows if indicator.pk not in standing
    )
    record(
        by=by,
        at=at,
        act="finding.edit",
        thing=row,
        severity=severity,
        indicators=sorted(indicator.code for indicator in rows),
    )
    return row

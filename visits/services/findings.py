"""Acts on findings while a visit is with its team or in review: raise, edit. Deciding is the reviewer's (review).

Every edit keeps the wording before it; an edit made from an older wording than the one that stands is kept as a difference.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ombudsman.model_parts import new_id
from ombudsman.people.access import Refused
from ombudsman.people.models import User
from ombudsman.people.trail import record

from ..editions import checklist
from ..kinds import parse_sources
from ..merge import UNKNOWN, Merged, merge
from ..models import Difference, Finding, FindingIndicator, FindingVersion, Indicator, Visit
from ..rules.findings import obstacles_to_editing, obstacles_to_raising, on_team
from .kept import Kept


class FindingConflict(Refused):
    """Somebody saved another wording meanwhile. Nothing was changed; the sender's wording is kept as a difference."""

    def __init__(self, current: Finding, difference: Difference | None) -> None:
        self.current, self.difference = current, difference
        super().__init__([_("Another wording was saved here meanwhile. Both are kept; choose which one stands.")])


@dataclass(frozen=True)
class Wording:
    """What a finding says, once checked."""

    text: str
    severity: str
    sources: tuple[str, ...]
    indicators: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As a FindingVersion and a Difference keep it."""
        return {
            "text": self.text,
            "severity": self.severity,
            "sources": list(self.sources),
            "indicators": list(self.indicators),
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Wording":
        """The other way."""
        return cls(kept["text"], kept["severity"], tuple(kept["sources"]), tuple(kept["indicators"]))

    @classmethod
    def of(cls, finding: Finding) -> "Wording":
        """What stands."""
        codes = sorted(finding.links.values_list("indicator__code", flat=True))
        return cls(finding.text, finding.severity, tuple(finding.sources), tuple(codes))


def check_wording(
    visit: Visit, text: str, severity: str, sources: Iterable[str], indicators: Iterable[str]
) -> tuple[Wording, list[Indicator]]:
    """The wording and its indicators. Raises Refused with every fault at once."""
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
    known = checklist(visit.checklist_id).indicators
    codes = sorted(set(indicators))
    if not codes or any(code not in known for code in codes):
        faults.append(_("Choose at least one indicator of this checklist."))
    if faults:
        raise Refused(faults)
    return Wording(clean, severity, tuple(found), tuple(codes)), [known[code] for code in codes]


def write_finding(
    *, visit: Visit, id: UUID, wording: Wording, indicators: Iterable[Indicator], by: User, at: datetime
) -> Finding:
    """A new finding, without a word in the trail: part of another act, with the visit's row locked."""
    state = Finding.State.SUBMITTED if visit.state == Visit.State.SUBMITTED else Finding.State.DRAFT
    finding = Finding.objects.create(
        id=id,
        visit=visit,
        text=wording.text,
        severity=wording.severity,
        sources=list(wording.sources),
        state=state,
        by=by,
        at=at,
    )
    FindingIndicator.objects.bulk_create(FindingIndicator(finding=finding, indicator=row) for row in indicators)
    return finding


def rewrite_finding(
    *, finding: Finding, wording: Wording, indicators: Iterable[Indicator], by: User, at: datetime
) -> Finding:
    """Another wording in place of the one that stands, which becomes an earlier version. Part of another act."""
    rows = list(indicators)
    FindingVersion.objects.create(
        finding=finding,
        version=finding.version,
        value=Wording.of(finding).as_json(),
        by=finding.changed_by or finding.by,
        at=finding.changed_at or finding.at,
    )
    finding.changed_by, finding.changed_at = by, at
    finding.text, finding.severity, finding.sources = wording.text, wording.severity, list(wording.sources)
    finding.version += 1
    finding.save(update_fields=["text", "severity", "sources", "version", "changed_by", "changed_at"])
    finding.links.exclude(indicator__in=rows).delete()
    standing = set(finding.links.values_list("indicator_id", flat=True))
    FindingIndicator.objects.bulk_create(
        FindingIndicator(finding=finding, indicator=row) for row in rows if row.pk not in standing
    )
    return finding


def merge_finding(
    *,
    finding: Finding,
    wording: Wording,
    indicators: Iterable[Indicator],
    base: int | None,
    kept: Kept,
    agrees: bool = True,
    made: datetime | None = None,
) -> tuple[Merged, Difference | None]:
    """What becomes of a wording made from version `base` (None = not known: the last word stands). Part of another act.

    Without `agrees` (the sender may not change findings) a wording that would stand is kept for the leader instead.
    """
    standing = Wording.of(finding)
    based = standing if base is None else _base(finding, base, standing)
    found = merge(based, wording, standing)
    if found is Merged.SAVED and agrees:
        rewrite_finding(finding=finding, wording=wording, indicators=indicators, by=kept.by, at=kept.at)
    if found is Merged.SAME or (found is Merged.SAVED and agrees):
        kept.agreed(finding.pk, value=wording.as_json(), standing=standing.as_json())
    if found is Merged.THEIRS or found is Merged.SAME or (found is Merged.SAVED and agrees):
        return found, None
    difference = kept.keep(
        finding.pk,
        mine=wording.as_json(),
        base=based.as_json() if isinstance(based, Wording) else None,
        base_version=base or 0,
        standing_version=finding.version,
        made=made,
    )
    return Merged.DIFFERENCE, difference


def _base(finding: Finding, version: int, standing: Wording) -> Any:
    if version == finding.version:
        return standing
    row = finding.versions.filter(version=version).first()
    return UNKNOWN if row is None else Wording.from_json(row.value)


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
    wording, rows = check_wording(row, text, severity, sources, indicators)
    finding = write_finding(visit=row, id=new_id(), wording=wording, indicators=rows, by=by, at=at)
    record(
        by=by,
        at=at,
        act="finding.raise",
        thing=finding,
        visit=str(row.pk),
        severity=severity,
        indicators=list(wording.indicators),
    )
    return finding


def edit_finding(
    *,
    finding: Finding,
    text: str,
    severity: str,
    sources: Iterable[str],
    indicators: Iterable[str],
    base_version: int | None = None,
    by: User,
    at: datetime,
) -> Finding:
    """Changes a finding that is still a draft, returned, or (by a reviewer) in review. `base_version` = the one it was made from.

    Raises Refused, or FindingConflict when another wording stands meanwhile; the team's is kept as a difference.
    """
    with transaction.atomic():
        visit = Visit.objects.select_for_update().get(pk=finding.visit_id)
        row = Finding.objects.select_for_update().get(pk=finding.pk)
        if obstacles := obstacles_to_editing(row, visit, by):
            raise Refused(obstacles)
        wording, rows = check_wording(visit, text, severity, sources, indicators)
        if base_version is not None and not on_team(visit, by) and base_version != row.version:
            # A reviewer's words stay in the form: differences are for a team to agree on.
            raise FindingConflict(row, None)
        found, difference = merge_finding(
            finding=row, wording=wording, indicators=rows, base=base_version, kept=Kept(visit, by, at)
        )
        if found is Merged.SAVED:
            record(
                by=by,
                at=at,
                act="finding.edit",
                thing=row,
                severity=severity,
                indicators=list(wording.indicators),
            )
    if found is Merged.DIFFERENCE:
        raise FindingConflict(row, difference)
    return row

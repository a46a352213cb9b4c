"""Keeping what could not stand: differences of one author on one visit, written by whoever saves; agreeing is `differences.py`.

A later change of the same author on the same thing replaces their own; what was replaced stays readable.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from ombudsman.people.models import User

from ..models import Difference, Indicator, Section, Visit

# What a difference is about: an indicator, a section or the number of a finding.
Thing = Indicator | Section | UUID


def _names(thing: Thing) -> dict[str, Any]:
    if isinstance(thing, Indicator):
        return {"indicator_id": thing.pk}
    if isinstance(thing, Section):
        return {"section_id": thing.pk}
    return {"finding": thing}


@dataclass
class Kept:
    """The waiting differences of one author on a visit whose row is locked; read once."""

    visit: Visit
    by: User
    at: datetime
    # Key of the delivery that brings what is kept.
    delivery: int | None = None
    # False = it is known that nothing of theirs waits, so nothing is read.
    waiting: bool = True
    own: dict[tuple[Any, ...], Difference] = field(init=False)

    def __post_init__(self) -> None:
        if not self.waiting:
            self.own = {}
            return
        rows = self.visit.differences.filter(by=self.by, state__in=Difference.WAITING).order_by("received_at")
        self.own = {(row.state, row.indicator_id, row.section_id, row.finding): row for row in rows}

    def _key(self, thing: Thing, state: str) -> tuple[Any, ...]:
        names = _names(thing)
        return (state, names.get("indicator_id"), names.get("section_id"), names.get("finding"))

    def keep(
        self,
        thing: Thing,
        *,
        mine: Any,
        base: Any,
        base_version: int,
        standing_version: int,
        origin: str = "browser",
        made: datetime | None = None,
        late: bool = False,
    ) -> Difference:
        """A difference; the author's earlier waiting one on the same thing is replaced. The very same again is the same one."""
        state = Difference.State.LATE if late else Difference.State.OPEN
        key = self._key(thing, state)
        before = self.own.get(key)
        if before is not None and before.mine == mine and before.standing_version == standing_version:
            return before
        if before is not None:
            self._close(before, Difference.State.REPLACED)
        self.own[key] = Difference.objects.create(
            visit=self.visit,
            **_names(thing),
            mine=mine,
            base=base,
            base_version=base_version,
            standing_version=standing_version,
            origin=origin,
            by=self.by,
            made_at=min(made or self.at, self.at),
            received_at=self.at,
            delivery_id=self.delivery,
            state=state,
        )
        return self.own[key]

    def agreed(self, thing: Thing, *, value: Any, standing: Any) -> None:
        """The author has now said what stands: their own open difference on this thing is settled by it."""
        if not self.own:
            return
        before = self.own.pop(self._key(thing, Difference.State.OPEN), None)
        if before is not None:
            how = Difference.State
            self._close(before, how.MINE if value == before.mine else how.THEIRS if value == standing else how.OTHER)

    def _close(self, difference: Difference, state: str) -> None:
        difference.state, difference.settled_by, difference.settled_at = state, self.by, self.at
        difference.save(update_fields=["state", "settled_by", "settled_at"])

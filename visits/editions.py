"""Published editions as saving needs them, read once per process: they never change again (DESIGN decision 3).

A draft is read anew each time. Reads only.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .layout import Packing
from .models import Choice, Edition, Indicator, Section


@dataclass(frozen=True)
class Checklist:
    """Indicators and sections by code, the scale by code and by key."""

    pk: int
    indicators: dict[str, Indicator]
    sections: dict[str, Section]
    scale: dict[str, Choice]

    @cached_property
    def codes(self) -> dict[int, str]:
        """Key of an indicator -> its code."""
        return {row.pk: code for code, row in self.indicators.items()}

    @cached_property
    def _asked(self) -> dict[str, dict[str, int]]:
        return {}

    def asked_in(self, family: str) -> dict[str, int]:
        """Code -> key of the indicators that apply to this family of kinds."""
        if family not in self._asked:
            self._asked[family] = {code: row.pk for code, row in self.indicators.items() if row.applies(family)}
        return self._asked[family]

    @cached_property
    def keys(self) -> dict[str | None, int | None]:
        """Code of a choice -> its key; nothing chosen has none."""
        return {None: None, **{code: choice.pk for code, choice in self.scale.items()}}

    @cached_property
    def choices(self) -> dict[int, Choice]:
        """Key of a choice -> the choice."""
        return {choice.pk: choice for choice in self.scale.values()}


@dataclass(frozen=True)
class Questionnaire:
    """What packing a talk needs."""

    pk: int
    layout: list[Any]

    @cached_property
    def packing(self) -> Packing:
        """Its layout, ready to pack rows."""
        return Packing(self.layout)


_checklists: dict[int, Checklist] = {}
_questionnaires: dict[tuple[str, int], Questionnaire] = {}


def forget() -> None:
    """Empties what was read, for tests: each of them has a database of its own."""
    _checklists.clear()
    _questionnaires.clear()


def checklist(pk: int) -> Checklist:
    """The edition of a visit's checklist. Raises Edition.DoesNotExist."""
    known = _checklists.get(pk)
    if known is None:
        edition = Edition.objects.get(pk=pk)
        sections = {row.pk: row for row in edition.sections.order_by("order")}
        indicators = {}
        for row in edition.indicators.order_by("section__order", "order"):
            row.section = sections[row.section_id]
            indicators[row.code] = row
        scale = {row.code: row for row in edition.choices.filter(question=None).order_by("order")}
        known = Checklist(pk, indicators, {row.code: row for row in sections.values()}, scale)
        if edition.state != Edition.State.DRAFT:
            _checklists[pk] = known
    return known


def questionnaire(code: str, number: int) -> Questionnaire | None:
    """Any edition of a questionnaire that was ever published; None when there is no such one."""
    known = _questionnaires.get((code, number))
    if known is None:
        row = Edition.objects.filter(
            instrument__code=code, number=number, instrument__kind="questionnaire", state__in=("published", "retired")
        ).first()
        if row is None:
            return None
        known = _questionnaires[code, number] = Questionnaire(row.pk, row.layout)
    return known

"""Two answers at one place as pages show them: what it was made from, what stands, what else was recorded. Reads only.

How many queries it takes does not depend on how many differences there are.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from .editions import checklist
from .kinds import show_measurement, show_sources
from .models import Answer, Choice, Difference, Finding, Indicator, Section, SectionRating, Visit


@dataclass
class Side:
    """One of the three: what it says, who said it and when."""

    choice: Choice | None = None
    # What is said besides, line by line: number, severity, indicators, step.
    lines: list[str] = field(default_factory=list)
    words: str = ""
    sources: str = ""
    who: str = ""
    when: datetime | None = None
    # Nothing was recorded at all.
    empty: bool = False
    # As it was sent, to begin a third answer from.
    value: dict[str, Any] = field(default_factory=dict)


@dataclass
class Pair:
    """One difference with its sides, and what it is about."""

    difference: Difference
    base: Side
    standing: Side
    mine: Side
    # The version that stands now: settling says which one was looked at.
    version: int
    indicator: Indicator | None = None
    section: Section | None = None
    # Whether this reader may say what stands, and what was typed as a third answer and could not be saved.
    settles: bool = False
    typed: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """indicator, section or finding."""
        return "indicator" if self.indicator else "section" if self.section else "finding"

    @property
    def third(self) -> dict[str, Any]:
        """What a third answer begins with: what was typed, else what stands, else what was recorded besides."""
        return self.typed or self.standing.value or self.mine.value


class _Table:
    """What stands in a visit, for sides that are asked for by indicator, section or number of a finding."""

    def __init__(self, visit: Visit, differences: list[Difference]) -> None:
        self.edition = checklist(visit.checklist_id)
        asked = {row.indicator_id for row in differences}
        rows = visit.answers.filter(indicator__in=[key for key in asked if key]).select_related("by")
        self.answers = {row.indicator_id: row for row in rows}
        numbers = [row.finding for row in differences if row.finding]
        found = visit.findings.filter(pk__in=numbers).select_related("by", "changed_by").prefetch_related("links")
        self.findings = {row.pk: row for row in found}
        sections = [row.section_id for row in differences if row.section_id]
        self.ratings = {row.section_id: row for row in visit.ratings.filter(section__in=sections).select_related("by")}

    def pair(self, row: Difference) -> Pair:
        """The three sides of one difference."""
        mine = self.said(row, row.mine, row.by.full_name, row.made_at)
        base = self.said(row, row.base, "", None) if row.base is not None else Side(empty=True)
        if row.indicator_id:
            standing, version = self._answer(self.answers.get(row.indicator_id))
            return Pair(row, base, standing, mine, version, indicator=self._indicator(row.indicator_id))
        if row.section_id:
            return Pair(row, base, self._rating(self.ratings.get(row.section_id)), mine, 0, section=row.section)
        standing, version = self._finding(self.findings.get(row.finding))  # type: ignore[arg-type]
        return Pair(row, base, standing, mine, version)

    def _indicator(self, key: int) -> Indicator:
        return self.edition.indicators[self.edition.codes[key]]

    def said(self, row: Difference, value: dict[str, Any], who: str, when: datetime | None) -> Side:
        """A kept value in words."""
        if row.section_id:
            return Side(lines=[_step(value.get("step"))], who=who, when=when, value=value)
        sources = show_sources(value.get("sources") or [])
        if row.indicator_id:
            number = value.get("measurement")
            return Side(
                choice=self.edition.scale.get(value.get("choice") or ""),
                lines=[show_measurement(Decimal(str(number)))] if number not in (None, "") else [],
                words=value.get("note") or "",
                sources=sources,
                who=who,
                when=when,
                value=value,
            )
        return Side(lines=self._about(value), words=value["text"], sources=sources, who=who, when=when, value=value)

    def _about(self, value: dict[str, Any]) -> list[str]:
        numbers = [self.edition.indicators[code].printed_number for code in value["indicators"]]
        rests = [_("Rests on indicators: %(numbers)s") % {"numbers": ", ".join(numbers)}] if numbers else []
        return [str(Finding.Severity(value["severity"]).label), *rests]

    def _answer(self, answer: Answer | None) -> tuple[Side, int]:
        if answer is None:
            return Side(empty=True), 0
        choice = self.edition.choices.get(answer.choice_id or 0)
        value = {
            "choice": choice.code if choice else None,
            "measurement": None if answer.measurement is None else str(answer.measurement),
            "note": answer.note,
            "sources": answer.sources,
            "anyway": answer.anyway,
            "confirmed": answer.note_confirmed,
        }
        lines = [show_measurement(answer.measurement)] if answer.measurement is not None else []
        words, sources = answer.note, show_sources(answer.sources)
        return Side(choice, lines, words, sources, answer.by.full_name, answer.at, value=value), answer.version

    def _finding(self, finding: Finding | None) -> tuple[Side, int]:
        if finding is None:
            return Side(empty=True), 0
        codes = sorted(self.edition.codes[link.indicator_id] for link in finding.links.all())
        value = {
            "text": finding.text,
            "severity": finding.severity,
            "sources": finding.sources,
            "indicators": codes,
        }
        who = (finding.changed_by or finding.by).full_name
        when = finding.changed_at or finding.at
        side = Side(None, self._about(value), finding.text, show_sources(finding.sources), who, when, value=value)
        return side, finding.version

    def _rating(self, rating: SectionRating | None) -> Side:
        if rating is None:
            return Side(empty=True)
        return Side(lines=[_step(rating.step)], who=rating.by.full_name, when=rating.at, value={"step": rating.step})


def _step(step: int | None) -> str:
    return str(SectionRating.Step(step).label) if step else _("Not rated")


def pairs_of(visit: Visit, differences: Iterable[Difference]) -> list[Pair]:
    """The differences with their sides, in printed order, then by when they came."""
    rows = list(differences)
    table = _Table(visit, rows)
    pairs = [table.pair(row) for row in rows]

    def place(pair: Pair) -> tuple[int, int, int, datetime]:
        if pair.indicator:
            return (0, pair.indicator.section.order, pair.indicator.order, pair.difference.received_at)
        return (1 if pair.section else 2, pair.section.order if pair.section else 0, 0, pair.difference.received_at)

    return sorted(pairs, key=place)

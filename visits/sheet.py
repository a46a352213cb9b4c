"""The checklist of one visit as pages show it: cards of a section, progress, the whole sheet for paper. Reads only.

How many queries a page makes does not depend on how many indicators or answers there are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from . import editions
from .citation import cite
from .kinds import corroborated, write_measurement
from .models import Answer, Choice, Crosswalk, Difference, Finding, Indicator, ReviewComment, Section, Visit
from .services.answers import Conflict, Entry
from .textguard import Suspicion, suspicions


@dataclass
class Progress:
    """A section's number, title and how much of it is answered."""

    section: Section
    answered: int = 0
    asked: int = 0

    @property
    def complete(self) -> bool:
        return self.answered == self.asked

    @property
    def left(self) -> int:
        return self.asked - self.answered


@dataclass
class Card:
    """One indicator on the page: what stands, what was typed and could not be saved, what surrounds it."""

    indicator: Indicator
    applies: bool
    answer: Answer | None = None
    entry: Entry | None = None
    faults: list[str] = field(default_factory=list)
    # Another answer that was saved meanwhile.
    standing: Answer | None = None
    before: Choice | None = None
    before_on: date | None = None
    references: list[tuple[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    comments: list[ReviewComment] = field(default_factory=list)
    # What another hand recorded and the team has not agreed on yet.
    differences: list[Difference] = field(default_factory=list)
    opened_anyway: bool = False

    @property
    def number(self) -> str:
        return f"{self.indicator.section.order}.{self.indicator.order}"

    @property
    def folded(self) -> bool:
        return not (self.applies or self.anyway or self.entry)

    @property
    def anyway(self) -> bool:
        return not self.applies and (self.opened_anyway or (self.answer is not None and self.answer.anyway))

    @property
    def version(self) -> int:
        """The version the form is made from; after a conflict the one that was shown beside it."""
        shown = self.standing or self.answer
        return shown.version if shown else 0

    @property
    def chosen(self) -> str:
        if self.entry:
            return self.entry.choice or ""
        return self.answer.choice.code if self.answer and self.answer.choice else ""

    @property
    def measurement(self) -> str:
        if self.entry:
            return str(self.entry.measurement or "")
        return write_measurement(self.answer.measurement) if self.answer else ""

    @property
    def note(self) -> str:
        return self.entry.note if self.entry else self.answer.note if self.answer else ""

    @property
    def sources(self) -> Collection[str]:
        return list(self.entry.sources) if self.entry else self.answer.sources if self.answer else []

    @property
    def note_confirmed(self) -> bool:
        return self.entry.note_confirmed if self.entry else bool(self.answer and self.answer.note_confirmed)

    @property
    def suspicions(self) -> list[Suspicion]:
        """What in the note may lead to a person, unless the author has confirmed that nothing does."""
        return [] if self.note_confirmed else suspicions(self.note, today=timezone.localdate())

    @property
    def corroborated(self) -> bool:
        return corroborated(self.sources)

    @property
    def asks_more(self) -> bool:
        """Evidence and note are asked once there is an answer; never before."""
        return bool(self.chosen or self.note or self.sources or self.measurement)

    @property
    def needs_a_finding(self) -> bool:
        return self.indicator.critical and self.chosen == "not_met" and not self.findings


@dataclass
class Sheet:
    """Everything a page of the checklist needs."""

    visit: Visit
    sections: list[Progress]
    scale: list[Choice]
    cards: list[Card] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return sum(progress.answered for progress in self.sections)

    @property
    def asked(self) -> int:
        return sum(progress.asked for progress in self.sections)

    @property
    def first_incomplete(self) -> Section | None:
        """Where to go on; None when everything is answered."""
        return next((progress.section for progress in self.sections if progress.left), None)

    def go_on(self, given: Collection[str]) -> Section | None:
        """Where this person goes on: the first section of those given to them that is not complete, else of all."""
        own = (progress.section for progress in self.sections if progress.left and progress.section.code in given)
        return next(own, None) or self.first_incomplete

    def own_first(self, given: Collection[str]) -> list[list[Progress]]:
        """The sections in one list, or in two when some were given to this person: theirs, then the others."""
        own = [progress for progress in self.sections if progress.section.code in given]
        others = [progress for progress in self.sections if progress.section.code not in given]
        return [own, others] if own and others else [self.sections]

    def neighbours(self, section: Section) -> tuple[Section | None, Section | None]:
        """The sections before and after, among those with something to answer here."""
        rows = [progress.section for progress in self.sections]
        place = rows.index(section)
        return (rows[place - 1] if place else None, rows[place + 1] if place + 1 < len(rows) else None)

    def progress_of(self, section: Section) -> Progress:
        return next(progress for progress in self.sections if progress.section == section)


def progress_of(visit: Visit) -> list[Progress]:
    """Progress by section, in printed order; one query. Indicators that do not apply count only when answered anyway."""
    checklist, family = editions.checklist(visit.checklist_id), visit.institution_kind.family
    rows = {section.pk: Progress(section) for section in checklist.sections.values()}
    answered = set(visit.answers.filter(choice__isnull=False).values_list("indicator_id", flat=True))
    for indicator in checklist.indicators.values():
        if indicator.applies(family) or indicator.pk in answered:
            rows[indicator.section_id].asked += 1
            rows[indicator.section_id].answered += indicator.pk in answered
    return list(rows.values())


def sheet_of(visit: Visit) -> Sheet:
    """Scale and progress, without cards; one query."""
    return Sheet(visit, progress_of(visit), list(editions.checklist(visit.checklist_id).scale.values()))


def cards_of(visit: Visit, sections: Iterable[Section], anyway: Collection[str] = ()) -> list[Card]:
    """The cards of these sections in printed order, with what surrounds each; a fixed number of queries."""
    indicators = list(
        visit.checklist.indicators.filter(section__in=list(sections))
        .select_related("section")
        .prefetch_related("references__provision__standard")
        .order_by("section__order", "order")
    )
    answers = {
        answer.indicator_id: answer
        for answer in visit.answers.filter(indicator__in=indicators).select_related("choice", "by")
    }
    findings: dict[int, list[Finding]] = defaultdict(list)
    for finding in visit.findings.exclude(state="rejected").prefetch_related("links").order_by("at", "pk"):
        for link in finding.links.all():
            findings[link.indicator_id].append(finding)
    comments: dict[int | None, list[ReviewComment]] = defaultdict(list)
    for comment in visit.comments.filter(resolved_at__isnull=True).order_by("at", "pk"):
        comments[comment.indicator_id].append(comment)
    differences: dict[int | None, list[Difference]] = defaultdict(list)
    for difference in visit.differences.filter(state="open").select_related("by").order_by("received_at", "pk"):
        differences[difference.indicator_id].append(difference)
    before = answers_before(visit)
    family = visit.institution_kind.family
    return [
        Card(
            indicator=indicator,
            applies=indicator.applies(family),
            answer=answers.get(indicator.pk),
            before=before.get(indicator.code),
            before_on=visit.previous.first_day if visit.previous else None,
            references=[
                (cite(reference.provision), reference.provision)
                for reference in sorted(indicator.references.all(), key=lambda one: one.order)
            ],
            findings=findings[indicator.pk],
            comments=comments[indicator.pk],
            differences=differences[indicator.pk],
            opened_anyway=indicator.code in anyway,
        )
        for indicator in indicators
    ]


def answers_before(visit: Visit) -> dict[str, Choice]:
    """What the accepted visit before answered, by this edition's code; of another edition only where a crosswalk says so."""
    if visit.previous is None or visit.previous.state != Visit.State.ACCEPTED:
        return {}
    then = {
        answer.indicator.code: answer.choice
        for answer in visit.previous.answers.filter(choice__isnull=False).select_related("choice", "indicator")
        if answer.choice
    }
    if visit.previous.checklist_id == visit.checklist_id:
        return then
    links = Crosswalk.objects.filter(older_id=visit.previous.checklist_id, newer_id=visit.checklist_id)
    return {link.newer_code: then[link.older_code] for link in links if link.older_code in then}


def give_back(cards: Iterable[Card], entries: Iterable[Entry], refused: Mapping[str, Any]) -> None:
    """Puts what could not be saved back into its cards, with the reasons: nothing typed is lost."""
    typed = {entry.indicator: entry for entry in entries}
    for card in cards:
        refusal = refused.get(card.indicator.code)
        if refusal is not None:
            card.entry, card.faults = typed[card.indicator.code], refusal.obstacles
            card.standing = refusal.current if isinstance(refusal, Conflict) else None

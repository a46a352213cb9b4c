"""A visit beside the one before it, indicator by indicator, worse first. Reads only; views use it.

Two visits of one edition are compared by code; of two editions only where a crosswalk says so. An answer is worse or better
when both were judged and the scale puts one below the other; what was not seen once cannot be compared.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ombudsman.people.models import User

from .models import Answer, AnswerVersion, Choice, Crosswalk, Finding, Indicator, ReviewComment, Visit
from .rules.review import applicable

WORSE, BETTER, SAME, APART, NEW = "worse", "better", "same", "apart", ""


@dataclass
class Line:
    """One indicator: what was answered then, what now."""

    indicator: Indicator
    now: Answer | None = None
    then: Answer | None = None
    change: str = NEW
    comments: list[ReviewComment] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    # Values before the present one, newest first.
    earlier: list[AnswerVersion] = field(default_factory=list)
    # Who looked at this very version; empty when nobody did.
    looked_at_by: str = ""

    @property
    def number(self) -> str:
        return f"{self.indicator.section.order}.{self.indicator.order}"

    @property
    def code(self) -> str:
        """What was answered now; empty when nothing."""
        return self.now.choice.code if self.now and self.now.choice else ""

    @property
    def not_met(self) -> bool:
        choice = self.now.choice if self.now else None
        return choice is not None and choice.code == "not_met"

    @property
    def open_comments(self) -> list[ReviewComment]:
        return [comment for comment in self.comments if comment.resolved_at is None]

    @property
    def needs_a_look(self) -> bool:
        """Changed, critical or in question: what a reviewer reads first."""
        return bool(
            self.change in (WORSE, BETTER, APART) or self.indicator.critical or self.not_met or self.open_comments
        )

    @property
    def weight(self) -> tuple[int, ...]:
        """Worse first, then critical and not met, not met, critical without an answer, the rest in printed order."""
        rank = (
            0
            if self.change == WORSE
            else 1
            if self.not_met and self.indicator.critical
            else 2
            if self.not_met
            else 3
            if self.indicator.critical and not self.code
            else 4
            if self.change in (BETTER, APART)
            else 5
        )
        critical = 0 if self.indicator.critical else 1
        return (rank, critical, self.indicator.section.order, self.indicator.order)


@dataclass
class Comparison:
    """All lines of a visit, and the visit they stand beside (None when there is none)."""

    visit: Visit
    previous: Visit | None
    lines: list[Line]
    comparable: bool = True

    SHOWS: "dict[str, Callable[[Line], bool]]" = field(
        default_factory=lambda: {
            "attention": lambda line: line.needs_a_look,
            WORSE: lambda line: line.change == WORSE,
            "not_met": lambda line: line.not_met,
            "unseen": lambda line: not line.looked_at_by,
            "questions": lambda line: bool(line.open_comments),
            "all": lambda line: True,
        }
    )

    def shown(self, show: str) -> list[Line]:
        return sorted(filter(self.SHOWS[show], self.lines), key=lambda line: line.weight)

    def count(self, show: str) -> int:
        return sum(map(self.SHOWS[show], self.lines))

    @property
    def looked_at(self) -> int:
        return sum(bool(line.looked_at_by) for line in self.lines)


def previous_of(visit: Visit, reader: User) -> Visit | None:
    """The accepted visit of the same institution before this one that the reader may read and that got in."""
    earlier = Visit.objects.readable_by(reader).accepted().filter(institution=visit.institution_id)
    earlier = earlier.filter(first_day__lt=visit.first_day).exclude(pk=visit.pk)
    return earlier.exclude(access=Visit.Access.REFUSED).select_related("checklist__instrument").newest_first().first()


def compare(visit: Visit, reader: User) -> Comparison:
    """The visit beside its previous one; a fixed number of queries whatever the length of the checklist."""
    previous = previous_of(visit, reader)
    now = _answers(visit)
    then, comparable = _answers_before(previous, visit)
    grouped = _attached(visit)
    looks = {row.indicator_id: row for row in visit.checks.select_related("by")}
    lines, asked = [], applicable(visit)
    known = {indicator.pk for indicator in asked}
    anyway = [answer.indicator for answer in now.values() if answer.indicator_id not in known and answer.choice_id]
    for indicator in [*asked, *anyway]:
        answer, before = now.get(indicator.code), then.get(indicator.code)
        look = looks.get(indicator.pk)
        current = look is not None and look.version == (answer.version if answer else 0)
        lines.append(
            Line(
                indicator,
                answer,
                before,
                _change(before.choice if before else None, answer.choice if answer else None),
                grouped["comments"][indicator.pk],
                grouped["findings"][indicator.pk],
                grouped["versions"][answer.pk] if answer else [],
                str(look.by) if look and current else "",
            )
        )
    return Comparison(visit, previous, lines, comparable)


def _answers(visit: Visit) -> dict[str, Answer]:
    rows = visit.answers.select_related("choice", "indicator__section", "by")
    return {answer.indicator.code: answer for answer in rows}


def _answers_before(previous: Visit | None, visit: Visit) -> tuple[dict[str, Answer], bool]:
    """The earlier answers by today's codes, and whether the two editions may be compared at all."""
    if previous is None:
        return {}, True
    answers = _answers(previous)
    if previous.checklist_id == visit.checklist_id:
        return answers, True
    walk = Crosswalk.objects.filter(older=previous.checklist_id, newer=visit.checklist_id)
    codes = dict(walk.values_list("older_code", "newer_code"))
    return {codes[code]: answer for code, answer in answers.items() if code in codes}, bool(codes)


def _attached(visit: Visit) -> dict[str, dict[Any, list[Any]]]:
    """Questions and findings by indicator, earlier versions by answer."""
    comments, findings, versions = defaultdict(list), defaultdict(list), defaultdict(list)
    for comment in visit.comments.select_related("by").order_by("at"):
        comments[comment.indicator_id].append(comment)
    for finding in visit.findings.prefetch_related("links").order_by("at"):
        for link in finding.links.all():
            findings[link.indicator_id].append(finding)
    for version in AnswerVersion.objects.filter(answer__visit=visit).select_related("by").order_by("-version"):
        versions[version.answer_id].append(version)
    return {"comments": comments, "findings": findings, "versions": versions}


def _change(before: Choice | None, after: Choice | None) -> str:
    """The scale runs from best to worst; only two judged answers can be better or worse."""
    if before is None or after is None:
        return NEW
    if before.role != Choice.Role.JUDGED or after.role != Choice.Role.JUDGED:
        return SAME if before.code == after.code else APART
    return SAME if after.order == before.order else WORSE if after.order > before.order else BETTER

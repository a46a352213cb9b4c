"""A year as the chapters of the book read it: the frozen content by code, the running numbers of tables, the scales."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from .. import charts, sentences
from ..content import by_code

SHORT: dict[str, Promise] = {
    "met": pgettext_lazy("book", "yes"),
    "partly_met": pgettext_lazy("book", "partly"),
    "not_met": pgettext_lazy("book", "no"),
    "not_applicable": pgettext_lazy("book", "n/a"),
    "not_seen": pgettext_lazy("book", "not seen"),
    "access_refused": pgettext_lazy("book", "refused"),
}


@dataclass(frozen=True)
class Chapter:
    """One chapter: where it is placed by, what it is called, what its template gets."""

    anchor: str
    template: str
    title: str
    told: str = ""
    running: str = ""
    look: str = ""
    listed: bool = True
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class Book:
    """The year of one book in the active language. Chapters are functions that take it."""

    content: dict[str, Any]
    language: str
    fingerprint: str
    edition: int
    tables: Iterator[int] = field(default_factory=lambda: count(1))
    figures: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        c = self.content
        self.year: int = c["year"]
        self.frozen_on = date.fromisoformat(c["frozen_on"])
        self.indicators, self.questions = by_code(c["indicators"]), by_code(c["questions"])
        self.regions = {one["iso"]: one["name"] for one in c["coverage"]["by_region"]}
        self.kinds = {one["code"]: one["plural"] for one in c["coverage"]["by_kind"]}
        self.choice: str = c["choice_of_visits"]

    def table(self, title: str) -> str:
        """ "Table 7. …": the next number and the title."""
        return sentences.table(next(self.tables), title)

    def figure(self, title: str) -> str:
        """ "Figure 2. …": the next number and the title."""
        return sentences.figure(next(self.figures), title)

    def steps(self, instrument: str) -> tuple[list[Any], list[Any]]:
        """The scale of an instrument: steps that judge, and those counted beside, each with its ink and short name."""
        mine = [step for step in self.content["scale"] if step["instrument"] == instrument]
        judged = [step for step in mine if step["role"] == "judged"]
        inks = charts.judged(len(judged))
        return (
            [
                {**step, "ink": ink, "short": short_name(step), "swatch": charts.swatch(ink, step["label"])}
                for step, ink in zip(judged, inks, strict=True)
            ],
            [{**step, "short": short_name(step)} for step in mine if step["role"] != "judged"],
        )

    def passport(self, *parts: str) -> str:
        """What must stand under a figure: base, rule, question or indicator, edition, period."""
        return " · ".join(part for part in parts if part)

    def edition_of(self, line: Any) -> str:
        """The edition as a person reads it: title and numbers ("checklist 1, checklist 2" in the content)."""
        numbers = ", ".join(part.rpartition(" ")[2] for part in str(line["edition"]).split(", "))
        title = next((one["title"] for one in self.content["editions"] if one["instrument"] == line["instrument"]), "")
        return _("%(title)s, edition %(numbers)s") % {"title": title, "numbers": numbers}

    def rule_of(self, rule: str) -> str:
        """What a base counts, in words."""
        if rule == "judged":
            return _("base: answers that judge")
        return _("base: all answers")


def short_name(step: Any) -> str:
    """The head of a narrow column: a short word for the six answers of the house, the label for any other scale."""
    return str(SHORT.get(step["code"], step["label"]))

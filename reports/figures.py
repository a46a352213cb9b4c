"""How many, how often: all figures of a year, protected, in the shape of content.py. The one way to a printed number.

Read by services, benchmarks and tests. `year_content` counts now; a publication keeps what it returned (services.freeze),
and page, book and API print the kept one.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from . import following, official, recommended, tallies, voices
from .checked import checked
from .columns import few_pages
from .content import (
    SCHEMA,
    EditionUsed,
    Figure,
    IndicatorLine,
    KeyFinding,
    QuestionLine,
    YearContent,
    by_code,
    by_name,
    in_three_languages,
)
from .coverage import coverage, places_visited
from .disclosure import Protection, Rules
from .rounding import percent

if TYPE_CHECKING:
    from .gate import Verdict

MOST_UNMET = 12
KEY_INDICATORS, KEY_QUESTIONS = 4, 4


def rules_in_force() -> Rules:
    """The disclosure rules with the thresholds of the settings."""
    return Rules(threshold=settings.DISCLOSURE_THRESHOLD, of_sensitive=settings.DISCLOSURE_THRESHOLD_SENSITIVE)


def year_content(
    year: int,
    *,
    choice_of_visits: tallies.Choice = "latest",
    on: date | None = None,
    rules: Rules | None = None,
    earlier: Sequence[YearContent] = (),
) -> YearContent:
    """Every figure of the year's report, counted now from accepted visits and protected.

    `on` is the day the figures are frozen (today if None); recommendations are counted in their states of now and are
    overdue on that day. `earlier`: what editions of this year that were public hold; what would tell of a few beside them is
    left out (R12). Same data, same day: the same content.
    """
    return counted(year, choice_of_visits=choice_of_visits, on=on, rules=rules, earlier=earlier)[0]


@few_pages(DEFAULT_DB_ALIAS)
def counted(
    year: int,
    *,
    choice_of_visits: tallies.Choice = "latest",
    on: date | None = None,
    rules: Rules | None = None,
    earlier: Sequence[YearContent] = (),
) -> tuple[YearContent, "Verdict"]:
    """`year_content`, and what the attack on it came to. What a reader could break is withheld before anybody sees it."""
    rules, on = rules or rules_in_force(), on or timezone.localdate()
    seen, recommendations = coverage(year, rules), recommended.recommended(year, on)
    checklist = checked(
        year,
        choice_of_visits,
        rules,
        follow=lambda lines: following.indicators_after(lines, earlier, rules),
    )
    children = voices.voices(year, rules)
    children.questions = following.questions_after(children.questions, seen["interviews"], earlier, rules)
    seen = following.coverage_after(seen, year, earlier, rules)
    content = YearContent(
        schema=SCHEMA,
        year=year,
        demonstration=settings.DEMONSTRATION,
        choice_of_visits=choice_of_visits,
        frozen_on=on.isoformat(),
        rules={
            "threshold": rules.threshold,
            "threshold_sensitive": rules.of_sensitive,
            "institutions": rules.institutions,
            "largest_percent": rules.largest_percent,
            "two_largest_percent": rules.two_largest_percent,
            "percentages_from": rules.percentages_from,
        },
        editions=[
            EditionUsed(
                instrument=edition.instrument.code,
                number=edition.number,
                title=in_three_languages(edition.instrument, "title"),
                kind=edition.instrument.kind,
            )
            for edition in (*checklist.editions, *children.editions)
        ],
        coverage=seen,
        sections=checklist.sections,
        indicators=checklist.indicators,
        scale=checklist.scale,
        most_unmet=most_unmet(checklist.indicators),
        questions=children.questions,
        voices=[],
        recommendations=recommendations,
        key_findings=[],
        official=official.official_figures(),
        places=places_visited(year),
        figures={},
    )
    verdict = _hold_back_what_breaks(content, earlier, children)
    content["voices"] = voices.chosen_for_spread(content["questions"])
    content["key_findings"] = key_findings(content["indicators"], content["questions"])
    content["figures"] = figures_by_key(content)
    return content, verdict


def _hold_back_what_breaks(content: YearContent, earlier: Sequence[YearContent], children: voices.Voices) -> "Verdict":
    """Attacks what is to be printed; what does not hold is withheld, and the rest is attacked again until it holds."""
    # The solver takes a second to load and is asked only when a year is counted: pages do without it.
    from . import gate

    while True:
        verdict = gate.attacked(content, earlier, children.truths)
        if not verdict.faults:
            return verdict
        content["questions"] = gate.held_back(content["questions"], verdict.faults)


def dated(content: YearContent, on: date) -> YearContent:
    """The same figures frozen on another day: recommendations may be overdue by then."""
    return {
        **content,
        "frozen_on": on.isoformat(),
        "recommendations": recommended.recommended(content["year"], on),
    }


def most_unmet(indicators: list[IndicatorLine]) -> list[str]:
    """The indicators most often not met, by their names (content.by_name); those shown have three institutions or more behind
    them. Two editions that ask otherwise under one code are two indicators, each counted by itself.
    """
    unmet = [(name, one) for name, one in by_name(indicators).items() if one["percent_not_met"]]
    unmet.sort(key=lambda found: (-(found[1]["percent_not_met"] or 0), -(found[1]["unfavourable"] or 0), found[0]))
    return [name for name, _line in unmet[:MOST_UNMET]]


def key_findings(indicators: list[IndicatorLine], questions: list[QuestionLine]) -> list[KeyFinding]:
    """Five to eight, if there are as many: the critical indicators most often not met, and what children were asked with
    most care (sensitive questions), those first in which their answers divide most. The questionnaire does not say which
    answer is a good one, so neither does the software: all answers of such a question are printed.
    """
    worst = [one for one in by_code(indicators).values() if one["criticality"] == "critical" and one["percent_not_met"]]
    worst.sort(key=lambda one: (-(one["percent_not_met"] or 0), one["code"]))
    told = [one for one in by_code(questions).values() if one["protection"] != Protection.TOO_FEW.value]
    told.sort(key=lambda one: (not one["sensitive"], max(cell["percent"] or 0 for cell in one["cells"]), one["code"]))
    findings: list[KeyFinding] = [KeyFinding(kind="indicator", code=one["code"]) for one in worst[:KEY_INDICATORS]]
    return findings + [KeyFinding(kind="question", code=one["code"]) for one in told[:KEY_QUESTIONS]]


def figures_by_key(content: YearContent) -> dict[str, Figure]:
    """Every printed percentage by its key: "indicator.SEP-01", "indicator.SEP-01.not_met",
    "indicator.SEP-01.all", "question.Q-07.yes", "section.SEP", "coverage.regions". Those by place stand with their indicator.
    """
    figures: dict[str, Figure] = {}
    period = [content["year"], content["year"]]
    choice = content["choice_of_visits"]

    def add(
        key: str,
        numerator: int | None,
        base: int | None,
        rule: str,
        institutions: int | None,
        edition: str,
        protection: str,
    ) -> None:
        if key in figures:
            # Asked otherwise by an older edition: the key is that of the newest, as on the page.
            return
        shown = percent(numerator, base) if numerator is not None and base is not None else None
        figures[key] = Figure(
            numerator=numerator,
            base=base,
            base_rule=rule,
            percent=shown,
            institutions=institutions,
            period=period,
            edition=edition,
            protection=protection,
            choice_of_visits=choice,
        )

    for one in content["indicators"]:
        key = f"indicator.{one['code']}"
        common = (one["institutions"], one["edition"], one["protection"])
        add(key, one["favourable"], one["base"], "judged", *common)
        add(f"{key}.not_met", one["unfavourable"], one["base"], "judged", *common)
        add(f"{key}.all", one["favourable"], one["base_all"], "all", *common)
    for question in content["questions"]:
        for cell in question["cells"]:
            add(
                f"question.{question['code']}.{'+'.join(cell['codes'])}",
                cell["n"],
                question["base"],
                "answer",
                question["institutions"],
                question["edition"],
                question["protection"],
            )
    for section in content["sections"]:
        add(
            f"section.{section['code']}",
            section["met"],
            section["judged"],
            "judged",
            None,
            section["instrument"],
            "shown",
        )
    seen = content["coverage"]
    everywhere = seen["institutions_visited"]
    add("coverage.regions", seen["regions_visited"], seen["regions"], "all", everywhere, "", "shown")
    add("coverage.institutions", everywhere, seen["register"], "register", everywhere, "", "shown")
    add("coverage.refused", seen["refused"], seen["visits"] + seen["refused"], "all", None, "", "shown")
    return figures

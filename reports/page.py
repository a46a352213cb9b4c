"""What the pages of a report show: frozen content arranged for templates, no number made. Read by views.py."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from .content import EditionUsed, IndicatorLine, QuestionLine, RegionLine, SectionLine, YearContent, by_code, by_name

WORDS_OF_KEYS = {
    "coverage.regions": _("Regions visited"),
    "coverage.institutions": _("Institutions visited, of those in the register"),
    "coverage.refused": _("Visits refused at the gate"),
}


class Finding(NamedTuple):
    """A key finding: an indicator often not met, or a question with all its answers."""

    kind: str
    line: IndicatorLine | QuestionLine


class Row(NamedTuple):
    """An indicator in a table. `leads`: whether its figure has a page; that of an older edition, where no crosswalk joins it to the
    newer one of its code, has none. `editions`: which asked it, where the code alone does not say so.
    """

    line: IndicatorLine
    leads: bool
    editions: list[EditionUsed]


class Chapter(NamedTuple):
    """A section of the checklist with its indicators."""

    section: SectionLine
    indicators: list[Row]


class Tile(NamedTuple):
    """A region on the tile map: `look` is the class of its colour."""

    region: RegionLine
    look: str


def arranged(content: YearContent) -> dict[str, Any]:
    """Everything the report's page needs, by the names its template uses."""
    indicators, questions = by_code(content["indicators"]), by_code(content["questions"])
    named, rows = by_name(content["indicators"]), _rows(content)
    spread = [questions[code] for code in content["voices"]]
    return {
        "content": content,
        "findings": _findings(content, indicators, questions),
        "voices": spread,
        "other_questions": [line for line in content["questions"] if all(line is not shown for shown in spread)],
        "too_few": sum(line["protection"] == "too_few" for line in content["questions"]),
        "unmet": [rows[id(named[name])] for name in content["most_unmet"]],
        "chapters": _chapters(content, rows),
        "hidden_indicators": sum(line["protection"] == "hidden" for line in content["indicators"]),
        "tiles": [Tile(line, _look(line)) for line in content["coverage"]["by_region"] if line["column"] is not None],
    }


def _findings(
    content: YearContent, indicators: dict[str, IndicatorLine], questions: dict[str, QuestionLine]
) -> list[Finding]:
    return [
        Finding(key["kind"], indicators[key["code"]] if key["kind"] == "indicator" else questions[key["code"]])
        for key in content["key_findings"]
    ]


def _rows(content: YearContent) -> dict[int, Row]:
    """Every indicator as a row, by the identity of its line."""
    newest = by_code(content["indicators"])
    often = Counter(line["code"] for line in content["indicators"])
    return {
        id(line): Row(line, newest[line["code"]] is line, _editions(content, line) if often[line["code"]] > 1 else [])
        for line in content["indicators"]
    }


def _chapters(content: YearContent, rows: Mapping[int, Row]) -> list[Chapter]:
    return [
        Chapter(
            section,
            [
                rows[id(line)]
                for line in content["indicators"]
                if (line["instrument"], line["section"]) == (section["instrument"], section["code"])
            ],
        )
        for section in content["sections"]
    ]


def _look(line: RegionLine) -> str:
    if line["register"] and line["visited"] >= line["register"]:
        return "full"
    return "part" if line["visited"] else "empty"


class Share(NamedTuple):
    """One row of a figure's table: the names of a place or several pooled, with both bases."""

    names: Sequence[dict[str, str]]
    share: Any


def one_figure(content: YearContent, key: str) -> dict[str, Any] | None:
    """What the page of one figure shows, or None where the content has no such figure."""
    figure = content["figures"].get(key)
    kind, _dot, rest = key.partition(".")
    if kind == "question" and figure is None:
        whole = next((line for line in content["questions"] if line["code"] == rest), None)
        return whole and {"key": key, "question": whole, "content": content, "editions": _editions(content, whole)}
    if figure is None:
        return None
    page: dict[str, Any] = {"key": key, "figure": figure, "content": content}
    if kind == "indicator":
        line = next(line for line in content["indicators"] if line["code"] == rest.split(".")[0])
        regions = {line["iso"]: line["name"] for line in content["coverage"]["by_region"]}
        kinds = {line["code"]: line["plural"] for line in content["coverage"]["by_kind"]}
        page["indicator"], page["editions"] = line, _editions(content, line)
        page["scale"] = [step for step in content["scale"] if step["instrument"] == line["instrument"]]
        page["by_region"] = [Share([regions[code] for code in one["places"]], one) for one in line["by_region"]]
        page["by_kind"] = [Share([kinds[code] for code in one["places"]], one) for one in line["by_kind"]]
    elif kind == "question":
        asked = next(line for line in content["questions"] if line["code"] == rest.split(".")[0])
        page["question"], page["editions"] = asked, _editions(content, asked)
    elif kind == "section":
        page["section"] = next(line for line in content["sections"] if line["code"] == rest)
    else:
        page["name"] = WORDS_OF_KEYS[key]
    return page


def _editions(content: YearContent, line: IndicatorLine | QuestionLine) -> list[EditionUsed]:
    """The editions that asked it."""
    named = line["edition"].split(", ")
    return [one for one in content["editions"] if f"{one['instrument']} {one['number']}" in named]

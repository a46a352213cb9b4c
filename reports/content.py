"""The shape of a year's frozen figures: what the page, the book and the API render from, and nothing else. Pure.

Built by `figures.year_content`, protected before it gets here, stored as FrozenFigures.content. Texts are {"kk", "ru", "en"}
(empty where not translated yet). A number that is null is hidden. Percentages are whole numbers. Keys that are
codes of choices, regions or sections come from the editions and registers of the year.
"""

from collections.abc import Sequence
from typing import Any, Literal, NotRequired, TypedDict, TypeVar

# 2 has breakdowns of the children's answers; frozen content of 1 has none and stays readable.
SCHEMA = 2
LANGUAGES = ("kk", "ru", "en")

Text = dict[str, str]


class EditionUsed(TypedDict):
    instrument: str
    number: int
    title: Text
    kind: str


class YearLine(TypedDict):
    year: int
    visits: int
    institutions_visited: int
    interviews: int | None


class RegionLine(TypedDict):
    iso: str
    name: Text
    short: Text
    column: int | None
    row: int | None
    visits: int
    visited: int
    register: int
    refused: int


class KindLine(TypedDict):
    code: str
    number: int
    name: Text
    plural: Text
    visits: int
    visited: int
    register: int
    refused: int
    interval_months: int


class Coverage(TypedDict):
    """Visits are those in which the team got in (granted or delayed); refused ones are counted by themselves."""

    visits: int
    institutions_visited: int
    register: int
    regions: int
    regions_visited: int
    organisations: int
    monitors: int
    announced: int
    unannounced: int
    granted: int
    delayed: int
    refused: int
    children_present: int | None
    interviews: int | None
    institutions_with_interviews: int | None
    by_year: list[YearLine]
    by_region: list[RegionLine]
    by_kind: list[KindLine]


class SectionLine(TypedDict):
    """Sums over the indicators that are shown; `hidden` says how many are not in them."""

    code: str
    instrument: str
    order: int
    title: Text
    indicators: int
    hidden: int
    judged: int
    met: int
    partly_met: int
    not_met: int
    percent_met: int | None
    ratings: dict[str, int | None]


class PlaceShare(TypedDict):
    """A region (or kind), or several pooled because fewer than three institutions stand behind one."""

    places: list[str]
    favourable: int
    base: int
    percent: int | None
    base_all: int
    percent_all: int | None


class ProvisionLine(TypedDict):
    code: str
    short: Text
    number: str | Text  # words for a provision that has a heading in place of a number
    gist: Text


class IndicatorLine(TypedDict):
    code: str
    instrument: str
    edition: str
    number: str
    section: str
    statement: Text
    criticality: str
    children_only: bool
    counts: dict[str, int | None]
    base_rule: str
    base: int | None
    favourable: int | None
    partly: int | None
    unfavourable: int | None
    percent: int | None
    percent_not_met: int | None
    base_all: int | None
    percent_all: int | None
    institutions: int | None
    visits: int | None
    protection: Literal["shown", "hidden"]
    # Codes of regions (ISO) and kinds; empty where children's words are in it, or the whole is hidden.
    by_region: list[PlaceShare]
    by_kind: list[PlaceShare]
    standards: list[ProvisionLine]


class ScaleStep(TypedDict):
    code: str
    role: str
    favourable: bool
    label: Text
    mark: str
    instrument: str


class Cell(TypedDict):
    """`interval`: the 95 percent limits in whole percent, only where the question is `drawn`."""

    codes: list[str]
    label: Text
    n: int
    percent: int | None
    interval: NotRequired[list[int]]


class BreakdownRow(TypedDict):
    """`codes` stand together in the row; `with_untold`: so do those who did not say. `cells`, `percents`: in the order of the
    question's cells; null = hidden.
    """

    codes: list[str]
    label: Text
    with_untold: bool
    base: int | None
    cells: list[int | None]
    percents: list[int | None]


class Breakdown(TypedDict):
    """A question by "age", "sex", "kind" or "region". "partly": cells are hidden; "withheld": no table can be printed."""

    by: str
    protection: Literal["shown", "partly", "withheld"]
    rows: list[BreakdownRow]


class QuestionLine(TypedDict):
    code: str
    instrument: str
    edition: str
    number: str
    section: str
    text: Text
    kind: str
    sensitive: bool
    base: int | None
    institutions: int | None
    beside: dict[str, int | None]
    cells: list[Cell]
    protection: Literal["shown", "merged", "too_few"]
    breakdowns: NotRequired[list[Breakdown]]
    # Whether children were drawn by chance, or all asked, everywhere: only then an interval stands beside a share.
    drawn: NotRequired[bool]
    # The choice that excludes all others ("none of these"), and the question after whose answer this one is asked; "" for none.
    excluding: NotRequired[str]
    after: NotRequired[str]


class RecommendationLine(TypedDict):
    number: str
    authority: str
    text: Text
    deadline: str
    said: str
    seen: str
    indicator_codes: list[str]


class AuthorityLine(TypedDict):
    code: str
    name: Text
    total: int
    said: dict[str, int]
    seen: dict[str, int]
    overdue: int


class Recommended(TypedDict):
    total: int
    overdue: int
    said: dict[str, int]
    seen: dict[str, int]
    by_authority: list[AuthorityLine]
    items: list[RecommendationLine]
    labels: dict[str, dict[str, Text]]


class KeyFinding(TypedDict):
    kind: Literal["indicator", "question"]
    code: str


class PlaceLine(TypedDict):
    kind_code: str
    kind: Text
    region_iso: str
    region: Text
    visited: int


class Figure(TypedDict):
    """One printed percentage and all that must stand with it. `institutions` are those behind the base."""

    numerator: int | None
    base: int | None
    base_rule: str
    percent: int | None
    institutions: int | None
    period: list[int]
    edition: str
    protection: str
    choice_of_visits: NotRequired[str]


class YearContent(TypedDict):
    """Everything that a report of one year prints."""

    schema: int
    year: int
    demonstration: bool
    choice_of_visits: str
    frozen_on: str
    rules: dict[str, int]
    editions: list[EditionUsed]
    coverage: Coverage
    sections: list[SectionLine]
    indicators: list[IndicatorLine]
    scale: list[ScaleStep]
    # By name (`by_name`), so that two editions that ask otherwise under one code are told apart.
    most_unmet: list[str]
    questions: list[QuestionLine]
    voices: list[str]
    recommendations: Recommended
    key_findings: list[KeyFinding]
    official: dict[str, Any]
    places: list[PlaceLine]
    figures: dict[str, Figure]


OfCode = TypeVar("OfCode", IndicatorLine, QuestionLine)


def by_code(lines: Sequence[OfCode]) -> dict[str, OfCode]:
    """The line that a code alone stands for, in printed order: that of the newest edition, which comes first. Where no crosswalk
    joins two editions, the same code may be another question in the older one.
    """
    found: dict[str, OfCode] = {}
    for line in lines:
        found.setdefault(line["code"], line)
    return found


def by_name(lines: Sequence[OfCode]) -> dict[str, OfCode]:
    """Every line by its name, in printed order: the code alone for the newest edition's, code and edition for each older one that
    no crosswalk joins to it.
    """
    newest = by_code(lines)
    return {
        line["code"] if newest[line["code"]] is line else f"{line['code']}, {line['edition']}": line for line in lines
    }


def in_three_languages(thing: Any, stem: str) -> Text:
    """The text `stem` of a row as it is stored: {"kk", "ru", "en"}."""
    return {language: getattr(thing, f"{stem}_{language}") for language in LANGUAGES}

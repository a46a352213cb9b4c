"""Which measures there are: what each counts, by what, narrowed to what, and where its subjects come from.

The form, the page and the files are made from this list.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from visits.models import Edition, Indicator, Question

from ..disclosure import Rules
from . import checklist, coverage, headcounts, justice, official, ratings, recommendations, urgent, voices
from .reach import Reached
from .table import Table
from .wanted import PLACES, Wanted

Words = str | Promise
# A heading, and under it codes with their words.
Subjects = list[tuple[str, list[tuple[str, str]]]]

DIMENSIONS: dict[str, Words] = {
    "": lazy("all together"),
    "indicator": lazy("indicator"),
    "section": lazy("section of the checklist"),
    "region": lazy("region"),
    "kind": lazy("kind of institution"),
    "authority": lazy("authority"),
    "year": lazy("year"),
    "severity": lazy("severity of the finding"),
    "answer": lazy("answer"),
    "age": lazy("age"),
    "sex": lazy("sex"),
    "category": lazy("danger"),
    "outcome": lazy("outcome"),
    "hours": lazy("hours until somebody took it"),
}


@dataclass(frozen=True)
class Measure:
    """One thing that can be counted. `by`: the dimensions offered, the usual one first; `of_visits`: it counts visits, so which
    of them is chosen openly; `years`: "many", "one" or "none".
    """

    code: str
    title: Words
    about: Words
    by: tuple[str, ...]
    count: Callable[[Wanted, Reached, Rules], Table]
    subjects: Callable[[Reached], Subjects] | None = None
    subject_title: Words = ""
    narrows: Sequence[str] = PLACES
    of_visits: bool = False
    judged: bool = False
    years: Literal["many", "one", "none"] = "many"
    # What its rows may be compared with.
    compares: tuple[str, ...] = ()
    # The figures are the same for everybody, whatever their reach.
    national: bool = False


def _indicators(reached: Reached) -> Subjects:
    """Sections and indicators of the newest published checklists."""
    found: Subjects = [("", [("", _("All indicators"))])]
    newest: dict[int, Edition] = {}
    published = Edition.objects.filter(instrument__kind="checklist").exclude(state="draft")
    for edition in published.select_related("instrument").order_by("instrument__code", "-number"):
        newest.setdefault(edition.instrument_id, edition)
    lines = Indicator.objects.filter(edition__in=newest.values()).select_related("section")
    for line in lines.order_by("edition__instrument__code", "section__order", "order"):
        section = line.section
        if found[-1][0] != str(section):
            found.append((str(section), [(section.code, f"{section}: {_('all indicators')}")]))
        found[-1][1].append((line.code, f"{line.code}. {line.statement}"))
    return found


def _sections(reached: Reached) -> Subjects:
    found = {str(title): codes[0][0] for title, codes in _indicators(reached)[1:]}
    return [("", [("", _("All sections")), *((code, title) for title, code in found.items())])]


def _questions(reached: Reached) -> Subjects:
    """Questions of the newest published questionnaires, by section."""
    found: Subjects = []
    newest: dict[int, Edition] = {}
    published = Edition.objects.filter(instrument__kind="questionnaire").exclude(state="draft")
    for edition in published.select_related("instrument").order_by("instrument__code", "-number"):
        newest.setdefault(edition.instrument_id, edition)
    lines = Question.objects.filter(edition__in=newest.values()).select_related("section")
    for line in lines.order_by("edition__instrument__code", "order"):
        if not found or found[-1][0] != str(line.section):
            found.append((str(line.section), []))
        found[-1][1].append((line.code, f"{line.code}. {line.text}"))
    return found


def _series(reached: Reached) -> Subjects:
    return [("", official.series())]


INDICATORS = Measure(
    "indicators",
    lazy("Indicators"),
    lazy("What monitors judged: met, partly met, not met, and what was counted beside."),
    ("indicator", "region", "kind", "authority", "year"),
    checklist.table,
    _indicators,
    lazy("Indicator or section"),
    of_visits=True,
    judged=True,
    compares=("before", "rest"),
)


RATINGS = Measure(
    "ratings",
    lazy("Section ratings"),
    lazy("The written step that teams gave each section of the checklist, and reviewers confirmed."),
    ("section", "region", "kind", "authority", "year"),
    ratings.table,
    _sections,
    lazy("Section"),
    of_visits=True,
)
COVERAGE = Measure(
    "coverage",
    lazy("Coverage"),
    lazy("Visits and institutions seen against the register, and visits refused at the gate."),
    ("region", "kind", "authority", "year"),
    coverage.table,
)
RECOMMENDATIONS = Measure(
    "recommendations",
    lazy("Recommendations"),
    lazy("What authorities say of them, and what we saw ourselves."),
    ("authority", "region", "kind", "severity", "year"),
    recommendations.table,
)
VOICES = Measure(
    "voices",
    lazy("Children’s answers"),
    lazy("From the frozen figures of the year only: protected together, the same for everybody."),
    ("answer", "age", "sex", "kind", "region", "year"),
    voices.table,
    _questions,
    lazy("Question"),
    narrows=(),
    compares=("before",),
    national=True,
)
URGENT = Measure(
    "urgent",
    lazy("Children at risk"),
    lazy("Urgent concerns. Each is about a child: small numbers stand together or are hidden."),
    ("category", "outcome", "hours", "year"),
    urgent.table,
    narrows=(),
)
HEADCOUNTS = Measure(
    "headcounts",
    lazy("Children present"),
    lazy("Children counted by monitors against places, and where there are more children than places."),
    ("region", "kind", "authority", "sex", "age", "year"),
    headcounts.table,
)
OFFICIAL = Measure(
    "official",
    lazy("Official figures"),
    lazy("What others published, as they did, with what contradicts it."),
    ("year",),
    official.table,
    _series,
    lazy("Series"),
    narrows=(),
    years="none",
    national=True,
)
JUSTICE = Measure(
    "justice",
    lazy("Juvenile justice"),
    lazy("The fifteen indicators of UNODC and UNICEF: what is known, from where, and what is missing."),
    ("indicator",),
    justice.table,
    narrows=(),
    years="one",
    national=True,
)

MEASURES: dict[str, Measure] = {
    one.code: one
    for one in (
        INDICATORS,
        RATINGS,
        VOICES,
        COVERAGE,
        RECOMMENDATIONS,
        URGENT,
        HEADCOUNTS,
        OFFICIAL,
        JUSTICE,
    )
}

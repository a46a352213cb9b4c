"""What our own visits know of the fifteen indicators: protected figures of the year, and children present in detention."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from institutions.models import Headcount, InstitutionKind
from ombudsman.words import current_language
from visits.models import Visit

from .. import sentences
from ..content import IndicatorLine, QuestionLine, Text, YearContent
from ..coverage import register_of
from ..disclosure import Protection, Rules, Spread, enough, well_spread
from ..measured import Measured, measured
from ..rounding import percent
from ..statistics.rates import share_of_population
from .published import Published
from .values import JusticeValue, Unit

# Detention in the sense of the Manual: held for an offence, by police, court or sentence.
BASES = frozenset({InstitutionKind.Basis.CRIMINAL, InstitutionKind.Basis.EDUCATIONAL})
BEFORE_SENTENCE = frozenset({"police", "remand"})
JJI = "JJI"

DAYS_BEFORE_SENTENCE, DEATHS, AFTERCARE = "days_pretrial", "deaths_36_months", "share_aftercare"
MEASURED = (DAYS_BEFORE_SENTENCE, DEATHS, AFTERCARE)
# Number -> questions to children, and the answers that count.
ASKED: dict[int, tuple[tuple[str, frozenset[str]], ...]] = {
    7: (("Q-07", frozenset({"yes"})), ("Q-10", frozenset({"yes"}))),
    8: (("Q-33", frozenset({"1_2", "3_plus"})),),
    13: (("Q-44", frozenset({"yes"})),),
}


@dataclass(frozen=True)
class Held:
    """Children present in places of detention on the newest count of the year; None where that may not be told.

    `counted`: places counted, of `register` in the register; likewise those that hold children before sentence.
    """

    children: int | None
    before_sentence: int | None
    counted: int
    register: int
    counted_before: int
    register_before: int
    measured: dict[str, Measured]

    @property
    def complete(self) -> bool:
        return 0 < self.register <= self.counted

    @property
    def complete_before(self) -> bool:
        return 0 < self.register_before <= self.counted_before


def held(year: int, rules: Rules) -> Held:
    """Children counted by monitors in the year, in places visited and accepted, and what those places measured."""
    parts: dict[str, list[int]] = {"before": [], "after": [], "other": []}
    for basis, family, children in _newest_counts(year):
        parts[_part(basis, family)].append(children)
    detention = register_of(year).filter(kind__basis__in=BASES)
    spread = {part: Spread.over(children) for part, children in parts.items()}
    together = Spread.over([*parts["before"], *parts["after"]])
    # The children present in all places are printed: what is told of one part may be subtracted from them.
    told = _safe(together, rules) and (not parts["other"] or _safe(spread["other"], rules))
    parted = told and _safe(spread["before"], rules) and (not parts["after"] or _safe(spread["after"], rules))
    return Held(
        children=together.total if told else None,
        before_sentence=spread["before"].total if parted else None,
        counted=len(parts["before"]) + len(parts["after"]),
        register=detention.count(),
        counted_before=len(parts["before"]),
        register_before=detention.filter(kind__family__in=BEFORE_SENTENCE).count(),
        measured=measured(year, MEASURED, BASES),
    )


def _newest_counts(year: int) -> list[tuple[str, str, int]]:
    """Basis and family of the kind, and children present, of each place visited: as coverage counts them."""
    inside = Visit.objects.accepted().in_year(year).exclude(access=Visit.Access.REFUSED)
    newest = Window(RowNumber(), partition_by=F("institution_id"), order_by=[F("on").desc(), F("pk").desc()])
    counts = Headcount.objects.filter(
        institution__in=inside.values("institution"), source=Headcount.Source.VISIT, on__year=year
    ).annotate(place=newest)
    return list(counts.filter(place=1).values_list("institution__kind__basis", "institution__kind__family", "children"))


def _part(basis: str, family: str) -> str:
    if basis not in BASES:
        return "other"
    return "before" if family in BEFORE_SENTENCE else "after"


def _safe(spread: Spread, rules: Rules) -> bool:
    return enough(spread, rules.threshold) and well_spread(spread, rules)


def values(content: YearContent, held: Held, rules: Rules) -> dict[int, list[JusticeValue]]:
    """Number -> what the year's own figures say. Hidden figures are left out; `missing` names them."""
    found: dict[int, list[JusticeValue]] = {number: [] for number in range(1, 16)}
    year, source = content["year"], _("Our visits")
    if held.children is not None:
        found[2].append(JusticeValue(_("Children present in places of detention visited"), year, held.children,
                                     "children", source, own=True, institutions=held.counted))  # fmt: skip
    if held.before_sentence is not None:
        found[3].append(JusticeValue(_("Children present in police and remand places visited"), year,
                                     held.before_sentence, "children", source, own=True,
                                     institutions=held.counted_before))  # fmt: skip
    for number, value in _measured(held, rules, year, source):
        found[number].append(value)
    found[12] += _inspected(content, source)
    for line in content["indicators"]:
        for number in numbers_of(line):
            found[number] += _judged(line, year, source)
    for number, questions in ASKED.items():
        for code, codes in questions:
            found[number] += _told(question(content, code), codes, year, source)
    return found


def numbers_of(line: IndicatorLine) -> list[int]:
    """The juvenile justice indicators that an indicator of the checklist refers to."""
    return [int(str(one["number"])) for one in line["standards"] if one["code"] == JJI]


def _measured(held: Held, rules: Rules, year: int, source: str) -> list[tuple[int, JusticeValue]]:
    made = []
    middles: tuple[tuple[int, str, str, Unit], ...] = (
        (4, DAYS_BEFORE_SENTENCE, _("Median days before sentence: the middle one of the remand places"), "days"),
        (11, AFTERCARE, _("Leavers who received after-care: the middle one of the places"), "percent"),
    )
    for number, key, label, unit in middles:
        numbers = held.measured[key]
        middle = numbers.median()
        if middle is not None and numbers.may_be_told(rules):
            value = JusticeValue(label, year, middle, unit, source, own=True, institutions=numbers.institutions)
            made.append((number, value))
    deaths = held.measured[DEATHS]
    if deaths.may_be_told(rules):
        made.append((6, JusticeValue(
            _("Places of detention where a child died in the last 36 months"), year, deaths.above_zero(), "institutions",
            source, own=True, numerator=deaths.above_zero(), base=deaths.institutions, institutions=deaths.institutions,
        )))  # fmt: skip
    return made


def _inspected(content: YearContent, source: str) -> list[JusticeValue]:
    """Places of detention visited by us, of those in the register: never hidden (DESIGN decision 8)."""
    codes = _detention_kinds()
    lines = [line for line in content["coverage"]["by_kind"] if line["code"] in codes]
    visited, register = sum(line["visited"] for line in lines), sum(line["register"] for line in lines)
    share = percent(visited, register)
    if share is None:
        return []
    return [
        JusticeValue(_("Places of detention we visited, of all in the register"), content["year"], share, "percent", source,
                     own=True, numerator=visited, base=register, institutions=visited)
    ]  # fmt: skip


def _detention_kinds() -> Collection[str]:
    return set(InstitutionKind.objects.filter(basis__in=BASES).values_list("code", flat=True))


def _judged(line: IndicatorLine, year: int, source: str) -> list[JusticeValue]:
    if line["protection"] != Protection.SHOWN.value or line["percent"] is None:
        return []
    return [
        JusticeValue(
            label=_("%(code)s. %(statement)s Met, of the institutions judged")
            % {"code": line["code"], "statement": _in_language(line["statement"])},
            year=year, value=line["percent"], unit="percent", source=source, own=True,
            numerator=line["favourable"], base=line["base"], institutions=line["institutions"],
            note=_("Institutions of every kind that the indicator applies to."),
        )
    ]  # fmt: skip


def question(content: YearContent, code: str) -> QuestionLine | None:
    """The question of that code in the newest questionnaire; None where it was not asked in the year."""
    return next((line for line in content["questions"] if line["code"] == code), None)


def countable(line: QuestionLine | None, codes: frozenset[str]) -> int | None:
    """Children who gave one of these answers; None where protection merged them with others or hides the question."""
    if line is None or line["base"] is None:
        return None
    touched = [cell for cell in line["cells"] if codes & set(cell["codes"])]
    if not touched or {code for cell in touched for code in cell["codes"]} != codes:
        return None
    return sum(cell["n"] for cell in touched)


def _told(line: QuestionLine | None, codes: frozenset[str], year: int, source: str) -> list[JusticeValue]:
    told = countable(line, codes)
    if line is None or told is None or not line["base"]:
        return []
    share = percent(told, line["base"])
    if share is None:
        return []
    return [
        JusticeValue(
            label=f"{_in_language(line['text'])} {_answers(line, codes)}",
            year=year, value=share, unit="percent", source=source, own=True, numerator=told, base=line["base"],
            institutions=line["institutions"], note=sentences.not_an_estimate(),
        )
    ]  # fmt: skip


def _answers(line: QuestionLine, codes: frozenset[str]) -> str:
    """The answers counted, in quotation marks."""
    return ", ".join(
        sentences.quoted(_in_language(cell["label"])) for cell in line["cells"] if codes & set(cell["codes"])
    )


def _in_language(text: Text) -> str:
    """The text in the language in force, or in the next one that has it."""
    return text.get(current_language()) or next((words for words in text.values() if words), "")


def rates(year: int, held: Held, official: Published) -> dict[int, list[JusticeValue]]:
    """Children in detention per 100,000: only where every place was counted and the children of the country are known."""
    population = official.population
    if population is None:
        return {}
    found: dict[int, list[JusticeValue]] = {}
    for number, children, complete in (
        (2, held.children, held.complete),
        (3, held.before_sentence, held.complete_before),
    ):
        rate = share_of_population(children, int(population.value)) if children is not None and complete else None
        if rate is not None and children is not None:
            found[number] = [
                JusticeValue(_("Per 100,000 children"), year, rate, "per_100_000", _("Our visits; population: %(source)s")
                             % {"source": population.source}, own=True, numerator=children, base=int(population.value))
            ]  # fmt: skip
    return found

"""Figures of the checklist: each indicator and section, with its base, beside counts and regions. Read by figures.py.

No score is averaged. A measure's base is "judged" (the choices that judge) or "all" (those counted beside as well); both are
counted here. What is favourable, judged or counted beside is said by the scale of the edition, so any scale works.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db.models import Count, Exists, F, OuterRef, Prefetch
from numpy.typing import NDArray

from institutions.models import InstitutionKind, Region
from visits.models import Choice, Edition, Indicator, IndicatorReference, Question, SectionRating, VisitTally

from . import disclosure, tallies
from .content import (
    IndicatorLine,
    PlaceShare,
    ProvisionLine,
    ScaleStep,
    SectionLine,
    in_three_languages,
)
from .disclosure import Group, Protection, Rules, Spread
from .lineage import Line, editions_in_use, lines
from .rounding import percent

STEPS = ("4", "3", "2", "1", "none")


class Behind(Collection[int]):
    """The institutions behind a place: how many, and some of them by name. Where there are more than `named` it is only asked how
    many they are (disclosure.pooled).
    """

    def __init__(self, many: int, some: Sequence[int]) -> None:
        self._many, self._some = many, some

    def __len__(self) -> int:
        return self._many

    def __iter__(self) -> Iterator[int]:
        return iter(self._some)

    def __contains__(self, one: object) -> bool:
        return one in self._some


@dataclass
class Judged:
    """One line of the checklist as counted, before protection."""

    indicator: Indicator
    edition: Edition
    editions: list[int]
    choices: Sequence[Choice]
    counts: Counter[str] = field(default_factory=Counter)
    # Visits by region and by kind: [place, choice]
    by_region: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    by_kind: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    # How many institutions stand behind the base, and in each region and of each kind.
    institutions: int = 0
    behind_region: list[Behind] = field(default_factory=list)
    behind_kind: list[Behind] = field(default_factory=list)
    # Judging choices: visits by institution, those of the base beside each, and whether one rests on children's words alone.
    cells: dict[str, tuple[Spread, Spread]] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    any_told: bool = False

    @property
    def judging(self) -> list[Choice]:
        return [choice for choice in self.choices if choice.role == Choice.Role.JUDGED]

    @property
    def childrens_words(self) -> bool:
        """Whether any answer of the line rests on children's words alone."""
        return self.indicator.children_only or self.any_told

    def total(self, *, role: str = "", favourable: bool | None = None, mark: str = "") -> int:
        return sum(
            self.counts[choice.code]
            for choice in self.choices
            if (not role or choice.role == role)
            and (favourable is None or choice.favourable == favourable)
            and (not mark or choice.mark == mark)
        )


class Places:
    """All regions and kinds by their numbers, whether anybody was there or not."""

    def __init__(self) -> None:
        """Two queries."""
        self.regions = dict(Region.objects.order_by("pk").values_list("pk", "iso"))
        self.kinds = dict(InstitutionKind.objects.order_by("pk").values_list("pk", "code"))
        self.at_region, self.at_kind = _numbered(self.regions), _numbered(self.kinds)


def _numbered(places: Mapping[int, str]) -> NDArray[np.int64]:
    found = np.full(max(places, default=0) + 1, -1, np.int64)
    found[list(places)] = np.arange(len(places))
    return found


@dataclass
class Checked:
    """The checklist's part of a year."""

    editions: list[Edition]
    indicators: list[IndicatorLine]
    sections: list[SectionLine]
    scale: list[ScaleStep]


def checked(
    year: int,
    choice: tallies.Choice,
    rules: Rules,
    *,
    follow: Callable[[list[IndicatorLine]], list[IndicatorLine]] = list,
) -> Checked:
    """Every indicator and section of the editions in use in the year. `follow` takes out what may not stand beside earlier
    editions of the report, before sections are summed.
    """
    places = Places()
    editions, judged = _count(year, choice, places, rules)
    sensitive = _sensitive_codes()
    indicators = follow([_line(one, places, rules, one.indicator.code in sensitive) for one in judged])
    return Checked(
        editions,
        indicators,
        _sections(year, choice, editions, indicators, rules),
        [_step(edition, one) for edition in _newest(editions) for one in _scale(edition)],
    )


def _newest(editions: Sequence[Edition]) -> list[Edition]:
    seen: dict[int, Edition] = {}
    for edition in editions:
        seen.setdefault(edition.instrument_id, edition)
    return list(seen.values())


def _scale(edition: Edition) -> list[Choice]:
    return list(edition.choices.filter(question=None).order_by("order"))


def _step(edition: Edition, choice: Choice) -> ScaleStep:
    return ScaleStep(
        code=choice.code,
        role=choice.role,
        favourable=choice.favourable,
        label=in_three_languages(choice, "label"),
        mark=choice.mark,
        instrument=edition.instrument.code,
    )


def _sensitive_codes() -> set[str]:
    """Codes of indicators that a sensitive question speaks to: their children's words keep the higher threshold."""
    linked = Question.objects.filter(sensitive=True).values_list("indicator_codes", flat=True)
    return {code for codes in linked for code in codes}


def _count(year: int, choice: tallies.Choice, places: Places, rules: Rules) -> tuple[list[Edition], list[Judged]]:
    """Every line of the editions in use, which are known afterwards: the year is gone through again if others were."""
    # What adds up loads a part of the solver, which pages do without.
    from .judging import Judging

    expected = set(
        Edition.objects.filter(Exists(VisitTally.objects.filter(edition=OuterRef("pk")))).values_list("pk", flat=True)
    )
    while True:
        editions = editions_in_use(expected)
        counted_as = lines(editions)
        counting = Judging(counted_as, _empty(editions, counted_as, places), places, rules.institutions)
        tallies.take_visits_whole(year, counting.take, choice)
        if counting.editions == expected:
            return editions, counting.finished()
        expected = counting.editions


def _empty(editions: Sequence[Edition], counted_as: Mapping[Line, Line], places: Places) -> dict[Line, Judged]:
    references = Prefetch(
        "references",
        IndicatorReference.objects.select_related("provision__standard").order_by("order", "pk"),
    )
    judged: dict[Line, Judged] = {}
    targets = set(counted_as.values())
    for edition in editions:
        scale = _scale(edition)
        indicators = edition.indicators.select_related("section").prefetch_related(references)
        for indicator in indicators.order_by("section__order", "order"):
            line = (edition.pk, indicator.code)
            if line in targets:
                judged[line] = Judged(
                    indicator,
                    edition,
                    sorted({other.number for other in editions if counted_as.get((other.pk, indicator.code)) == line}),
                    scale,
                    by_region=np.zeros((len(places.regions), len(scale)), np.int64),
                    by_kind=np.zeros((len(places.kinds), len(scale)), np.int64),
                )
    return judged


def _line(one: Judged, places: Places, rules: Rules, sensitive: bool) -> IndicatorLine:
    base = one.total(role="judged")
    base_all = base + one.total(role="beside")
    favourable = one.total(role="judged", favourable=True)
    partly = one.total(role="judged", favourable=False, mark="partly")
    unfavourable = base - favourable - partly
    institutions = one.institutions
    shown = _protection(one, base, institutions, rules, sensitive) is Protection.SHOWN
    indicator = one.indicator

    def if_shown(count: int | None) -> int | None:
        return count if shown else None

    return IndicatorLine(
        code=indicator.code,
        instrument=one.edition.instrument.code,
        edition=", ".join(f"{one.edition.instrument.code} {number}" for number in one.editions),
        number=f"{indicator.section.order}.{indicator.order}",
        section=indicator.section.code,
        statement=in_three_languages(indicator, "statement"),
        criticality=indicator.criticality,
        children_only=indicator.children_only,
        counts={choice.code: if_shown(one.counts[choice.code]) for choice in one.choices},
        base_rule="judged",
        base=if_shown(base),
        favourable=if_shown(favourable),
        partly=if_shown(partly),
        unfavourable=if_shown(unfavourable),
        percent=if_shown(percent(favourable, base)),
        percent_not_met=if_shown(percent(unfavourable, base)),
        base_all=if_shown(base_all),
        percent_all=if_shown(percent(favourable, base_all)),
        institutions=if_shown(institutions),
        visits=if_shown(base_all),
        protection="shown" if shown else "hidden",
        # Children's words stand nationally only (R6).
        by_region=_shares(one, one.by_region, list(places.regions.values()), one.behind_region, rules)
        if shown and not one.childrens_words
        else [],
        by_kind=_shares(one, one.by_kind, list(places.kinds.values()), one.behind_kind, rules)
        if shown and not one.childrens_words
        else [],
        standards=[
            ProvisionLine(
                code=reference.provision.standard.code,
                short=in_three_languages(reference.provision.standard, "short"),
                number=in_three_languages(reference.provision, "heading")
                if reference.provision.heading
                else reference.provision.number,
                gist=in_three_languages(reference.provision, "gist"),
            )
            for reference in indicator.references.all()
        ],
    )


def _protection(one: Judged, base: int, institutions: int, rules: Rules, sensitive: bool) -> Protection:
    cells = _cells_of_childrens_words(one) if one.childrens_words else []
    return disclosure.indicator_protection(cells, Spread(base, institutions), rules, sensitive=sensitive)


def _cells_of_childrens_words(one: Judged) -> list[Group]:
    """The judged cells in which an answer rests on children's words alone, in visits by institution."""
    words = {choice.code for choice in one.judging} if one.indicator.children_only else one.told
    return [Group((code,), *one.cells[code]) for code in one.cells if code in words]


def _shares(
    one: Judged,
    table: NDArray[np.int64],
    codes: Sequence[str],
    behind: Sequence[Behind],
    rules: Rules,
) -> list[PlaceShare]:
    """The indicator by region or kind, small places pooled; nothing where one row would only say it all again."""
    judging = [choice.role == Choice.Role.JUDGED for choice in one.choices]
    favourable = [choice.favourable and judges for choice, judges in zip(one.choices, judging, strict=True)]
    shares = []
    for group in disclosure.pooled(dict(zip(codes, behind, strict=True)), rules):
        rows = table[[codes.index(code) for code in group]].sum(axis=0)
        good, base, everything = int(rows[favourable].sum()), int(rows[judging].sum()), int(rows.sum())
        shares.append(
            PlaceShare(
                places=list(group),
                favourable=good,
                base=base,
                percent=percent(good, base),
                base_all=everything,
                percent_all=percent(good, everything),
            )
        )
    return shares if len(shares) > 1 else []


def _sections(
    year: int, choice: tallies.Choice, editions: Sequence[Edition], indicators: Sequence[IndicatorLine], rules: Rules
) -> list[SectionLine]:
    """Sums over the indicators that are shown: a hidden one could be worked out of a sum that holds it."""
    ratings: dict[tuple[str, str], Counter[str]] = {}
    given = (
        SectionRating.objects.filter(visit__in=tallies.visits_that_count(year, choice).values("pk"))
        .order_by()
        .values_list("section__edition__instrument__code", "section__code")
    )
    for instrument, section, step, count in given.annotate(of=F("step"), n=Count("pk")):
        ratings.setdefault((instrument, section), Counter())[str(step or "none")] += count
    # Of all visits, three may have been to one institution.
    behind = {
        (instrument, section): count
        for instrument, section, count in given.annotate(n=Count("visit__institution", distinct=True))
    }
    made: dict[tuple[str, str], SectionLine] = {}
    for edition in editions:
        for section in edition.sections.order_by("order"):
            key = (edition.instrument.code, section.code)
            if key in made:
                continue
            own = [one for one in indicators if (one["instrument"], one["section"]) == key]
            shown = [one for one in own if one["protection"] == "shown"]
            judged, met, partly = (sum(one[name] or 0 for one in shown) for name in ("base", "favourable", "partly"))
            rated = ratings.get(key, Counter())
            enough = behind.get(key, 0) >= rules.institutions
            made[key] = SectionLine(
                code=section.code,
                instrument=edition.instrument.code,
                order=section.order,
                title=in_three_languages(section, "title"),
                indicators=len(own),
                hidden=len(own) - len(shown),
                judged=judged,
                met=met,
                partly_met=partly,
                not_met=judged - met - partly,
                percent_met=percent(met, judged),
                ratings={step: rated[step] if enough else None for step in STEPS},
            )
    return list(made.values())

"""Figures of the checklist: each indicator and section, with its base, beside counts and regions. Read by figures.py.

No score is averaged. A measure's base is "judged" (the choices that judge) or "all" (those counted beside as well); both are
counted here. What is favourable, judged or counted beside is said by the scale of the edition, so any scale works.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Count, F, Prefetch
from numpy.typing import NDArray

from institutions.models import InstitutionKind, Region
from visits.models import Choice, Edition, Indicator, IndicatorReference, Question, SectionRating

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


class Part(NamedTuple):
    """One edition's column of an indicator."""

    codes: Mapping[str, int]
    bytes_: NDArray[np.uint8]
    told: NDArray[np.bool_]
    institution: NDArray[Any]


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
    # Which units (institution, region, kind) stand behind the base.
    judged_units: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    # Per edition: bytes of the choices, the answers, which rest on children's words, institution.
    parts: list["Part"] = field(default_factory=list)

    @property
    def childrens_words(self) -> bool:
        """Whether any answer of the line rests on children's words alone."""
        return self.indicator.children_only or any(part.told.any() for part in self.parts)

    def total(self, *, role: str = "", favourable: bool | None = None, mark: str = "") -> int:
        return sum(
            self.counts[choice.code]
            for choice in self.choices
            if (not role or choice.role == role)
            and (favourable is None or choice.favourable == favourable)
            and (not mark or choice.mark == mark)
        )


class Places:
    """Region, kind and institution of every row of a year, numbered once for all editions."""

    def __init__(self, rows: Sequence[tallies.Rows]) -> None:
        empty = np.zeros(0, np.int64)
        institution = np.concatenate([part.institution for part in rows] or [empty])
        region = np.concatenate([part.region for part in rows] or [empty])
        kind = np.concatenate([part.kind for part in rows] or [empty])
        self.units, unit = tallies.numbered(institution, region, kind)
        self.unit_of_row = np.split(unit, np.cumsum([len(part) for part in rows])[:-1]) if rows else []
        table = np.array(self.units, np.int64).reshape(-1, 3)
        self.institutions, self.institution_of_unit = np.unique(table[:, 0], return_inverse=True)
        self.regions, self.region_of_unit = np.unique(table[:, 1], return_inverse=True)
        self.kinds, self.kind_of_unit = np.unique(table[:, 2], return_inverse=True)

    def behind(self, units: NDArray[np.bool_], place_of_unit: NDArray[Any], places: int) -> list[set[int]]:
        """The institutions behind each place, where these units are in the base."""
        room = len(self.institutions)
        pairs = np.unique(place_of_unit[units] * room + self.institution_of_unit[units])
        ends = np.searchsorted(pairs, np.arange(1, places) * room)
        return [set((part % room).tolist()) for part in np.split(pairs, ends)] if places else []

    def institutions_behind(self, units: NDArray[np.bool_]) -> int:
        return len(np.unique(self.institution_of_unit[units]))


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
    rows = tallies.visit_rows(year, choice)
    editions = editions_in_use(part.edition for part in rows)
    places = Places(rows)
    judged = _count(rows, editions, places)
    names = Names(places)
    sensitive = _sensitive_codes()
    indicators = follow([_line(one, places, names, rules, one.indicator.code in sensitive) for one in judged])
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


def _count(rows: Sequence[tallies.Rows], editions: Sequence[Edition], places: Places) -> list[Judged]:
    counted_as = lines(editions)
    judged = _empty(editions, counted_as, places)
    for part, unit in zip(rows, places.unit_of_row, strict=True):
        _add(part, unit, counted_as, judged, places)
    return list(judged.values())


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
                    judged_units=np.zeros(len(places.units), bool),
                )
    return judged


def _add(
    part: tallies.Rows,
    unit: NDArray[np.int64],
    counted_as: Mapping[Line, Line],
    judged: dict[Line, Judged],
    places: Places,
) -> None:
    """Counts one edition's rows into the lines they belong to."""
    by_region, by_kind = tallies.cubes(
        part,
        (places.region_of_unit[unit], len(places.regions)),
        (places.kind_of_unit[unit], len(places.kinds)),
    )
    told = tallies.rests_on_children(part)
    judges = np.zeros(tallies.values_of(part.layout), bool)
    for column, place in enumerate(part.layout):
        one = judged[counted_as[part.edition, place["code"]]]
        for at, choice in enumerate(one.choices):
            value = place["codes"][choice.code]
            one.by_region[:, at] += by_region[:, column, value]
            one.by_kind[:, at] += by_kind[:, column, value]
            one.counts[choice.code] += int(by_region[:, column, value].sum())
            judges[value] = choice.role == Choice.Role.JUDGED
        bytes_ = part.packed[:, place["offset"]]
        one.judged_units[unit[judges[bytes_]]] = True
        one.parts.append(Part(place["codes"], bytes_, told[:, column], places.institution_of_unit[unit]))


class Names:
    """Codes of the regions and kinds that a year's rows stand for."""

    def __init__(self, places: Places) -> None:
        regions = dict(Region.objects.filter(pk__in=places.regions.tolist()).values_list("pk", "iso"))
        kinds = dict(InstitutionKind.objects.filter(pk__in=places.kinds.tolist()).values_list("pk", "code"))
        self.regions = [regions[number] for number in places.regions.tolist()]
        self.kinds = [kinds[number] for number in places.kinds.tolist()]


def _line(one: Judged, places: Places, names: Names, rules: Rules, sensitive: bool) -> IndicatorLine:
    base = one.total(role="judged")
    base_all = base + one.total(role="beside")
    favourable = one.total(role="judged", favourable=True)
    partly = one.total(role="judged", favourable=False, mark="partly")
    unfavourable = base - favourable - partly
    institutions = places.institutions_behind(one.judged_units)
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
        by_region=_shares(one, one.by_region, names.regions, places, places.region_of_unit, rules)
        if shown and not one.childrens_words
        else [],
        by_kind=_shares(one, one.by_kind, names.kinds, places, places.kind_of_unit, rules)
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
    judging = [choice.code for choice in one.choices if choice.role == Choice.Role.JUDGED]
    units = 1 + max(int(part.institution.max(initial=0)) for part in one.parts)
    shares = {code: np.zeros(units, np.int64) for code in judging}
    words = dict.fromkeys(judging, one.indicator.children_only)
    for part in one.parts:
        for code in judging:
            here = part.bytes_ == part.codes[code]
            shares[code] += np.bincount(part.institution[here], minlength=units)
            words[code] = words[code] or bool((here & part.told).any())
    whole = sum(shares.values(), start=np.zeros(units, np.int64))
    return [
        Group((code,), tallies.spread(shares[code]), tallies.spread(whole - shares[code]))
        for code in judging
        if words[code]
    ]


def _shares(
    one: Judged,
    table: NDArray[np.int64],
    codes: Sequence[str],
    places: Places,
    place_of_unit: NDArray[Any],
    rules: Rules,
) -> list[PlaceShare]:
    """The indicator by region or kind, small places pooled; nothing where one row would only say it all again."""
    behind = places.behind(one.judged_units, place_of_unit, len(codes))
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

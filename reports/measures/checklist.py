"""The indicators of the checklist: met, partly met, not met of those judged (or of all), the rest counted beside.

By indicator, region, kind, authority or year. Nothing is averaged. An indicator in which answers rest on children's words alone
follows the children's rules and is never split by place (R6).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from django.utils.translation import gettext as _

from visits.models import Choice, Question

from .. import disclosure, tallies
from ..disclosure import Group, Protection, Rules, Spread
from ..rounding import percent
from .asked import Asked, asked
from .compared import Share, rest_of, shares, side, with_differences
from .grounds import EVERYWHERE, Ground, Layers, Names, Units, authorities, summed, visits_of
from .isolation import Box, narrowed
from .phrases import head, too_narrow, unknown_place
from .reach import Reached
from .table import EMPTY, Column, Row, Table, Value, hidden_row, refusal
from .wanted import PLACES, Wanted

INK_OF = {"met": "good", "partly": "middle"}


def table(wanted: Wanted, reached: Reached, rules: Rules) -> Table:
    """The table that was asked for. Two queries a year and ten more."""
    names = Names.read()
    box = names.box(wanted)
    if box is None:
        return refusal(unknown_place())
    before = [wanted.first - 1] if wanted.compare == "before" else []
    rows = {year: tallies.marked_rows(visits_of(year, reached)) for year in (*before, *wanted.years)}
    one_code = "" if wanted.by == "indicator" else wanted.subject
    section = wanted.subject if wanted.by == "indicator" and "-" not in wanted.subject else ""
    lines = asked(rows, authorities(), code=one_code or ("" if section else wanted.subject), section=section)
    if wanted.by != "indicator" and not wanted.subject:
        return refusal(_("Choose one indicator for such a table."))
    count = partial(
        _counted, lines, wanted, box, names, Layers(rules, narrowed(box) + (wanted.by in PLACES)), _sensitive()
    )
    made = count(wanted.years)
    if made.refused or not wanted.compare or wanted.by == "year":
        return made
    if wanted.compare == "rest":
        return _against(made, wanted, {row.key: rest_of(row, made.total) for row in made.rows}, "rest")
    return _against(made, wanted, shares(count(before).rows), "before")


def _counted(
    lines: Sequence[Asked],
    wanted: Wanted,
    box: Box,
    names: Names,
    layers: Layers,
    sensitive: set[str],
    years: Iterable[int],
) -> Table:
    """The table of some years, of lines that were joined over all of them."""
    of_years = [
        replace(one, units={year: one.units[year] for year in years}, told={year: one.told[year] for year in years})
        for one in lines
    ]
    present = [one for one in of_years if any(len(units.institution) for units in one.units.values())]
    if not present:
        return refusal(_("No accepted visit of this period asked that."))
    if wanted.by == "indicator":
        return _by_indicator(present, wanted, box, layers, sensitive)
    made = _of_one(present[0], wanted, box, names, layers, present[0].indicator.code in sensitive)
    if len(present) > 1 and not made.refused:
        made = made.noted(
            _("Earlier editions asked it otherwise, and no crosswalk joins them: their answers are not in this table.")
        )
    return made


def _against(made: Table, wanted: Wanted, other: Mapping[str, Share | None], name: str) -> Table:
    """The differences to other figures, row by row. Only what a crosswalk joins was counted together, so items are the same."""
    pairs = [
        (side(row, wanted, row.share, "own"), side(row, wanted, other[row.key], name) if other.get(row.key) else None)
        for row in made.rows
    ]
    return with_differences(made, wanted, pairs)


def _sensitive() -> set[str]:
    """Codes of indicators that a sensitive question speaks to: children's words on them keep the higher threshold."""
    linked = Question.objects.filter(sensitive=True).values_list("indicator_codes", flat=True)
    return {code for codes in linked for code in codes}


# --- what stands in a line ---------------------------------------------------------------------------------------------


def columns(choices: Sequence[Choice], choice_of_visits: tallies.Choice) -> tuple[Column, ...]:
    """Percent first, then the judgements, their base, and each choice that is counted beside."""
    judging = [Column(choice.code, str(choice)) for choice in choices if choice.role == Choice.Role.JUDGED]
    beside = [Column(choice.code, str(choice), minor=True) for choice in choices if choice.role != Choice.Role.JUDGED]
    return (
        Column("percent", _("Share met"), "percent"),
        *judging,
        Column("base", _("Judged")),
        *beside,
        Column("all", _("All"), minor=True),
        Column("institutions", _("Institutions")),
    )


def _line(one: Asked, base: str, key: str, label: str, units: Sequence[Units], places: tuple[str, ...] = ()) -> Row:
    counts, _everyone = summed(units, len(one.choices))
    in_base = units if base == "all" else [part.of(one.judges[part.value]) for part in units]
    institutions = summed(in_base, len(one.choices))[1]
    found = dict(zip((choice.code for choice in one.choices), counts.tolist(), strict=True))
    judging = [choice for choice in one.choices if choice.role == Choice.Role.JUDGED]
    good = sum(found[choice.code] for choice in judging if choice.favourable)
    judged, everything = sum(found[choice.code] for choice in judging), int(counts.sum())
    share = percent(good, judged if base == "judged" else everything)
    beside = [choice for choice in one.choices if choice.role != Choice.Role.JUDGED]
    values: list[Value] = [EMPTY if share is None else share]
    values += [found[choice.code] for choice in judging]
    values += [judged, *(found[choice.code] for choice in beside), everything, institutions]
    bar = [(found[choice.code], "good" if choice.favourable else INK_OF.get(choice.mark, "bad")) for choice in judging]
    if base == "all":
        bar.append((everything - judged, "beside"))
    whole = judged if base == "judged" else everything
    return Row(
        key, label, tuple(values), "together" if len(places) > 1 else "shown", places, tuple(bar), share=(good, whole)
    )


def _described(one: Asked, wanted: Wanted) -> Table:
    return Table(
        title=f"{one.indicator.code}. {one.indicator.statement}",
        definition=_("How often monitors judged this “met”, of all visits in which they judged it.")
        if wanted.base == "judged"
        else _("How often monitors judged this “met”, of all visits in which it was asked, judged or not."),
        base=_("Visits in which it was judged; the others are counted beside.")
        if wanted.base == "judged"
        else _("All visits in which it was asked, judged or not."),
        columns=columns(one.choices, wanted.visits),
        editions=one.named_in(),
        key=_key(one, wanted),
    )


def _key(one: Asked, wanted: Wanted) -> tuple[tuple[str, str], ...]:
    key = [
        ("good" if choice.favourable else INK_OF.get(choice.mark, "bad"), str(choice))
        for choice in one.choices
        if choice.role == Choice.Role.JUDGED
    ]
    return (*key, ("beside", _("counted beside"))) if wanted.base == "all" else tuple(key)


# --- one indicator -----------------------------------------------------------------------------------------------------


def _ground(one: Asked, wanted: Wanted, layers: Layers) -> Ground:
    judged = {year: one.judged(year) for year in one.units}
    return Ground(one.units, judged, wanted.visits, layers)


def _of_one(one: Asked, wanted: Wanted, box: Box, names: Names, layers: Layers, sensitive: bool) -> Table:
    if one.childrens_words and (wanted.by in PLACES or box != EVERYWHERE):
        return refusal(
            _("Answers to this indicator rest on what children said: they are counted for all places together only.")
        )
    ground = _ground(one, wanted, layers)
    safe_years = _years_of_childrens_words(one, wanted, layers.rules, sensitive) if one.childrens_words else None
    if wanted.by == "year":
        return _by_year(one, wanted, box, layers, safe_years)
    if not (ground.may_print(box) if safe_years is None else safe_years >= set(_years_with(one))):
        return _refused(layers.rules, one.childrens_words)
    line = partial(_line, one, wanted.base)
    total = line("all", _("All"), ground.counted(box))
    made = []
    if wanted.by in PLACES:
        for group in ground.lines(box, wanted.by, names):
            units = ground.of_places(box, wanted.by, group)
            codes = names.codes(wanted.by, group)
            made.append(line("+".join(codes), names.words(wanted.by, group), units, places=codes))
    return _finished(one, wanted, made, total)


def _finished(one: Asked, wanted: Wanted, rows: Sequence[Row], total: Row | None) -> Table:
    return _described(one, wanted).but(head=head(wanted.by), rows=tuple(rows), total=total)


def _years_with(one: Asked) -> list[int]:
    return [year for year, units in one.units.items() if len(units.institution)]


def _by_year(one: Asked, wanted: Wanted, box: Box, layers: Layers, safe_years: set[int] | None) -> Table:
    rows = []
    for year in _years_with(one):
        of_year = Ground({year: one.units[year]}, {year: one.judged(year)}, wanted.visits, layers)
        if of_year.may_print(box) if safe_years is None else year in safe_years:
            rows.append(_line(one, wanted.base, str(year), str(year), of_year.counted(box)))
        elif any(len(units.institution) for units in of_year.counted(box)):
            rows.append(hidden_row(str(year), str(year), len(columns(one.choices, wanted.visits))))
    if not rows:
        return refusal(_("No accepted visit of this period asked that."))
    return _finished(one, wanted, rows, None)


def _refused(rules: Rules, childrens_words: bool) -> Table:
    if childrens_words:
        return refusal(_("Too few answers: this indicator rests on what children said, and no child may be found."))
    return refusal(too_narrow(rules))


def _years_of_childrens_words(one: Asked, wanted: Wanted, rules: Rules, sensitive: bool) -> set[int]:
    """The years in which the indicator passes the children's rules, layer by layer."""
    passed = set()
    for year, units in one.units.items():
        layers = [units.newest] if wanted.visits == "latest" else [units.newest, ~units.newest]
        if all(_passes(one, year, layer, rules, sensitive) for layer in layers if (layer & one.judged(year)).any()):
            passed.add(year)
    return passed


def _passes(one: Asked, year: int, layer: np.ndarray, rules: Rules, sensitive: bool) -> bool:
    units, judged = one.units[year], one.judged(year) & layer
    _numbers, institution = np.unique(units.institution, return_inverse=True)
    many = len(_numbers)
    whole = np.bincount(institution[judged], minlength=many)
    cells = []
    for at, choice in enumerate(one.choices):
        here = judged & (units.value == at)
        words = one.indicator.children_only or (here & one.told[year]).any()
        if choice.role == Choice.Role.JUDGED and words:
            shares = np.bincount(institution[here], minlength=many)
            cells.append(Group((choice.code,), tallies.spread(shares), tallies.spread(whole - shares)))
    spread = Spread(int(whole.sum()), int((whole > 0).sum()))
    return disclosure.indicator_protection(cells, spread, rules, sensitive=sensitive) is Protection.SHOWN


# --- many indicators ---------------------------------------------------------------------------------------------------


def _named(one: Asked, taken: set[str]) -> tuple[str, str]:
    """Label and key of an indicator's row. What an older edition asked under a code of a newer one, joined by no crosswalk, says
    which edition it is of.
    """
    label, edition = f"{one.indicator.code}. {one.indicator.statement}", one.editions[0]
    key = f"{edition.instrument.code}.{one.indicator.code}"
    if key not in taken:
        return label, key
    return f"{label} ({one.named_in()[0]})", f"{key}.{edition.number}"


def _by_indicator(lines: Sequence[Asked], wanted: Wanted, box: Box, layers: Layers, sensitive: set[str]) -> Table:
    rows: list[Row] = []
    for one in lines:
        ground = _ground(one, wanted, layers)
        if not any(len(units.institution) for units in ground.counted(box)):
            continue
        label, key = _named(one, {row.key for row in rows})
        if one.childrens_words:
            of_children = _years_of_childrens_words(one, wanted, layers.rules, one.indicator.code in sensitive)
            shown = box == EVERYWHERE and of_children >= set(_years_with(one))
        else:
            shown = ground.may_print(box)
        if shown:
            rows.append(_line(one, wanted.base, key, label, ground.counted(box)))
        else:
            rows.append(hidden_row(key, label, len(columns(one.choices, wanted.visits))))
    if not rows:
        return refusal(_("No accepted visit of this period asked that."))
    if all(row.protection == "hidden" for row in rows):
        return _refused(layers.rules, False)
    first, sections = lines[0], {one.indicator.section.code for one in lines}
    editions = tuple(dict.fromkeys(name for one in lines for name in one.named_in()))
    return _described(first, wanted).but(
        title=str(first.indicator.section) if len(sections) == 1 else _("Indicators of the checklist"),
        head=head(wanted.by),
        rows=tuple(rows),
        editions=editions,
    )

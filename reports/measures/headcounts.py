"""Children present against places, and where there are more children than places; by sex and age where they were recorded.

Counted by monitors; the newest count of the year for each institution. By region, kind and authority three institutions stand
behind every row (isolation.py). By sex and age the whole is divided only, and every part follows the children's threshold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import F, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils.translation import gettext as _

from institutions.models import Headcount

from ..disclosure import Rules, Spread, passes
from ..rounding import percent
from .grounds import EVERYWHERE, Ground, Layers, Names, Units, summed
from .isolation import Box, narrowed
from .phrases import head, too_narrow, unknown_place
from .reach import Reached
from .table import EMPTY, Column, Row, Table, hidden_row, refusal
from .wanted import PLACES, Wanted

UNTOLD = ""


@dataclass(frozen=True)
class Held:
    """The counts of one year: one row an institution."""

    units: Units
    children: np.ndarray
    capacity: np.ndarray  # -1 = not known
    by_sex: Sequence[Mapping[str, int]]
    by_age: Sequence[Mapping[str, int]]


def table(wanted: Wanted, reached: Reached, rules: Rules) -> Table:
    """The table that was asked for: one query a year and three more."""
    names = Names.read()
    box = names.box(wanted)
    if box is None:
        return refusal(unknown_place())
    if wanted.by in ("sex", "age"):
        if box != EVERYWHERE:
            return refusal(_("By sex and age, all places are counted together only."))
        return _divided(_read(wanted.last, reached), wanted, rules)
    held = {year: _read(year, reached) for year in wanted.years}
    layers = Layers(rules, narrowed(box) + (wanted.by in PLACES))
    if wanted.by == "year":
        return _described(wanted, _by_year(held, box, layers), None)
    ground = _ground(held, layers)
    if not ground.may_print(box):
        return refusal(too_narrow(rules))
    rows = []
    for group in ground.lines(box, wanted.by, names):
        codes = names.codes(wanted.by, group)
        rows.append(
            _line("+".join(codes), names.words(wanted.by, group), ground.of_places(box, wanted.by, group), held, codes)
        )
    return _described(wanted, rows, _line("all", _("All"), ground.counted(box), held))


def _read(year: int, reached: Reached) -> Held:
    """The newest count of the year that monitors made, of each institution within reach. One query."""
    newest = Window(RowNumber(), partition_by=F("institution_id"), order_by=[F("on").desc(), F("pk").desc()])
    counts = (
        Headcount.objects.filter(reached.institutions("institution__"), source=Headcount.Source.VISIT, on__year=year)
        .annotate(place=newest, room=Coalesce("capacity", "institution__capacity"))
        .filter(place=1)
        .values_list(
            "institution_id",
            "institution__region_id",
            "institution__kind_id",
            "institution__authority_id",
            "children",
            "room",
            "girls",
            "boys",
            "by_age",
        )
    )
    rows = list(counts)
    places = np.array([row[:4] for row in rows], np.int64).reshape(-1, 4)
    return Held(
        Units(places[:, 0], places[:, 1:], np.ones(len(rows), bool), np.arange(len(rows), dtype=np.int64)),
        np.array([row[4] for row in rows], np.int64),
        np.array([-1 if row[5] is None else row[5] for row in rows], np.int64),
        [_sexes(row[4], row[6], row[7]) for row in rows],
        [_ages(row[4], row[8]) for row in rows],
    )


def _sexes(children: int, girls: int | None, boys: int | None) -> dict[str, int]:
    known = {"girls": girls or 0, "boys": boys or 0} if girls is not None or boys is not None else {}
    return {**known, UNTOLD: max(children - sum(known.values()), 0)}


def _ages(children: int, bands: Mapping[str, int] | None) -> dict[str, int]:
    known = {str(band): int(n) for band, n in (bands or {}).items()}
    return {**known, UNTOLD: max(children - sum(known.values()), 0)}


def _ground(held: Mapping[int, Held], layers: Layers) -> Ground:
    units = {year: one.units for year, one in held.items()}
    return Ground(units, {year: np.ones(len(one.institution), bool) for year, one in units.items()}, "latest", layers)


def _line(key: str, label: str, units: Sequence[Units], held: Mapping[int, Held], places: tuple[str, ...] = ()) -> Row:
    """Children and places of several units; `units` come year by year, as often as places stand together."""
    children = room = over = unknown = 0
    years = list(held)
    for at, part in enumerate(units):
        of = held[years[at % len(years)]]
        mine, places_there = of.children[part.value], of.capacity[part.value]
        known = places_there >= 0
        children += int(mine[known].sum())
        room += int(places_there[known].sum())
        over += int((mine[known] > places_there[known]).sum())
        unknown += int(mine[~known].sum())
    institutions = summed(units, max((len(one.children) for one in held.values()), default=1) or 1)[1]
    share = percent(children, room)
    values = (EMPTY if share is None else share, children, room, over, unknown, institutions)
    bar = ((min(children, room), "good"), (max(room - children, 0), "beside"), (max(children - room, 0), "bad_count"))
    return Row(key, label, values, "together" if len(places) > 1 else "shown", places, bar)


def _by_year(held: Mapping[int, Held], box: Box, layers: Layers) -> list[Row]:
    rows = []
    for year, one in held.items():
        ground = _ground({year: one}, layers)
        if ground.may_print(box):
            rows.append(_line(str(year), str(year), ground.counted(box), {year: one}))
        elif any(len(part.institution) for part in ground.counted(box)):
            rows.append(hidden_row(str(year), str(year), 6))
    return rows


def _described(wanted: Wanted, rows: Sequence[Row], total: Row | None) -> Table:
    if not rows and total is None:
        return refusal(_("No headcount of this period."))
    return Table(
        title=_("Children present"),
        definition=_("Children whom monitors counted, against the places of the institution on that day."),
        base=_("The newest count of each institution in the year; over several years, each year’s count."),
        head=head(wanted.by),
        columns=(
            Column("percent", _("Children for 100 places"), "percent"),
            Column("children", _("Children")),
            Column("places", _("Places")),
            Column("over", _("Institutions with more children than places")),
            Column("unknown", _("Children where the places are not known"), minor=True),
            Column("institutions", _("Institutions")),
        ),
        rows=tuple(rows),
        total=total,
        key=(("good", _("children")), ("beside", _("free places")), ("bad_count", _("more children than places"))),
    )


def _divided(held: Held, wanted: Wanted, rules: Rules) -> Table:
    """By sex or age: each part, and what it leaves, is at least k children in three institutions well spread; parts of age join
    their neighbours until they are, and what cannot be divided so is not.
    """
    shares = held.by_sex if wanted.by == "sex" else held.by_age
    names = {"girls": _("girls"), "boys": _("boys"), UNTOLD: _("not recorded")}
    bands = sorted({band for one in shares for band in one}, key=lambda band: (band == UNTOLD, _from(band), band))
    groups: list[tuple[str, ...]] = [(band,) for band in bands if any(one.get(band) for one in shares)]

    def part(group: tuple[str, ...]) -> tuple[Spread, Spread]:
        inside = [sum(one.get(band, 0) for band in group) for one in shares]
        whole = [sum(one.values()) for one in shares]
        return Spread.over(inside), Spread.over([n - m for n, m in zip(whole, inside, strict=True)])

    while len(groups) > 1:
        failing = [at for at, group in enumerate(groups) if not passes(*part(group), rules.threshold, rules)]
        if not failing:
            break
        if wanted.by == "sex":
            groups = groups[:1]
            break
        at = min(failing[0], len(groups) - 2)
        groups[at : at + 2] = [groups[at] + groups[at + 1]]
    if len(groups) < 2:
        return refusal(_("Too few children for such a table: no child may be found."))
    total = sum(sum(one.values()) for one in shares)
    rows = []
    for group in groups:
        n = part(group)[0].total
        label = ", ".join(names.get(band, band) for band in group)
        share = percent(n, total) if total >= rules.percentages_from else None
        values = (EMPTY if share is None else share, n, total)
        rows.append(
            Row(
                "+".join(group) or "untold",
                label,
                values,
                places=group,
                bar=((n, "good"), (total - n, "rest")),
                opens=False,
            )
        )
    return Table(
        title=_("Children present"),
        definition=_("Children whom monitors counted, by sex or age where it was recorded."),
        base=_("The newest count of each institution in the year."),
        head=head(wanted.by),
        columns=(Column("percent", _("Share"), "percent"), Column("children", _("Children")), Column("base", _("of"))),
        rows=tuple(rows),
        notes=(_("Figures of %(year)s.") % {"year": wanted.last},),
    )


def _from(band: str) -> int:
    digits = "".join(sign if sign.isdigit() else " " for sign in band).split()
    return int(digits[0]) if digits else 0

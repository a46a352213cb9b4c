"""Section ratings: the step that each team gave and the reviewer confirmed, counted. Never computed, never averaged."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import numpy as np
from django.utils.translation import gettext as _

from visits.models import Section, SectionRating

from .. import tallies
from ..disclosure import Rules
from ..rounding import percent
from .grounds import Ground, Layers, Names, Units, authorities, summed, visits_of
from .isolation import Box, narrowed
from .phrases import head, too_narrow, unknown_place
from .reach import Reached
from .table import EMPTY, Column, Row, Table, hidden_row, refusal
from .wanted import PLACES, Wanted

# In the order in which they are printed: the best step first, "not rated" last.
STEPS = (4, 3, 2, 1, None)
NOT_RATED = len(STEPS) - 1
INKS = ("good", "good", "middle", "bad", "beside")


def table(wanted: Wanted, reached: Reached, rules: Rules) -> Table:
    """The table that was asked for: two queries a year and seven more."""
    names = Names.read()
    box = names.box(wanted)
    if box is None:
        return refusal(unknown_place())
    answers_for = authorities()
    sections: dict[str, str] = {}
    units: dict[str, dict[int, Units]] = {}
    for year in wanted.years:
        for section, title, found in _read(year, reached, answers_for, wanted.subject):
            sections.setdefault(section, title)
            units.setdefault(section, {})[year] = found
    if not units:
        return refusal(_("No section was rated in an accepted visit of this period."))
    layers = Layers(rules, narrowed(box) + (wanted.by in PLACES))
    if wanted.by == "section":
        return _by_section(sections, units, wanted, box, layers)
    if not wanted.subject:
        return refusal(_("Choose one section for such a table."))
    return _of_one(sections[wanted.subject], units[wanted.subject], wanted, box, names, layers)


def _read(year: int, reached: Reached, answers_for: dict[int, int], section: str) -> list[tuple[str, str, Units]]:
    """The ratings of a year, section by section in printed order: two queries."""
    visits = visits_of(year, reached)
    newest = set(tallies.newest_of_each(visits).order_by().values_list("pk", flat=True))
    given = SectionRating.objects.filter(visit__in=visits.order_by().values("pk"))
    if section:
        given = given.filter(section__code=section)
    fields = ["visit_id", "visit__institution_id", "visit__region_id", "visit__institution_kind_id", "step"]
    fields = ["section__code", "section_id", *fields]
    rows: dict[str, list[tuple[object, ...]]] = {}
    numbers: dict[str, int] = {}
    for code, number, *rest in given.order_by("section__order", "-section__edition__number").values_list(*fields):
        rows.setdefault(code, []).append(tuple(rest))
        numbers.setdefault(code, number)
    titles = {one.code: str(one) for one in Section.objects.filter(pk__in=numbers.values())}
    return [(code, titles[code], _units(found, newest, answers_for)) for code, found in rows.items()]


def _units(rows: Sequence[tuple[object, ...]], newest: AbstractSet[object], answers_for: dict[int, int]) -> Units:
    visit, institution, region, kind, step = zip(*rows, strict=True)
    of = np.array(institution, np.int64)
    authority = [answers_for[one] for one in of.tolist()]
    return Units(
        of,
        np.stack([np.array(region, np.int64), np.array(kind, np.int64), np.array(authority, np.int64)], axis=1),
        np.array([one in newest for one in visit], bool),
        np.array([STEPS.index(one) for one in step], np.int64),
    )


def _ground(units: dict[int, Units], wanted: Wanted, layers: Layers) -> Ground:
    return Ground(units, {year: part.value != NOT_RATED for year, part in units.items()}, wanted.visits, layers)


def _line(key: str, label: str, units: Sequence[Units], places: tuple[str, ...] = ()) -> Row:
    counts, _everyone = summed(units, len(STEPS))
    institutions = summed([part.of(part.value != NOT_RATED) for part in units], len(STEPS))[1]
    rated = int(counts[:NOT_RATED].sum())
    share = percent(int(counts[:2].sum()), rated)
    steps = [int(count) for count in counts]
    values = (EMPTY if share is None else share, *steps[:NOT_RATED], rated, steps[NOT_RATED], institutions)
    bar = tuple(zip(steps[:NOT_RATED], INKS[:NOT_RATED], strict=True))
    joined = [(steps[0] + steps[1], "good"), *bar[2:]]
    return Row(key, label, values, "together" if len(places) > 1 else "shown", places, tuple(joined))


def _step(step: int) -> str:
    """ "4 · Good": the number and the first word of the written step."""
    return f"{step} · {str(SectionRating.Step(step).label).split(':')[0]}"


def _described(title: str, by: str, rows: Sequence[Row], total: Row | None) -> Table:
    return Table(
        title=title,
        definition=_(
            "Ratings that teams gave and reviewers confirmed, in four written steps; the software computes none."
        ),
        base=_("Visits in which the section was rated."),
        head=head(by),
        columns=(
            Column("percent", _("In the two best steps"), "percent"),
            *(Column(f"step_{step}", _step(step)) for step in STEPS if step),
            Column("rated", _("Rated")),
            Column("none", _("Not rated"), minor=True),
            Column("institutions", _("Institutions")),
        ),
        rows=tuple(rows),
        total=total,
        key=(("good", _("the two best steps")), ("middle", _("the third step")), ("bad", _("the lowest step"))),
    )


def _by_section(
    sections: dict[str, str], units: dict[str, dict[int, Units]], wanted: Wanted, box: Box, layers: Layers
) -> Table:
    rows = []
    for code, title in sections.items():
        ground = _ground(units[code], wanted, layers)
        if ground.may_print(box):
            rows.append(_line(code, title, ground.counted(box)))
        elif any(len(part.institution) for part in ground.counted(box)):
            rows.append(hidden_row(code, title, 8))
    if all(row.protection == "hidden" for row in rows):
        return refusal(too_narrow(layers.rules))
    return _described(_("Section ratings"), "section", rows, None)


def _of_one(title: str, units: dict[int, Units], wanted: Wanted, box: Box, names: Names, layers: Layers) -> Table:
    if wanted.by == "year":
        rows = []
        for year, part in units.items():
            of_year = _ground({year: part}, wanted, layers)
            if of_year.may_print(box):
                rows.append(_line(str(year), str(year), of_year.counted(box)))
            elif any(len(units.institution) for units in of_year.counted(box)):
                rows.append(hidden_row(str(year), str(year), 8))
        if not rows:
            return refusal(_("No section was rated in an accepted visit of this period."))
        return _described(title, "year", rows, None)
    ground = _ground(units, wanted, layers)
    if not ground.may_print(box):
        return refusal(too_narrow(layers.rules))
    rows = []
    for group in ground.lines(box, wanted.by, names):
        codes = names.codes(wanted.by, group)
        rows.append(
            _line("+".join(codes), names.words(wanted.by, group), ground.of_places(box, wanted.by, group), codes)
        )
    return _described(title, wanted.by, rows, _line("all", _("All"), ground.counted(box)))

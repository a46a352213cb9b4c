"""What children said by age, sex, kind of institution and region, for the frozen content. Read by voices.py.

Counted once, when the year is frozen, from the same interviews as the national figures, and protected together (breaking.py). There
is no live table by place or age: a stream of them could be subtracted. A child who did not say the age stands with the
largest band, openly, unless there are enough of them for a row. The questions on age and sex themselves are divided by place only.

Interviews come in blocks (listening.py). Of all questions together what lies over institutions is kept for every row that may be
printed; institutions themselves are read again, for one question, only where something of it has to be hidden.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from institutions.models import InstitutionKind, Region
from visits.layout import SINGLE, Place
from visits.models import Choice, Edition

from . import ladders
from .between import Met
from .breaking import Broken, Divided, Held, Question, Side, break_down
from .content import LANGUAGES, Breakdown, BreakdownRow, Text, in_three_languages
from .disclosure import Asked, Rules, Told
from .hidden_truth import Counted
from .ladders import Branch
from .lineage import Line
from .listening import Block, Column, Columns
from .printed_tables import SIDES
from .rounding import percent
from .spreads import Spreads

Counts = NDArray[np.int64]
# Hands all blocks of the year to whoever takes them.
Listen = Callable[[Callable[[Block], None]], None]

AGE, SEX = "Q-01", "Q-02"
UNTOLD = "untold"
ABOUT = {"age": AGE, "sex": SEX}
PLACES = ("kind", "region")


@dataclass(frozen=True)
class About:
    """Age or sex, as the newest edition asks it; the last leaf is of those who did not tell."""

    by: str
    codes: tuple[str, ...]
    labels: Mapping[str, Text]
    merge_order: Sequence[Sequence[Sequence[str]]]

    @classmethod
    def asked(cls, editions: Sequence[Edition]) -> list["About"]:
        """Two queries for each of the two."""
        found = []
        for by, code in ABOUT.items():
            question = next((one for edition in editions for one in edition.questions.filter(code=code)), None)
            if question is not None:
                choices = list(question.choices.filter(role=Choice.Role.ANSWER).order_by("order"))
                labels = {choice.code: in_three_languages(choice, "label") for choice in choices}
                found.append(cls(by, tuple(choice.code for choice in choices), labels, question.merge_order))
        return found

    def leaf(self, block: Block) -> NDArray[np.int16]:
        """The leaf of each interview."""
        return np.concatenate([self._answers(part.layout, part.packed) for part in block.parts])

    def _answers(self, layout: Sequence[Place], packed: NDArray[np.uint8]) -> NDArray[np.int16]:
        code = ABOUT[self.by]
        place = next((place for place in layout if place["code"] == code and place["kind"] == SINGLE), None)
        if place is None:
            return np.full(len(packed), len(self.codes), np.int16)
        leaf_of = np.full(256, len(self.codes), np.int16)
        for at, choice in enumerate(self.codes):
            if choice in place["codes"]:
                leaf_of[place["codes"][choice]] = at
        return leaf_of[packed[:, place["offset"]]]


@dataclass(frozen=True)
class Axis:
    """One dimension: its leaves, what each is called, how many interviews stand in each, and where those of a block stand."""

    by: str
    tree: Branch
    codes: tuple[str, ...]
    labels: Mapping[str, Text]
    held: Counts
    leaf: Callable[[Block], NDArray[Any]]


@dataclass
class Present:
    """Who was spoken with: how many interviews by each answer on age and sex, and by kind and region of institution."""

    about: Sequence[About]
    told: dict[str, Counts] = field(default_factory=dict)
    places: Counter[tuple[int, int]] = field(default_factory=Counter)

    def take(self, block: Block) -> None:
        for one in self.about:
            held = np.bincount(one.leaf(block), minlength=len(one.codes) + 1)
            self.told[one.by] = self.told.get(one.by, 0) + held
        places, of = np.unique(np.stack([block.kind, block.region], axis=1), axis=0, return_inverse=True)
        held = np.bincount(of.reshape(-1), block.held, len(places)).astype(np.int64)
        for (kind, region), n in zip(places.tolist(), held.tolist(), strict=True):
            self.places[kind, region] += n


class People:
    """The dimensions of the year."""

    def __init__(self, present: Present) -> None:
        """Two queries: regions and kinds."""
        self.axes = {axis.by: axis for axis in (*_told(present), *self._places(present))}

    def _places(self, present: Present) -> Iterator[Axis]:
        at_kinds, at_regions = ({place[at] for place in present.places} for at in range(2))
        regions = {one.pk: one for one in Region.objects.filter(pk__in=at_regions).order_by("sort_key", "pk")}
        kinds = {one.pk: one for one in InstitutionKind.objects.filter(pk__in=at_kinds).order_by("number")}
        self.family_of = {one.code: one.family for one in kinds.values()}
        named: list[tuple[str, Branch | None, dict[int, Any], str, str]] = [
            ("kind", ladders.of_kinds(self.family_of), kinds, "code", "plural"),
            ("region", ladders.of_regions([one.iso for one in regions.values()]), regions, "iso", "short"),
        ]
        for at, (by, tree, things, code, stem) in enumerate(named):
            if tree is not None:
                codes = tuple(str(getattr(one, code)) for one in things.values())
                labels = {str(getattr(one, code)): in_three_languages(one, stem) for one in things.values()}
                held, leaf_of = np.zeros(len(things), np.int64), np.full(max(things) + 1, -1, np.int64)
                leaf_of[list(things)] = np.arange(len(things))
                for place, n in present.places.items():
                    held[leaf_of[place[at]]] += n
                yield Axis(by, tree, codes, labels, held, _leaf_of_place(by, leaf_of))


def _leaf_of_place(by: str, leaf_of: Counts) -> Callable[[Block], Counts]:
    return lambda block: leaf_of[getattr(block, by)][block.unit]


def _told(present: Present) -> Iterator[Axis]:
    """Age and sex. Those who did not say stand with the largest of the finest categories: alone they would be few, and could be
    worked out.
    """
    for one in present.about:
        held = present.told[one.by]
        known = [code for code, n in zip(one.codes, held.tolist(), strict=False) if n]
        tree = ladders.of_choices(known, one.merge_order)
        if tree is not None:
            codes = (*one.codes, UNTOLD)
            if held[-1]:
                leaves = [branch.codes[0] for branch in tree.everywhere() if not branch.children]
                tree = _joining(tree, max(leaves, key=lambda code: (int(held[codes.index(code)]), code)))
            yield Axis(one.by, tree, codes, one.labels, held, one.leaf)


@dataclass(frozen=True)
class Printed:
    """One question as printed nationally, to be divided. `applies`: whether a family of kinds is asked it."""

    key: Line
    code: str
    asked: Asked
    told: Told
    places: Mapping[int, Place]
    applies: Any

    @property
    def columns(self) -> list[Column]:
        """Each cell, then whoever gave any of these answers."""
        cells = [group.codes for group in self.told.cells]
        return [Column(self.places, codes) for codes in (*cells, tuple(code for codes in cells for code in codes))]


class Divisions:
    """How the answers to all questions lie over institutions, by every row that may come to be printed."""

    def __init__(self, people: People, questions: Sequence[Printed], listen: Listen) -> None:
        """Goes through the year once."""
        self.people, self.listen = people, listen
        self._columns = Columns([column for one in questions for column in one.columns])
        # Of each question where its columns stand, and where its numbers do: its cells, what the base holds beside each, its base.
        self._at: dict[Line, tuple[int, slice]] = {}
        column = number = 0
        for one in questions:
            cells = len(one.told.cells)
            self._at[one.key] = column, slice(number, number + 2 * cells + 1)
            column, number = column + cells + 1, number + 2 * cells + 1
        self._numbers = number
        axes = people.axes
        self._about = {
            by: {branch.codes: Spreads.empty(number, 1) for branch in axes[by].tree.everywhere()}
            for by in ABOUT
            if by in axes
        }
        self._kinds, self._regions = (len(axes[by].codes) if by in axes else 1 for by in PLACES)
        self._crossed = Spreads.empty(number, self._kinds * self._regions)
        self._met = np.zeros(self._kinds * self._regions, bool)
        if questions:
            listen(self._take)

    def _take(self, block: Block) -> None:
        answers, axes = block.answers(self._columns), self.people.axes
        crossing = np.zeros(len(block.unit), np.int64)
        for by, many in zip(PLACES, (self._kinds, self._regions), strict=True):
            crossing = crossing * many + (axes[by].leaf(block) if by in axes else 0)
        of_unit = np.zeros(block.units, np.int64)
        of_unit[block.unit] = crossing
        self._met[of_unit] = True
        self._crossed.add(self._of(block.by_institution(answers)), of_unit)
        for by, rows in self._about.items():
            leaf, codes = axes[by].leaf(block), axes[by].codes
            for row, lies in rows.items():
                stands = np.zeros(len(codes), bool)
                stands[[codes.index(code) for code in row]] = True
                lies.add(self._of(block.by_institution(answers, stands[leaf])))

    def _of(self, columns: NDArray[Any]) -> NDArray[Any]:
        """The numbers of all questions, from their columns."""
        found = np.empty((len(columns), self._numbers), columns.dtype)
        for column, numbers in self._at.values():
            cells = (numbers.stop - numbers.start) // 2
            inside, base = columns[:, column : column + cells], columns[:, column + cells]
            start = numbers.start
            found[:, start : start + cells] = inside
            np.subtract(base[:, None], inside, out=found[:, start + cells : start + 2 * cells])
            found[:, start + 2 * cells] = base
        return found

    def sides(self, one: Printed) -> list["Divided"]:
        """The question by each dimension that it can be divided by."""
        numbers = self._at[one.key][1]
        full = cache(lambda: _in_full(self.people, one, self.listen))
        axes, found = self.people.axes, list[Divided]()
        for by in ABOUT:
            if by in axes and one.code not in ABOUT.values():
                rows = {codes: lies.of_numbers(numbers) for codes, lies in self._about[by].items()}
                found.append(_ByAnswer(by, axes[by].tree, axes[by].codes, axes[by].held, full, rows))
        crossed = self._crossed.of_numbers(numbers)
        place = np.arange(self._kinds * self._regions)
        at = {"kind": place // self._regions, "region": place % self._regions}
        for by in PLACES:
            if by in axes:
                axis = axes[by]
                leaves = crossed.gathered(at[by], len(axis.codes))
                tree = axis.tree if by == "region" else _asked_in(axis, leaves, one.applies, self.people.family_of)
                if tree is not None:
                    found.append(
                        _ByPlace(by, tree, axis.codes, axis.held, full, leaves, crossed, self._met, self._regions)
                    )
        return found


def _asked_in(axis: Axis, leaves: Spreads, applies: Any, family_of: Mapping[str, str]) -> Branch | None:
    """The kinds without those that nobody answered in and that the question does not apply to."""
    answered = dict(zip(axis.codes, leaves.total[-1].tolist(), strict=True))
    return _without(axis.tree, {code for code, n in answered.items() if not n and not applies(family_of[code])})


@dataclass(frozen=True)
class _Summed:
    """One question by one dimension, institutions added up."""

    by: str
    tree: Branch
    codes: tuple[str, ...]
    interviews: Counts
    full: Callable[[], Mapping[str, Side]]

    def held(self, branch: Branch) -> Held:
        lies = self._lies(branch).together()
        held = int(self.interviews[[self.codes.index(code) for code in branch.codes]].sum())
        return Held.of(lies, held - lies[-1].total)

    def _lies(self, branch: Branch) -> Spreads:
        raise NotImplementedError

    def in_full(self) -> Side:
        return replace(self.full()[self.by], tree=self.tree)

    def crossings(self, other: Divided, multiple: bool) -> list[Met]:
        return self.in_full().crossings(other, multiple)


@dataclass(frozen=True)
class _ByAnswer(_Summed):
    """By age or sex: the children of one institution stand in several rows."""

    rows: Mapping[tuple[str, ...], Spreads]

    def _lies(self, branch: Branch) -> Spreads:
        return self.rows[branch.codes]


@dataclass(frozen=True)
class _ByPlace(_Summed):
    """By kind or region: each institution stands in one row of either, so rows are put together from categories."""

    leaves: Spreads
    crossed: Spreads
    met: NDArray[np.bool_]
    regions: int

    def _lies(self, branch: Branch) -> Spreads:
        return self.leaves[:, [self.codes.index(code) for code in branch.codes]]

    def crossings(self, other: Divided, multiple: bool) -> list[Met]:
        """Kinds cross regions: there are no other two."""
        cells = len(self.crossed.total) // 2
        place = np.flatnonzero(self.met)
        lies = self.crossed.of_numbers(slice(0, 2 * cells if multiple else cells))[:, place.tolist()]
        columns = zip(lies.total, lies.institutions, lies.largest, lies.second, strict=True)
        return [Met(place // self.regions, place % self.regions, *one) for one in columns]


def _in_full(people: People, one: Printed, listen: Listen) -> dict[str, Side]:
    """The question by every dimension with every institution, read again."""
    columns, units = Columns(one.columns), 0
    lines: dict[str, list[Counts]] = {by: [] for by in people.axes}

    def take(block: Block) -> None:
        nonlocal units
        answers = block.answers(columns)
        units = block.before + block.units
        for by, axis in people.axes.items():
            many = len(axis.codes)
            place, of = np.unique(block.unit * many + axis.leaf(block), return_inverse=True)
            counted = [np.bincount(of, answer, len(place)) for answer in (*answers.T, np.ones(len(of)))]
            lines[by].append(np.stack([place % many, place // many + block.before, *counted]).astype(np.int64))

    listen(take)
    found = {}
    for by, parts in lines.items():
        axis, table = people.axes[by], np.concatenate(parts, axis=1)
        leaf, unit, *inside, base, held = table[:, np.lexsort((table[1], table[0]))]
        found[by] = Side(by, axis.tree, axis.codes, leaf, unit, np.stack(inside), base, held - base, units)
    return found


def breakdowns(
    divisions: Divisions, one: Printed, *, parent: Mapping[str, Broken] | None, rules: Rules
) -> list[Broken]:
    """The question by every dimension. `parent`: how the question that leads to this one was broken down; None where none does."""
    question = Question(one.asked, tuple(group.codes for group in one.told.cells), rules.k(one.asked.sensitive))
    found = {side.by: side for side in divisions.sides(one)}
    together = [[found[by]] for by in ABOUT if by in found]
    places = [found[by] for by in PLACES if by in found]
    allowed = {} if parent is None else {by: _after(parent.get(by), side) for by, side in found.items()}
    return break_down(question, [*together, *([places] if places else [])], rules, allowed)


def _after(parent: Broken | None, side: Divided) -> list[Branch]:
    """The rows by which a question may be printed that is asked after a certain answer: those of the one that leads to it,
    where nothing of it is hidden; its base would tell that answer.
    """
    if parent is None or not parent.complete:
        return []
    known = list(side.tree.everywhere())
    rows = [row.branch for row in parent.rows]
    return rows if all(row in known for row in rows) else []


def _without(branch: Branch, gone: set[str]) -> Branch | None:
    if not branch.children:
        return None if branch.codes[0] in gone else branch
    return ladders.joined([kept for child in branch.children if (kept := _without(child, gone))])


def _joining(branch: Branch, largest: str) -> Branch:
    if not branch.children:
        return replace(branch, codes=(*branch.codes, UNTOLD)) if branch.codes == (largest,) else branch
    children = tuple(_joining(child, largest) for child in branch.children)
    return Branch(tuple(code for child in children for code in child.codes), children)


def written(people: People, broken: Sequence[Broken]) -> list[Breakdown]:
    """As it stands in the frozen content."""
    lines = []
    for one in broken:
        axis = people.axes[one.by]
        protection: Literal["shown", "partly", "withheld"] = (
            "withheld" if not one.rows else "shown" if one.complete else "partly"
        )
        lines.append(
            Breakdown(
                by=one.by,
                protection=protection,
                rows=[
                    BreakdownRow(
                        codes=[code for code in row.branch.codes if code != UNTOLD],
                        label=_label(axis, row.branch),
                        with_untold=UNTOLD in row.branch.codes,
                        base=row.base,
                        cells=list(row.cells),
                        percents=[
                            percent(n, row.base) if n is not None and row.base is not None else None for n in row.cells
                        ],
                    )
                    for row in one.rows
                ],
            )
        )
    return lines


def behind_blanks(
    people: People, hiding: Sequence[tuple[Printed, Sequence[Broken]]], listen: Listen
) -> list[list[Counted]]:
    """Of each of these questions the true counts behind the tables that hide something, from the interviews themselves; empty where
    none does. Goes through the year once, if there are any.
    """
    groups = [tuple(by for by in sides if by in people.axes) for sides in SIDES]
    hides = [{one.by for one in broken if one.rows and not one.complete} for _one, broken in hiding]
    wanted = [[sides for sides in groups if by & set(sides)] for by in hides]
    counted = [
        [(sides, [_Behind(people, sides) for _column in range(len(one.columns) + 1)]) for sides in own]
        for (one, _broken), own in zip(hiding, wanted, strict=True)
    ]
    columns = [Columns(one.columns) for one, _broken in hiding]

    def take(block: Block) -> None:
        for own, asked in zip(counted, columns, strict=True):
            if own:
                answers = block.answers(asked).astype(bool)
                masks = [*answers.T, ~answers[:, -1]]
                for _sides, each in own:
                    for one, mask in zip(each, masks, strict=True):
                        one.take(block, mask)

    if any(wanted):
        listen(take)
    return [[_counted(sides, each) for sides, each in own] for own in counted]


def _counted(sides: tuple[str, ...], each: "Sequence[_Behind]") -> Counted:
    *cells, answered, outside = (one.shares() for one in each)
    return Counted(sides, cells, answered, outside)


class _Behind:
    """How many interviews of each institution stand at each place of some dimensions."""

    def __init__(self, people: People, sides: Sequence[str]) -> None:
        self._axes = [people.axes[by] for by in sides]
        self._found: dict[tuple[int, ...], dict[int, int]] = {}

    def take(self, block: Block, mask: NDArray[np.bool_]) -> None:
        table = np.stack([*(axis.leaf(block)[mask] for axis in self._axes), block.unit[mask] + block.before], axis=1)
        places, held = np.unique(table, axis=0, return_counts=True)
        for (*leaves, unit), n in zip(places.tolist(), held.tolist(), strict=True):
            self._found.setdefault(tuple(leaves), {})[unit] = n

    def shares(self) -> dict[tuple[str, ...], dict[int, int]]:
        return {
            tuple(axis.codes[leaf] for axis, leaf in zip(self._axes, leaves, strict=True)): held
            for leaves, held in sorted(self._found.items())
        }


def _label(axis: Axis, branch: Branch) -> Text:
    names = [axis.labels[code] for code in branch.codes if code != UNTOLD]
    return {
        language: ", ".join(name[language] for name in names) if all(name[language] for name in names) else ""
        for language in LANGUAGES
    }

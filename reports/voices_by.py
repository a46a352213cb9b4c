"""What children said by age, sex, kind of institution and region, for the frozen content. Read by voices.py.

Counted once, when the year is frozen, from the same interviews as the national figures, and protected together (breaking.py). There
is no live table by place or age: a stream of them could be subtracted. A child who did not say the age stands with the
largest band, openly, unless there are enough of them for a row. The questions on age and sex themselves are divided by place only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from institutions.models import InstitutionKind, Region
from visits.layout import SINGLE
from visits.models import Choice, Edition

from . import ladders, tallies
from .breaking import Broken, Question, Side, break_down
from .content import LANGUAGES, Breakdown, BreakdownRow, Text, in_three_languages
from .disclosure import Asked, Protection, Rules, Told
from .hidden_truth import Counted
from .ladders import Branch
from .printed_tables import SIDES
from .rounding import percent

AGE, SEX = "Q-01", "Q-02"
UNTOLD = "untold"
ABOUT = {"age": AGE, "sex": SEX}


@dataclass(frozen=True)
class Axis:
    """One dimension: its leaves, what each is called, and in which leaf every interview stands. `unit`: of each interview."""

    by: str
    tree: Branch
    codes: tuple[str, ...]
    labels: Mapping[str, Text]
    # Narrow: there is one for every interview.
    leaf: NDArray[np.int16]


@dataclass(frozen=True)
class Lines:
    """Where a category and an institution meet: one line each, and the line `of` every interview."""

    leaf: NDArray[np.int64]
    unit: NDArray[np.int64]
    of: NDArray[np.int32]
    held: NDArray[np.int64]


class People:
    """Every interview of the year: its institution, and where it stands in each dimension. Read once for all questions."""

    def __init__(
        self, rows: Sequence[tallies.Rows], unit_of_row: Sequence[NDArray[np.int64]], editions: Sequence[Edition]
    ) -> None:
        """Four queries: regions, kinds, and the choices on age and sex."""
        self.rows, self.units = rows, 1 + max((int(unit.max(initial=0)) for unit in unit_of_row), default=-1)
        self.unit = np.concatenate([*unit_of_row, np.zeros(0, np.int64)])
        self.axes = {}
        self.lines = {}
        for axis in (*self._told(editions), *self._places()):
            self.axes[axis.by] = axis
            places = axis.leaf.astype(np.int64) * self.units + self.unit
            keys, of, held = np.unique(places, return_inverse=True, return_counts=True)
            self.lines[axis.by] = Lines(keys // self.units, keys % self.units, of.astype(np.int32), held)

    def _told(self, editions: Sequence[Edition]) -> list[Axis]:
        """Age and sex, as the newest edition asks them."""
        found = []
        for by, code in ABOUT.items():
            question = next((one for edition in editions for one in edition.questions.filter(code=code)), None)
            if question is None:
                continue
            choices = list(question.choices.filter(role=Choice.Role.ANSWER).order_by("order"))
            codes = [choice.code for choice in choices]
            leaf = np.concatenate([self._answers(part, code, codes) for part in self.rows])
            held = np.bincount(leaf, minlength=len(codes) + 1)
            present = [one for one, n in zip(codes, held.tolist(), strict=False) if n]
            tree = ladders.of_choices(present, question.merge_order)
            if tree is None:
                continue
            labels = {choice.code: in_three_languages(choice, "label") for choice in choices}
            found.append(Axis(by, tree, (*codes, UNTOLD), labels, leaf))
        return found

    @staticmethod
    def _answers(part: tallies.Rows, code: str, codes: Sequence[str]) -> NDArray[np.int16]:
        """The leaf of each interview; the last one where nothing was told."""
        place = next((place for place in part.layout if place["code"] == code and place["kind"] == SINGLE), None)
        if place is None:
            return np.full(len(part), len(codes), np.int16)
        leaf_of = np.full(256, len(codes), np.int16)
        for at, choice in enumerate(codes):
            if choice in place["codes"]:
                leaf_of[place["codes"][choice]] = at
        return leaf_of[part.packed[:, place["offset"]]]

    def _places(self) -> list[Axis]:
        region = np.concatenate([part.region for part in self.rows] or [np.zeros(0, np.int64)])
        kind = np.concatenate([part.kind for part in self.rows] or [np.zeros(0, np.int64)])
        regions = {
            one.pk: one for one in Region.objects.filter(pk__in=np.unique(region).tolist()).order_by("sort_key", "pk")
        }
        kinds = {
            one.pk: one for one in InstitutionKind.objects.filter(pk__in=np.unique(kind).tolist()).order_by("number")
        }
        self.family_of = {one.code: one.family for one in kinds.values()}
        named: list[tuple[str, Branch | None, dict[int, Any], str, str, NDArray[Any]]] = [
            ("kind", ladders.of_kinds(self.family_of), kinds, "code", "plural", kind),
            ("region", ladders.of_regions([one.iso for one in regions.values()]), regions, "iso", "short", region),
        ]
        axes = []
        for by, tree, things, code, stem, numbers in named:
            if tree is not None:
                place = {pk: at for at, pk in enumerate(things)}
                leaf = np.fromiter((place[one] for one in numbers.tolist()), np.int16, len(numbers))
                codes = tuple(str(getattr(one, code)) for one in things.values())
                labels = {str(getattr(one, code)): in_three_languages(one, stem) for one in things.values()}
                axes.append(Axis(by, tree, codes, labels, leaf))
        return axes


def breakdowns(
    people: People,
    asked: Asked,
    told: Told,
    chosen: Sequence[NDArray[np.bool_]],
    *,
    code: str,
    applies: Any,
    parent: Mapping[str, Broken] | None,
    rules: Rules,
) -> list[Broken]:
    """The question by every dimension. `chosen`: for each printed cell, which interviews are in it. `parent`: how the question
    that leads to this one was broken down; None where none does.
    """
    if told.protection not in (Protection.SHOWN, Protection.MERGED):
        return []
    cells = tuple(group.codes for group in told.cells)
    question = Question(asked, cells, rules.k(asked.sensitive))
    answered = np.logical_or.reduce(chosen)
    sides = {
        by: _side(people, axis, chosen, answered, applies, question.k)
        for by, axis in people.axes.items()
        if not (by in ABOUT and code in ABOUT.values())
    }
    found = {by: side for by, side in sides.items() if side is not None}
    together = [[found[by]] for by in ABOUT if by in found]
    places = [found[by] for by in ("kind", "region") if by in found]
    allowed = {} if parent is None else {by: _after(parent.get(by), side) for by, side in found.items()}
    return break_down(question, [*together, *([places] if places else [])], rules, allowed)


def _after(parent: Broken | None, side: Side) -> list[Branch]:
    """The rows by which a question may be printed that is asked after a certain answer: those of the one that leads to it,
    where nothing of it is hidden; its base would tell that answer.
    """
    if parent is None or not parent.complete:
        return []
    known = list(side.tree.everywhere())
    rows = [row.branch for row in parent.rows]
    return rows if all(row in known for row in rows) else []


def _side(
    people: People,
    axis: Axis,
    chosen: Sequence[NDArray[np.bool_]],
    answered: NDArray[np.bool_],
    applies: Any,
    k: int,
) -> Side | None:
    """The answers counted by the leaves of a dimension; what nobody could be part of is left out."""
    lines, codes, tree = people.lines[axis.by], axis.codes, axis.tree

    def count(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(lines.of[mask], minlength=len(lines.leaf))

    base, inside = count(answered), np.stack([count(mask) for mask in chosen])
    side = Side(axis.by, tree, codes, lines.leaf, lines.unit, inside, base, lines.held - base, people.units)
    by_leaf = np.bincount(lines.leaf, base, len(codes))
    gone = {code for code, n in zip(codes, by_leaf.tolist(), strict=True) if not n}
    if axis.by == "kind":
        gone = {code for code in gone if not applies(people.family_of[code])}
    elif axis.by in ABOUT:
        gone = {UNTOLD} & gone
        return _with_untold(side) if (lines.leaf == len(codes) - 1).any() else side
    else:
        gone = set()
    pruned = _without(tree, gone)
    return replace(side, tree=pruned) if pruned else None


def _without(branch: Branch, gone: set[str]) -> Branch | None:
    if not branch.children:
        return None if branch.codes[0] in gone else branch
    return ladders.joined([kept for child in branch.children if (kept := _without(child, gone))])


def _with_untold(side: Side) -> Side:
    """Those who did not say stand with the largest of the finest categories: alone they would be few, and could be worked out."""
    held = np.bincount(side.leaf, side.base + side.outside, len(side.codes))
    leaves = [one.codes[0] for one in side.tree.everywhere() if not one.children]
    largest = max(leaves, key=lambda code: (int(held[side.codes.index(code)]), code))
    return replace(side, tree=_joining(side.tree, largest))


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


def behind_blanks(people: People, broken: Sequence[Broken], chosen: Sequence[NDArray[np.bool_]]) -> list[Counted]:
    """The true counts behind the tables that hide something, from the interviews themselves; empty where none does."""
    hides = {one.by for one in broken if one.rows and not one.complete}
    if not hides:
        return []
    answered = np.logical_or.reduce(chosen)
    groups = [tuple(by for by in sides if by in people.axes) for sides in SIDES]
    return [
        Counted(
            sides,
            [_shares(people, sides, mask) for mask in chosen],
            _shares(people, sides, answered),
            _shares(people, sides, ~answered),
        )
        for sides in groups
        if hides & set(sides)
    ]


def _shares(people: People, sides: Sequence[str], mask: NDArray[np.bool_]) -> dict[tuple[str, ...], dict[int, int]]:
    """How many interviews of each institution stand at each place of the dimensions."""
    axes = [people.axes[by] for by in sides]
    table = np.stack([*(axis.leaf[mask] for axis in axes), people.unit[mask]], axis=1)
    found: dict[tuple[str, ...], dict[int, int]] = {}
    for (*leaves, unit), n in zip(
        *(part.tolist() for part in np.unique(table, axis=0, return_counts=True)), strict=True
    ):
        codes = tuple(axis.codes[leaf] for axis, leaf in zip(axes, leaves, strict=True))
        found.setdefault(codes, {})[unit] = n
    return found


def _label(axis: Axis, branch: Branch) -> Text:
    names = [axis.labels[code] for code in branch.codes if code != UNTOLD]
    return {
        language: ", ".join(name[language] for name in names) if all(name[language] for name in names) else ""
        for language in LANGUAGES
    }

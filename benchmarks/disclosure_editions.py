"""Editions drawn by lot, as small as real ones: institutions of a few kinds in a few regions, some children in each, one
question most answer alike. Deterministic by seed and number; the shapes take turns.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count, product

from reports.disclosure.rules import Rules
from reports.disclosure.tables import Atom, Dimension, Edition, Known, Release, Table, every_cell

from .disclosure_patterns import Counts, small

REGIONS = (
    *("Abai", "Aqmola", "Aqtobe", "Almaty region", "Atyrau", "West", "Jambyl", "Jetisu", "Qaragandy", "Qostanai"),
    *("Qyzylorda", "Mangystau", "Pavlodar", "North", "Turkistan", "Ulytau", "East", "Astana", "Almaty", "Shymkent"),
)
KINDS = ("school", "colony", "shelter", "hospital")
AGES = ("to 11", "12 to 13", "14 to 15", "16 to 17")
SEXES = ("girl", "boy")
ANSWERS = ("never", "seldom", "often", "no answer")
# How many give each answer, of a hundred: three habits of questions.
HABITS = ((74, 13, 8, 5), (48, 30, 16, 6), (84, 7, 5, 4))

# The share of editions with more regions than a small country has.
LARGE = 0.1


@dataclass(frozen=True)
class Shape:
    """What an edition looks like. `tables`: the dimensions of each table; `years`: editions in time."""

    name: str
    tables: tuple[tuple[str, ...], ...]
    grouped: tuple[str, ...] = ()
    years: int = 1
    zeros: bool = False
    known: bool = False


SHAPES = (
    Shape("two", (("region", "answer"),)),
    Shape("two, grouped", (("region", "answer"),), grouped=("region",)),
    Shape("linked pair", (("region", "answer"), ("age", "answer"))),
    Shape("three", (("region", "sex", "answer"),)),
    Shape("two in time", (("region", "answer"),), years=2),
    Shape("two, both grouped", (("region", "answer"),), grouped=("region", "answer")),
    Shape("linked pair of kinds", (("region", "kind"), ("kind", "answer")), zeros=True),
    Shape("three, grouped", (("region", "sex", "answer"),), grouped=("region",)),
    Shape("linked pair in time", (("region", "answer"), ("sex", "answer")), years=2),
    Shape("two, a total known", (("kind", "answer"),), known=True),
)


@dataclass(frozen=True)
class Drawn:
    """One edition. `release` holds all its years; `first`: its first year alone, as it was before the second came."""

    number: int
    shape: Shape
    release: Release
    first: Release | None

    @property
    def cells(self) -> int:
        return sum(len(table.cells) for table in self.release.tables)


def draw(seed: int, number: int) -> Drawn:
    """Edition `number`, counted from 1: the first one drawn that holds anything small."""
    shape = SHAPES[(number - 1) % len(SHAPES)]
    for turn in count(1):
        drawn = _draw(random.Random(f"{seed}/{number}/{turn}"), number, shape)
        if any(small(Counts(drawn.release), Rules()).values()):
            return drawn
    raise AssertionError("the turns do not end")


def _draw(chance: random.Random, number: int, shape: Shape) -> Drawn:
    wide = 1 if len(shape.tables[0]) > 2 else 0
    regions = 3 + chance.randrange(4 - wide) if chance.random() > LARGE else 7 + chance.randrange(14 - 6 * wide)
    dimensions = _dimensions(chance, shape, regions, 2 + chance.randrange(3 - wide))
    codes = [dimension.code for dimension in dimensions]
    parts = tuple(f"p{year + 1}" for year in range(shape.years))
    editions = tuple(Edition(f"e{year + 1}", parts[: year + 1]) for year in range(shape.years))
    held = _children(chance, dimensions, parts)
    atoms = tuple(
        Atom(part, dict(zip(codes, at, strict=True)), sum(by.values()), by) for (part, *at), by in sorted(held.items())
    )
    by_code = {dimension.code: dimension for dimension in dimensions}
    tables = tuple(
        Table(
            f"{edition.code}-{'-'.join(by)}",
            edition.code,
            by,
            every_cell(*(by_code[code] for code in by)),
            answer="answer" if "answer" in by else "",
        )
        for edition in editions
        for by in shape.tables
    )
    zeros = tuple(_nowhere(by_code, atoms)) if shape.zeros else ()
    known = []
    if shape.known:
        kind = by_code["kind"].categories[0]
        known.append(Known("e1", {"kind": kind}, sum(atom.n for atom in atoms if atom.at["kind"] == kind)))
    whole = Release(dimensions, parts, editions, tables, atoms, zeros, tuple(known))
    first = None
    if shape.years > 1:
        before = tuple(table for table in tables if table.edition == "e1")
        first = Release(
            dimensions, parts[:1], editions[:1], before, tuple(atom for atom in atoms if atom.part == parts[0])
        )
    return Drawn(number, shape, whole, first)


def _dimensions(chance: random.Random, shape: Shape, regions: int, answers: int) -> tuple[Dimension, ...]:
    """The dimensions that the shape's tables ask for."""
    asked = {code for by in shape.tables for code in by}
    finest = {
        "region": REGIONS[:regions],
        "kind": KINDS[: 2 + chance.randrange(3)],
        "age": AGES[: 2 + chance.randrange(3)],
        "sex": SEXES,
        "answer": ANSWERS[:answers],
    }
    groups: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
        "region": (("north", REGIONS[:2]), ("south", REGIONS[2:regions])),
        "answer": (("at all", ANSWERS[1:answers]),),
    }
    return tuple(
        Dimension(code, categories, groups[code] if code in shape.grouped and len(categories) > 2 else ())
        for code, categories in finest.items()
        if code in asked
    )


def _children(
    chance: random.Random, dimensions: Sequence[Dimension], parts: Sequence[str]
) -> Mapping[tuple[str, ...], dict[str, int]]:
    """Part and categories -> institution -> children."""
    by_code = {dimension.code: dimension.categories for dimension in dimensions}
    regions, kinds = by_code.get("region", REGIONS[:4]), by_code.get("kind", KINDS[:2])
    habit = chance.choice(HABITS)
    lean = {part: 1.0 if part == "p1" else chance.choice((0.4, 0.8, 1.2)) for part in parts}
    held: dict[tuple[str, ...], dict[str, int]] = {}
    for region in regions:
        for turn in range(4 + chance.randrange(4)):
            home = f"{region} {turn + 1}"
            kind = kinds[turn] if turn < 2 else chance.choice(kinds)
            own = [max(1, weight + chance.randint(-4, 4)) for weight in habit]
            for part in parts:
                for _child in range(round(lean[part] * (6 + chance.randrange(20)))):
                    told = {
                        "region": region,
                        "kind": kind,
                        "age": chance.choice(by_code.get("age", AGES)),
                        "sex": chance.choices(SEXES, (3, 5))[0],
                        "answer": "",
                    }
                    if "answer" in by_code:
                        answers = by_code["answer"]
                        told["answer"] = chance.choices(answers, own[: len(answers)])[0]
                    at = (part, *(told[code] for code in by_code))
                    by = held.setdefault(at, {})
                    by[home] = by.get(home, 0) + 1
    return held


def _nowhere(by_code: Mapping[str, Dimension], atoms: Sequence[Atom]) -> list[dict[str, str]]:
    """Regions and kinds that do not meet: everybody knows where there is no such institution. A kind that is in no region: for
    itself, so that its row is empty in every table.
    """
    meet = {(atom.at["region"], atom.at["kind"]) for atom in atoms}
    kinds = {kind for _region, kind in meet}
    every = product(by_code["region"].categories, by_code["kind"].categories)
    apart = [{"region": region, "kind": kind} for region, kind in every if (region, kind) not in meet]
    return apart + [{"kind": kind} for kind in by_code["kind"].categories if kind not in kinds]

"""The truth beside a published document, kept apart from it: schema "published-tables-truth/1". Tests and audits only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .published import Published, Unreadable, coordinates, number

SCHEMA = "published-tables-truth/1"
# A table and coordinates in it.
Spot = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Atom:
    """`at`: positions of the finest categories, in the order of the dimensions. `by`: contributor -> its part of `n`."""

    part: int
    at: tuple[int, ...]
    n: int
    by: Mapping[str, int]


@dataclass(frozen=True)
class Target:
    """A number nobody may know well (R9): the attacker's interval must hold `lower` and reach `upper`.

    The number is `plus` less `minus`: one cell, a union of cells, a difference of editions, or the complement of one of them.
    """

    plus: tuple[Spot, ...]
    minus: tuple[Spot, ...]
    lower: int
    upper: int

    @property
    def single(self) -> bool:
        """Whether it is one cell."""
        return len(self.plus) == 1 and not self.minus

    def said(self) -> str:
        """Its place in words."""
        plus, minus = ([f"{table}: {' × '.join(at)}" for table, at in spots] for spots in (self.plus, self.minus))
        return " less ".join([" and ".join(plus), *minus])


@dataclass(frozen=True)
class Truth:
    atoms: tuple[Atom, ...]
    targets: tuple[Target, ...]


def read_truth(document: Any, published: Published) -> Truth:
    """The truth that belongs to `published`. Raises `Unreadable`."""
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise Unreadable(f"truth: not of schema {SCHEMA!r}")
    atoms = []
    for index, each in enumerate(document["atoms"]):
        path = f"atoms[{index}]"
        if each.get("part") not in published.parts:
            raise Unreadable(f"{path}.part: {each.get('part')!r} is no part")
        if set(each["at"]) != set(published.dimensions):
            raise Unreadable(f"{path}.at: one category of every dimension")
        at = []
        for code, dimension in published.dimensions.items():
            if each["at"][code] not in dimension.categories:
                raise Unreadable(f"{path}.at: {each['at'][code]!r} is no category of {code!r}")
            at.append(dimension.categories.index(each["at"][code]))
        n, by = number(each["n"], f"{path}.n"), each.get("by", {})
        if sum(number(held, f"{path}.by") for held in by.values()) > n:
            raise Unreadable(f"{path}.by: more than {n}")
        atoms.append(Atom(published.parts.index(each["part"]), tuple(at), n, by))
    return Truth(tuple(atoms), read_targets(document.get("targets", []), published))


def read_targets(documents: Sequence[Any], published: Published) -> tuple[Target, ...]:
    """Targets of the truth or of an audit. Raises `Unreadable`."""
    return tuple(_target(each, f"targets[{index}]", published) for index, each in enumerate(documents))


def _target(document: Any, path: str, published: Published) -> Target:
    kinds = {key for key in ("difference", "union", "at") if key in document}
    if len(kinds) != 1:
        raise Unreadable(f"{path}: one of at, difference and union")
    (kind,) = kinds
    allowed = {
        kind,
        "lower",
        "upper",
        *(["table"] if kind == "at" else []),
        *([] if kind == "union" else ["complement_of"]),
    }
    if extra := set(document) - allowed:
        raise Unreadable(f"{path}: {', '.join(sorted(extra))} beside {kind}")
    if kind == "at":
        spots = [_spot(document.get("table"), document["at"], f"{path}.at", published)]
    else:
        spots = [
            _spot(table, at, f"{path}.{kind}[{index}]", published, edition)
            for index, (edition, table, at) in enumerate(document[kind])
        ]
    plus, minus = (spots, []) if kind == "union" else (spots[:1], spots[1:])
    if "complement_of" in document:
        # The bases instead of the cells, less the number itself.
        of = f"{path}.complement_of"
        bases = [_spot(table, document["complement_of"], of, published) for table, _at in spots]
        plus, minus = bases[:1] + minus, bases[1:] + plus
    lower, upper = number(document["lower"], f"{path}.lower"), number(document["upper"], f"{path}.upper")
    return Target(tuple(plus), tuple(minus), lower, upper)


def _spot(table: Any, at: Any, path: str, published: Published, edition: str | None = None) -> Spot:
    if table not in published.tables:
        raise Unreadable(f"{path}: {table!r} is no table")
    held = published.tables[table]
    if edition is not None and held.edition != edition:
        raise Unreadable(f"{path}: {table!r} is of edition {held.edition!r}, not {edition!r}")
    return table, coordinates(at, path, held.by, published.dimensions)

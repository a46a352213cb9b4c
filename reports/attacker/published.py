"""The published document as the attacker reads it: schema "published-tables/1". Strict: what is not understood is refused,
for a key that is not read might carry a number.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SCHEMA = "published-tables/1"
ALL = "*"
At = Mapping[str, str]


class Unreadable(ValueError):
    """The document breaks the schema; says where and how."""


@dataclass(frozen=True)
class Dimension:
    """`within`: every code that may stand in a cell -> positions of the finest categories it covers."""

    code: str
    categories: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    within: Mapping[str, frozenset[int]]


@dataclass(frozen=True)
class Cell:
    """One printed cell. `hidden`: its number was asked for and is blank."""

    at: tuple[str, ...]
    n: int | None
    hidden: bool
    percent: int | None = None
    of: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Table:
    code: str
    edition: str
    by: tuple[str, ...]
    cells: tuple[Cell, ...]

    def where(self, at: Sequence[str]) -> dict[str, str]:
        """A cell's coordinates by dimension, margins left out."""
        return {code: value for code, value in zip(self.by, at, strict=True) if value != ALL}


@dataclass(frozen=True)
class Known:
    """A total everybody knows from elsewhere (R13)."""

    edition: str
    at: At
    n: int


@dataclass(frozen=True)
class Published:
    k: int
    dimensions: Mapping[str, Dimension]
    parts: tuple[str, ...]
    editions: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, Table]
    zeros: tuple[At, ...]
    known: tuple[Known, ...]

    def hidden(self) -> Iterator[tuple[Table, Cell]]:
        for table in self.tables.values():
            for cell in table.cells:
                if cell.hidden:
                    yield table, cell


def read(document: Any) -> Published:
    """The document, checked. Raises `Unreadable` with the path of what is wrong."""
    _keys(document, "document", {"schema", "dimensions", "parts", "editions", "tables"}, {"k", "zeros", "known"})
    if document["schema"] != SCHEMA:
        raise Unreadable(f"schema: {document['schema']!r} instead of {SCHEMA!r}")
    dimensions = _unique([dimension(each, path) for path, each in _each(document, "dimensions")], "dimensions")
    parts = tuple(text(each, path) for path, each in _each(document, "parts"))
    if not parts or len(set(parts)) != len(parts):
        raise Unreadable("parts: one at least, each named once")
    editions: dict[str, tuple[str, ...]] = {}
    for path, each in _each(document, "editions"):
        _keys(each, path, {"code", "parts"})
        held = tuple(each["parts"]) if isinstance(each["parts"], list) else ()
        if not held or len(set(held)) != len(held) or not set(held) <= set(parts):
            raise Unreadable(f"{path}.parts: some of {list(parts)}, each once")
        if editions.setdefault(text(each["code"], f"{path}.code"), held) is not held:
            raise Unreadable(f"{path}.code: {each['code']!r} stands twice")
    tables = _unique([_table(each, path, dimensions, editions) for path, each in _each(document, "tables")], "tables")
    return Published(
        number(document.get("k", 0), "k"),
        dimensions,
        parts,
        editions,
        tables,
        tuple(place(each, path, dimensions) for path, each in _each(document, "zeros")),
        tuple(_known(each, path, dimensions, editions) for path, each in _each(document, "known")),
    )


def dimension(document: Any, path: str) -> Dimension:
    """One dimension; a group may name categories and earlier groups."""
    _keys(document, path, {"code", "categories"}, {"groups"})
    code = text(document["code"], f"{path}.code")
    categories = tuple(text(each, where) for where, each in _each(document, "categories", path))
    if not categories:
        raise Unreadable(f"{path}.categories: none")
    within = {category: frozenset({position}) for position, category in enumerate(categories)}
    if len(within) != len(categories) or ALL in within:
        raise Unreadable(f"{path}.categories: each once, and none {ALL!r}")
    groups: dict[str, tuple[str, ...]] = {}
    for where, each in _each(document, "groups", path):
        _keys(each, where, {"code", "of"})
        name = text(each["code"], f"{where}.code")
        members = tuple(text(one, at) for at, one in _each(each, "of", where))
        if name in within or name == ALL:
            raise Unreadable(f"{where}.code: {name!r} stands twice")
        if not members or not set(members) <= set(within):
            raise Unreadable(f"{where}.of: categories or earlier groups")
        groups[name] = members
        within[name] = frozenset[int]().union(*(within[member] for member in members))
        if len(within[name]) != sum(len(within[member]) for member in members):
            raise Unreadable(f"{where}.of: a category stands in two of them")
    return Dimension(code, categories, groups, within)


def _table(
    document: Any, path: str, dimensions: Mapping[str, Dimension], editions: Mapping[str, tuple[str, ...]]
) -> Table:
    _keys(document, path, {"code", "edition", "by", "cells"})
    by = tuple(text(each, where) for where, each in _each(document, "by", path))
    if len(set(by)) != len(by) or not set(by) <= set(dimensions):
        raise Unreadable(f"{path}.by: dimensions, each once")
    if document["edition"] not in editions:
        raise Unreadable(f"{path}.edition: {document['edition']!r} is no edition")
    cells: dict[tuple[str, ...], Cell] = {}
    for where, each in _each(document, "cells", path):
        cell = _cell(each, where, by, dimensions)
        if cells.setdefault(cell.at, cell) is not cell:
            raise Unreadable(f"{where}.at: {list(cell.at)} stands twice")
    return Table(text(document["code"], f"{path}.code"), document["edition"], by, tuple(cells.values()))


def _cell(document: Any, path: str, by: Sequence[str], dimensions: Mapping[str, Dimension]) -> Cell:
    _keys(document, path, {"at"}, {"n", "percent", "of"})
    at = coordinates(document["at"], f"{path}.at", by, dimensions)
    n = None if document.get("n") is None else number(document["n"], f"{path}.n")
    hidden = "n" in document and n is None
    if ("percent" in document) != ("of" in document):
        raise Unreadable(f"{path}: percent and of stand together")
    if "percent" not in document:
        if "n" not in document:
            raise Unreadable(f"{path}: neither n nor percent")
        return Cell(at, n, hidden)
    of = coordinates(document["of"], f"{path}.of", by, dimensions)
    for code, inner, outer in zip(by, at, of, strict=True):
        held = dimensions[code].within
        if outer != ALL and (inner == ALL or not held[inner] <= held[outer]):
            raise Unreadable(f"{path}.of: {list(of)} does not contain {list(at)}")
    percent = number(document["percent"], f"{path}.percent")
    if percent > 100:
        raise Unreadable(f"{path}.percent: more than 100")
    return Cell(at, n, hidden, percent, of)


def _known(
    document: Any, path: str, dimensions: Mapping[str, Dimension], editions: Mapping[str, tuple[str, ...]]
) -> Known:
    _keys(document, path, {"edition", "at", "n"})
    if document["edition"] not in editions:
        raise Unreadable(f"{path}.edition: {document['edition']!r} is no edition")
    return Known(
        document["edition"], place(document["at"], f"{path}.at", dimensions), number(document["n"], f"{path}.n")
    )


def coordinates(document: Any, path: str, by: Sequence[str], dimensions: Mapping[str, Dimension]) -> tuple[str, ...]:
    """One code per dimension of a table; ALL for a margin. Raises `Unreadable`."""
    if not isinstance(document, list) or len(document) != len(by):
        raise Unreadable(f"{path}: {len(by)} codes, one per dimension of the table")
    for code, value in zip(by, document, strict=True):
        if value != ALL and (not isinstance(value, str) or value not in dimensions[code].within):
            raise Unreadable(f"{path}: {value!r} is no category of {code!r}")
    return tuple(document)


def place(document: Any, path: str, dimensions: Mapping[str, Dimension]) -> dict[str, str]:
    """Codes by dimension; dimensions left out mean all. Raises `Unreadable`."""
    if not isinstance(document, dict):
        raise Unreadable(f"{path}: an object, dimension to category")
    for code, value in document.items():
        if code not in dimensions:
            raise Unreadable(f"{path}: {code!r} is no dimension")
        if value != ALL and (not isinstance(value, str) or value not in dimensions[code].within):
            raise Unreadable(f"{path}: {value!r} is no category of {code!r}")
    return {code: value for code, value in document.items() if value != ALL}


def number(document: Any, path: str) -> int:
    """A whole number from zero up. Raises `Unreadable`."""
    if not isinstance(document, int) or isinstance(document, bool) or document < 0:
        raise Unreadable(f"{path}: a whole number from 0 up instead of {document!r}")
    return document


def text(document: Any, path: str) -> str:
    """A text that is not empty. Raises `Unreadable`."""
    if not isinstance(document, str) or not document:
        raise Unreadable(f"{path}: a text instead of {document!r}")
    return document


def _each(document: Mapping[str, Any], key: str, path: str = "") -> Iterator[tuple[str, Any]]:
    """The items of a list, each with its path."""
    name = f"{path}.{key}" if path else key
    held = document.get(key, [])
    if not isinstance(held, list):
        raise Unreadable(f"{name}: a list instead of {type(held).__name__}")
    for position, each in enumerate(held):
        yield f"{name}[{position}]", each


def _keys(document: Any, path: str, must: set[str], may: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    if not isinstance(document, dict):
        raise Unreadable(f"{path}: an object instead of {type(document).__name__}")
    if missing := must - set(document):
        raise Unreadable(f"{path}: without {', '.join(sorted(missing))}")
    if extra := set(document) - must - may:
        raise Unreadable(f"{path}: {', '.join(sorted(map(str, extra)))} is not in the schema")


def _unique(things: Sequence[Any], name: str) -> dict[str, Any]:
    held = {each.code: each for each in things}
    if len(held) != len(things):
        raise Unreadable(f"{name}: a code stands twice")
    return held

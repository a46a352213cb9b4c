"""What a reader holds in hand: frozen figures of children's answers as documents of the schema "published-tables/1". Pure.

One question at a time, by age, by sex, and by kind and region together; a question with several answers choice by choice.
Into a document goes what the content prints and what everybody knows beside it: the number of interviews, how many told
their age and sex, which kinds of places were visited in which regions. Nothing that was counted can get in: only
the content is read. Editions of one year stand in one document, each as everything before it and what was added (rule R12).

Beside the printed cells stand *rooms*: cells that nobody prints and that may follow from those that are, such as boys' homes in
one region. They are asked for as blanks.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from .content import Breakdown, BreakdownRow, QuestionLine, YearContent

SCHEMA = "published-tables/1"
ANSWER, ANSWERED, OUTSIDE = "answer", "~answered", "~outside"
YES, NO = "~yes", "~no"
NO_ANSWER, NOT_ASKED = "~no_answer", "~not_asked"
UNTOLD, ELSEWHERE = "~untold", "~elsewhere"
ABOUT = {"age": "Q-01", "sex": "Q-02"}
# What is looked at together: regions and kinds are linked, for everybody knows which kinds are where.
SIDES: tuple[tuple[str, ...], ...] = ((), ("age",), ("sex",), ("kind", "region"))

Key = tuple[str, str]
Codes = tuple[str, ...]
At = tuple[str, ...]


@dataclass(frozen=True)
class Beside:
    """What everybody knows beside the tables of one publication. `told`: dimension -> codes -> how many; `met`: kind and region
    of the places visited.
    """

    interviews: int | None
    told: Mapping[str, Mapping[Codes, int]]
    met: frozenset[tuple[str, str]]
    k: int
    k_sensitive: int


@dataclass(frozen=True)
class Issue:
    """One question in one publication."""

    code: str
    line: QuestionLine
    beside: Beside

    @property
    def printed(self) -> bool:
        return self.line["protection"] != "too_few"

    def broken(self, by: str) -> Breakdown | None:
        """The question by a dimension, if anything of it is printed."""
        found = (one for one in self.line.get("breakdowns", []) if one["by"] == by and one["rows"])
        return next(found, None) if self.printed else None

    def says(self) -> Any:
        """Everything printed, to find out whether two publications say the same."""
        line = self.line
        numbers = [line["base"], line["beside"], [(cell["codes"], cell["n"]) for cell in line["cells"]]]
        rows = [
            (one["by"], row["codes"], row["base"], row["cells"])
            for one in line.get("breakdowns", [])
            for row in one["rows"]
        ]
        return [line["protection"], numbers, rows, self.beside.interviews, sorted(self.beside.told.items())]


@dataclass(frozen=True)
class Asked:
    """What the reader is after. `cell`: a printed blank; `room`: a cell nobody prints; `outside`: those who did not answer;
    `added`: what one edition adds to another. `base` is what the cell is a share of. Spots are (table, at).
    """

    kind: str
    by: tuple[str, ...]
    plus: tuple[str, At]
    base: tuple[str, At] | None = None
    minus: tuple[str, At] | None = None
    minus_base: tuple[str, At] | None = None


@dataclass
class Document:
    """One document and what is asked of it. `cell`: the codes of the choice that is looked at, of a question with several."""

    key: Key
    sides: tuple[str, ...]
    cell: Codes | None
    k: int
    written: dict[str, Any]
    asked: list[Asked] = field(default_factory=list)

    def bare(self) -> dict[str, Any]:
        """The document with its printed cells only."""
        return {
            **self.written,
            "tables": [one for edition in self.written["editions"] for one in self.tables(edition["code"])],
        }

    def members(self, dimension: str, code: str) -> list[str]:
        """The finest categories that a code of a cell stands for."""
        written = next(one for one in self.written["dimensions"] if one["code"] == dimension)
        return next((list(group["of"]) for group in written["groups"] if group["code"] == code), [code])

    def tables(self, edition: str) -> list[dict[str, Any]]:
        """What is printed in one edition, without the cells that only the reader asks for."""
        return [
            {**table, "cells": [cell for cell in table["cells"] if cell["at"][-1] != OUTSIDE]}
            for table in self.written["tables"]
            if table["edition"] == edition and table["code"].count("/") == 1
        ]


def beside(content: YearContent) -> Beside:
    """What the publication says beside its questions."""
    told: dict[str, dict[Codes, int]] = {}
    interviews = content["coverage"]["interviews"]
    for by, code in ABOUT.items():
        lines = [line for line in content["questions"] if line["code"] == code]
        if len(lines) == 1 and lines[0]["protection"] != "too_few" and lines[0]["kind"] == "single":
            told[by] = {tuple(cell["codes"]): cell["n"] for cell in lines[0]["cells"]}
            if interviews is not None and lines[0]["base"] is not None:
                told[by][(UNTOLD,)] = interviews - lines[0]["base"]
    return Beside(
        interviews,
        told,
        frozenset((place["kind_code"], place["region_iso"]) for place in content["places"] if place["visited"]),
        content["rules"]["threshold"],
        max(content["rules"]["threshold"], content["rules"]["threshold_sensitive"]),
    )


def key_of(line: QuestionLine) -> Key:
    """What names a question in a publication: the first edition that asked it, and its code. Editions that no crosswalk joins
    may ask two questions under one code.
    """
    return line["edition"].split(", ")[0], line["code"]


def leads_to(line: QuestionLine, keys: Iterable[Key]) -> set[Key]:
    """Which of these questions may lead to this one."""
    return {key for key in keys if key[1] == line.get("after") and key[0].rsplit(" ", 1)[0] == line["instrument"]}


def issues(contents: Sequence[YearContent]) -> dict[Key, list[Issue]]:
    """Every question with all publications in which it is printed, in their order; one that says what the one before said is
    left out, unless it is the last.
    """
    found: dict[Key, list[Issue]] = {}
    for number, content in enumerate(contents):
        known = beside(content)
        for line in content["questions"]:
            one = Issue(f"e{number}", line, known)
            before = found.setdefault(key_of(line), [])
            if one.printed and before and before[-1].says() == one.says():
                before.pop()
            if one.printed:
                before.append(one)
    return {key: editions for key, editions in found.items() if editions}


def documents(key: Key, editions: Sequence[Issue]) -> Iterator[Document]:
    """Everything printed of one question, in documents that tell nothing of one another.

    National figures are printed whole, so that what stands by age says nothing more of what stands by sex.
    """
    several = editions[-1].line["kind"] == "multiple"
    cells = dict.fromkeys(tuple(cell["codes"]) for one in editions for cell in one.line["cells"])
    for sides in SIDES:
        if not sides or any(one.broken(by) for one in editions for by in sides):
            for cell in cells if several else (None,):
                yield _Writer(key, editions, sides, cell).document()


class _Writer:
    """Writes one document."""

    def __init__(self, key: Key, editions: Sequence[Issue], sides: tuple[str, ...], cell: Codes | None) -> None:
        # Of a question with several answers, only the editions that print this one.
        self.key, self.cell = key, cell
        self.editions = [one for one in editions if cell is None or self._position(one) is not None]
        self.sides = tuple(by for by in sides if any(one.broken(by) for one in self.editions))
        self.groups: dict[str, dict[str, list[str]]] = {}
        self.categories = {by: self._categories(by) for by in self.sides}
        self.categories[ANSWER] = self._answers()
        self.tables: list[dict[str, Any]] = []
        self.asked: list[Asked] = []

    def _position(self, one: Issue) -> int | None:
        codes = [tuple(cell["codes"]) for cell in one.line["cells"]]
        return codes.index(self.cell) if self.cell in codes else None

    def _answers(self) -> list[str]:
        if self.cell is None:
            codes = list(
                dict.fromkeys(code for one in self.editions for cell in one.line["cells"] for code in cell["codes"])
            )
        else:
            codes = [YES, NO]
        outside = [NO_ANSWER, NOT_ASKED] if not self.sides else [OUTSIDE + "s"]
        self.groups[ANSWER] = {ANSWERED: codes, OUTSIDE: outside}
        return [*codes, *outside]

    def _categories(self, by: str) -> list[str]:
        self.groups[by] = {}
        codes = [
            code
            for one in self.editions
            if (broken := one.broken(by))
            for row in broken["rows"]
            for code in row["codes"]
        ]
        if by in ABOUT:
            codes += [code for one in self.editions for told in one.beside.told.get(by, {}) for code in told]
            return list(dict.fromkeys([*codes, UNTOLD]))
        return list(dict.fromkeys([*codes, ELSEWHERE]))

    def _code(self, dimension: str, codes: Sequence[str]) -> str:
        """The category, or the group of these categories."""
        held = sorted(set(codes), key=self.categories[dimension].index)
        if len(held) == 1:
            return held[0]
        name = "+".join(held)
        self.groups[dimension].setdefault(name, held)
        return name

    def _row(self, by: str, row: BreakdownRow) -> str:
        return self._code(by, [*row["codes"], *([UNTOLD] if row["with_untold"] else [])])

    def _cells(self, one: Issue) -> list[str]:
        """The codes of the printed answers."""
        if self.cell is not None:
            return [YES]
        return [self._code(ANSWER, cell["codes"]) for cell in one.line["cells"]]

    def document(self) -> Document:
        for one in self.editions:
            self._national(one)
            for by in self.sides:
                if broken := one.broken(by):
                    self._by(one, by, broken)
        if len(self.sides) == 2:
            self._rooms(self.editions[-1])
        for earlier in self.editions[:-1]:
            self._added(earlier, self.editions[-1])
        line, known = self.editions[-1].line, [one.beside for one in self.editions]
        k = max(each.k_sensitive if line["sensitive"] else each.k for each in known)
        return Document(self.key, self.sides, self.cell, k, self._written(k), self.asked)

    def _written(self, k: int) -> dict[str, Any]:
        parts = [f"p{number}" for number in range(len(self.editions))]
        return {
            "schema": SCHEMA,
            "k": k,
            "dimensions": [
                {
                    "code": code,
                    "categories": categories,
                    "groups": [{"code": group, "of": of} for group, of in self.groups[code].items()],
                }
                for code, categories in self.categories.items()
            ],
            "parts": parts,
            "editions": [{"code": one.code, "parts": parts[: at + 1]} for at, one in enumerate(self.editions)],
            "tables": self.tables,
            "zeros": list(self._zeros()),
            "known": [each for one in self.editions for each in self._known(one)],
        }

    def _zeros(self) -> Iterator[dict[str, str]]:
        for by in self.sides:
            for answer in self.groups[ANSWER][ANSWERED] if by not in ABOUT else ():
                yield {by: ELSEWHERE, ANSWER: answer}
        if len(self.sides) == 2:
            met = {pair for one in self.editions for pair in one.beside.met}
            for kind, region in product(self.categories["kind"], self.categories["region"]):
                if ELSEWHERE not in (kind, region) and (kind, region) not in met:
                    yield {"kind": kind, "region": region}

    def _known(self, one: Issue) -> Iterator[dict[str, Any]]:
        if one.beside.interviews is not None:
            yield {"edition": one.code, "at": {}, "n": one.beside.interviews}
        for by in self.sides:
            for codes, n in one.beside.told.get(by, {}).items():
                yield {"edition": one.code, "at": {by: self._code(by, codes)}, "n": n}

    def _national(self, one: Issue) -> None:
        line, code = one.line, f"{one.code}/all"
        at = self._position(one)
        counts = [cell["n"] for cell in line["cells"]] if at is None else [line["cells"][at]["n"]]
        cells: list[dict[str, Any]] = [{"at": [ANSWERED], "n": line["base"]}]
        cells += [{"at": [cell], "n": n} for cell, n in zip(self._cells(one), counts, strict=True)]
        if not self.sides:
            for name, category in (("no_answer", NO_ANSWER), ("not_asked", NOT_ASKED)):
                cells.append({"at": [category], "n": line["beside"][name]})
        if one.beside.interviews is not None and line["base"] is not None:
            cells.append({"at": [OUTSIDE], "n": None})
            self.asked.append(Asked("outside", (), (code, (OUTSIDE,))))
        self._print(code, one, (), cells)

    def _by(self, one: Issue, by: str, broken: Breakdown) -> None:
        code, at = f"{one.code}/{by}", self._position(one)
        cells: list[dict[str, Any]] = []
        for row in broken["rows"]:
            place = self._row(by, row)
            cells.append({"at": [place, ANSWERED], "n": row["base"]})
            numbers = list(zip(row["cells"], row["percents"], strict=True))
            for cell, (n, share) in zip(self._cells(one), numbers if at is None else [numbers[at]], strict=True):
                written = {"at": [place, cell], "n": n}
                if n is None and share is not None:
                    written |= {"percent": share, "of": [place, ANSWERED]}
                cells.append(written)
            if by in ABOUT:
                cells.append({"at": [place, OUTSIDE], "n": None})
                self.asked.append(Asked("outside", (by,), (code, (place, OUTSIDE))))
        self._print(code, one, (by,), cells)

    def _print(self, code: str, one: Issue, by: tuple[str, ...], cells: list[dict[str, Any]]) -> None:
        self.tables.append({"code": code, "edition": one.code, "by": [*by, ANSWER], "cells": cells})
        for cell in cells:
            *place, answer = cell["at"]
            if cell["n"] is None and answer != OUTSIDE:
                whole = OUTSIDE if answer in (NO_ANSWER, NOT_ASKED) else ANSWERED
                base = None if answer == ANSWERED or whole == OUTSIDE else (code, (*place, whole))
                self.asked.append(Asked("cell", by, (code, (*place, answer)), base))

    def _rooms(self, one: Issue) -> None:
        """Kind by region, which nobody prints."""
        first, second = (one.broken(by) for by in self.sides)
        if first is None or second is None:
            return
        code, cells = f"{one.code}/kind/region/rooms", list[dict[str, Any]]()
        for row, other in product(first["rows"], second["rows"]):
            if not any(pair in one.beside.met for pair in product(row["codes"], other["codes"])):
                continue
            place = (self._row("kind", row), self._row("region", other))
            cells.append({"at": [*place, ANSWERED], "n": None})
            for answer in self._cells(one):
                cells.append({"at": [*place, answer], "n": None})
                self.asked.append(Asked("room", self.sides, (code, (*place, answer)), (code, (*place, ANSWERED))))
        self.tables.append({"code": code, "edition": one.code, "by": [*self.sides, ANSWER], "cells": cells})

    def _added(self, earlier: Issue, later: Issue) -> None:
        """What the later edition adds, in the finest cells that can be made of both."""
        if self.cell is None:
            both = joined(
                [tuple(cell["codes"]) for cell in earlier.line["cells"]],
                [tuple(cell["codes"]) for cell in later.line["cells"]],
            )
            answers = [self._code(ANSWER, codes) for codes in both]
        else:
            answers = [YES]
        self._differ(earlier, later, (), [()], answers)
        for by in self.sides:
            before, after = earlier.broken(by), later.broken(by)
            if before and after:
                sets = [
                    [(*row["codes"], *([UNTOLD] if row["with_untold"] else [])) for row in one["rows"]]
                    for one in (before, after)
                ]
                rows = [(self._code(by, codes),) for codes in joined(*sets)]
                self._differ(earlier, later, (by,), rows, answers)

    def _differ(
        self, earlier: Issue, later: Issue, by: tuple[str, ...], rows: Sequence[At], answers: Sequence[str]
    ) -> None:
        codes = [f"{one.code}/{'/'.join(by) or 'all'}/{earlier.code}-{later.code}" for one in (later, earlier)]
        cells = [{"at": [*row, answer], "n": None} for row in rows for answer in (*answers, ANSWERED, OUTSIDE)]
        for code, one in zip(codes, (later, earlier), strict=True):
            self.tables.append({"code": code, "edition": one.code, "by": [*by, ANSWER], "cells": cells})
        new, old = codes
        for row in rows:
            for answer in answers:
                self.asked.append(
                    Asked(
                        "added",
                        by,
                        (new, (*row, answer)),
                        (new, (*row, ANSWERED)),
                        (old, (*row, answer)),
                        (old, (*row, ANSWERED)),
                    )
                )
            if not by or by[0] in ABOUT:
                self.asked.append(Asked("outside", by, (new, (*row, OUTSIDE)), None, (old, (*row, OUTSIDE))))


def joined(first: Sequence[Codes], second: Sequence[Codes]) -> list[Codes]:
    """The finest sets that are made of whole sets of either; what one of them does not have at all is left out."""
    known = {code for codes in first for code in codes} & {code for codes in second for code in codes}
    found: list[set[str]] = []
    for codes in (*first, *second):
        together = set(codes)
        apart = []
        for one in found:
            if one & together:
                together |= one
            else:
                apart.append(one)
        found = [*apart, together]
    return [tuple(sorted(one)) for one in found if one <= known]

"""No release that a reader can break: frozen figures are attacked as they are printed, beside all that was public before.

`attacked` says whether a publication may go out. While a year is counted the true counts are at hand as well: what is hidden is
then attacked beside them, also by every institution that knows its own part (R14). `held_back` takes out what failed.
What decides here shares no code with what chose the blanks; which percentages may be printed at all (R5) is told in one place.
Pure: no Django, no database.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ombudsman.shares import Refusal, refused

from . import attacker
from .attacker import Asking, Target
from .content import Breakdown, QuestionLine, YearContent
from .disclosure import Rules
from .hidden_truth import Counted, truth
from .printed_tables import Asked, Document, Issue, Key, documents, issues, key_of, leads_to

NO_LOWER_END = 2**40


@dataclass(frozen=True)
class Fault:
    """What has to be held back: a question, or its breakdown by one dimension."""

    key: Key
    by: str = ""


@dataclass(frozen=True)
class Verdict:
    """What the attack came to. Says how much was looked at and whether it held, never where something is small."""

    documents: int = 0
    tables: int = 0
    cells: int = 0
    hidden: int = 0
    recovered: int = 0
    breaches: int = 0
    seconds: float = 0.0
    faults: tuple[Fault, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.faults and not self.recovered and not self.breaches

    def plus(self, other: "Verdict") -> "Verdict":
        return Verdict(
            self.documents + other.documents,
            self.tables + other.tables,
            self.cells + other.cells,
            self.hidden + other.hidden,
            self.recovered + other.recovered,
            self.breaches + other.breaches,
            self.seconds + other.seconds,
            tuple(dict.fromkeys((*self.faults, *other.faults))),
        )


def attacked(
    content: YearContent, earlier: Sequence[YearContent] = (), truths: Mapping[Key, Sequence[Counted]] | None = None
) -> Verdict:
    """What a reader of `content` finds who kept every earlier publication of the year. `truths`: the true counts behind blanks,
    while they are at hand.
    """
    verdict, newest = Verdict(), f"e{len(earlier)}"
    for key, editions in issues([*earlier, content]).items():
        if editions[-1].code == newest:
            verdict = verdict.plus(of_question(key, editions, content))
            for counted in (truths or {}).get(key, ()):
                verdict = verdict.plus(beside_truth(key, editions[-1], counted, content))
    return verdict


def of_question(key: Key, editions: Sequence[Issue], content: YearContent) -> Verdict:
    """The verdict on one question; the last of `editions` is the one that is to go out."""
    began = time.monotonic()
    faults = [Fault(key, by) for by in in_plain_sight(editions[-1], content)]
    verdict = Verdict(breaches=len(faults), faults=tuple(faults))
    for document in documents(key, editions):
        verdict = verdict.plus(_of_document(document, editions[-1]))
    return replace(verdict, seconds=time.monotonic() - began)


def in_plain_sight(one: Issue, content: YearContent) -> Iterator[str]:
    """Printed numbers that are too small themselves, or do not fit one another; "" for the question, else the dimension."""
    line, rules = one.line, content["rules"]
    k = one.beside.k_sensitive if line["sensitive"] else one.beside.k
    base, counts = line["base"], [cell["n"] for cell in line["cells"]]
    institutions = line["institutions"] or 0
    if base is None or base < rules["percentages_from"] or institutions < rules["institutions"]:
        yield ""
        return
    limits = _limits(one, content)
    printed = [(cell["n"], cell["percent"]) for cell in line["cells"]]
    if (
        not _sound(line, base, counts, k)
        or not _outside_is_sound(one, base, k)
        or not _shares_are_sound(line, base, printed, limits)
    ):
        yield ""
    for broken in line.get("breakdowns", []):
        if not all(
            _row_is_sound(line, row["base"], row["cells"], k, rules["percentages_from"])
            and _shares_are_sound(line, row["base"], zip(row["cells"], row["percents"], strict=True), limits)
            for row in broken["rows"]
        ):
            yield broken["by"]


def unfit_shares(content: YearContent) -> list[str]:
    """Codes of the questions with a percentage that is not whole, or without its exact base of 30 or more (R5)."""
    return [
        one.line["code"]
        for editions in issues([content]).values()
        for one in editions
        if one.printed and not all(_lines_are_sound(one, content))
    ]


def _lines_are_sound(one: Issue, content: YearContent) -> Iterator[bool]:
    """Of the question, and of each row of its breakdowns, whether its percentages may be printed."""
    line, limits = one.line, _limits(one, content)
    yield _shares_are_sound(line, line["base"], ((cell["n"], cell["percent"]) for cell in line["cells"]), limits)
    for broken in line.get("breakdowns", []):
        for row in broken["rows"]:
            yield _shares_are_sound(line, row["base"], zip(row["cells"], row["percents"], strict=True), limits)


def _limits(one: Issue, content: YearContent) -> Rules:
    beside = one.beside
    return Rules(beside.k, beside.k_sensitive, percentages_from=content["rules"]["percentages_from"])


def _shares_are_sound(
    line: QuestionLine, base: int | None, printed: Iterable[tuple[int | None, Any]], limits: Rules
) -> bool:
    """R5: whole percentages, each beside its exact base (instance I8). `printed`: counts and shares; null = hidden.

    Beside its count a share tells nothing more; alone, whatever it may stand for has to be safe.
    """
    for n, share in printed:
        if share is None:
            continue
        why = refused(Decimal(str(share)), base, k=limits.k(line["sensitive"]), least_base=limits.percentages_from)
        if why and (n is None or why is not Refusal.SMALL_COUNT):
            return False
    return True


def _sound(line: QuestionLine, base: int, counts: Sequence[int], k: int) -> bool:
    """Whether each count and what is left of the base is k at least, and what can be worked out of several answers."""
    if any(n < k or base - n < k for n in counts):
        return False
    if line["kind"] != "multiple":
        return sum(counts) == base
    alone = [n for cell, n in zip(line["cells"], counts, strict=True) if cell["codes"] == [line.get("excluding")]]
    named = [n for cell, n in zip(line["cells"], counts, strict=True) if cell["codes"] != [line.get("excluding")]]
    anything = base - sum(alone)
    return len(named) < 2 or (sum(named) - anything >= k and all(anything - n >= k for n in named))


def _outside_is_sound(one: Issue, base: int, k: int) -> bool:
    """No answer and not asked: nobody or at least k, each where it is printed."""
    asked = one.line["beside"].values()
    whole = [one.beside.interviews - base] if one.beside.interviews is not None else []
    return all(n is None or n == 0 or n >= k for n in (*asked, *whole))


def _row_is_sound(line: QuestionLine, base: int | None, cells: Sequence[int | None], k: int, least: int) -> bool:
    counts = [n for n in cells if n is not None]
    if base is None:
        return all(n >= k for n in counts)
    if base < least:
        return False
    if len(counts) == len(cells):
        return _sound(line, base, counts, k)
    return all(n >= k and base - n >= k for n in counts)


def _of_document(document: Document, newest: Issue) -> Verdict:
    """Every question that is asked of one document."""
    verdict = _size(document, newest)
    dimensions = [by for by in document.sides if newest.broken(by)]
    targets, places = _targets(document.asked)
    try:
        reader = Asking(attacker.read(document.written), targets)
        found = [(one, _given_away(one, reader, places, document.k)) for one in document.asked]
    except (attacker.Contradiction, attacker.TooLarge):
        return replace(verdict, breaches=1, faults=_faults(document.key, dimensions, dimensions))
    bad = [(one, how) for one, how in found if how]
    faults: dict[Fault, None] = {}
    for one, _how in bad:
        faults.update(dict.fromkeys(_faults(document.key, one.by, dimensions)))
    recovered = sum(how == "recovered" for _one, how in bad)
    return replace(verdict, recovered=recovered, breaches=len(bad) - recovered, faults=tuple(faults))


def beside_truth(key: Key, issue: Issue, counted: Counted, content: YearContent) -> Verdict:
    """What is found out about the blanks of one question, by everybody and by each institution in turn (R14)."""
    began, verdict = time.monotonic(), Verdict()
    for document in documents(key, [replace(issue, code="e0")]):
        if not document.sides or not set(document.sides) <= set(counted.sides):
            continue
        published = attacker.read(document.bare())
        written = truth(document, counted, issue.line, content)
        try:
            found = len(attacker.breaks(published, attacker.read_truth(written, published)))
        except (attacker.Contradiction, attacker.TooLarge):
            found = 1
        if found:
            faults = _faults(key, document.sides, document.sides)
            verdict = verdict.plus(Verdict(breaches=found, faults=faults))
    return replace(verdict, seconds=time.monotonic() - began)


def _size(document: Document, newest: Issue) -> Verdict:
    cells = [cell for table in document.tables(newest.code) for cell in table["cells"]]
    hidden = sum(cell["n"] is None for cell in cells)
    return Verdict(1, len(document.tables(newest.code)), len(cells), hidden)


def _faults(key: Key, by: Sequence[str], dimensions: Sequence[str]) -> tuple[Fault, ...]:
    """What to hold back: the last of the dimensions concerned that is printed, so that of kind and region one may remain."""
    concerned = [one for one in by if one in dimensions] or list(dimensions)
    return (Fault(key, concerned[-1]) if by and concerned else Fault(key),)


def _targets(asked: Sequence[Asked]) -> tuple[list[Target], dict[tuple[Asked, str], int]]:
    """Complements and differences as targets of the attacker, and the place of each."""
    targets: list[Target] = []
    places: dict[tuple[Asked, str], int] = {}

    def add(one: Asked, name: str, plus: Any, minus: Any) -> None:
        places[one, name] = len(targets)
        targets.append(Target(tuple(plus), tuple(minus), NO_LOWER_END, 0))

    for one in asked:
        if one.minus is not None:
            add(one, "cell", [one.plus], [one.minus])
            if one.base is not None and one.minus_base is not None:
                add(one, "base", [one.base], [one.minus_base])
                add(one, "rest", [one.base, one.minus], [one.minus_base, one.plus])
        elif one.base is not None:
            add(one, "base", [one.base], [])
            add(one, "rest", [one.base], [one.plus])
    return targets, places


def _given_away(one: Asked, reader: Asking, places: Mapping[tuple[Asked, str], int], k: int) -> str:
    """ "" where nothing is; else "recovered" or "small"."""

    def asks(name: str) -> int | None:
        place = places.get((one, name))
        return None if place is None else reader.target(place)

    cell = asks("cell") if one.minus is not None else reader.cell(one.plus)
    if cell is None:
        return ""
    base, rest = asks("base"), asks("rest")
    few = not reader.reaches(cell, k)
    if one.kind == "outside":
        return "small" if few and reader.reaches(cell, 1) else ""
    few_beside = rest is not None and not reader.reaches(rest, k)
    if one.kind == "added":
        nobody = base is not None and not reader.reaches(base, 1)
        return "small" if (few or few_beside) and not nobody else ""
    if one.kind == "room":
        many = base is not None and reader.reaches(base, k)
        small = few and (many or not reader.falls_to(cell, 0))
        return "small" if small or (few_beside and many) else ""
    return "recovered" if reader.told(cell) else "small" if few or few_beside else ""


def held_back(questions: Sequence[QuestionLine], faults: Sequence[Fault]) -> list[QuestionLine]:
    """The questions without what failed, and without what hangs on it: a question that is asked after a certain answer of one
    that is held back tells that answer by its base.
    """
    whole = {fault.key for fault in faults if not fault.by}
    parts = {(fault.key, fault.by) for fault in faults if fault.by}
    kept = []
    for line in _leading_first(questions):
        key = key_of(line)
        if leads_to(line, whole):
            whole.add(key)
        parts |= {(key, by) for other, by in tuple(parts) if leads_to(line, [other])}
        kept.append(_too_few(line) if key in whole else _without(line, {by for other, by in parts if other == key}))
    place = {key_of(line): at for at, line in enumerate(questions)}
    return sorted(kept, key=lambda line: place[key_of(line)])


def _leading_first(questions: Sequence[QuestionLine]) -> list[QuestionLine]:
    """Questions in an order in which each stands after the one that leads to it."""
    left, ordered = list(questions), list[QuestionLine]()
    while left:
        waiting = {key_of(line) for line in left}
        ready = [line for line in left if not leads_to(line, waiting)] or left
        ordered += ready
        left = [line for line in left if line not in ready]
    return ordered


def _too_few(line: QuestionLine) -> QuestionLine:
    found: Any = {
        **line,
        "base": None,
        "institutions": None,
        "beside": dict.fromkeys(line["beside"]),
        "cells": [],
        "protection": "too_few",
        "breakdowns": [],
    }
    return found  # type: ignore[no-any-return]


def _without(line: QuestionLine, dimensions: set[str]) -> QuestionLine:
    if not dimensions:
        return line
    kept = [
        Breakdown(by=one["by"], protection="withheld", rows=[]) if one["by"] in dimensions else one
        for one in line.get("breakdowns", [])
    ]
    found: Any = {**line, "breakdowns": kept}
    return found  # type: ignore[no-any-return]

"""May these figures of a year stand beside those of an earlier edition that was public? Rule R12. Pure.

A correction is a new edition; whoever keeps the old one subtracts. What was added in between must therefore be nobody, or as
many as may be printed: of children's answers every answer and its rest gained k (disclosure.may_follow), of institutions three came
in. What does not follow is left out of the new edition; the old one stands. A judgement that was put right, with the same visits
behind it, may be printed: it names no place.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from .content import Breakdown, Coverage, IndicatorLine, PlaceShare, QuestionLine, YearContent
from .disclosure import Rules, may_follow

# (count, base) of each answer
Pairs = list[tuple[int, int]]
Codes = frozenset[str]
UNTOLD = "untold"


def untold(content: YearContent, earlier: Sequence[YearContent], rules: Rules) -> list[str]:
    """Codes of what would give something away beside the earlier editions; empty = it may be released."""
    codes: list[str] = []
    for before in earlier:
        codes += [one["code"] for one in content["indicators"] if not _indicator_follows(one, before, rules)]
        codes += [one["code"] for one in content["questions"] if not _question_follows(one, content, before, rules)]
        for question in content["questions"]:
            asked = _same(before["questions"], question)
            kept = [] if asked is None else asked.get("breakdowns", [])
            codes += [
                f"{question['code']}.{one['by']}"
                for one in question.get("breakdowns", [])
                if not _breakdown_follows(one, kept, question, rules)
            ]
        if not _counts_follow(content["coverage"]["interviews"], before["coverage"]["interviews"], rules.threshold):
            codes.append("interviews")
    return list(dict.fromkeys(codes))


def indicators_after(lines: list[IndicatorLine], earlier: Sequence[YearContent], rules: Rules) -> list[IndicatorLine]:
    """The indicators with those hidden that do not follow, and without places that do not."""
    for before in earlier:
        lines = [_indicator_after(one, before, rules) for one in lines]
    return lines


def _indicator_after(line: IndicatorLine, before: YearContent, rules: Rules) -> IndicatorLine:
    if not _whole_follows(line, before, rules):
        return hidden(line)
    old = _same(before["indicators"], line)
    if old is None:
        return line
    kept = line.copy()
    for name in ("by_region", "by_kind"):
        if not _places_follow(line[name], old[name], rules):
            kept[name] = []
    return kept


def hidden(line: IndicatorLine) -> IndicatorLine:
    """The indicator with nothing numeric left."""
    numbers = ("base", "favourable", "partly", "unfavourable", "percent", "percent_not_met", "base_all", "percent_all")
    empty: dict[str, Any] = dict.fromkeys((*numbers, "institutions", "visits"))
    empty |= {"counts": dict.fromkeys(line["counts"]), "protection": "hidden", "by_region": [], "by_kind": []}
    return {**line, **empty}  # type: ignore[typeddict-item]


def questions_after(
    lines: list[QuestionLine], interviews: int | None, earlier: Sequence[YearContent], rules: Rules
) -> list[QuestionLine]:
    """The questions with those withheld that do not follow. `interviews`: as many as the new edition counts."""
    for before in earlier:
        lines = [_question_after(one, interviews, before, rules) for one in lines]
    return lines


def _question_after(line: QuestionLine, interviews: int | None, before: YearContent, rules: Rules) -> QuestionLine:
    if not _answers_follow(line, interviews, before, rules):
        return withheld(line)
    old = _same(before["questions"], line)
    if old is None or "breakdowns" not in line:
        return line
    kept = [
        one
        if _breakdown_follows(one, old.get("breakdowns", []), line, rules)
        else Breakdown(by=one["by"], protection="withheld", rows=[])
        for one in line["breakdowns"]
    ]
    return {**line, "breakdowns": kept}


def withheld(line: QuestionLine) -> QuestionLine:
    """The question with nothing numeric left."""
    beside: dict[str, int | None] = {"no_answer": None, "not_asked": None}
    return {
        **line,
        "base": None,
        "institutions": None,
        "beside": beside,
        "cells": [],
        "protection": "too_few",
        "breakdowns": [],
    }


def coverage_after(coverage: Coverage, year: int, earlier: Sequence[YearContent], rules: Rules) -> Coverage:
    """Without the number of talks where that tells of a few more."""
    if all(_counts_follow(coverage["interviews"], one["coverage"]["interviews"], rules.threshold) for one in earlier):
        return coverage
    by_year = [{**one, "interviews": None} if one["year"] == year else one for one in coverage["by_year"]]
    return {**coverage, "interviews": None, "institutions_with_interviews": None, "by_year": by_year}  # type: ignore[typeddict-item]


# --- what follows --------------------------------------------------------------------------------------------------------


def _same(lines: Sequence[Any], line: Any) -> Any:
    return next((one for one in lines if (one["instrument"], one["code"]) == (line["instrument"], line["code"])), None)


def _counts_follow(now: int | None, before: int | None, k: int) -> bool:
    return now is None or before is None or now == before or now - before >= k


def _indicator_follows(line: IndicatorLine, before: YearContent, rules: Rules) -> bool:
    old = _same(before["indicators"], line)
    return _whole_follows(line, before, rules) and (
        old is None or all(_places_follow(line[name], old[name], rules) for name in ("by_region", "by_kind"))
    )


def _whole_follows(line: IndicatorLine, before: YearContent, rules: Rules) -> bool:
    old = _same(before["indicators"], line)
    if old is None or old["protection"] == "hidden" or line["protection"] == "hidden":
        return True
    if line["counts"] == old["counts"]:
        return True
    if line["children_only"]:
        return may_follow(_pairs(old["counts"]), _pairs(line["counts"]), rules.k(True))
    return _institutions_follow(line["base_all"], old["base_all"], rules) and _institutions_follow(
        line["base"], old["base"], rules
    )


def _pairs(counts: Mapping[str, int | None]) -> Pairs:
    whole = sum(n or 0 for n in counts.values())
    return [(n or 0, whole) for n in counts.values()]


def _institutions_follow(now: int | None, before: int | None, rules: Rules) -> bool:
    """Nobody came or went, or three at least."""
    return now is None or before is None or now == before or abs(now - before) >= rules.institutions


def _places_follow(now: Sequence[PlaceShare], before: Sequence[PlaceShare], rules: Rules) -> bool:
    if not now or not before:
        return True
    groups = _joined([frozenset(one["places"]) for one in now], [frozenset(one["places"]) for one in before])
    if groups is None:
        return False
    return all(
        _institutions_follow(sum(now[at]["base_all"] for at in new), sum(before[at]["base_all"] for at in old), rules)
        for new, old in groups
    )


def _question_follows(line: QuestionLine, content: YearContent, before: YearContent, rules: Rules) -> bool:
    return _answers_follow(line, content["coverage"]["interviews"], before, rules)


def _answers_follow(line: QuestionLine, interviews: int | None, before: YearContent, rules: Rules) -> bool:
    old = _same(before["questions"], line)
    if old is None or "too_few" in (old["protection"], line["protection"]):
        return True
    k = rules.k(line["sensitive"] or old["sensitive"])
    outside = _outside(line, interviews), _outside(old, before["coverage"]["interviews"])
    if not _counts_follow(*outside, k) or not all(
        _counts_follow(line["beside"][name], old["beside"][name], k) for name in ("no_answer", "not_asked")
    ):
        return False
    groups = _joined(
        [frozenset(one["codes"]) for one in line["cells"]], [frozenset(one["codes"]) for one in old["cells"]]
    )
    if groups is None or (line["kind"] == "multiple" and any(len(new) + len(past) > 2 for new, past in groups)):
        return False
    earlier = [(sum(old["cells"][at]["n"] for at in past), old["base"] or 0) for _new, past in groups]
    later = [(sum(line["cells"][at]["n"] for at in new), line["base"] or 0) for new, _past in groups]
    return may_follow(earlier, later, k)


def _outside(line: QuestionLine, interviews: int | None) -> int | None:
    return None if interviews is None or line["base"] is None else interviews - line["base"]


def _breakdown_follows(breakdown: Breakdown, before: Sequence[Breakdown], question: QuestionLine, rules: Rules) -> bool:
    old = next((one for one in before if one["by"] == breakdown["by"]), None)
    if old is None or "withheld" in (old["protection"], breakdown["protection"]) or old == breakdown:
        return True
    if "partly" in (old["protection"], breakdown["protection"]):
        return False
    groups = _joined([_row(one) for one in breakdown["rows"]], [_row(one) for one in old["rows"]])
    return groups is not None and all(
        may_follow(_summed(old, past), _summed(breakdown, new), rules.k(question["sensitive"])) for new, past in groups
    )


def _row(row: Any) -> Codes:
    return frozenset([*row["codes"], *([UNTOLD] if row["with_untold"] else [])])


def _summed(breakdown: Breakdown, rows: Sequence[int]) -> Pairs:
    base = sum(breakdown["rows"][at]["base"] or 0 for at in rows)
    cells = zip(*(breakdown["rows"][at]["cells"] for at in rows), strict=True)
    return [(sum(n or 0 for n in column), base) for column in cells]


def _joined(now: Sequence[Codes], before: Sequence[Codes]) -> list[tuple[list[int], list[int]]] | None:
    """Rows of both editions that cover the same: one row of the one, one or several of the other. None where they cross, as
    then a part of a row could be worked out.
    """
    groups: list[tuple[list[int], list[int]]] = []
    left = set(range(len(now)))
    for at, old in enumerate(before):
        inside = [one for one in left if now[one] & old]
        if len(inside) == 1 and old < now[inside[0]]:
            place = next((group for group in groups if group[0] == inside), None)
            if place is None:
                groups.append((inside, [at]))
            else:
                place[1].append(at)
            continue
        if frozenset().union(*(now[one] for one in inside)) != old:
            return None
        groups.append((inside, [at]))
    for new, past in groups:
        if frozenset().union(*(now[at] for at in new)) != frozenset().union(*(before[at] for at in past)):
            return None
    covered = {at for new, _past in groups for at in new}
    return groups if covered == left else None

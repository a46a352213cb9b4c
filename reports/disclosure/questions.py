"""One question of what children said, national, in one year: rules R1 to R5 and R7's merging. Pure.

A question passes as a whole or is "too few": no cell is ever blanked alone, so nothing can be worked out from what stands
beside it. Tables by place and time are protected in protecting.py.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from .rules import Protection, Rules, Spread, enough, passes, well_spread

# What names a question: its code, or edition and code.
Key = TypeVar("Key")


@dataclass(frozen=True)
class Group:
    """One cell: the choices merged in it, the children who made any of them, and the other children of the base."""

    codes: tuple[str, ...]
    inside: Spread
    outside: Spread


Count = Callable[[tuple[str, ...]], Group]


@dataclass(frozen=True)
class Asked:
    """One question as counted, before protection.

    `count` counts one group of choices anew (in a multiple question the union of two choices is not their sum).
    `base` are the interviews with any answer, `no_answer` and `not_asked` those beside, `excluding` the choice that excludes
    all others ("none of these").
    """

    choices: tuple[str, ...]
    merge_order: Sequence[Sequence[Sequence[str]]]
    count: Count
    base: Spread
    no_answer: Spread
    not_asked: Spread
    sensitive: bool
    multiple: bool = False
    excluding: str = ""


@dataclass(frozen=True)
class Told:
    """One question as it may be printed. When `protection` is "too_few" nothing numeric is in here."""

    protection: Protection
    cells: tuple[Group, ...] = ()
    base: int | None = None
    institutions: int | None = None
    no_answer: int | None = None
    not_asked: int | None = None


TOO_FEW = Told(Protection.TOO_FEW)


def groupings(
    choices: Sequence[str], merge_order: Sequence[Sequence[Sequence[str]]]
) -> Iterator[tuple[tuple[str, ...], ...]]:
    """The choices apart, then merged step by step in the order stored in the edition. Merging only ever adds to a cell."""
    cells: list[tuple[str, ...]] = [(choice,) for choice in choices]
    yield tuple(cells)
    for step in merge_order:
        for together in step:
            joined = [cell for cell in cells if set(cell) & set(together)]
            if len(joined) < 2:
                continue
            at = cells.index(joined[0])
            cells = [cell for cell in cells if cell not in joined]
            cells.insert(at, tuple(code for cell in joined for code in cell))
        yield tuple(cells)


def protect(question: Asked, rules: Rules) -> Told:
    """The question with its cells apart if all pass, merged as little as makes all pass, or nothing numeric at all."""
    k = rules.k(question.sensitive)
    if question.base.total < rules.percentages_from or not _outside_is_safe(question, k):
        return TOO_FEW
    for cells in groupings(question.choices, question.merge_order):
        groups = tuple(question.count(codes) for codes in cells)
        if all(passes(group.inside, group.outside, k, rules) for group in groups) and unions_are_safe(
            question, groups, k
        ):
            no_answer, not_asked = _beside(question, k, rules)
            return Told(
                Protection.SHOWN if len(groups) == len(question.choices) else Protection.MERGED,
                groups,
                question.base.total,
                question.base.institutions,
                no_answer,
                not_asked,
            )
    return TOO_FEW


def _outside_is_safe(question: Asked, k: int) -> bool:
    """Interviews outside the base = all interviews less the base, and both are printed: nobody, or at least k."""
    outside = question.no_answer.total + question.not_asked.total
    return outside == 0 or outside >= k


def unions_are_safe(question: Asked, groups: Sequence[Group], k: int) -> bool:
    """What can be worked out from the yes/no figures of one multiple question.

    Base less "none of these" = the children who chose anything. Less one cell: those who chose something, but not that.
    Sum of the cells less them: how often a second choice was made; with two cells, the children who chose both. Each of these
    must be at least k. With one cell left there is nothing to work out.
    """
    named = [group for group in groups if group.codes != (question.excluding,)]
    if not question.multiple or len(named) < 2:
        return True
    none = sum(group.inside.total for group in groups if group.codes == (question.excluding,))
    any_ = question.base.total - none
    overlap = sum(group.inside.total for group in named) - any_
    return overlap >= k and all(any_ - group.inside.total >= k for group in named)


def _beside(question: Asked, k: int, rules: Rules) -> tuple[int | None, int | None]:
    """ "No answer" and "not asked" through the same door: if one fails, both are withheld.

    Their sum can always be worked out (see `_outside_is_safe`), so a zero beside it tells nothing more.
    """
    for counted in (question.no_answer, question.not_asked):
        if counted.total and not (enough(counted, k) and well_spread(counted, rules)):
            return None, None
    return question.no_answer.total, question.not_asked.total


def follow_parents(told: Mapping[Key, Told], asked_after: Mapping[Key, Collection[Key]]) -> dict[Key, Told]:
    """A question asked only after a certain answer is too few where that answer's question is: its base would tell it.

    `asked_after`: code -> codes of the questions before it (several where editions are joined). Chains are followed to their
    beginning.
    """
    kept = {}
    for code, figure in told.items():
        seen, above = {code}, list(asked_after.get(code, ()))
        while above:
            parent = above.pop()
            if parent in seen:
                continue
            seen.add(parent)
            if parent in told and told[parent].protection is Protection.TOO_FEW:
                figure = TOO_FEW
            above += asked_after.get(parent, ())
        kept[code] = figure
    return kept

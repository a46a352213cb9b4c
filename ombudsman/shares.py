"""Shares of children: which percentage may be printed, and which in a text tells what tables hide. R5, R8, R11, I8. Pure. Cellar.

Rounding hides nothing: with a known base of up to 99 every whole percentage stands for one count only. A recommendation is written
for one institution and printed in a report on all, so a share of children in its text could fill in what the tables hide: what
holds for tables holds for it, a whole number and beside it the exact base of thirty or more. Shares of anything else (staff, beds,
money) are nobody's secret, and neither are none and all: words would say the same.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from enum import StrEnum

PERCENTAGES_FROM = 30

_SHARE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:%|per\s?cent\b|процент|пайыз)", re.IGNORECASE)
_WHOLE = re.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\d.,]?\d)|(?<![\d.,])\d+(?![.,]?\d)")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n")
_CHILDREN = re.compile(
    r"child|\bgirls?\b|\bboys?\b|minors?\b|teen|interview"
    r"|\bдет(?:и|ей|ям|ях|ьми|ск)|реб[её]н|девоч|мальчик|подрост|несовершеннолетн|воспитанни|опрошен"
    r"|\bбала(?:лар\w*|ның|ға|ны|дан|мен|сы)?\b|\bқыз(?:дар\w*|дың|ға|ды)?\b|\bұл(?:дар\w*|дың)?\b"
    r"|жасөспірім|кәмелет|тәрбиелен|сұрал",
    re.IGNORECASE,
)


class Refusal(StrEnum):
    """Why a percentage must not be printed."""

    DECIMALS = "decimals"
    NO_BASE = "no base"
    SMALL_BASE = "small base"
    NO_COUNT = "no count"
    SMALL_COUNT = "small count"


def counts_behind(share: int, base: int) -> range:
    """Every count of the base that is printed as this percentage."""
    # share - 1/2 <= 100 n / base < share + 1/2
    least = max(0, -(-(2 * share - 1) * base // 200))
    return range(least, min(base, -(-(2 * share + 1) * base // 200) - 1) + 1)


def refused(share: Decimal | int, base: int | None, *, k: int, least_base: int = PERCENTAGES_FROM) -> Refusal | None:
    """Why this percentage may not be printed, None if it may. `base`: the number printed beside it, None if there is none.

    With one decimal every share of a base up to 30 is known without the base, so decimals never pass. Of whole ones without
    a base some are, others leave a choice of a few: the exact base stands beside it, or nothing.
    With a base a percentage is as good as its count: whatever it may stand for has to be k at least, as has the rest.
    How a count lies over institutions (R3) is looked at before, where the institutions are known.
    """
    share = Decimal(share)
    if share.as_tuple().exponent != 0:
        return Refusal.DECIMALS
    if base is None:
        return Refusal.NO_BASE
    if base < least_base:
        return Refusal.SMALL_BASE
    behind = counts_behind(int(share), base)
    if not behind:
        return Refusal.NO_COUNT
    return Refusal.SMALL_COUNT if behind[0] < k or base - behind[-1] < k else None


def shares_refused(text: str, *, k: int, least_base: int = PERCENTAGES_FROM) -> Iterator[tuple[str, Refusal]]:
    """The percentages of children in a text that may not be printed, as they are written, each with the reason.

    The base is taken to be there if the same sentence holds two whole numbers that make this percentage. `k`: which question
    it is about is not known, so the fewest children that a number on a sensitive one may stand for.
    """
    for sentence in _SENTENCE.split(text):
        if not _CHILDREN.search(sentence):
            continue
        numbers = sorted({int(re.sub(r"\D", "", one)) for one in _WHOLE.findall(_SHARE.sub(" ", sentence))})
        verdicts: dict[Decimal, Refusal | None] = {}
        for found in _SHARE.finditer(sentence):
            share = Decimal(found[1].replace(",", "."))
            if share in (0, 100):
                continue
            if share not in verdicts:
                verdicts[share] = refused(share, _base_of(share, numbers), k=k, least_base=least_base)
            if why := verdicts[share]:
                yield found[0].strip(), why


def _base_of(share: Decimal, numbers: Sequence[int]) -> int | None:
    """The largest of the numbers of which another one is this percentage."""
    if share > 100 or share != int(share):
        return None
    for base in reversed(numbers):
        behind = counts_behind(int(share), base)
        at = bisect_left(numbers, behind.start)
        if at < len(numbers) and numbers[at] < min(behind.stop, base):
            return base
    return None

"""Percentages that people write into sentences: may they be printed? Rules R5, R8 and R11, instance I8. Pure.

A recommendation is written for one institution and printed in a report on all. A share of children in its text could fill in
what the tables hide, and R5 holds for it as for them: a whole number, and beside it the exact base of thirty or more. Shares of
anything else (staff, beds, money) are nobody's secret, and neither are none and all: words would say the same.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from .disclosure import Rules
from .disclosure.percentages import Refusal, refused
from .rounding import percent

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


def shares_refused(text: str, rules: Rules) -> Iterator[tuple[str, Refusal]]:
    """The percentages of children in a text that may not be printed, as they are written, each with the reason.

    The base is taken to be there if the same sentence holds two whole numbers that make this percentage. Which question it is
    about is not known: the higher threshold holds.
    """
    for sentence in _SENTENCE.split(text):
        if not _CHILDREN.search(sentence):
            continue
        numbers = [int(re.sub(r"\D", "", one)) for one in _WHOLE.findall(_SHARE.sub(" ", sentence))]
        for found in _SHARE.finditer(sentence):
            share = Decimal(found[1].replace(",", "."))
            if share in (0, 100):
                continue
            pairs = [base for base in numbers for n in numbers if n < base and percent(n, base) == share]
            if why := refused(share, max(pairs, default=None), rules, sensitive=True):
                yield found[0].strip(), why

"""The kinds of answers, each with its faces: what is asked, how it is read, how it is shown. Any room of visits may import it.

Scale (six choices of a checklist), measurement (a number beside it), sources (where the evidence comes from), and the two
kinds of a child's question: single and multiple. `parse_…` raises ValueError with a whole translated sentence. Counting is
done by the reports on packed answers (`layout.py`).
"""

import re
from collections.abc import Collection, Iterable, Sequence
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Codes of Answer.sources and Finding.sources, in printed order.
SOURCES = {
    "seen": gettext_lazy("Seen by us"),
    "child": gettext_lazy("Child"),
    "staff": gettext_lazy("Staff"),
    "document": gettext_lazy("Document"),
    "other": gettext_lazy("Other"),
}
# How the checklist says an indicator is usually verified -> the source that this is.
VERIFIED_BY = {
    "observation": "seen",
    "documents": "document",
    "interview_children": "child",
    "interview_staff": "staff",
    "other": "other",
}
# "1,200" is one thousand two hundred where the decimal sign is a point, and one and a fifth where it is a comma.
GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
WHOLE_DIGITS, DECIMAL_DIGITS = 9, 3


def parse_measurement(value: Any) -> Decimal | None:
    """A number as people write it ("12,5", "1 200") or None when nothing is written.

    Raises ValueError: not a number, below zero, not finite, or longer than the column holds.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError(_("Write a number, for example 43 or 12.5."))
    text = str(value).replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    if formats.get_format("DECIMAL_SEPARATOR") == "." and GROUPED.fullmatch(text):
        text = text.replace(",", "")
    text = text.replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(_("Write a number, for example 43 or 12.5.")) from None
    if not number.is_finite():
        raise ValueError(_("Write a number, for example 43 or 12.5."))
    if number < 0:
        raise ValueError(_("The number cannot be below zero."))
    if number >= 10**WHOLE_DIGITS:
        raise ValueError(_("The number is too large."))
    step = Decimal(1).scaleb(-DECIMAL_DIGITS)
    if number != number.quantize(step, ROUND_DOWN):
        raise ValueError(_("The number may have at most three digits after the point."))
    return number.quantize(step)


def show_measurement(number: Decimal | None) -> str:
    """The number in the reader's format, without idle zeros; empty when there is none."""
    if number is None:
        return ""
    plain = number.normalize()
    digits = max(0, -int(plain.as_tuple().exponent))
    return str(formats.number_format(plain, digits, use_l10n=True))


def write_measurement(number: Decimal | None) -> str:
    """As it stands in an input: the reader's decimal sign, nothing between thousands."""
    return "" if number is None else f"{number.normalize():f}".replace(".", formats.get_format("DECIMAL_SEPARATOR"))


def parse_sources(values: Any) -> list[str]:
    """Codes of evidence sources in printed order, each once. Raises ValueError when one is unknown."""
    if not isinstance(values, Iterable) or isinstance(values, str | bytes):
        raise ValueError(_("The evidence is not one of the known sources."))
    given = list(values)
    if any(not isinstance(value, str) or value not in SOURCES for value in given):
        raise ValueError(_("The evidence is not one of the known sources."))
    return [code for code in SOURCES if code in given]


def show_sources(codes: Collection[str]) -> str:
    """The sources in words, with commas."""
    return ", ".join(str(label) for code, label in SOURCES.items() if code in codes)


def corroborated(codes: Collection[str]) -> bool:
    """Two different kinds of source speak for it."""
    return len(set(codes)) >= 2


def parse_single(given: Sequence[str], choices: Iterable[Any]) -> str | None:
    """The chosen code of a question with one choice, None when skipped. Raises ValueError."""
    known = {choice.code for choice in choices}
    chosen = [code for code in given if code]
    if any(code not in known for code in chosen):
        raise ValueError(_("This answer is not one of the choices."))
    if len(set(chosen)) > 1:
        raise ValueError(_("Only one choice is possible here."))
    return chosen[0] if chosen else None


def parse_multiple(given: Sequence[str], choices: Iterable[Any]) -> list[str]:
    """The chosen codes in printed order, empty when skipped. Raises ValueError, also when a choice excludes the others."""
    rows = list(choices)
    chosen = {code for code in given if code}
    if chosen - {choice.code for choice in rows}:
        raise ValueError(_("This answer is not one of the choices."))
    for choice in rows:
        if choice.excludes and choice.code in chosen and len(chosen) > 1:
            raise ValueError(_("“%(choice)s” cannot stand beside another answer.") % {"choice": choice.label})
    return [choice.code for choice in rows if choice.code in chosen]

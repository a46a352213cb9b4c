"""How frozen figures stand on a page: texts in three languages, percentages with their base, hidden ones by the word."""

import re
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ombudsman.templatetags.house import NOT_YET
from ombudsman.words import FALLBACK, current_language

from .. import charts, sentences, wording
from ..content import BreakdownRow, Cell, IndicatorLine, Text
from ..page_hidden import BY

register = template.Library()


@register.filter
def words(text: Text | str) -> SafeString:
    """The text in the reader's language; where it fell back to another, with `lang` and a short remark.

    What is the same in every language (a number) is given as it is.
    """
    if isinstance(text, str):
        return format_html("{}", text)
    wanted = current_language()
    language = next((code for code in FALLBACK[wanted] if text.get(code)), wanted)
    if language == wanted:
        return format_html("{}", text.get(wanted, ""))
    return format_html(
        '<span lang="{}">{}</span> <span class="not-yet">({})</span>', language, text[language], NOT_YET[wanted]
    )


@register.filter
def plain(text: Text) -> str:
    """The text in the reader's language for an attribute, where no mark-up can stand."""
    return next((text[code] for code in FALLBACK[current_language()] if text.get(code)), "")


# Before a consonant that a vowel follows: where Kazakh, Russian and English names of places may be parted.
SYLLABLE = re.compile(r"(?<=\w\w)(?=[^\W\d_аәеёиіоөуұүыэюяaeiouy][аәеёиіоөуұүыэюяaeiouy])", re.IGNORECASE)


@register.filter
def breakable(name: str) -> str:
    """The name with soft hyphens between syllables: a tile on a phone is too narrow for a long one."""
    return SYLLABLE.sub("\N{SOFT HYPHEN}", name)


@register.filter
def whole(share: int | None) -> str | SafeString:
    """A whole percentage; the word "hidden" where it may not be printed."""
    return hidden() if share is None else wording.percent(share)


@register.filter
def counted(number: int | None) -> str | SafeString:
    """A count; the word "hidden" where it may not be printed."""
    return hidden() if number is None else wording.number(number)


@register.simple_tag
def hidden() -> SafeString:
    return format_html('<span class="hiddenfig">{}</span>', _("hidden"))


@register.simple_tag
def by_what(dimension: str) -> str:
    """What a question is broken down by, in words."""
    return str(BY[dimension])


@register.filter
def with_answers(row: BreakdownRow, cells: list[Cell]) -> list[tuple[Cell, int | None, int | None]]:
    """Each answer with its count and percentage in one row of a breakdown."""
    return list(zip(cells, row["cells"], row["percents"], strict=True))


@register.simple_tag
def part_of(numerator: int | None, base: int | None, choice: str) -> str:
    """ "44 of 76 institutions" (or visits, when all visits are counted)."""
    return sentences.some_of(choice, numerator, base)


@register.simple_tag
def part_of_children(numerator: int | None, base: int | None) -> str:
    return sentences.some_children(numerator, base)


@register.simple_tag
def children(count: int | None) -> str:
    return sentences.children(count)


@register.simple_tag
def institutions(count: int | None) -> str:
    return sentences.institutions(count)


@register.simple_tag
def which_visits(choice: str) -> str:
    return sentences.choice_of_visits(choice)


@register.simple_tag
def not_an_estimate() -> str:
    """The sentence of every figure of children's answers."""
    return sentences.not_an_estimate()


@register.simple_tag
def judged_bar(line: IndicatorLine, title: str) -> SafeString:
    """Met, partly met and not met as one bar; the numbers stand beside it."""
    dark, middle, light = charts.JUDGED
    parts: list[tuple[float, str]] = [
        (line["favourable"] or 0, dark),
        (line["partly"] or 0, middle),
        (line["unfavourable"] or 0, light),
    ]
    return charts.stacked_bar(parts, title, width=160, height=9)


@register.filter
def pick(table: dict[str, Any], key: str) -> Any:
    """The entry of a table of the content by its code."""
    return table.get(str(key))

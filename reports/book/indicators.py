"""What the book says of one indicator in every chapter: its verdict, both its bases, what stands under its figure."""

from typing import Any

from django.utils.translation import gettext as _

from .. import sentences
from ..wording import number, percent
from .year import Book


def verdict(book: Book, one: Any) -> str:
    """How often an indicator is not met, in words."""
    return _("Not met: %(words)s.") % {"words": sentences.some_of(book.choice, one["unfavourable"], one["base"])}


def headline(book: Book, one: Any) -> str:
    """An indicator as a finding: how often it is not met, and what would have been."""
    return _("Not met in %(words)s: %(statement)s") % {
        "words": sentences.some_of(book.choice, one["unfavourable"], one["base"]),
        "statement": inner(one["statement"]),
    }


def bases(book: Book, one: Any) -> list[str]:
    """Both measures of an indicator, each with its base."""
    return [
        _("Met: %(percent)s of those judged, %(words)s.")
        % {
            "percent": percent(one["percent"]),
            "words": sentences.some_of(book.choice, one["favourable"], one["base"]),
        },
        _("Of all answers, those counted beside included: %(percent)s, %(words)s.")
        % {
            "percent": percent(one["percent_all"]),
            "words": sentences.some_of(book.choice, one["favourable"], one["base_all"]),
        },
    ]


def shares_in_words(book: Book, one: Any) -> str:
    """The counts of the judging steps, as the alternative of a bar."""
    judged, _beside = book.steps(one["instrument"])
    parts = [f"{step['label']}: {number(one['counts'].get(step['code']))}" for step in judged]
    return f"{one['code']}. {'; '.join(parts)}"


def passport(book: Book, one: Any) -> str:
    """What stands under a figure of an indicator."""
    return book.passport(
        _("indicator %(code)s") % {"code": one["code"]},
        book.rule_of(one["base_rule"]),
        sentences.institutions(one["institutions"]),
        sentences.choice_of_visits(book.choice),
        book.edition_of(one),
        str(book.year),
        *beside(book, one),
    )


def beside(book: Book, line: Any) -> list[str]:
    """What stands beside a base of the checklist, in words: "Not seen: 4"."""
    return [
        f"{step['label']}: {number(line['counts'].get(step['code']))}"
        for step in book.steps(line["instrument"])[1]
        if line["counts"].get(step["code"]) != 0
    ]


def inner(statement: str) -> str:
    """A statement inside a sentence: its first letter small, unless the word is written in capitals."""
    second = statement[1:2]
    return statement[:1].lower() + statement[1:] if second.islower() or second.isspace() else str(statement)

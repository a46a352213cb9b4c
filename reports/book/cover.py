"""The cover: a field of dots."""

from typing import Any

from django.utils.translation import gettext as _

from .. import charts, sentences
from . import questions
from .year import Book


def cover(book: Book) -> dict[str, Any]:
    """One dot, one answer to one question; where no question may be printed, one dot, one institution."""
    question = book.questions.get(next(iter(book.content["voices"]), ""))
    cell = questions.strongest(question) if question else None
    if question is None or cell is None:
        seen = book.content["coverage"]
        told = sentences.some_institutions(seen["institutions_visited"], seen["register"])
        title = _("One dot, one institution on the register. Filled: visited this year, %(words)s.") % {"words": told}
        return {
            "svg": charts.field_of_dots(seen["institutions_visited"], seen["register"], title),
            "question": "",
            "told": title,
        }
    told = _("One dot, one answer: %(children)s, %(institutions)s. Filled: %(answer)s, %(words)s.") % {
        "children": sentences.children(question["base"]),
        "institutions": sentences.institutions(question["institutions"]),
        "answer": sentences.quoted(cell["label"]),
        "words": sentences.with_percent(sentences.some_children(cell["n"], question["base"]), cell["percent"]),
    }
    return {
        "svg": charts.field_of_dots(cell["n"], question["base"], f"{question['text']} {told}", height=116),
        "question": question["text"],
        "told": told,
    }

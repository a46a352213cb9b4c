"""What the book says of one question to children in every chapter: the answer given most often, its base."""

from typing import Any

from django.utils.translation import gettext as _

from .. import sentences
from ..wording import number
from .year import Book


def strongest(question: Any) -> Any:
    """The answer given most often."""
    return max(question["cells"], key=lambda cell: (cell["n"], -question["cells"].index(cell)), default=None)


def spoken(book: Book, question: Any) -> dict[str, Any]:
    """A question and the answer given most often: the child's words are the words of the coded answer."""
    cell = strongest(question)
    return {
        "code": question["code"],
        "text": question["text"],
        "answer": cell["label"] if cell else "",
        "words": sentences.with_percent(sentences.some_children(cell["n"], question["base"]), cell["percent"])
        if cell
        else "",
        "institutions": sentences.institutions(question["institutions"]),
    }


def passport(book: Book, question: Any) -> str:
    """What stands under a figure of a question."""
    return book.passport(
        sentences.children(question["base"]),
        sentences.institutions(question["institutions"]),
        _("question %(code)s") % {"code": question["code"]},
        _("base: children who answered"),
        book.edition_of(question),
        str(book.year),
    )


def beside(question: Any) -> list[str]:
    """What stands beside the base of a question, in words."""
    labels = {
        "no_answer": _("no answer (does not know, prefers not to say, skipped)"),
        "not_asked": _("not asked (does not apply, routed past)"),
    }
    return [
        f"{labels[role]}: {number(n)}" for role, n in sorted(question["beside"].items()) if role in labels and n != 0
    ]

"""What children told us, in the words of the answers they chose."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from .. import sentences
from . import questions
from .year import Book, Chapter


def chapters(book: Book) -> Iterator[Chapter]:
    """One chapter."""
    chosen = [book.questions[code] for code in book.content["voices"] if code in book.questions]
    yield Chapter(
        "voices",
        "voices",
        _("What children told us"),
        _("In the words of the answers they chose"),
        data={
            "spoken": [questions.spoken(book, question) for question in chosen if question["cells"]],
            "seen": book.content["coverage"],
            "talks": sentences.talks(book.content["coverage"]["interviews"]),
            "everywhere": sentences.institutions(book.content["coverage"]["institutions_with_interviews"]),
        },
    )

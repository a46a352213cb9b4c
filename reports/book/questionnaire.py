"""What children answered: every question, every answer that may be printed."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from .. import charts, sentences
from ..wording import percent
from . import questions
from .year import Book, Chapter


def chapters(book: Book) -> Iterator[Chapter]:
    """One chapter; none without a questionnaire."""
    if not book.content["questions"]:
        return
    lines = [
        {
            **question,
            "passport": book.passport(
                sentences.children(question["base"]),
                sentences.institutions(question["institutions"]),
                *questions.beside(question),
            ),
            "merged": question["protection"] == "merged",
            "cells": [{**cell, "bar": answer_bar(cell, question)} for cell in question["cells"]],
        }
        for question in book.content["questions"]
    ]
    yield Chapter(
        "questionnaire",
        "questionnaire",
        _("What children answered"),
        _("All questions, all answers that may be printed"),
        data={"lines": lines, "caption": book.table(_("Answers of the children, question by question"))},
    )


def answer_bar(cell: Any, question: Any) -> Any:
    """One answer as a share of all children who answered the question."""
    words = f"{cell['label']}: {percent(cell['percent'])}"
    return charts.share_bar(cell["n"], question["base"], words, width=44, height=2.6, ink=charts.VOICE)

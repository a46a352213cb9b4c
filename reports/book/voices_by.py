"""What children told us by age, sex, kind of institution and region: the questions of the other chapters, broken down."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..wording import enumeration
from . import questions
from .spread import place_names
from .year import Book, Chapter

BY = {
    "age": gettext_lazy("by age"),
    "sex": gettext_lazy("by sex"),
    "kind": gettext_lazy("by kind of institution"),
    "region": gettext_lazy("by region"),
}
# Millimetres: the three columns of text, less the name of the row and its base. Heads of more answers are numbers, named under
# the table.
WIDTH, NAME, BASE, NAMED = 129.5, {True: 56, False: 66}, 14, 3
GAP = 1.5  # between two columns: no bar runs into the next
# Letters of a name; longer lists of places stand once, numbered, at the end of the chapter.
LONG = 62


def chapters(book: Book) -> Iterator[Chapter]:
    """One chapter; none where nothing is broken down."""
    groups: list[str] = []
    told = [table(book, question, groups) for question in chosen(book) if rows_of(question)]
    if told:
        yield Chapter(
            "voices-by",
            "voices_by",
            _("Who said so, and where"),
            _("Answers of the children by age, sex, kind of institution and region"),
            data={
                "told": told,
                "groups": list(enumerate(groups, 1)),
                "blanks": any(one["blanks"] for one in told),
                "untold": any(one["untold"] for one in told),
            },
        )


def chosen(book: Book) -> list[Any]:
    """The questions of the key findings and of the spread of children's words, and those in whose tables numbers are hidden (a
    reader sees what a blank looks like, and where); each once, in the order of the questionnaire.
    """
    codes = {one["code"] for one in book.content["key_findings"] if one["kind"] == "question"}
    codes |= set(book.content["voices"])
    codes |= {
        question["code"]
        for question in book.content["questions"]
        if any(one["protection"] == "partly" for one in question.get("breakdowns", []))
    }
    return [question for question in book.content["questions"] if question["code"] in codes]


def rows_of(question: Any) -> list[Any]:
    """The breakdowns of which anything is printed."""
    return [one for one in question.get("breakdowns", []) if one["rows"]]


def table(book: Book, question: Any, groups: list[str]) -> dict[str, Any]:
    """One question: a group of rows for each dimension, a column of percentages for each answer. Places counted together are added
    to the `groups` of the chapter.
    """
    cells, printed = question["cells"], rows_of(question)
    together: set[int] = set()
    named = len(cells) <= NAMED
    width = (WIDTH - NAME[named] - BASE) / len(cells)
    withheld = [str(BY[one["by"]]) for one in question["breakdowns"] if not one["rows"]]
    return {
        "code": question["code"],
        "text": question["text"],
        "caption": book.table(question["text"]),
        "heads": [cell["label"] if named else str(at) for at, cell in enumerate(cells, 1)],
        "key": "" if named else "; ".join(f"{at} – {cell['label']}" for at, cell in enumerate(cells, 1)),
        # As text: a number would be written with the comma of the language.
        "widths": {"name": str(NAME[named]), "base": str(BASE), "cell": f"{width:.2f}"},
        "groups": [
            {
                "by": BY[one["by"]],
                "rows": [
                    {
                        **row,
                        "label": label(book, one["by"], row, groups, together),
                        "shares": [(share, bar(share, width)) for share in row["percents"]],
                    }
                    for row in one["rows"]
                ],
            }
            for one in printed
        ],
        "together": _("Counted together: %(names)s.") % {"names": enumeration([f"({at})" for at in sorted(together)])}
        if together
        else "",
        "base": question["base"],
        "whole": [(cell["percent"], bar(cell["percent"], width)) for cell in cells],
        "passport": questions.passport(book, question),
        "several": question["kind"] == "multiple",
        "withheld": _("Too few for a table %(by)s.") % {"by": enumeration(withheld)} if withheld else "",
        "blanks": any(None in (row["base"], *row["cells"]) for one in printed for row in one["rows"]),
        "untold": any(row["with_untold"] for one in printed for row in one["rows"]),
    }


def bar(share: int | None, width: float) -> str:
    """How long a share is in a column of this width, in millimetres as text; nothing for none and for what is hidden."""
    return f"{(width - GAP) * share / 100:.2f}" if share else ""


def label(book: Book, by: str, row: Any, groups: list[str], together: set[int]) -> str:
    """The name of a row. Several places that are too long for it are a group: its number, which is added to `together`, leads to
    their names at the end of the chapter.
    """
    if by not in ("kind", "region") or len(row["label"]) <= LONG:
        return str(row["label"])
    names = place_names(book, row["codes"])
    said = enumeration(names)
    if said not in groups:
        groups.append(said)
    at = groups.index(said) + 1
    together.add(at)
    return f"({at}) " + _("Together: %(names)s …") % {"names": names[0]}

"""What the page "What was hidden, and why" shows: counts of cells and blanks from the frozen content, which every reader can count.

No rule is named for a single cell: it would tell a small one from one that only stands guard over it (disclosure.hidden).
"""

from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .content import Breakdown, QuestionLine, YearContent

BY: dict[str, Promise] = {
    "all": _("The whole country"),
    "age": _("By age"),
    "sex": _("By sex"),
    "kind": _("By kind of institution"),
    "region": _("By region"),
}


class Kind(NamedTuple):
    """All tables of one kind: how many are printed whole, with blanks, and not at all; cells and blanks of the printed ones."""

    name: Promise
    shown: int
    partly: int
    withheld: int
    cells: int
    blanks: int


class Part(NamedTuple):
    """One table of a question of which something is hidden."""

    name: Promise
    cells: int
    blanks: int

    @property
    def withheld(self) -> bool:
        return not self.cells


class Line(NamedTuple):
    """One question of which something is hidden. `k`: the fewest children a number of it may stand for."""

    question: QuestionLine
    k: int
    too_few: bool
    merged: bool
    parts: list[Part]


def hidden(content: YearContent) -> dict[str, Any]:
    """What the page needs, by the names its template uses."""
    lines = [_line(content, question) for question in content["questions"]]
    return {
        "content": content,
        "rules": content["rules"],
        "kinds": [_kind(content, by) for by in BY],
        "lines": [line for line in lines if line.too_few or line.merged or line.parts],
        "questions": len(lines),
        "indicators": [line for line in content["indicators"] if line["protection"] == "hidden"],
        "all_indicators": len(content["indicators"]),
    }


def _line(content: YearContent, question: QuestionLine) -> Line:
    name = "threshold_sensitive" if question["sensitive"] else "threshold"
    too_few = question["protection"] == "too_few"
    parts = [
        Part(BY[one["by"]], *_cells(one))
        for one in question.get("breakdowns", [])
        if one["protection"] != "shown" and not too_few
    ]
    k = max(content["rules"][name], content["rules"]["threshold"])
    return Line(question, k, too_few, question["protection"] == "merged", parts)


def _cells(table: Breakdown) -> tuple[int, int]:
    """Cells of a table with its bases, and how many are blank."""
    numbers = [n for row in table["rows"] for n in (row["base"], *row["cells"])]
    return len(numbers), numbers.count(None)


def _kind(content: YearContent, by: str) -> Kind:
    if by == "all":
        printed = [line for line in content["questions"] if line["protection"] != "too_few"]
        numbers = [
            n
            for line in printed
            for n in (line["base"], *(cell["n"] for cell in line["cells"]), *line["beside"].values())
        ]
        few = len(content["questions"]) - len(printed)
        blank = sum(None in line["beside"].values() for line in printed)
        return Kind(BY[by], len(printed) - blank, blank, few, len(numbers), numbers.count(None))
    tables = [one for line in content["questions"] for one in line.get("breakdowns", []) if one["by"] == by]
    counts = [_cells(one) for one in tables]
    states = [one["protection"] for one in tables]
    return Kind(
        BY[by],
        states.count("shown"),
        states.count("partly"),
        states.count("withheld"),
        sum(cells for cells, _blank in counts),
        sum(blank for _cells, blank in counts),
    )

"""The way back from a standard to the indicators, and from a code to its page."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from .year import Book, Chapter


def chapters(book: Book) -> Iterator[Chapter]:
    """One chapter: standards with their articles, then codes with their pages."""
    standards: dict[str, dict[str, Any]] = {}
    for one in book.content["indicators"]:
        for line in one["standards"]:
            standard = standards.setdefault(line["code"], {"short": line["short"], "numbers": {}})
            standard["numbers"].setdefault(line["number"], []).append(one["code"])
    for standard in standards.values():
        standard["numbers"] = sorted(standard["numbers"].items(), key=lambda pair: in_order(pair[0]))
        standard["tall"] = round(-(-len(standard["short"]) // 18) * 9.75 + 10)
    yield Chapter(
        "index",
        "index",
        _("Index of standards"),
        _("Articles and rules, and where they are applied"),
        data={
            "standards": list(standards.values()),
            "indicators": in_columns([one["code"] for one in book.content["indicators"]], 8),
            "questions": in_columns([one["code"] for one in book.content["questions"]], 8),
        },
    )


def in_columns(codes: list[str], columns: int) -> list[list[str]]:
    """Rows of a table that is read column by column; the last places may be empty."""
    rows = -(-len(codes) // columns)
    return [
        [codes[at] if (at := row + column * rows) < len(codes) else "" for column in range(columns)]
        for row in range(rows)
    ]


def in_order(numbered: str) -> tuple[int, str]:
    """Articles in the order of their numbers: 3(1) before 12, words last."""
    digits = "".join(letter for letter in numbered[:4].split("(")[0] if letter.isdigit())
    return (int(digits) if digits else 10_000, numbered)

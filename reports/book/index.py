"""The way back from a standard to the indicators, and from a code to its page."""

from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from django.utils.translation import gettext as _

from .year import Book, Chapter

TOGETHER = 12  # questions: about as many stand on a page and its neighbour


def chapters(book: Book) -> Iterator[Chapter]:
    """One chapter: standards with their articles, then codes with their pages."""
    standards: dict[str, dict[str, Any]] = {}
    for one in book.content["indicators"]:
        for line in one["standards"]:
            standard = standards.setdefault(line["code"], {"short": line["short"], "numbers": {}})
            standard["numbers"].setdefault(line["number"], []).append(one["code"])
    for standard in standards.values():
        standard["numbers"] = sorted(standard["numbers"].items(), key=lambda pair: in_order(pair[0]))
        standard["tall"] = round(len(wrap(standard["short"], 24)) * 9.75)
    asked = book.content["questions"]
    yield Chapter(
        "index",
        "index",
        _("Index of standards"),
        _("Articles and rules, and where they are applied"),
        data={
            "standards": list(standards.values()),
            "indicators": [
                run_of(
                    [one for one in book.content["indicators"] if one["section"] == section["code"]], section["title"]
                )
                for section in book.content["sections"]
                if section["indicators"]
            ],
            "questions": [
                run_of(asked[at : at + TOGETHER], f"{asked[at]['text']} …") for at in range(0, len(asked), TOGETHER)
            ],
        },
    )


def run_of(lines: list[Any], title: str) -> dict[str, Any]:
    """Neighbours in the tables as one line: the first and the last code, and where the first one stands."""
    first, last = lines[0]["code"], lines[-1]["code"]
    return {"first": first, "codes": first if first == last else f"{first} – {last}", "title": title}


def in_order(numbered: str) -> tuple[int, str]:
    """Articles in the order of their numbers: 3(1) before 12, words last."""
    digits = "".join(letter for letter in numbered[:4].split("(")[0] if letter.isdigit())
    return (int(digits) if digits else 10_000, numbered)

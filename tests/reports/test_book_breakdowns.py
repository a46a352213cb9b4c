"""Which questions the book breaks down by age, sex, kind and region, and that it says how many tables hide something."""

from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from django.template.loader import render_to_string
from django.utils import translation

from reports.book import voices_by


def question(code: str, *states: str) -> dict[str, Any]:
    return {"code": code, "breakdowns": [{"by": "age", "protection": state, "rows": []} for state in states]}


def test_a_table_with_hidden_numbers_is_printed_so_that_a_reader_sees_them() -> None:
    content = {
        "key_findings": [{"kind": "question", "code": "Q-4"}, {"kind": "indicator", "code": "Q-2"}],
        "voices": ["Q-1"],
        "questions": [
            question("Q-1", "shown"),
            question("Q-2", "shown", "withheld"),
            question("Q-3", "shown", "partly"),
            question("Q-4"),
        ],
    }
    chosen = voices_by.chosen(SimpleNamespace(content=content))  # type: ignore[arg-type]
    assert [one["code"] for one in chosen] == ["Q-1", "Q-3", "Q-4"]


def test_a_share_in_the_book_has_a_bar_and_a_hidden_one_has_none() -> None:
    """As long as it says, over one length for the whole table; what is hidden has neither number nor length."""
    answers = [{"codes": [code], "label": code, "percent": share} for code, share in (("yes", 25), ("no", 75))]
    row = {"label": "Girl", "with_untold": False, "base": 40, "cells": [10, None], "percents": [25, None]}
    line = {
        **question("Q-1"),
        "text": "Warm?",
        "kind": "single",
        "cells": answers,
        "base": 80,
        "breakdowns": [{"by": "sex", "protection": "partly", "rows": [row]}],
    }
    book: Any = SimpleNamespace(table=str)
    with translation.override("en"), patch.object(voices_by.questions, "passport", return_value=""):
        found = voices_by.table(book, line, [])
        page = render_to_string("reports/book/voices_by.html", {"d": {"told": [found]}, "HIDDEN": "◊"})
    whole = (voices_by.WIDTH - voices_by.NAME[True] - voices_by.BASE) / 2 - voices_by.GAP
    assert found["groups"][0]["rows"][0]["shares"] == [(25, f"{whole / 4:.2f}"), (None, "")]
    assert f'<td style="background-size:{whole / 4:.2f}mm .55mm">25</td><td><span class="hid">' in page
    assert page.count("background-size") == 3


def test_places_counted_together_are_numbered_once_for_the_chapter_and_named_at_its_end() -> None:
    """Their names, a dozen of them, stood under every table before."""
    regions = {str(at): f"Region of a rather long name {at}" for at in range(4)}
    book: Any = SimpleNamespace(regions=regions, kinds={}, table=str)

    def row(*codes: str) -> dict[str, Any]:
        return {"codes": list(codes), "label": ", ".join(regions[code] for code in codes)}

    groups: list[str] = []
    with translation.override("en"):
        first, second = set[int](), set[int]()
        labels = [
            voices_by.label(book, "region", row("0", "1", "2"), groups, first),
            voices_by.label(book, "region", row("3"), groups, first),
            voices_by.label(book, "region", row("1", "2", "3"), groups, second),
            voices_by.label(book, "region", row("0", "1", "2"), groups, second),
        ]
        page = render_to_string(
            "reports/book/voices_by.html", {"d": {"told": [], "groups": list(enumerate(groups, 1))}}
        )
    assert [label[:4] for label in labels] == ["(1) ", "Regi", "(2) ", "(1) "]
    assert (first, second) == ({1}, {1, 2})
    assert [page.count(f"({at})&nbsp;Region") for at in (1, 2)] == [1, 1]
    assert len(groups) == 2
    assert groups[0].endswith("long name 2")


def test_a_share_in_a_breakdown_is_drawn_and_said_and_a_hidden_one_is_neither() -> None:
    words = dict.fromkeys(("kk", "ru", "en"), "Girl")
    answer = {"codes": ["yes"], "label": {"kk": "Yes", "ru": "Yes", "en": "Yes"}}
    row = {
        "codes": ["girl"],
        "label": words,
        "with_untold": False,
        "base": 40,
        "cells": [10, None],
        "percents": [25, None],
    }
    other = {"codes": ["no"], "label": {"kk": "No", "ru": "No", "en": "No"}}
    line = {"cells": [answer, other], "breakdowns": [{"by": "sex", "protection": "partly", "rows": [row]}]}
    with translation.override("en"):
        page = render_to_string("reports/_breakdowns.html", {"line": line})
    assert '<progress value="25" max="100" aria-label="Girl: Yes">25%</progress>' in page
    assert page.count("<progress") == 1
    assert 'aria-label="Girl: No"' not in page

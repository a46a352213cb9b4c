"""Which questions the book breaks down by age, sex, kind and region, and that it says how many tables hide something."""

from types import SimpleNamespace
from typing import Any

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

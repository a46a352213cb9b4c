"""Shares by place with a plot across the rows: every row is as tall as the plot believes."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation

from reports import charts
from reports.book import spread


def page(*names: str) -> str:
    """The table of as many places."""
    book: Any = SimpleNamespace(regions=dict(zip("abcd", names, strict=False)), kinds={}, table=str)
    shares = [
        {"places": [code], "percent": 50, "base": 10, "favourable": 5}
        for code, _name in zip("abcd", names, strict=False)
    ]
    with translation.override("en"):
        return render_to_string(
            "reports/book/spread.html", {"spread": spread.spread(book, shares, 40, "Met, by region", "Shares")}
        )


@pytest.mark.parametrize(
    ("name", "lines"),
    [("Short", 1), ("Two lines " * 7, 2), ("Three lines " * 9, 3), ("Four lines " * 13, 4), ("Far too long " * 30, 4)],
)
def test_all_rows_are_as_tall_as_the_longest_name_needs_and_the_plot_believes(name: str, lines: int) -> None:
    printed = page("Short", name.strip(), "Other")
    pitch = spread.PITCH[lines]
    assert f'<table class="r{int(pitch)}">' in printed
    height = re.search(r'<svg [^>]*height="([\d.]+)mm"', printed)
    assert height is not None
    assert float(height[1]) == pytest.approx(3 * pitch * charts.POINT, abs=0.01)


def test_the_style_sheet_has_a_row_of_each_height() -> None:
    with open(finders.find("css/report.css"), encoding="utf-8") as file:  # type: ignore[arg-type]
        style = file.read()
    for pitch in spread.PITCH.values():
        assert f"table.r{int(pitch)} tbody th, table.r{int(pitch)} tbody td {{ height: {pitch}pt; }}" in style
    # Its lines fit: as many as the row is chosen for.
    told = re.search(r"\.spread table tbody th \{ font-size: [\d.]+pt; line-height: ([\d.]+)pt; \}", style)
    assert told is not None
    assert all(lines * float(told[1]) < pitch for lines, pitch in spread.PITCH.items())

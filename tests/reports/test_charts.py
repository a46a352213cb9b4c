"""Drawings: each says in words what it shows, escapes what it is given and draws lengths true to the numbers."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from reports import charts

SVG = "{http://www.w3.org/2000/svg}"
DRAWINGS = {
    "field of dots": lambda title: charts.field_of_dots(3, 10, title),
    "stacked bar": lambda title: charts.stacked_bar([(3, charts.INK), (1, charts.WHITE)], title),
    "share bar": lambda title: charts.share_bar(1, 4, title),
    "dot plot": lambda title: charts.DotPlot([10, None, 90], title, reference=40).svg(),
    "unit strip": lambda title: charts.unit_strip([("implemented", 2), ("not", 1)], title),
    "unit": lambda title: charts.unit("partly", title),
    "tile map": lambda title: charts.tile_map(
        [charts.Tile(0, 0, "A<b>", "3", 1), charts.Tile(1, 2, "B", "", None)], title
    ),
    "sums": lambda title: charts.sums(95, [35, 40, 10], title),
    "small bars": lambda title: charts.small_bars([1, None, 3], title),
    "swatch": lambda title: charts.swatch(charts.INK, title, hatched=True),
}


@pytest.mark.parametrize("kind", DRAWINGS)
def test_a_drawing_is_sound_and_begins_with_its_text_alternative(kind: str) -> None:
    drawing = ElementTree.fromstring(DRAWINGS[kind]("Қыз & <ұл>"))
    assert drawing.tag == f"{SVG}svg"
    assert drawing.get("role") == "img"
    assert drawing[0].tag == f"{SVG}title"
    assert drawing[0].text == "Қыз & <ұл>"
    assert len(drawing) > 1


@pytest.mark.parametrize("kind", DRAWINGS)
def test_a_drawing_carries_no_style_that_a_strict_page_would_refuse(kind: str) -> None:
    assert "style=" not in DRAWINGS[kind]("a")
    assert "<style" not in DRAWINGS[kind]("a")


def test_the_cover_draws_one_dot_for_one_answer() -> None:
    drawing = charts.field_of_dots(178, 421, "a")
    full, empty, _inner = re.findall(r' d="([^"]*)"', drawing)
    assert (full.count("h.01"), empty.count("h.01")) == (178, 243)


def test_a_bar_is_as_long_as_its_share() -> None:
    lengths = [float(x) for x in re.findall(r"h(\d[\d.]*)v", charts.share_bar(1, 4, "a", width=40.2))]
    assert lengths == pytest.approx([40, 10])


def test_pieces_of_a_bar_keep_their_proportions() -> None:
    drawing = charts.stacked_bar([(30, charts.INK), (10, charts.JUDGED[1])], "a", width=40)
    dark, light = (float(x) for x in re.findall(r"h(\d[\d.]*)v", drawing))
    assert dark == pytest.approx(3 * light, abs=0.03)


def test_a_hidden_share_is_a_diamond_not_a_dot() -> None:
    shown, hidden = charts.DotPlot([50, 50], "a").svg(), charts.DotPlot([50, None], "a").svg()
    assert shown.count("h.01") == 2
    assert hidden.count("h.01") == 1
    assert hidden.count("l0.9 0.9") == 1
    assert "l0.9 0.9" not in shown


def test_the_gap_of_a_sum_is_hatched_and_one_without_a_gap_is_not() -> None:
    assert charts.GAP in charts.sums(95, [85], "a")
    assert charts.GAP not in charts.sums(95, [85, 10], "a")


def test_states_differ_in_form_not_only_in_colour() -> None:
    forms = {state: charts.unit(state, "a") for state in ("implemented", "partly", "not", "not_checked", "overtaken")}
    assert len(set(forms.values())) == 5
    assert {ink for form in forms.values() for ink in re.findall(r"#[0-9a-f]{6}", form)} == {charts.INK, charts.WHITE}


def test_the_same_description_gives_the_same_drawing() -> None:
    for make in DRAWINGS.values():
        assert make("a") == make("a")

"""The look: one place for colours, both dark blocks equal, contrasts as promised, forms tied to their words."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from ombudsman.specimens import SpecimenForm

CSS = Path(settings.BASE_DIR) / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")


def block(start: str) -> dict[str, str]:
    body = TOKENS[TOKENS.index(start) :]
    return dict(re.findall(r"--([a-z-]+):\s*([^;]+);", body[: body.index("}")]))


LIGHT, DARK = block(":root {"), block(':root:not([data-theme="light"])')


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_both_dark_blocks_are_equal():
    assert len(DARK) > 15
    assert block(':root[data-theme="dark"]') == DARK


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("words", "ground", "least"),
    [
        ("ink", "paper", 7),
        ("ink", "shade", 7),
        ("ink-soft", "paper", 7),
        ("ink-soft", "shade", 7),
        ("ink-soft", "deep", 4.5),
        ("kok", "paper", 7),
        ("kok", "kok-tint", 4.5),
        ("on-kok", "kok", 7),
        ("tulip", "paper", 7),
        ("tulip", "tulip-tint", 7),
        ("grain", "paper", 4.5),
        ("grain", "grain-tint", 4.5),
        ("ink", "grain-tint", 7),
        ("edge", "paper", 3),
        ("edge", "shade", 3),
        ("iris", "paper", 3),
        ("iris", "shade", 3),
        ("chart-met", "paper", 3),
        ("chart-not", "paper", 3),
    ],
)
def test_words_stand_out_from_their_ground(theme, words, ground, least):
    colours = {**LIGHT, **theme}
    assert contrast(colours[words], colours[ground]) >= least


def test_no_other_stylesheet_names_a_colour():
    for sheet in CSS.glob("*.css"):
        if sheet.name != "tokens.css":
            body = re.sub(r"/\*.*?\*/|@media print \{.*", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
            assert not re.search(r"#[0-9a-f]{3,8}\b(?![^{]*\{)|rgba?\(|hsla?\(", body), sheet.name


def test_every_fault_and_hint_is_tied_to_its_control():
    form = str(SpecimenForm({"children": "43?", "arrival": "-"}))
    for tied in re.findall(r'aria-describedby="([^"]+)"', form):
        for name in tied.split():
            assert form.count(f'id="{name}"') == 1, name
    for target in re.findall(r'<a href="#([^"]+)"', form):
        assert form.count(f'id="{target}"') == 1, target
    for target in re.findall(r'<label[^>]* for="([^"]+)"', form):
        assert form.count(f'id="{target}"') == 1, target


def test_typed_text_is_kept_and_faults_are_counted():
    form = str(SpecimenForm({"children": "43?", "arrival": "-", "note": "a <b> c"}))
    assert 'value="43?"' in form
    assert "a &lt;b&gt; c" in form
    assert "5 things to put right" in form

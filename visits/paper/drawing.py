"""What is drawn on a printed page rather than written: boxes, lines, diamonds, corner marks, the QR code, the visit's code.

Drawn from the plan alone, straight into the finished PDF, so what is printed stands where the plan says. Nothing drawn is
read aloud: it is marked as artifact. Digits and letters are outlines of our own font.
"""

import io
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from ombudsman.pdf import font_file

from . import grid
from .grid import Box, Rule, Sheet

POINTS = 72 / 25.4
FRAME = 0.3  # how thick the frame of a box is; its outer edge is the plan's
DIGIT = 2.6  # height of a capital in a box
LETTER = 1.95  # height of a capital of the visit's code
GREY = 0.42
FONT = "fonts/IBMPlexSans-Regular.woff2"


def draw(written: bytes, sheets: Sequence[Sheet], *, codes: Sequence[str], name: str) -> bytes:
    """The PDF with everything drawn on it. `codes`: what each page's QR code says; `name`: the words before and of the
    visit's short code, empty for sheets of no visit. The same input gives the same bytes.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(written)) as pdf:
        forms = {digit: _as_form(pdf, str(digit)) for digit in sorted(_digits(sheets))}
        for page, sheet, code in zip(pdf.pages, sheets, codes, strict=True):
            for digit in {box.digit for box in sheet.boxes if box.digit}:
                page.add_resource(forms[digit], pikepdf.Name.XObject, pikepdf.Name(f"/Digit{digit}"))
            page.contents_add(operators(sheet, code, name).encode(), prepend=True)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def operators(sheet: Sheet, code: str, name: str) -> str:
    """What draws one side, in millimetres from the upper left corner (the page's own measure turns over and grows)."""
    boxes = [box for box in sheet.boxes if box.part != "note"]
    words = ["q", "/Artifact BMC", f"{POINTS:.6f} 0 0 {-POINTS:.6f} 0 {grid.HEIGHT * POINTS:.4f} cm"]
    words += [_rule(rule) for rule in sheet.rules if not rule.dotted]
    words += ["q 1 J [0.01 1] 0 d", *(_rule(rule) for rule in sheet.rules if rule.dotted), "Q"]
    words += [f"{FRAME} w", *map(_frame, boxes), "S"] if boxes else []
    words += [_diamond(x, y) for x, y in sheet.diamonds]
    words += [_square(x - grid.MARK / 2, y - grid.MARK / 2, grid.MARK) for x, y in grid.MARKS]
    words += [*_qr(code, *grid.QR), "f"]
    words += [*_writing(name, 18.0, grid.FOOT_AT + 2.6, LETTER), "f"] if name else []
    words += [f"{GREY} g", *(_digit(box) for box in boxes if box.digit), "EMC", "Q"]
    return "\n".join(words) + "\n"


def _digits(sheets: Iterable[Sheet]) -> set[int]:
    return {box.digit for sheet in sheets for box in sheet.boxes if box.digit}


def _frame(box: Box) -> str:
    """The frame lies inside the box: its outer edges are the plan's."""
    half = FRAME / 2
    return f"{box.x + half:.3f} {box.y + half:.3f} {box.w - FRAME:.3f} {box.h - FRAME:.3f} re"


def _rule(rule: Rule) -> str:
    return f"{rule.thick * (2 if rule.dotted else 1):g} w {rule.x:g} {rule.y:g} m {rule.x + rule.w:g} {rule.y:g} l S"


def _square(x: float, y: float, size: float) -> str:
    return f"{x:g} {y:g} {size:g} {size:g} re"


def _diamond(x: float, y: float, half: float = 1.7) -> str:
    return f"{x:g} {y - half:g} m {x + half:g} {y:g} l {x:g} {y + half:g} l {x - half:g} {y:g} l h"


def _qr(text: str, left: float, top: float, size: float) -> Iterable[str]:
    """The QR code as runs of dark modules."""
    rows = qr_modules(text)
    step = size / len(rows)
    for y, row in enumerate(rows):
        for x, length in _runs(row):
            yield f"{left + x * step:.3f} {top + y * step:.3f} {length * step:.3f} {step:.3f} re"


def qr_modules(text: str) -> list[list[bool]]:
    """The modules of the code, dark = true, without its quiet border."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode

    code: Any = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def _runs(row: Iterable[bool]) -> Iterable[tuple[int, int]]:
    """Where dark runs of a row begin, and how long each is."""
    start = None
    for place, dark in enumerate([*row, False]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place - start
            start = None


@cache
def _font() -> Any:
    from fontTools.ttLib import TTFont

    return TTFont(io.BytesIO(font_file(FONT)))


@cache
def _outline(letter: str) -> tuple[float, list[tuple[str, tuple[tuple[float, float], ...]]]]:
    """Width and outline of a letter, in capitals high: cubic curves only."""
    from fontTools.pens.basePen import decomposeQuadraticSegment
    from fontTools.pens.recordingPen import DecomposingRecordingPen

    font = _font()
    glyphs, name = font.getGlyphSet(), font.getBestCmap()[ord(letter)]
    pen, tall = DecomposingRecordingPen(glyphs), font["OS/2"].sCapHeight
    glyphs[name].draw(pen)
    steps: list[tuple[str, tuple[tuple[float, float], ...]]] = []
    here = (0.0, 0.0)
    for act, points in pen.value:
        if act == "qCurveTo":
            for middle, end in decomposeQuadraticSegment(points):
                first = tuple(a + (b - a) * 2 / 3 for a, b in zip(here, middle, strict=True))
                second = tuple(a + (b - a) * 2 / 3 for a, b in zip(end, middle, strict=True))
                steps.append(("c", (first, second, end)))
                here = end
        elif points:
            steps.append(({"moveTo": "m", "lineTo": "l", "curveTo": "c"}[act], points))
            here = points[-1]
        else:
            steps.append(("h", ()))
    scaled = [(act, tuple((x / tall, y / tall) for x, y in points)) for act, points in steps]
    return glyphs[name].width / tall, scaled


def _path(letter: str, x: float, y: float, size: float) -> Iterable[str]:
    """A letter standing on the line y, in a measure that grows downwards."""
    for act, points in _outline(letter)[1]:
        numbers = " ".join(f"{x + a * size:.3f} {y - b * size:.3f}" for a, b in points)
        yield f"{numbers} {act}"


def _writing(text: str, x: float, y: float, size: float) -> Iterable[str]:
    for letter in text:
        yield from _path(letter, x, y, size)
        x += _outline(letter)[0] * size


def _as_form(pdf: Any, letter: str) -> Any:
    """A digit as a small picture of its own, drawn as often as needed."""
    import pikepdf

    body = "\n".join([*_path(letter, 0, 0, DIGIT), "f"])
    wide = _outline(letter)[0] * DIGIT
    return pdf.make_stream(
        body.encode(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=[-1, -DIGIT - 1, round(wide + 1, 3), 1],
    )


def _digit(box: Box) -> str:
    """A box's digit, in its middle."""
    wide = _outline(str(box.digit))[0] * DIGIT
    x, y = box.x + (box.w - wide) / 2, box.y + (box.h + DIGIT) / 2
    return f"q 1 0 0 1 {x:.3f} {y:.3f} cm /Digit{box.digit} Do Q"

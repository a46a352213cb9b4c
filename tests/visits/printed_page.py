"""Reads a finished PDF as paper: frames from its drawing operators, and the ink of a page from its picture."""

import io
from typing import Any

import numpy as np
import pikepdf
import pypdfium2

from visits.paper.drawing import FRAME, POINTS
from visits.paper.grid import HEIGHT

DOTS = 12  # to the millimetre


def frames(written: bytes) -> list[set[tuple[float, float, float, float]]]:
    """Every stroked rectangle by page: left, top, width, height of its outer edge, in millimetres from the upper left."""
    with pikepdf.open(io.BytesIO(written)) as pdf:
        return [_frames(page) for page in pdf.pages]


def _frames(page: Any) -> set[tuple[float, float, float, float]]:
    found, waiting, scale = set(), [], [(1.0, 1.0, 0.0, 0.0)]
    for operands, operator in pikepdf.parse_content_stream(page):
        name, numbers = str(operator), [float(one) for one in operands] if str(operator) in ("cm", "re") else []
        if name == "q":
            scale.append(scale[-1])
        elif name == "Q":
            scale.pop()
        elif name == "cm":
            a, _b, _c, d, e, f = numbers
            x, y, left, up = scale[-1]
            scale[-1] = (x * a, y * d, left + e * x, up + f * y)
        elif name == "re":
            waiting.append(_outer(scale[-1], numbers))
        elif name == "S":
            found |= set(waiting)
            waiting = []
        elif name in ("f", "n", "W"):
            waiting = []
    return found


def _outer(scale: tuple[float, float, float, float], box: list[float]) -> tuple[float, float, float, float]:
    """A rectangle of the content in millimetres from the upper left corner, with its line."""
    x, y, left, up = scale
    a, b, w, h = box
    first, last = (left + a * x) / POINTS, (left + (a + w) * x) / POINTS
    top, bottom = (HEIGHT - (up + b * y) / POINTS, HEIGHT - (up + (b + h) * y) / POINTS)
    return (
        round(min(first, last) - FRAME / 2, 2),
        round(min(top, bottom) - FRAME / 2, 2),
        round(abs(last - first) + FRAME, 2),
        round(abs(bottom - top) + FRAME, 2),
    )


def ink(written: bytes, page: int) -> Any:
    """The page as an array of darkness, 0 white to 1 black, DOTS to the millimetre."""
    document = pypdfium2.PdfDocument(written)
    picture = document[page - 1].render(scale=DOTS * 25.4 / 72, grayscale=True).to_numpy()
    return 1 - np.asarray(picture, dtype=float).reshape(picture.shape[0], picture.shape[1]) / 255


def darkness(picture: Any, x: float, y: float, half: float = 0.1) -> float:
    """How dark a small square around this point is."""
    top, bottom = round((y - half) * DOTS), round((y + half) * DOTS) + 1
    left, right = round((x - half) * DOTS), round((x + half) * DOTS) + 1
    return float(picture[top:bottom, left:right].mean())


def words(written: bytes) -> list[str]:
    """The text of every page, read back."""
    document = pypdfium2.PdfDocument(written)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]

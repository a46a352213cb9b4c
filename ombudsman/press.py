"""What makes the printer quick: it does work for every element of a page that nothing of ours needs. Used by pdf only.

The pages stay the same; a test prints a book both ways. Each saving is a tenth to a fifth of the processor's time.
"""

import gc
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any


def page(weasyprint: Any, html: str, **where: Any) -> Any:
    """The page with the printer's own style sheet, without its rules for the parts that every element might have.

    Notes at the foot and list marks are styled for each element of a page before anybody asks whether it has one: six of
    seven computed styles. Nothing that we print has either.
    """

    class Page(weasyprint.HTML):  # type: ignore[misc]
        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
            return [_plain_sheet(weasyprint)]

    return Page(string=html, **where)


@cache
def _plain_sheet(weasyprint: Any) -> Any:
    sheet = (Path(weasyprint.__file__).parent / "css" / "html5_ua.css").read_text(encoding="utf-8")
    return weasyprint.CSS(string=re.sub(r"^::[a-z-]+ {[^}]*}$", "", sheet, flags=re.MULTILINE))


# What is changed while something is printed is changed for everybody: two at once would not leave it as they found it.
_ALONE = Lock()


@contextmanager
def quick(weasyprint: Any) -> Iterator[None]:
    """While a book is printed: straight lines are drawn as lines, nothing is packed twice, and nobody looks for rubbish among
    living boxes. Whoever else prints in this process waits.

    The printer draws one side of a cell by cutting it out of two nested shapes. A book has four thousand of them.
    """
    with _ALONE:
        yield from _quickly(weasyprint)


def _quickly(weasyprint: Any) -> Iterator[None]:
    collecting = gc.isenabled()
    drawing, file = weasyprint.draw, weasyprint.pdf.pydyf.PDF
    careful, twice = drawing.draw_border, file.write
    drawing.draw_border = lambda stream, box: _line(drawing, stream, box) or careful(stream, box)
    file.write = _packing_once(weasyprint.pdf.pydyf.Stream, twice)
    gc.disable()
    try:
        yield
    finally:
        drawing.draw_border, file.write = careful, twice
        if collecting:
            gc.enable()


def _packing_once(stream: Any, write: Callable[..., None]) -> Callable[..., None]:
    """Writes a file as `write` does. That packs every page and font where it stands, and once more for the file's number."""

    def once(pdf: Any, *where: Any, **how: Any) -> None:
        packed: dict[Any, bytes] = {}
        pack = stream.data

        def data(part: Any) -> bytes:
            if part not in packed:
                packed[part] = pack.fget(part)
            return packed[part]

        stream.data = property(data)
        try:
            write(pdf, *where, **how)
        finally:
            stream.data = pack

    return once


def _line(drawing: Any, stream: Any, box: Any) -> bool:
    """Draws the border of a box with one plain horizontal side; False, and nothing drawn, for any other box."""
    above, below = box.border_top_width, box.border_bottom_width
    if bool(above) == bool(below) or box.border_left_width or box.border_right_width:
        return False
    side, width = ("top", above) if above else ("bottom", below)
    style = box.style
    if style["visibility"] != "visible" or style[f"border_{side}_style"] != "solid":
        return False
    if (
        style["border_image_source"][0] != "none"
        or style["column_rule_width"]
        or any(map(any, box.rounded_border_box()[4:]))
    ):
        return False
    y = box.border_box_y() + (0 if above else box.border_height() - width)
    with stream.artifact(), stream.stacked():
        stream.set_color(drawing.color.get_color(style, f"border_{side}_color"))
        stream.rectangle(box.border_box_x(), y, box.border_width(), width)
        stream.fill()
    return True

"""The grid of a printed sheet, in millimetres from its upper left corner: marks, boxes, lines, places of text. Pure.

A plan is made of `Sheet`s. A block is what must not be torn apart by the end of a page; `fill` sets blocks on sheets.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

WIDTH, HEIGHT = 210.0, 297.0
LEFT, RIGHT, TOP, BOTTOM = 15.0, 195.0, 29.0, 281.0
# Centres of the four corner marks, clockwise from the upper left, and how large each square is.
MARKS = ((10.0, 10.0), (200.0, 10.0), (200.0, 287.0), (10.0, 287.0))
MARK = 5.0
QR = (170.0, 8.0, 18.0)  # left, top, size
FOOT_AT = 284.6

ANSWER, SMALL = 6.5, 5.0  # sides of a box: an answer, a source of evidence or a child's choice
COMB_WIDTH, COMB_HEIGHT = 5.2, 6.5


@dataclass(frozen=True)
class Text:
    """A place for a text: `key` says which, `kind` how it is set."""

    key: str
    kind: str
    x: float
    y: float
    w: float


@dataclass(frozen=True)
class Box:
    """A box to be filled by hand. `part`: answer, source, number (choice = place of the digit) or note (no frame)."""

    part: str
    code: str
    choice: str
    x: float
    y: float
    w: float
    h: float
    # The key that stands for it on the keyboard; printed in the box.
    digit: int = 0


@dataclass(frozen=True)
class Rule:
    """A horizontal line."""

    x: float
    y: float
    w: float
    thick: float = 0.15
    # A line to write on.
    dotted: bool = False


@dataclass
class Block:
    """What stays together, measured from its own upper left corner."""

    height: float = 0.0
    texts: list[Text] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    # Where black diamonds stand (centres).
    diamonds: list[tuple[float, float]] = field(default_factory=list)
    # A heading stays with what follows.
    stays: bool = False


@dataclass
class Sheet:
    """One printed side."""

    page: int
    texts: list[Text] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    diamonds: list[tuple[float, float]] = field(default_factory=list)

    def take(self, block: Block, x: float, y: float) -> None:
        """Sets a block with its corner at this place."""
        self.texts += [Text(t.key, t.kind, _mm(t.x + x), _mm(t.y + y), t.w) for t in block.texts]
        self.boxes += [
            Box(b.part, b.code, b.choice, _mm(b.x + x), _mm(b.y + y), b.w, b.h, b.digit) for b in block.boxes
        ]
        self.rules += [Rule(_mm(r.x + x), _mm(r.y + y), r.w, r.thick, r.dotted) for r in block.rules]
        self.diamonds += [(_mm(a + x), _mm(b + y)) for a, b in block.diamonds]

    def lines(self) -> list[tuple[str, str]]:
        """What stands on this side, in printed order: ("section", code) and ("row", code of an indicator or question)."""
        found = []
        for text in self.texts:
            code, _dot, part = text.key.partition(".")
            if part == "section":
                found.append(("section", code))
            elif part == "number":
                found.append(("row", code))
        return found

    def codes(self) -> list[str]:
        """Codes of the indicators or questions on this side, in printed order."""
        return [code for kind, code in self.lines() if kind == "row"]


def _mm(value: float) -> float:
    return round(value, 3)


def fill(blocks: Sequence[Block], *, columns: Sequence[float], head: Block | None = None) -> list[Sheet]:
    """Sets blocks on sheets, column by column; `head` stands over all columns of the first. A block is never torn."""
    sheets = [Sheet(1)]
    top = TOP
    if head is not None:
        sheets[0].take(head, LEFT, TOP)
        top += head.height
    column, y = 0, top
    for chain in _chains(blocks):
        height = sum(block.height for block in chain)
        if y > top and y + height > BOTTOM:
            column, y = column + 1, top
            if column == len(columns):
                sheets.append(Sheet(len(sheets) + 1))
                column, top = 0, TOP
                y = top
        for block in chain:
            sheets[-1].take(block, columns[column], y)
            y += block.height
    return sheets


def _chains(blocks: Iterable[Block]) -> Iterable[list[Block]]:
    """Headings together with the block that follows them."""
    chain: list[Block] = []
    for block in blocks:
        chain.append(block)
        if not block.stays:
            yield chain
            chain = []
    if chain:
        yield chain


def as_json(sheets: Iterable[Sheet]) -> list[dict[str, Any]]:
    """As a SheetPlan keeps it."""
    return [
        {
            **asdict(sheet),
            "diamonds": [list(place) for place in sheet.diamonds],
            "marks": [list(mark) for mark in MARKS],
            "qr": list(QR),
        }
        for sheet in sheets
    ]


def from_json(pages: Iterable[Mapping[str, Any]]) -> list[Sheet]:
    """The sheets of a SheetPlan."""
    return [
        Sheet(
            page=page["page"],
            texts=[Text(**text) for text in page["texts"]],
            boxes=[Box(**box) for box in page["boxes"]],
            rules=[Rule(**rule) for rule in page["rules"]],
            diamonds=[(x, y) for x, y in page["diamonds"]],
        )
        for page in pages
    ]

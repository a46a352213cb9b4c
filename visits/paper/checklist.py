"""The printed checklist: one row per indicator, numbers as on the screen, answers always in the same places.

`lines_of` gives the texts, `lay_out` their places once the heights are known. Reads an edition's rows; writes nothing.
"""

from collections.abc import Mapping, Sequence

from django.utils.html import format_html
from django.utils.translation import gettext as _

from ..kinds import SOURCES
from ..models import Edition, Indicator
from . import grid, wording
from .grid import Block, Box, Rule, Sheet, Text
from .wording import Line, plain

GUTTER = 14.5
BODY = grid.RIGHT - grid.LEFT - GUTTER
WORD_GAP = 1.6
# Kazakh and Russian words set the widths of the cells; those of the answers fill the body.
ANSWER_CELLS = (26.5, 27.5, 28.0, 31.0, 26.0, 26.5)
SOURCE_CELLS = (26.5, 19.0, 23.5, 21.0, 17.0)
WHOLE, DECIMAL = 6, 2
COMMA = 2.6
COMB = (WHOLE + DECIMAL) * grid.COMB_WIDTH + COMMA
MEASURE = BODY - COMB - 4
NOTE_STEP = 7.4
NOTE_WORD = 13.0


def cells_of(choices: int) -> Sequence[float]:
    """How wide the cell of each answer is: six as their words need it, any other number in equal parts."""
    return ANSWER_CELLS if choices == len(ANSWER_CELLS) else [BODY / choices] * choices


def lines_of(edition: Edition, family: str) -> dict[str, Line]:
    """Every text of the checklist for this family, by key, in the language that is active."""
    scale = list(edition.choices.filter(question=None).order_by("order"))
    cells = cells_of(len(scale))
    lines = {
        "title": plain(edition.instrument.title, "title", 140),
        **{f"how.{place}": plain(text, "how", BODY) for place, text in enumerate(wording.how_to_fill_a_checklist())},
        **{
            f"scale.{choice.code}": plain(choice.label, "label", width - grid.ANSWER - WORD_GAP)
            for choice, width in zip(scale, cells, strict=True)
        },
        **{
            f"source.{code}": plain(label, "label", width - grid.SMALL - WORD_GAP)
            for code, label, width in zip(SOURCES, wording.sources(), SOURCE_CELLS, strict=True)
        },
        "note": plain(_("Note"), "label", NOTE_WORD),
        "comma": plain(",", "comma", COMMA),
    }
    for section in edition.sections.order_by("order"):
        lines[f"{section.code}.section"] = plain(f"{section.order}. {section.title}", "section", grid.RIGHT - grid.LEFT)
    for row in indicators_of(edition):
        lines[f"{row.code}.number"] = plain(row.printed_number, "number", GUTTER)
        lines[f"{row.code}.statement"] = _statement(row, family)
        if row.measure_key and row.applies(family):
            lines[f"{row.code}.measure"] = _measure(row)
    return lines


def indicators_of(edition: Edition) -> list[Indicator]:
    """The indicators in printed order."""
    return list(edition.indicators.select_related("section").order_by("section__order", "order"))


def _statement(row: Indicator, family: str) -> Line:
    if not row.applies(family):
        why = _("Does not apply to this kind of place.")
        return Line(format_html("{} <b>{}</b>", row.statement, why), "folded", BODY)
    if row.critical:
        return Line(format_html("{} <b>{}</b>", row.statement, _("Critical indicator")), "statement", BODY)
    return plain(row.statement, "statement", BODY)


def _measure(row: Indicator) -> Line:
    if row.computed:
        return plain(_("“%(measure)s” is counted from the interviews.") % {"measure": row.measure}, "measure", BODY)
    if row.measure_unit:
        return Line(format_html("{} <b>({})</b>", row.measure, row.measure_unit), "measure", MEASURE)
    return plain(row.measure, "measure", MEASURE)


def lay_out(edition: Edition, family: str, heights: Mapping[str, float]) -> list[Sheet]:
    """The sheets of this edition for this family, from the heights of its texts."""
    scale = list(edition.choices.filter(question=None).order_by("order").values_list("code", flat=True))
    blocks: list[Block] = []
    section = None
    for row in indicators_of(edition):
        if row.section_id != section:
            section = row.section_id
            blocks.append(_heading(f"{row.section.code}.section", heights, first=not blocks))
        blocks.append(_row(row, scale, heights) if row.applies(family) else _folded(row, heights))
    return grid.fill(blocks, columns=[grid.LEFT], head=instructions(heights))


def instructions(heights: Mapping[str, float]) -> Block:
    """The title and how the sheet is filled, over the first page."""
    block = Block()
    for key in (name for name in heights if name.startswith("how.")):
        block.texts += [Text(key, "how", GUTTER, block.height, BODY)]
        block.rules += [Rule(GUTTER - 3.4, block.height + 1.9, 1.6, 0.3)]
        block.height += heights[key] + 0.9
    block.height += 2.5
    return block


def _heading(key: str, heights: Mapping[str, float], *, first: bool) -> Block:
    space = 0.0 if first else 3.0
    return Block(
        height=space + heights[key] + 4.2,
        texts=[Text(key, "section", 0, space + 2.2, grid.RIGHT - grid.LEFT)],
        rules=[Rule(0, space, grid.RIGHT - grid.LEFT, 0.5)],
        stays=True,
    )


def _folded(row: Indicator, heights: Mapping[str, float]) -> Block:
    """An indicator that does not apply here keeps its number, so that paper and screen count alike."""
    return Block(
        height=heights[f"{row.code}.statement"] + 3.0,
        texts=[
            Text(f"{row.code}.number", "number", 0, 1.3, GUTTER),
            Text(f"{row.code}.statement", "folded", GUTTER, 1.5, BODY),
        ],
        rules=[Rule(0, 0, grid.RIGHT - grid.LEFT)],
    )


def _row(row: Indicator, scale: Sequence[str], heights: Mapping[str, float]) -> Block:
    block = Block(rules=[Rule(0, 0, grid.RIGHT - grid.LEFT)])
    y = 1.9
    block.texts += [
        Text(f"{row.code}.number", "number", 0, y, GUTTER),
        Text(f"{row.code}.statement", "statement", GUTTER, y, BODY),
    ]
    if row.critical:
        block.diamonds.append((GUTTER - 2.6, y + 2.2))
    y += heights[f"{row.code}.statement"] + 1.5
    x = GUTTER
    for place, (choice, width) in enumerate(zip(scale, cells_of(len(scale)), strict=True)):
        block.boxes.append(Box("answer", row.code, choice, x, y, grid.ANSWER, grid.ANSWER, place + 1))
        block.texts.append(_beside(f"scale.{choice}", x, y, grid.ANSWER, width, heights))
        x += width
    y += grid.ANSWER + 1.6
    if f"{row.code}.measure" in heights:
        y += _number(block, row, y, heights)
    return _evidence(block, row, y, heights)


def _beside(key: str, x: float, y: float, side: float, cell: float, heights: Mapping[str, float]) -> Text:
    """The word of a box, on its middle line."""
    return Text(key, "label", x + side + WORD_GAP, y + (side - heights[key]) / 2, cell - side - WORD_GAP)


def _number(block: Block, row: Indicator, y: float, heights: Mapping[str, float]) -> float:
    """The measurement: its name, and a comb. Gives the height taken."""
    key = f"{row.code}.measure"
    if row.computed:
        block.texts.append(Text(key, "measure", GUTTER, y, BODY))
        return heights[key] + 1.4
    height = max(heights[key], grid.COMB_HEIGHT)
    block.texts.append(Text(key, "measure", GUTTER, y + (height - heights[key]) / 2, MEASURE))
    x, top = GUTTER + BODY - COMB, y + (height - grid.COMB_HEIGHT) / 2
    for place in range(WHOLE + DECIMAL):
        name = f"whole{WHOLE - place}" if place < WHOLE else f"decimal{place - WHOLE + 1}"
        if place == WHOLE:
            block.texts.append(Text("comma", "comma", x, top + 0.6, COMMA))
            x += COMMA
        block.boxes.append(Box("number", row.code, name, x, top, grid.COMB_WIDTH, grid.COMB_HEIGHT))
        x += grid.COMB_WIDTH
    return height + 1.6


def _evidence(block: Block, row: Indicator, y: float, heights: Mapping[str, float]) -> Block:
    """Sources and the first line of the note side by side, the second line below."""
    x = GUTTER
    for place, (source, width) in enumerate(zip(SOURCES, SOURCE_CELLS, strict=True)):
        block.boxes.append(Box("source", row.code, source, x, y, grid.SMALL, grid.SMALL, place + 1))
        block.texts.append(_beside(f"source.{source}", x, y, grid.SMALL, width, heights))
        x += width
    block.texts.append(Text("note", "label", x, y + (grid.SMALL - heights["note"]) / 2, NOTE_WORD))
    first, second, end = y + grid.SMALL, y + grid.SMALL + NOTE_STEP, GUTTER + BODY
    block.rules += [
        Rule(x + NOTE_WORD, first, end - x - NOTE_WORD, dotted=True),
        Rule(GUTTER, second, BODY, dotted=True),
    ]
    block.boxes.append(Box("note", row.code, "", GUTTER, first, BODY, NOTE_STEP))
    block.height = second + 2.6
    return block

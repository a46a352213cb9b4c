"""The printed child questionnaire: two columns, a box for every answer, and with which question to go on.

`lines_of` gives the texts, `lay_out` their places once the heights are known. Reads an edition's rows; writes nothing.
"""

from collections.abc import Mapping

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ..models import Choice, Edition
from ..questionnaire import Asked, points_to_say, questions_for
from . import checklist, grid, wording
from .checklist import WORD_GAP, instructions
from .grid import Block, Box, Rule, Sheet, Text
from .wording import Line, plain

COLUMN = 86.0
COLUMNS = (grid.LEFT, grid.RIGHT - COLUMN)
GUTTER = 8.0
BODY = COLUMN - GUTTER
HALF = BODY / 2
TOP = 1.6
STEP = 6.8  # from one box to the next below it
TWO_LINES = 6.6  # no answer of two lines is higher


def lines_of(edition: Edition, family: str) -> dict[str, Line]:
    """Every text of the questionnaire for this family, by key, in the language that is active."""
    questions = questions_for(edition, family)
    said = points_to_say(edition)
    lines = {
        "title": plain(edition.instrument.title, "title", 140),
        **{
            f"how.{place}": plain(text, "how", checklist.BODY)
            for place, text in enumerate(wording.how_to_fill_a_talk())
        },
        **{f"how.say{place}": plain(text, "how", checklist.BODY) for place, text in enumerate(said)},
    }
    numbers = {one.question.code: one.question.order for one in questions}
    for one in questions:
        code = one.question.code
        lines[f"{code}.number"] = plain(one.question.order, "number", GUTTER)
        lines[f"{code}.text"] = plain(one.question.text, "question", BODY)
        if remark := _remark(one, numbers):
            lines[f"{code}.remark"] = Line(remark, "remark", BODY)
        for choice in one.choices:
            onward = goes_on_with(questions, one, choice)
            text = format_html("{} <b>→ {}</b>", choice.label, onward) if onward else format_html("{}", choice.label)
            lines[f"{code}.{choice.code}"] = Line(text, "choice", HALF - grid.SMALL - WORD_GAP)
            lines[f"{code}.{choice.code}.wide"] = Line(text, "choice", BODY - grid.SMALL - WORD_GAP)
    return lines


def _remark(one: Asked, numbers: Mapping[str, int]) -> SafeString:
    """What stands below a question: when it is asked, whether several answers are possible, the help for the interviewer."""
    when, remarks = "", []
    if one.only_if:
        opener, answers = one.only_if
        words = {"number": numbers[opener.code], "answers": ", ".join(answers)}
        when = _("Only if %(number)s was answered: %(answers)s.") % words
    if one.multiple:
        remarks.append(_("Several answers are possible."))
    if one.question.sensitive:
        remarks.append(f"{_('Sensitive')}.")
    remarks.append(str(one.question.help).strip())
    rest = " ".join(filter(None, remarks))
    return format_html("<b>{}</b> {}", when, rest) if when else format_html("{}", rest)


def goes_on_with(questions: list[Asked], one: Asked, choice: Choice) -> int | None:
    """The number to go on with after this answer, where it leads past the next question; None where it does not.

    Passed are the questions right after this one that hang on it and are closed by this answer.
    """
    place = questions.index(one)
    following = questions[place + 1 :]
    passed = 0
    for later in following:
        rule = later.question.ask_if
        if not rule or rule["question"] != one.question.code or choice.code in rule["choices"]:
            break
        passed += 1
    if not passed or passed == len(following):
        return None
    return following[passed].question.order


def lay_out(edition: Edition, family: str, heights: Mapping[str, float]) -> list[Sheet]:
    """The sheets of this edition for this family, from the heights of its texts."""
    blocks = [_question(one, heights) for one in questions_for(edition, family)]
    return grid.fill(blocks, columns=COLUMNS, head=instructions(heights))


def _question(one: Asked, heights: Mapping[str, float]) -> Block:
    code = one.question.code
    block = Block(
        texts=[Text(f"{code}.number", "number", 0, TOP, GUTTER), Text(f"{code}.text", "question", GUTTER, TOP, BODY)],
        rules=[Rule(0, 0, COLUMN)],
    )
    y = TOP + heights[f"{code}.text"]
    if f"{code}.remark" in heights:
        block.texts.append(Text(f"{code}.remark", "remark", GUTTER, y + 0.4, BODY))
        y += 0.4 + heights[f"{code}.remark"]
    y += 1.2
    narrow = all(heights[f"{code}.{choice.code}"] <= TWO_LINES for choice in one.choices)
    columns = 2 if narrow else 1
    rows = -(-len(one.choices) // columns)
    for place, choice in enumerate(one.choices):
        key = f"{code}.{choice.code}" if narrow else f"{code}.{choice.code}.wide"
        x, top = GUTTER + place // rows * HALF, y + place % rows * STEP
        width = (HALF if narrow else BODY) - grid.SMALL - WORD_GAP
        block.boxes.append(Box("answer", code, choice.code, x, top, grid.SMALL, grid.SMALL, place + 1))
        above = top + (grid.SMALL - heights[key]) / 2
        block.texts.append(Text(key, "choice", x + grid.SMALL + WORD_GAP, above, width))
    block.height = y + rows * STEP + 0.6
    return block

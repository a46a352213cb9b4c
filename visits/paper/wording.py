"""Every text on a printed sheet, by its key: the edition's own words in the sheet's language, and the few that are ours.

A text is a `Line`: safe HTML, and the width it is set to when its height is measured.
"""

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ..kinds import SOURCES


@dataclass(frozen=True)
class Line:
    """A text that is measured: what it says, how it is set, how wide."""

    html: SafeString
    kind: str
    w: float


def plain(text: object, kind: str, w: float) -> Line:
    """A line of plain text, escaped."""
    return Line(format_html("{}", text), kind, w)


def how_to_tick() -> list[str]:
    """How a box is ticked and put right: the same on every sheet."""
    return [
        _("Dark pen. One cross in a box: its digit is the key that will be pressed."),
        _("A wrong cross: fill that box completely and put a cross in the right one."),
    ]


def how_to_fill_a_checklist() -> list[str]:
    """What a monitor reads before the first indicator."""
    return [
        *how_to_tick(),
        _("Below the answers: how we know it, several boxes are possible. Then the note: where, when, how many."),
        _("A number: one digit in each box, the last whole digit just before the comma."),
        _("A black diamond: critical indicator. A second person keys it again."),
        _("No name of a child, no phone, no ID number, and not where or when: this sheet may be found by others."),
    ]


def how_to_fill_a_talk() -> list[str]:
    """What an interviewer reads before the first question."""
    return [
        *how_to_tick(),
        _(
            "One talk, one copy; every copy is the same. No name, no date, no place, no number, nothing beside the boxes."
        ),
        _("Any question may be left empty. An arrow says with which question to go on."),
    ]


def sources() -> list[str]:
    """How we know: the words beside the small boxes."""
    return [str(label) for label in SOURCES.values()]

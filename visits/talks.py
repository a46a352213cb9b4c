"""A talk that a device sealed, opened and packed by its edition. Reads only; nothing here knows who or when."""

from typing import Any
from uuid import UUID

from .bundles import Talk
from .editions import Questionnaire, questionnaire
from .layout import UnknownCode
from .sealing import Unreadable, open_sealed


class NoTalk(Exception):
    """What was sent does not open, or is no talk by an edition that was ever published."""


def read_talk(visit: UUID, talk: UUID, sealed: bytes) -> Talk:
    """The talk as a bundle keeps it. Raises NoTalk, whatever the bytes are."""
    try:
        found = open_sealed(sealed, visit, talk)
    except Unreadable:
        raise NoTalk from None
    edition = _edition(found.get("edition"))
    answers, asked = found.get("answers"), found.get("asked")
    if edition is None or not isinstance(answers, dict) or not isinstance(asked, list):
        raise NoTalk
    try:
        return Talk(talk, edition.pk, edition.packing.pack(answers, asked))
    except (UnknownCode, TypeError):
        raise NoTalk from None


def _edition(named: Any) -> Questionnaire | None:
    """Any edition ever published is accepted."""
    if not isinstance(named, list) or len(named) != 2:
        return None
    code, number = named
    if not isinstance(code, str) or isinstance(number, bool) or not isinstance(number, int) or not 0 < number < 32_768:
        return None
    return questionnaire(code, number)

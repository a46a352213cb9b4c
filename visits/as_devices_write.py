"""A delivery read by its types in one go, as devices write it: its talks, if any, named last and nothing wrong with its shape.

Whatever is otherwise is left to `deliveries`, which looks at each part and says what is wrong. Pure.
"""

from itertools import chain
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

from .kinds import SOURCES

FORMAT = 1
LONGEST_TEXT = 10_000
LONGEST_CODE = 60
HIGHEST = 2**31 - 1
# Sealed talks are padded to 8 KiB; nothing that a questionnaire holds comes near this.
LARGEST_TALK = 100_000

_BLANK = b" \t\r\n"
_NAME = b'"talks"'
# What no database can keep; JSON has no other way to write it.
_NOUGHT = b"\\u0000"


class _Answer(msgspec.Struct, tag_field="do", tag="answer"):
    # In the order of deliveries.AnswerChange.
    indicator: Annotated[str, msgspec.Meta(max_length=LONGEST_CODE)]
    base: Annotated[int, msgspec.Meta(ge=0, le=HIGHEST)]
    choice: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_CODE)] | None
    measurement: Any
    note: Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]
    sources: list[str]
    anyway: bool
    confirmed: bool
    origin: Literal["browser", "paper"]
    made: Any


class _Finding(msgspec.Struct, tag_field="do", tag="finding"):
    pass


class _Rating(msgspec.Struct, tag_field="do", tag="rating"):
    pass


class _Concern(msgspec.Struct, tag_field="do", tag="concern"):
    pass


class _Finish(msgspec.Struct, tag_field="do", tag="finish"):
    pass


class _Talk(msgspec.Struct):
    id: str
    # Base64, decoded.
    sealed: bytes


class _Body(msgspec.Struct):
    format: Literal[1]
    id: str
    visit: str
    changes: list[_Answer | _Finding | _Rating | _Concern | _Finish] = []
    device: Any = None
    open: Any = None
    # Talks are cut off before; named again, they would be kept.
    talks: msgspec.UnsetType = msgspec.UNSET


_BODY = msgspec.json.Decoder(_Body)
_TALKS = msgspec.json.Decoder(list[_Talk])


class Written(NamedTuple):
    """What a body says, and the bytes of it that are kept: all but the talks."""

    kept: bytes
    id: str
    visit: str
    device: Any
    opening: Any
    # How many changes there are; of the plain answers among them the places, and row by row the parts of an AnswerChange.
    changes: int
    places: list[int]
    rows: list[tuple[Any, ...]]
    # Number and sealed bytes of each talk.
    talks: list[tuple[str, bytes]]


def _parted(body: bytes) -> tuple[bytes, bytes] | None:
    """A body that ends with its talks: what stands before them, closed to an object of its own, and the talks. Each part is to be
    read alone, so by JSON's grammar the cut can only be between two members of the outermost object. None where it is made
    otherwise.
    """
    at = body.rfind(_NAME)
    if at < 0:
        return None
    before, after = body[:at].rstrip(_BLANK), body[at + len(_NAME) :].strip(_BLANK)
    if not before.endswith(b",") or not after.startswith(b":") or not after.endswith(b"}"):
        return None
    return before[:-1] + b"}", after[1:-1]


def read_whole(body: bytes) -> Written | None:
    """What was written; None where one of its parts must be looked at alone."""
    kept, talks = _parted(body) or (body, b"[]")
    try:
        sent, sealed = _BODY.decode(kept), _TALKS.decode(talks)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    plain = {place: one for place, one in enumerate(sent.changes) if type(one) is _Answer and one.measurement is None}
    if (
        _NOUGHT in kept
        or not SOURCES.keys() >= set(chain.from_iterable([one.sources for one in plain.values()]))
        or any(len(talk.sealed) > LARGEST_TALK for talk in sealed)
    ):
        return None
    return Written(
        kept,
        sent.id,
        sent.visit,
        sent.device,
        sent.open,
        len(sent.changes),
        list(plain),
        list(map(msgspec.structs.astuple, plain.values())),
        [(talk.id, talk.sealed) for talk in sealed],
    )

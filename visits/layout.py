"""Tally layouts: where each answer of an edition stands in the packed bytes, and packing and unpacking (DESIGN decision 10).

Pure but for reading an edition's rows. A layout is written when an edition is published and never changes, so bytes packed
today can be counted for ever. One entry per indicator or question:

    {"code": "SEP-01", "kind": "single", "offset": 6, "width": 1, "codes": {"met": 2, "partly_met": 3, ...}}
    {"code": "Q-14", "kind": "multiple", "offset": 13, "width": 2, "codes": {"hit_or_hurt_me": 0, ...}}

Single: one byte; 0 = never asked, 1 = skipped (asked, nothing chosen), from 2 the choices in their order.
Multiple: a state byte (0 never asked, 1 skipped, 2 answered), then one bit per choice, lowest bit first.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypedDict

import numpy as np

from .models import Edition

NEVER_ASKED, SKIPPED, FIRST = 0, 1, 2
SINGLE, MULTIPLE = "single", "multiple"


class Place(TypedDict):
    """One indicator or question in the layout."""

    code: str
    kind: str
    offset: int
    width: int
    codes: dict[str, int]


Layout = Sequence[Place]


class UnknownCode(ValueError):
    """An answer names an indicator, question or choice that the edition does not have."""


def build_layout(edition: Edition) -> list[Place]:
    """The layout of an edition from its rows, in printed order (section order, then own order)."""
    places: list[Place] = []
    offset = 0
    if edition.instrument.kind == "checklist":
        scale = {
            code: FIRST + place
            for place, code in enumerate(
                edition.choices.filter(question=None).order_by("order").values_list("code", flat=True)
            )
        }
        for code in edition.indicators.order_by("section__order", "order").values_list("code", flat=True):
            places.append({"code": code, "kind": SINGLE, "offset": offset, "width": 1, "codes": scale})
            offset += 1
        return places
    for question in edition.questions.order_by("order").prefetch_related("choices"):
        codes = [choice.code for choice in sorted(question.choices.all(), key=lambda choice: choice.order)]
        if question.kind == MULTIPLE:
            width = 1 + (len(codes) + 7) // 8
            places.append(
                {
                    "code": question.code,
                    "kind": MULTIPLE,
                    "offset": offset,
                    "width": width,
                    "codes": {code: bit for bit, code in enumerate(codes)},
                }
            )
        else:
            width = 1
            places.append(
                {
                    "code": question.code,
                    "kind": SINGLE,
                    "offset": offset,
                    "width": 1,
                    "codes": {code: FIRST + place for place, code in enumerate(codes)},
                }
            )
        offset += width
    return places


def length(layout: Layout) -> int:
    """Bytes of one packed row."""
    return layout[-1]["offset"] + layout[-1]["width"] if layout else 0


def pack(layout: Layout, answers: Mapping[str, str | Collection[str] | None], asked: Collection[str]) -> bytes:
    """One packed row. `answers`: code -> choice code (single), choice codes (multiple) or None/absent; `asked`: the codes
    that were put at all. An answer to something not asked counts as asked. Raises UnknownCode.
    """
    return Packing(layout).pack(answers, asked)


class Packing:
    """A layout made ready for packing many rows."""

    def __init__(self, layout: Layout) -> None:
        self.size = length(layout)
        self.offsets = {place["code"]: place["offset"] for place in layout}
        self.singles = {place["code"]: place["codes"] for place in layout if place["kind"] == SINGLE}
        # Choice -> the byte of its bit, and the bit.
        self.bits = {
            place["code"]: {
                code: (place["offset"] + 1 + bit // 8, 1 << bit % 8) for code, bit in place["codes"].items()
            }
            for place in layout
            if place["kind"] == MULTIPLE
        }

    def pack(self, answers: Mapping[str, str | Collection[str] | None], asked: Collection[str]) -> bytes:
        """As `pack` of this module."""
        row, offsets, singles = bytearray(self.size), self.offsets, self.singles
        if not answers.keys() <= offsets.keys():
            raise UnknownCode(", ".join(sorted(answers.keys() - offsets.keys())))
        for code in asked:
            if code in offsets:
                row[offsets[code]] = SKIPPED
        for code, given in answers.items():
            if not given:
                continue
            try:
                if code in singles:
                    row[offsets[code]] = singles[code][str(given)]
                    continue
                row[offsets[code]] = FIRST
                for choice in [given] if isinstance(given, str) else given:
                    at, bit = self.bits[code][choice]
                    row[at] |= bit
            except KeyError:
                raise UnknownCode(f"{code}: {given}") from None
        return bytes(row)


def unpack(layout: Layout, row: bytes) -> dict[str, str | list[str] | None]:
    """code -> choice code, list of choice codes (multiple), None where skipped. What was never asked is absent."""
    answers: dict[str, str | list[str] | None] = {}
    for place in layout:
        state = row[place["offset"]]
        if state == NEVER_ASKED:
            continue
        if state == SKIPPED:
            answers[place["code"]] = None
        elif place["kind"] == MULTIPLE:
            bits = row[place["offset"] + 1 : place["offset"] + place["width"]]
            answers[place["code"]] = [code for code, bit in place["codes"].items() if bits[bit // 8] >> bit % 8 & 1]
        else:
            answers[place["code"]] = next(code for code, value in place["codes"].items() if value == state)
    return answers


def pack_measurements(codes: Sequence[str], values: Mapping[str, Any]) -> bytes:
    """float64 little-endian per measured indicator code, in the order given; NaN where none."""
    return np.array(
        [float(values[code]) if values.get(code) is not None else np.nan for code in codes], dtype="<f8"
    ).tobytes()

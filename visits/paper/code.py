"""The short code that stands for a visit on paper, and what the QR code of a sheet says. Pure.

A sheet may be lost inside: its code is a part of the visit's random number and tells nothing to anybody who cannot open
the visit here.
"""

from uuid import UUID

# Digits are read aloud and keyed alike in all three languages.
LENGTH = 12
BLANK = "-"


def code_of(visit: UUID) -> str:
    """ "4821-0593-7716": twelve digits of the visit's random number."""
    digits = f"{visit.int % 10**LENGTH:0{LENGTH}d}"
    return "-".join(digits[at : at + 4] for at in range(0, LENGTH, 4))


def qr_text(*, visit: UUID | None, edition: str, family: str, language: str, page: int) -> str:
    """What the QR code of a sheet says, in signs that such a code packs well: "VOC1:482105937716:CHECKLIST.1:COLONY:KK:3"."""
    short = code_of(visit).replace("-", "") if visit else BLANK
    return ":".join(["VOC1", short, edition, family.replace("_", "-"), language, str(page)]).upper()

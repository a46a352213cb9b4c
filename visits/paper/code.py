"""The short code that stands for a visit on paper, and what the QR code of a sheet says. Pure.

A sheet may be lost inside: its code is a part of the visit's random number and tells nothing to anybody who cannot open
the visit here.
"""

from uuid import UUID

# Crockford's letters: none looks like another, read aloud or written by hand.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
BITS = LENGTH * 5
BLANK = "-"


def code_of(visit: UUID) -> str:
    """ "7K3Q-M9XA": the first forty bits of the visit's random number."""
    number = visit.int >> (128 - BITS)
    letters = "".join(LETTERS[number >> shift & 31] for shift in range(BITS - 5, -1, -5))
    return f"{letters[:4]}-{letters[4:]}"


def qr_text(*, visit: UUID | None, edition: str, family: str, language: str, page: int) -> str:
    """What the QR code of a sheet says, in the few signs that such a code packs best: "VOC1:7K3QM9XA:CHECKLIST.1:COLONY:KK:3"."""
    short = code_of(visit).replace("-", "") if visit else BLANK
    return ":".join(["VOC1", short, edition, family.replace("_", "-"), language, str(page)]).upper()

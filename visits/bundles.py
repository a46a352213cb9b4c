"""Sealing the interviews of one member of one visit: shuffled, padded, encrypted (DESIGN: anonymous by construction).

Pure: bytes in, bytes out; the database is the service's. A bundle's plain bytes hold how many rows there are, how long one
is, and the rows: the random number that a device gave the talk, whether it was taken out again, edition, coded answers. No
time, no author. The numbers make a repeated sending harmless and are dropped at submission; what stays are `marks`: hashes,
sorted, tied to no interview. Change this file only with docs/adr/0005 in hand.
"""

import secrets
import struct
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY_BITS = 256
NONCE = 12
HEAD = struct.Struct(">II")
# Number of the talk, 1 = taken out, key of the edition, length of its answers; the answers follow, filled up to one width.
ROW = struct.Struct(">16sBIH")
MARK = 16
# Sizes double from here, so that the length of a bundle tells almost nothing about how many talks there were.
SMALLEST = 8192
_chance = secrets.SystemRandom()


class Unreadable(Exception):
    """A bundle does not open with this key for this visit and member."""


@dataclass(frozen=True)
class Talk:
    """One conversation in a bundle. One that was taken out leaves its number only, so that a repeat does not bring it back."""

    id: uuid.UUID
    edition: int
    packed: bytes
    gone: bool = False


def rows_of(talks: Sequence[Talk]) -> list[bytes]:
    """The talks as rows of one length, in the order given."""
    width = max((len(talk.packed) for talk in talks), default=0)
    return [
        ROW.pack(talk.id.bytes, talk.gone, talk.edition, len(talk.packed)) + talk.packed.ljust(width, b"\0")
        for talk in talks
    ]


def talks_of(rows: Iterable[bytes]) -> list[Talk]:
    """The talks in these rows."""
    found = []
    for row in rows:
        number, gone, edition, size = ROW.unpack_from(row)
        found.append(Talk(uuid.UUID(bytes=number), edition, row[ROW.size : ROW.size + size], bool(gone)))
    return found


def mark_of(visit: uuid.UUID, talk: uuid.UUID) -> bytes:
    """What stays of a talk's number when the bundles are dissolved."""
    return sha256(visit.bytes + talk.bytes).digest()[:MARK]


def join_marks(marks: Collection[bytes]) -> bytes:
    """The marks of a visit, each once, in an order that says nothing."""
    return b"".join(sorted(set(marks)))


def split_marks(joined: bytes | memoryview) -> set[bytes]:
    """The other way."""
    whole = bytes(joined)
    return {whole[at : at + MARK] for at in range(0, len(whole), MARK)}


@lru_cache(maxsize=8)
def _wrapping(*keys: str) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def new_key() -> bytes:
    """A fresh key for one visit."""
    return AESGCM.generate_key(KEY_BITS)


def wrap(key: bytes) -> bytes:
    """The visit's key under the installation's; with the time set to nought, since such a token carries its time."""
    return _wrapping(*settings.BUNDLE_KEYS).encrypt_at_time(key, 0)


def unwrap(wrapped: bytes | memoryview) -> bytes:
    """The visit's key again; older installation keys still open it."""
    return _wrapping(*settings.BUNDLE_KEYS).decrypt(bytes(wrapped))


def shuffled(rows: Sequence[bytes]) -> list[bytes]:
    """The rows in an order that nobody can foresee or repeat."""
    mixed = list(rows)
    _chance.shuffle(mixed)
    return mixed


def padded_size(length: int) -> int:
    """The next of the fixed sizes: 8 KiB, 16 KiB, 32 KiB…"""
    size = SMALLEST
    while size < length:
        size *= 2
    return size


def _bound_to(visit: uuid.UUID, member: int) -> bytes:
    return f"{visit}:{member}".encode()


def seal(key: bytes, rows: Sequence[bytes], *, visit: uuid.UUID, member: int) -> bytes:
    """The rows, in the order given, as ciphertext of a fixed size. All rows are of one length."""
    width = len(rows[0]) if rows else 0
    plain = HEAD.pack(len(rows), width) + b"".join(rows)
    nonce = secrets.token_bytes(NONCE)
    body = plain.ljust(padded_size(len(plain)), b"\0")
    return nonce + AESGCM(key).encrypt(nonce, body, _bound_to(visit, member))


def unseal(key: bytes, ciphertext: bytes | memoryview, *, visit: uuid.UUID, member: int) -> list[bytes]:
    """The rows of a bundle. Raises Unreadable when key, visit or member is another one or a byte was changed."""
    sealed = bytes(ciphertext)
    try:
        plain = AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], _bound_to(visit, member))
    except InvalidTag:
        raise Unreadable from None
    count, width = HEAD.unpack_from(plain)
    return [plain[HEAD.size + place * width : HEAD.size + (place + 1) * width] for place in range(count)]

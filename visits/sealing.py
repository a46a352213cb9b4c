"""Talks that a device sealed to this server: opening them, and the key to which devices seal. Pure; settings hold the keys.

    0x01 | key id 8 | ephemeral P-256 key, uncompressed 65 | IV 12 | AES-256-GCM ciphertext with its tag

The AES key is HKDF-SHA-256 of the shared secret, with both public keys as salt; visit and talk are bound in as further data, so a
sealed talk opens for the visit and the number it was sealed for and for no other. Keys are changed by putting a new one
first: devices seal to the first, every one of them opens.
"""

import uuid
from base64 import b64decode
from functools import cache
from hashlib import sha256
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key
from django.conf import settings

FORM = 1
KEY_ID, POINT, IV, TAG = 8, 65, 12, 16
HEAD = 1 + KEY_ID + POINT + IV
INFO = b"voice of the child: talk 1"
# Padded with spaces to a multiple of this, so that the length says nothing about what was said.
STEP = 8192


class Unreadable(Exception):
    """A sealed talk does not open: another key, visit or number, a changed byte, or no talk inside."""


@cache
def _key(encoded: str) -> tuple[bytes, EllipticCurvePrivateKey, bytes, bytes]:
    """Id, private key, raw public key and its SPKI of one key of the settings."""
    private = load_der_private_key(b64decode(encoded), None)
    if not isinstance(private, EllipticCurvePrivateKey) or not isinstance(private.curve, SECP256R1):
        raise ValueError("VOICE_SEAL_KEYS must hold P-256 keys (PKCS #8 DER in base64).")
    public = private.public_key()
    spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    raw = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return sha256(spki).digest()[:KEY_ID], private, raw, spki


def public_key() -> tuple[bytes, bytes]:
    """Id and SPKI (DER) of the key to which devices seal from now on."""
    number, _private, _raw, spki = _key(settings.SEAL_KEYS[0])
    return number, spki


def _bound_to(visit: uuid.UUID, talk: uuid.UUID) -> bytes:
    return f"{visit}:{talk}".encode("ascii")


def _derived(secret: bytes, salt: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=INFO).derive(secret)


def open_sealed(sealed: bytes, visit: uuid.UUID, talk: uuid.UUID) -> dict[str, Any]:
    """What the device sealed: a JSON object. Raises Unreadable, whatever the bytes are."""
    if len(sealed) < HEAD + TAG or sealed[0] != FORM:
        raise Unreadable
    number, point = sealed[1 : 1 + KEY_ID], sealed[1 + KEY_ID : 1 + KEY_ID + POINT]
    for encoded in settings.SEAL_KEYS:
        known, private, raw, _spki = _key(encoded)
        if known == number:
            break
    else:
        raise Unreadable
    try:
        theirs = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
        key = _derived(private.exchange(ECDH(), theirs), point + raw)
        plain = AESGCM(key).decrypt(sealed[HEAD - IV : HEAD], sealed[HEAD:], _bound_to(visit, talk))
        # Without the padding, of which there is more than of the talk: compared at once, not looked through.
        end = plain.rfind(b"}") + 1
        found = msgspec.json.decode(plain[:end] if plain[end:] == b" " * (len(plain) - end) else plain)
    except (ValueError, msgspec.MsgspecError, InvalidTag, RecursionError):
        raise Unreadable from None
    if not isinstance(found, dict):
        raise Unreadable
    return found

"""Deliveries as a device makes them: bodies, and talks sealed to the server. For tests."""

import json
import os
import threading
import time
import uuid
from base64 import b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDH, SECP256R1, EllipticCurvePublicKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
)
from django.db import OperationalError, connection
from django.utils import timezone

from ombudsman.people.models import User
from visits.models import Visit
from visits.sealing import public_key
from visits.services.deliveries import take_in

TALK = {"Q-1": "yes", "Q-2": "often", "Q-3": ["hit"]}


def body(visit: Any, *changes: dict[str, Any], number: uuid.UUID | None = None, **extra: Any) -> bytes:
    """A delivery with these changes."""
    of = visit.pk if isinstance(visit, Visit) else visit
    sent = {"format": 1, "id": str(number or uuid.uuid4()), "visit": str(of), "changes": list(changes), **extra}
    return json.dumps(sent).encode()


def answer(code: str = "AA-01", choice: str | None = "met", base: int = 0, **extra: Any) -> dict[str, Any]:
    """A change of one answer."""
    return {"do": "answer", "indicator": code, "base": base, "choice": choice, **extra}


def finding(number: uuid.UUID, text: str = "The register has gaps.", base: int = 0, **extra: Any) -> dict[str, Any]:
    """A change of one finding."""
    change = {"do": "finding", "finding": str(number), "base": base, "text": text, "severity": "high"}
    return {**change, "sources": ["seen"], "indicators": ["AA-01"], **extra}


def seal(plain: bytes, visit: uuid.UUID, talk: uuid.UUID) -> bytes:
    """What a browser does: docs/adr/0009, written a second time, from the other end."""
    number, spki = public_key()
    server = load_der_public_key(spki)
    assert isinstance(server, EllipticCurvePublicKey)
    own, iv = generate_private_key(SECP256R1()), os.urandom(12)
    raw = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    theirs = server.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    secret = own.exchange(ECDH(), server)
    key = HKDF(SHA256(), 32, raw + theirs, b"voice of the child: talk 1").derive(secret)
    return b"\x01" + number + raw + iv + AESGCM(key).encrypt(iv, plain, f"{visit}:{talk}".encode())


def new_seal_key() -> str:
    """A key of the server, as VOICE_SEAL_KEYS holds it."""
    key = generate_private_key(SECP256R1())
    return b64encode(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode()


def talk(visit: Visit, answers: dict[str, Any] | None = None, *, number: uuid.UUID | None = None) -> dict[str, str]:
    """One sealed talk of the visit's questionnaire."""
    number = number or uuid.uuid4()
    edition = visit.questionnaire
    assert edition is not None
    plain = {
        "edition": [edition.instrument.code, edition.number],
        "answers": TALK if answers is None else answers,
        "asked": ["Q-1", "Q-2", "Q-3"],
    }
    text = json.dumps(plain).encode()
    padded = text.ljust(-(-len(text) // 8192) * 8192)
    return {"id": str(number), "sealed": b64encode(seal(padded, visit.pk, number)).decode()}


def send(by: Any, visit: Any, *changes: dict[str, Any], at: Any, **extra: Any) -> dict[str, Any]:
    """Takes one delivery in and gives its receipt."""
    return take_in(body=body(visit, *changes, **extra), by=by, at=at).document


def at_once(number: int, sent: bytes, person: int) -> list[dict[str, Any]]:
    """The same body by so many threads at the same moment, each trying again until it has a receipt, as a device does."""
    found: list[dict[str, Any]] = []
    begin = threading.Barrier(number)

    def one() -> None:
        begin.wait()
        try:
            for _try in range(400):
                try:
                    by = User.objects.get(pk=person)
                    found.append(take_in(body=sent, by=by, at=timezone.now()).document)
                    return
                except OperationalError:
                    # A database in memory says "locked" instead of waiting.
                    time.sleep(0.02)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found

"""A device as the server sees it: bodies of deliveries, talks sealed, sent until a receipt comes. No code of the product.

The receipt's rules are those of docs/adr/0009: the same number and the SHA-256 of the bytes that were sent.
"""

import hashlib
import http.client
import json
import random
import secrets
import time
import uuid
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

PATH = "/api/deliveries/"
PADDING = 8192
PATIENCE = 60.0
CSRF = "c" * 32


class NoReceipt(Exception):
    """The server said something that is no receipt for what was sent."""


def sealed(talk: dict[str, Any], *, visit: str, number: str, edition: list[Any], seal: dict[str, str]) -> str:
    """One finished talk as a device keeps it: an ECDH key pair of its own, HKDF, AES-GCM; base64."""
    spki = b64decode(seal["key"])
    theirs = load_der_public_key(spki)
    assert isinstance(theirs, ec.EllipticCurvePublicKey)
    own = ec.generate_private_key(ec.SECP256R1())
    ours, server = (
        key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint) for key in (own.public_key(), theirs)
    )
    key = HKDF(hashes.SHA256(), 32, ours + server, b"voice of the child: talk 1").derive(
        own.exchange(ec.ECDH(), theirs)
    )
    plain = json.dumps({"edition": edition, **talk}).encode()
    plain = plain.ljust(-(-len(plain) // PADDING) * PADDING, b" ")
    iv = secrets.token_bytes(12)
    box = AESGCM(key).encrypt(iv, plain, f"{visit}:{number}".encode("ascii"))
    return b64encode(b"\x01" + bytes.fromhex(seal["id"]) + ours + iv + box).decode("ascii")


def now() -> str:
    return datetime.now(UTC).isoformat()


def answer(indicator: str, choice: str | None, *, base: int = 0, note: str = "") -> dict[str, Any]:
    """A change of one answer."""
    return {
        "do": "answer",
        "indicator": indicator,
        "base": base,
        "choice": choice,
        "measurement": None,
        "note": note,
        "sources": ["seen", "staff"],
        "anyway": False,
        "confirmed": True,
        "origin": "browser",
        "made": now(),
    }


def finding(indicator: str, text: str) -> dict[str, Any]:
    """A new finding."""
    return {
        "do": "finding",
        "finding": str(uuid.uuid4()),
        "base": 0,
        "text": text,
        "severity": "high",
        "sources": ["seen"],
        "indicators": [indicator],
        "made": now(),
    }


def delivery(visit: str, changes: list[dict[str, Any]], talks: list[dict[str, Any]] | None = None) -> bytes:
    """The frozen body of one delivery."""
    body = {"format": 1, "id": str(uuid.uuid4()), "visit": visit, "changes": changes, "talks": talks or []}
    return json.dumps(body).encode()


def whole_visit(facts: dict[str, Any], visit: str, chance: random.Random, *, talks: int, finish: bool) -> bytes:
    """Every answer of the checklist, and with `finish` also ratings, findings and the request to submit, in one delivery.

    With `finish` nothing is "not met", so that no rule stands in the way of submitting.
    """
    choices = ["met", "partly_met"] if finish else facts["choices"]
    changes = [answer(code, chance.choice(choices), note=f"note {code}") for code in facts["indicators"]]
    if finish:
        changes += [finding(chance.choice(facts["indicators"]), f"finding {turn}") for turn in range(2)]
        changes += [
            {"do": "rating", "section": code, "base": None, "step": 2, "made": now()} for code in facts["sections"]
        ]
        changes.append({"do": "finish", "sampling": "all", "made": now()})
    boxes = []
    for _ in range(talks):
        number = str(uuid.uuid4())
        box = sealed(
            chance.choice(facts["talks"]),
            visit=visit,
            number=number,
            edition=facts["questionnaire"],
            seal=facts["seal"],
        )
        boxes.append({"id": number, "sealed": box})
    return delivery(visit, changes, boxes)


def headers(session: str) -> dict[str, str]:
    """What a signed-in browser sends beside the body."""
    return {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Accept-Language": "en",
        "Cookie": f"sessionid={session}; csrftoken={CSRF}",
        "X-CSRFToken": CSRF,
    }


def post(port: int, body: bytes, session: str, timeout: float = 30.0) -> dict[str, Any]:
    """Sends once. Gives the receipt; raises NoReceipt for anything else that came, OSError or HTTPException when nothing did."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("POST", PATH, body, headers(session))
        said = connection.getresponse()
        content = said.read()
    finally:
        connection.close()
    return receipt(said.status, content, body)


def receipt(status: int, content: bytes, body: bytes) -> dict[str, Any]:
    """The receipt, if that is what came."""
    try:
        found: dict[str, Any] = json.loads(content)
        sound = found["delivery"] == json.loads(body)["id"] and found["hash"] == hashlib.sha256(body).hexdigest()
    except (ValueError, KeyError, TypeError):
        sound = False
    if status != 200 or not sound:
        raise NoReceipt(f"{status} {content[:300]!r}")
    return found


def until_receipt(port: int, body: bytes, session: str) -> tuple[dict[str, Any], int]:
    """Sends the same bytes again and again, as a device does; gives the receipt and how often it was sent. Raises NoReceipt."""
    until = time.monotonic() + PATIENCE
    tries = 0
    while True:
        tries += 1
        try:
            return post(port, body, session), tries
        except (OSError, http.client.HTTPException):
            if time.monotonic() > until:
                raise
            time.sleep(0.02)

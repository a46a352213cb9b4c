"""Text that rests encrypted in the database (AES through Fernet, keys outside the database). Cellar: models use it.

Such a field cannot be searched. '' stays '' so that "nothing was written" needs no key. The newest key encrypts, older ones
still open.
"""

from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class Unreadable(Exception):
    """A stored text does not open with any of the keys of this installation."""


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.TEXT_KEYS])


def encrypt(text: str) -> str:
    """The text as a token; with the time set to nought, since such a token carries its time."""
    return _keys().encrypt_at_time(text.encode(), 0).decode("ascii") if text else ""


def decrypt(token: str) -> str:
    """The text again. Raises Unreadable when no key of this installation opens it."""
    if not token:
        return ""
    try:
        return _keys().decrypt(token.encode("ascii")).decode()
    except InvalidToken:
        raise Unreadable from None


class EncryptedText(models.TextField[str, str]):
    """A text column that holds a token; models and services see the plain text."""

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return prepared if prepared is None else encrypt(prepared)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return value if value is None else decrypt(value)

"""Content in three languages: plain columns `name_kk`, `name_ru`, `name_en` and one attribute `name` that picks. Cellar.

Columns are declared in the model, so migrations, types and queries see them (docs/adr/0004). Where a text is missing in
the reader's language the next one of `FALLBACK` appears, and `missing()` lets the page mark it and set `lang`.
"""

from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import get_language

LANGUAGES = ("kk", "ru", "en")
FALLBACK = {"kk": ("kk", "ru", "en"), "ru": ("ru", "kk", "en"), "en": ("en", "ru", "kk")}


class Said(NamedTuple):
    """A text and the language it is really in."""

    text: str
    language: str


def current_language() -> str:
    """The reader's language, one of `LANGUAGES`."""
    language = (get_language() or "kk")[:2]
    return language if language in LANGUAGES else "kk"


def pick(thing: Any, stem: str, language: str | None = None) -> Said:
    """The text of `stem` in `language` (the reader's if None), else the next language that has it."""
    wanted = language or current_language()
    for code in FALLBACK[wanted]:
        text = getattr(thing, f"{stem}_{code}")
        if text:
            return Said(text, code)
    return Said("", wanted)


class Words:
    """`name = Words()` beside `name_kk`, `name_ru`, `name_en`: the text in the reader's language."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.stem = name

    def __get__(self, thing: Any, owner: type) -> Any:
        return self if thing is None else pick(thing, self.stem).text


def sort_key(text: str) -> str:
    """A key that orders Kazakh and Russian letters by the Kazakh alphabet (databases do not by themselves).

    Latin letters and digits come first. The alphabet is that of the Kazakh Cyrillic script, 42 letters.
    """
    return "".join(_ORDER.get(letter, letter) for letter in text.casefold())


_ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
# Consecutive private-use characters: any byte order of UTF-8 keeps them in alphabetical order.
_ORDER = {letter: chr(0xE000 + place) for place, letter in enumerate(_ALPHABET)}


def search_text(*texts: str) -> str:
    """One casefolded column to search in: all texts in all languages."""
    return " | ".join(text.casefold() for text in texts if text)


class NameField(models.CharField[str, str]):
    """A short text in one language; empty means not translated yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 300)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)


class ProseField(models.TextField[str, str]):
    """A long text in one language; empty means not translated yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

"""The content in the language of a book: every {"kk", "ru", "en"} becomes words that know their language. Pure."""

from typing import Any

from django.utils.html import escape

from ..content import LANGUAGES

FALLBACK = {"kk": ("kk", "ru", "en"), "ru": ("ru", "kk", "en"), "en": ("en", "ru", "kk")}


class Text(str):
    """Words of the content in the book's language, or in another one and then marked so."""

    language: str
    foreign: bool

    def __new__(cls, words: str, language: str, foreign: bool) -> "Text":
        text = super().__new__(cls, words)
        text.language, text.foreign = language, foreign
        return text

    def __html__(self) -> str:
        shown = str(escape(str(self)))
        return f'<span lang="{self.language}">{shown}</span>' if self.foreign else shown


def in_language(value: Any, language: str) -> Any:
    """The content with every {"kk", "ru", "en"} turned into the Text of `language`, or of the next one that has it."""
    if isinstance(value, dict):
        if value.keys() == set(LANGUAGES):
            for code in FALLBACK[language]:
                if value[code]:
                    return Text(value[code], code, code != language)
            return Text("", language, False)
        return {key: in_language(one, language) for key, one in value.items()}
    if isinstance(value, list):
        return [in_language(one, language) for one in value]
    return value

"""Parts that all API rooms share: texts in three languages, signing in with a key as the schema tells it. Cellar."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ombudsman.words import LANGUAGES

TEXTS = {
    "type": "object",
    "properties": {code: {"type": "string"} for code in LANGUAGES},
    "required": list(LANGUAGES),
}


@extend_schema_field(TEXTS)
class WordsField(serializers.Field[Any, Any, Any, Any]):
    """A text in three languages: {"kk": …, "ru": …, "en": …}; empty where it is not translated yet.

    The field's own name is the stem of the columns; `of` names the row that holds them when it is not the object itself.
    """

    def __init__(self, *, of: str = "*", **kwargs: Any) -> None:
        super().__init__(read_only=True, source=of, **kwargs)

    def to_representation(self, value: Any) -> dict[str, str]:
        return {code: getattr(value, f"{self.field_name}_{code}") for code in LANGUAGES}


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Says in the schema how a program signs in."""

    target_class = "ombudsman.people.tokens.TokenAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "Token PREFIX.SECRET: a key made by the office for one program and one region.",
        }

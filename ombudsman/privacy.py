"""How private each stored field is, and reading what models declare. Cellar: anybody may import it.

Every model carries a `Privacy` class that names each of its concrete fields once:

    class Privacy:
        public = ["code"]            # may be printed
        internal = ["opened_by"]     # staff and team only; never in a publication
        sensitive = ["ciphertext"]   # what a child said, or could lead to a child or monitor: never logged, mailed, exported

`tests/architecture/test_privacy.py` fails on a field that is named nowhere or twice.
"""

from collections.abc import Iterator
from enum import Enum

from django.apps import apps
from django.db.models import Model

OUR_APPS = ("people", "institutions", "visits", "reports")


class Level(Enum):
    """How far a field may travel."""

    PUBLIC = "public"
    INTERNAL = "internal"
    SENSITIVE = "sensitive"


def declared(model: type[Model]) -> dict[Level, list[str]]:
    """What the model says of its fields; an empty list where it says nothing."""
    privacy = model.__dict__.get("Privacy")
    return {level: list(getattr(privacy, level.value, [])) for level in Level}


def our_models() -> Iterator[type[Model]]:
    """Every model of the product (not those of libraries)."""
    for label in OUR_APPS:
        yield from apps.get_app_config(label).get_models()


def undeclared(model: type[Model]) -> set[str]:
    """Concrete fields (many-to-many ones too) that the model classifies nowhere or more than once."""
    names = [field.name for field in model._meta.get_fields() if field.concrete]
    said = [name for level in declared(model).values() for name in level]
    return {name for name in names if said.count(name) != 1} | {name for name in said if name not in names}

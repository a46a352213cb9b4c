"""Small parts that several models share. Cellar: no model of ours is imported here."""

import uuid
from collections.abc import Iterable

from django.db import models
from django.db.models import Q

# Two ends of a filter that is built up with | (the database drops them when it plans).
NOTHING = Q(pk__in=[])
EVERYTHING = ~Q(pk__in=[])


def new_id() -> uuid.UUID:
    """A random identifier that says nothing about order or time (UUID version 4)."""
    return uuid.uuid4()


def both_or_neither(first: str, second: str, *, name: str) -> models.CheckConstraint:
    """The database keeps two nullable columns together: both are set or both are null."""
    return models.CheckConstraint(
        condition=Q(**{f"{first}__isnull": True, f"{second}__isnull": True})
        | Q(**{f"{first}__isnull": False, f"{second}__isnull": False}),
        name=name,
    )


def one_of(field: str, values: Iterable[str], *, name: str) -> models.CheckConstraint:
    """The database accepts only these codes in `field`."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": list(values)}), name=name)


def not_before(start: str, end: str, *, name: str) -> models.CheckConstraint:
    """The database refuses an `end` before its `start` (an open end is fine)."""
    return models.CheckConstraint(
        condition=Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": models.F(start)}), name=name
    )

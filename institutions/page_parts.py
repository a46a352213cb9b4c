"""Blocks of an institution's page that other apps bring. Upper apps register a builder when they start; this app knows none.

A builder takes the request and the institution (already known to be visible to the person) and gives a block, or None when
it has nothing to show to this person. The page includes each block's template with `part` = its context.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from .models import Institution


@dataclass(frozen=True)
class PagePart:
    """One block: the template that draws it and what it needs."""

    template: str
    context: dict[str, Any]


Builder = Callable[[HttpRequest, Institution], PagePart | None]
_builders: dict[str, tuple[int, Builder]] = {}


def register(name: str, builder: Builder, *, order: int) -> None:
    """Adds a block (AppConfig.ready of an upper app). The same name replaces it; lower `order` stands higher on the page."""
    _builders[name] = (order, builder)


def parts_of(request: HttpRequest, institution: Institution) -> list[PagePart]:
    """The blocks that have something to show to this person, in order."""
    built = (
        builder(request, institution) for _order, builder in sorted(_builders.values(), key=lambda entry: entry[0])
    )
    return [part for part in built if part is not None]

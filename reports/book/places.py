"""Kinds of places visited, by region; no institution is named."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from ..wording import number
from .year import Book, Chapter


def chapters(book: Book) -> Iterator[Chapter]:
    """One chapter; none where no place was visited."""
    grouped: dict[str, dict[str, Any]] = {}
    for place in book.content["places"]:
        group = grouped.setdefault(place["kind_code"], {"kind": place["kind"], "places": []})
        group["places"].append({"region": place["region"], "visited": number(place["visited"])})
    if grouped:
        yield Chapter(
            "places",
            "places",
            _("Kinds of places visited"),
            _("By kind and region; no institution is named"),
            data={"groups": list(grouped.values())},
        )

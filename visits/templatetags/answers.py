"""How answers are written on pages: sources and measurements in words, an earlier version in one line. Templates only."""

from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.utils.translation import gettext as _

from ..kinds import show_measurement, show_sources

register = template.Library()


@register.filter
def in_words(codes: Collection[str]) -> str:
    """Evidence sources with commas: "Seen by us, Document"."""
    return show_sources(codes)


@register.filter
def measured(number: Decimal | None) -> str:
    """A measurement in the reader's format, without idle zeros."""
    return show_measurement(number)


@register.filter
def past_answer(value: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """A stored version in one line: the choice in words, its number, its note. `labels`: choice code -> word."""
    parts = [str(labels.get(value.get("choice") or "", "")) or _("Not answered")]
    if value.get("measurement") not in (None, ""):
        try:
            parts.append(show_measurement(Decimal(str(value["measurement"]))))
        except InvalidOperation:
            parts.append(str(value["measurement"]))
    if value.get("note"):
        parts.append(f"“{value['note']}”")
    return "; ".join(parts)

"""Numbers in the templates of the book: `{{ n|num }}`, `{{ share|pct }}`; hidden ones print the sign of protection."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from .. import wording

register = template.Library()


@register.filter
def num(value: int | None) -> SafeString:
    """A number, or ◊ in quiet grey."""
    return _shown(value, wording.number(value))


@register.filter
def side(value: int | None) -> SafeString:
    """A number that stands beside a base: a dash for none at all."""
    return _shown(value, wording.number(value) if value != 0 else "–")


@register.filter
def pct(value: int | None) -> SafeString:
    """A percentage without its sign, for columns whose head carries it."""
    return _shown(value, str(value))


def _shown(value: int | None, words: str) -> SafeString:
    return format_html('<span class="hid">{}</span>', wording.HIDDEN) if value is None else format_html("{}", words)

"""`{% same %}…{% endsame %}`: what stands on every page of a language in the same words is written once per process. Cellar.

A tag of the house (`house.py`), there in every template.

It is written from an empty context: nothing of a reader, a request or a page can get into what the next reader is given.
"""

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language


class Same(template.Node):
    """The text of its nodes, by language and by the address under which the house is reached."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.written: dict[tuple[str | None, str], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        key = get_language(), get_script_prefix()
        text = self.written.get(key)
        if text is None:
            empty = Context()
            # The template stays: it knows where others are that are included.
            empty.template = context.template
            text = self.written[key] = self.nodelist.render(empty)
        return text


def same(parser: Parser, token: Token) -> Same:
    """Reads up to `endsame`."""
    nodelist = parser.parse(("endsame",))
    parser.delete_first_token()
    return Same(nodelist)

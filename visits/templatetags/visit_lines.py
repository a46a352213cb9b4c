"""The lines of the list of visits, written in one go: fifty rows of ten cells cost a template more than the database. This
is the one place of the house where a table's rows are written by Python; everything that comes from people is escaped.
"""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ..visit_rows import VisitRow

register = template.Library()


@register.simple_tag
def visit_lines(rows: Iterable[VisitRow]) -> SafeString:
    """The rows of the table's body. `state` and `access` are marks of the house already; all else is text."""
    heads = (_("Region"), _("Kind"), _("Organisation"), _("Days"), _("State"), _("Access"))
    region, kind, organisation, days, state, access = (f'<td data-head="{escape(head)}"' for head in heads)
    lines = []
    for row in rows:
        name = escape(row.institution)
        place = f'<a href="{escape(row.url)}">{name}</a>' if row.url else name
        lines.append(
            f'<tr><th scope="row"{_lang(row.institution_language)}>{place}</th>'
            f"{region}>{escape(row.region)}</td>{kind}>{escape(row.kind)}</td>"
            f"{organisation}{_lang(row.organisation_language)}>{escape(row.organisation)}</td>"
            f"{days}>{escape(row.days)}</td>{state}>{row.state}</td>{access}>{row.access}</td></tr>"
        )
    return mark_safe("\n".join(lines))  # noqa: S308 - escaped above, cell by cell


def _lang(code: str) -> str:
    return f' lang="{escape(code)}"' if code else ""

"""The fifteen juvenile justice indicators from the frozen figures of a year and from what others published."""

from decimal import Decimal

from django.utils.translation import gettext as _

from ombudsman.words import current_language

from .. import wording
from ..disclosure import Rules
from ..juvenile_justice import JusticeValue, juvenile_justice
from .reach import Reached
from .table import EMPTY, Column, Row, Table, refusal
from .voices import newest
from .wanted import Wanted


def table(wanted: Wanted, reached: Reached, rules: Rules) -> Table:
    """What is known of each indicator, from where, and what is missing. Needs frozen figures of the last year asked for."""
    content = newest(wanted.last, reached)
    if content is None:
        return refusal(_("No figures of this year are frozen that you may see."))
    status = {"known": _("known"), "part": _("something near it"), "missing": _("not known")}
    rows = [
        Row(
            str(one.number),
            f"{one.number}. {one.name}",
            (
                status[one.status],
                "; ".join(map(_value, one.values)) or EMPTY,
                " ".join(one.missing) or EMPTY,
            ),
            opens=False,
        )
        for one in juvenile_justice(wanted.last, content=content, rules=rules)
    ]
    return Table(
        title=_("Juvenile justice indicators of UNODC and UNICEF"),
        definition=_(
            "Eleven quantities and four questions of policy, as the Manual of 2006 defines them; nothing is estimated."
        ),
        base=_("Own figures are those of the frozen report; the others are published figures with their source."),
        head=_("Indicator"),
        columns=(
            Column("status", _("State"), "words"),
            Column("values", _("What is known"), "words"),
            Column("missing", _("What is missing"), "words"),
        ),
        rows=tuple(rows),
        period=str(wanted.last),
    )


def _value(one: JusticeValue) -> str:
    """One value with its base, year and source."""
    number = f"{one.value.normalize():f}" if isinstance(one.value, Decimal) else wording.number(one.value)
    if one.unit == "percent":
        number = f"{number}%" if current_language() == "en" else f"{number}{wording.NO_BREAK}%"
    of = f" ({wording.number(one.numerator)} / {wording.number(one.base)})" if one.base is not None else ""
    return f"{one.label}: {number}{of}, {one.year}, {one.source}" + (f" ({one.note})" if one.note else "")

"""Statistics published by others: each series as its source printed it, and where sources contradict one another or themselves."""

from collections.abc import Sequence
from itertools import groupby

from django.utils.translation import gettext as _

from institutions.models import OfficialFigure
from institutions.official import UNITS, contradictions, gaps

from ..disclosure import Rules
from ..official import plain
from .reach import Reached
from .table import Column, Row, Table, refusal
from .wanted import Wanted


def series() -> list[tuple[str, str]]:
    """Every series with its name, in the order of the register. One query."""
    found: dict[str, str] = {}
    for row in OfficialFigure.objects.order_by("row"):
        found.setdefault(row.series, str(row.label))
    return list(found.items())


def table(wanted: Wanted, reached: Reached, rules: Rules) -> Table:
    """One series, all its years. One query."""
    everything = list(OfficialFigure.objects.order_by("row"))
    rows = [row for row in everything if row.series == wanted.subject]
    if not rows:
        return refusal(_("Choose one series."))
    unit = rows[0].unit
    return Table(
        title=str(rows[0].label),
        definition=_("Published by others; we print it as they did, and change nothing."),
        base=str(UNITS.get(unit, unit)),
        head=_("Year"),
        columns=(
            Column("value", _("Value")),
            Column("part", _("Of whom"), "words"),
            Column("source", _("Source"), "words"),
        ),
        rows=tuple(_row(row) for row in rows),
        more=tuple(_disagreements(everything, wanted.subject)),
    )


def _row(row: OfficialFigure) -> Row:
    value = plain(row.value)
    number = int(value) if value.lstrip("-").isdigit() else value
    return Row(f"{row.row}", str(row.year), (number, str(row.part) or _("all"), str(row.source)), opens=False)


def _disagreements(rows: Sequence[OfficialFigure], wanted: str) -> list[Table]:
    """Totals that their parts miss, and sources that say different things."""
    made = []
    missed = [gap for gap in gaps(rows) if gap.series == wanted]
    if missed:
        made.append(
            Table(
                title=_("Totals that their parts miss"),
                head=_("Year"),
                columns=(
                    Column("total", _("Total")),
                    Column("sum", _("Sum of the parts")),
                    Column("by", _("By"), "words"),
                ),
                rows=tuple(
                    Row(f"{gap.year}", f"{gap.year}", (plain(gap.total), plain(gap.sum), gap.by), opens=False)
                    for gap in missed
                ),
            )
        )
    clashes = [one for one in contradictions(rows) if one.series == wanted]
    if clashes:
        made.append(
            Table(
                title=_("Sources that say different things"),
                head=_("Year"),
                columns=(Column("value", _("Value")), Column("source", _("Source"), "words")),
                rows=tuple(
                    Row(f"{year}.{at}", str(year), (plain(claim.value), claim.source), opens=False)
                    for year, group in groupby(clashes, key=lambda one: one.year)
                    for clash in group
                    for at, claim in enumerate(clash.claims)
                ),
            )
        )
    return made

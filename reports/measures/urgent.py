"""Children at risk: how many concerns, of which kind, how they ended, how soon somebody took them.

Each is about a child, so the children's rules hold with the higher threshold: a line, and what it leaves, is at least k concerns
from three institutions well spread; smaller ones stand together. No table is narrowed to a place.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from visits.models import UrgentConcern

from ..disclosure import Rules, Spread, passes, well_spread
from ..rounding import percent
from .phrases import head
from .reach import Reached
from .table import EMPTY, Column, Row, Table, hidden_row, refusal
from .wanted import Wanted

HOURS = ((1, "under_1"), (4, "1_4"), (12, "4_12"), (24, "12_24"))


class Concern(NamedTuple):
    """What is read of a concern: nothing of its words."""

    year: int
    institution: int
    line: str


def table(wanted: Wanted, reached: Reached, rules: Rules) -> Table:
    """The table that was asked for. One query."""
    concerns = _read(wanted, reached)
    years = {year: [one for one in concerns if one.year == year] for year in wanted.years}
    safe = {year for year, own in years.items() if _enough(own, rules)}
    if wanted.by == "year":
        rows = [_year(year, own, year in safe) for year, own in years.items() if own]
        return _described(wanted, rows, None) if safe else refusal(_few())
    if not concerns or any(own and year not in safe for year, own in years.items()):
        return refusal(_few())
    alone, together = _divided([own for own in years.values() if own], rules)
    names = _names(wanted.by)
    groups: list[tuple[str, ...]] = [(line,) for line in names if line in alone]
    if together:
        groups.append(tuple(line for line in names if line in together))
    rows = [_line("+".join(group), ", ".join(names[one] for one in group), concerns, group, rules) for group in groups]
    return _described(wanted, rows if len(rows) > 1 else [], _line("all", _("All"), concerns, tuple(names), rules))


def _read(wanted: Wanted, reached: Reached) -> list[Concern]:
    rows = UrgentConcern.objects.filter(
        reached.visits("visit__"), pressed_at__year__gte=wanted.first, pressed_at__year__lte=wanted.last
    ).values_list("pressed_at", "visit__institution_id", "category", "taken_at", "outcome", "closed_at")
    found = []
    for pressed, institution, category, taken, outcome, closed in rows:
        lines = {"category": category, "hours": _hours(pressed, taken), "outcome": outcome if closed else "open"}
        found.append(Concern(timezone.localtime(pressed).year, institution, lines.get(wanted.by, "")))
    return found


def _hours(pressed: datetime, taken: datetime | None) -> str:
    if taken is None:
        return "never"
    waited = taken - pressed
    return next((band for hours, band in HOURS if waited < timedelta(hours=hours)), "over_24")


def _names(by: str) -> dict[str, str]:
    """Every line there may be, in printed order."""
    if by == "category":
        return {code: str(words) for code, words in UrgentConcern.Category.choices}
    if by == "outcome":
        return {**{code: str(words) for code, words in UrgentConcern.Outcome.choices}, "open": _("still open")}
    return {
        "under_1": _("under 1 hour"),
        "1_4": _("1 to 4 hours"),
        "4_12": _("4 to 12 hours"),
        "12_24": _("12 to 24 hours"),
        "over_24": _("over 24 hours"),
        "never": _("not taken yet"),
    }


def _spread(concerns: Sequence[Concern], lines: Sequence[str] | None = None, *, without: bool = False) -> Spread:
    shares: dict[int, int] = {}
    for one in concerns:
        if lines is None or (one.line in lines) is not without:
            shares[one.institution] = shares.get(one.institution, 0) + 1
    return Spread.over(list(shares.values()))


def _enough(concerns: Sequence[Concern], rules: Rules) -> bool:
    spread = _spread(concerns)
    return spread.total >= rules.k(True) and well_spread(spread, rules)


def _divided(years: Sequence[Sequence[Concern]], rules: Rules) -> tuple[set[str], set[str]]:
    """Lines that stand alone in every year, and those that stand together; nobody alone where even those would be few."""
    lines = {one.line for own in years for one in own}

    def stands(group: Sequence[str]) -> bool:
        return all(
            passes(_spread(own, group), _spread(own, group, without=True), rules.k(True), rules) for own in years
        )

    alone = {line for line in lines if stands([line])}
    together = lines - alone
    while together and alone and not stands(sorted(together)):
        smallest = min(alone, key=lambda line: (sum(one.line == line for own in years for one in own), line))
        alone.remove(smallest)
        together.add(smallest)
    return alone, together


def _line(key: str, label: str, concerns: Sequence[Concern], lines: Sequence[str], rules: Rules) -> Row:
    spread = _spread(concerns, lines)
    share = percent(spread.total, len(concerns)) if len(concerns) >= rules.percentages_from else None
    values = (spread.total, EMPTY if share is None else share, spread.institutions)
    together = len(lines) > 1 and key != "all"
    return Row(key, label, values, "together" if together else "shown", tuple(lines), ((spread.total, "bad_count"),))


def _year(year: int, concerns: Sequence[Concern], safe: bool) -> Row:
    if not safe:
        return hidden_row(str(year), str(year), 3)
    spread = _spread(concerns)
    return Row(str(year), str(year), (spread.total, EMPTY, spread.institutions), bar=((spread.total, "bad_count"),))


def _few() -> str:
    return _("Too few concerns in one of these years for such a table: no child may be found.")


def _described(wanted: Wanted, rows: Sequence[Row], total: Row | None) -> Table:
    return Table(
        title=_("Children at risk"),
        definition=_("Urgent concerns that monitors reported in the period, counted by the day of the report."),
        base=_("All concerns reported, whatever became of them."),
        head=head(wanted.by),
        columns=(
            Column("n", _("Concerns")),
            Column("percent", _("Share"), "percent"),
            Column("institutions", _("Institutions")),
        ),
        rows=tuple(rows),
        total=total,
    )

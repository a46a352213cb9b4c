"""Recommendations: what authorities say and what we saw, never mixed; those overdue today. Never hidden."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from visits.models import Finding, Recommendation

from ..disclosure import Rules
from ..rounding import percent
from .grounds import Names
from .phrases import head, unknown_place
from .reach import Reached
from .table import EMPTY, Column, Row, Table, refusal
from .wanted import PLACES, Wanted

# Whose a recommendation is: the authority it is addressed to; the place is that of the visit.
FIELDS = {
    "region": "finding__visit__region_id",
    "kind": "finding__visit__institution_kind_id",
    "authority": "authority_id",
    "year": "year",
    "severity": "finding__severity",
}
DONE = (Recommendation.Seen.IMPLEMENTED, Recommendation.Seen.OVERTAKEN)


def table(wanted: Wanted, reached: Reached, rules: Rules) -> Table:
    """The table that was asked for: five queries."""
    names = Names.read()
    box = names.box(wanted)
    if box is None:
        return refusal(unknown_place())
    issued = (
        Recommendation.objects.filter(reached.visits("finding__visit__"), year__gte=wanted.first, year__lte=wanted.last)
        .exclude(finding__visit__state="void")
        .exclude(finding__state=Finding.State.REJECTED)
        .filter(**{FIELDS[name]: number for name, number in zip(PLACES, box, strict=True) if number is not None})
        .order_by()
    )
    sums = _sums(timezone.localdate())
    total = _line("all", _("All"), issued.aggregate(**sums))
    counted = (
        {row[FIELDS[wanted.by]]: row for row in issued.values(FIELDS[wanted.by]).annotate(**sums)} if wanted.by else {}
    )
    rows = [_line(str(code), words, counted[key]) for key, code, words in _order(wanted, names) if key in counted]
    return Table(
        title=_("Recommendations"),
        definition=_(
            "Recommendations issued in the period, in their states of today: what the authority says and what we saw."
        ),
        base=_("Recommendations issued; those whose finding was rejected or whose visit is void are left out."),
        head=head(wanted.by),
        columns=(
            Column("percent", _("Seen to be implemented"), "percent"),
            Column("total", _("Issued")),
            *(Column(f"seen_{code}", str(words)) for code, words in Recommendation.Seen.choices),
            Column("overdue", _("Overdue")),
            *(Column(f"said_{code}", str(words), minor=True) for code, words in Recommendation.Said.choices),
        ),
        rows=tuple(rows),
        total=total,
        notes=(_("Overdue: the deadline has passed, and we have not seen it implemented."),),
        key=(
            ("good", _("implemented")),
            ("middle", _("partly implemented")),
            ("bad", _("not implemented")),
            ("beside", _("not checked, or overtaken")),
        ),
    )


def _sums(today: date) -> dict[str, Count]:
    return {
        "total": Count("pk"),
        "overdue": Count("pk", filter=Q(deadline__lt=today) & ~Q(verification__in=DONE)),
        **{f"seen_{code}": Count("pk", filter=Q(verification=code)) for code in Recommendation.Seen.values},
        **{f"said_{code}": Count("pk", filter=Q(response=code)) for code in Recommendation.Said.values},
    }


def _order(wanted: Wanted, names: Names) -> list[tuple[object, str, str]]:
    """Key in the database, code and words of every line there may be, in printed order."""
    if wanted.by in PLACES:
        return [(number, code, name) for number, (code, name) in names.of[wanted.by].items()]
    if wanted.by == "severity":
        return [(code, code, str(words)) for code, words in Finding.Severity.choices]
    return [(year, str(year), str(year)) for year in wanted.years]


def _line(key: str, label: str, found: Mapping[str, int]) -> Row:
    share = percent(found["seen_implemented"], found["total"])
    values = (
        EMPTY if share is None else share,
        found["total"],
        *(found[f"seen_{code}"] for code in Recommendation.Seen.values),
        found["overdue"],
        *(found[f"said_{code}"] for code in Recommendation.Said.values),
    )
    waiting = found["seen_not_checked"] + found["seen_overtaken"]
    bar = (
        (found["seen_implemented"], "good"),
        (found["seen_partly"], "middle"),
        (found["seen_not"], "bad"),
        (waiting, "beside"),
    )
    return Row(key, label, values, bar=bar)

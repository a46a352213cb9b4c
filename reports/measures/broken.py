"""Why figures are not compared or make no series, in whole sentences."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from ..statistics.comparisons import Obstacle
from ..statistics.trends import Break, Broken


def sentence(reason: str) -> str:
    """One reason in words."""
    return {
        Obstacle.HIDDEN.value: _("one of the figures is hidden"),
        Obstacle.DIFFERENT_ITEM.value: _("it was asked otherwise, and no crosswalk joins the editions"),
        Obstacle.DIFFERENT_BASE.value: _("the bases differ"),
        Obstacle.DIFFERENT_CHOICE.value: _("other visits count"),
        Obstacle.OVERLAPPING.value: _("one contains a part of the other"),
        Obstacle.TOO_FEW.value: _("fewer than 30 on one side"),
        Break.DIFFERENT_PLACES.value: _("other places were visited"),
        Break.MISSING_YEAR.value: _("a year is missing"),
        Break.REPEATED_YEAR.value: _("a year stands twice"),
        Break.TOO_SHORT.value: _("fewer than three years"),
    }[str(reason)]


def why_broken(breaks: Sequence[Broken]) -> list[str]:
    """Why no trend is said of these years."""
    reasons = []
    for one in breaks:
        where = _("at %(year)s: ") % {"year": one.year} if one.year else ""
        reasons.append(where + sentence(one.reason.value))
    return [_("No trend is said of these years: %(reasons)s.") % {"reasons": "; ".join(dict.fromkeys(reasons))}]

"""Recommendations of a year: what authorities say and what we saw, never mixed. Never hidden. Read by figures.py."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db.models import Case, Prefetch, Value, When, prefetch_related_objects
from django.utils import translation
from django.utils.translation import gettext as _

from ombudsman.shares import shares_refused
from visits.models import Finding, FindingIndicator, Recommendation

from .content import LANGUAGES, AuthorityLine, RecommendationLine, Recommended, Text, in_three_languages
from .disclosure import Rules

PRINTED = 40
SEVERITIES = ["critical", "high", "medium", "low"]


def recommended(year: int, on: date) -> Recommended:
    """Recommendations issued in the year, in their states on the day `on`. Those of void visits are left out."""
    rank = Case(*(When(finding__severity=code, then=Value(at)) for at, code in enumerate(SEVERITIES)), default=Value(9))
    issued = list(
        Recommendation.objects.filter(year=year)
        .exclude(finding__visit__state="void")
        .exclude(finding__state=Finding.State.REJECTED)
        .select_related("authority")
        .annotate(rank=rank)
        .order_by("rank", "deadline", "number")
    )
    printed = issued[:PRINTED]
    # Of those printed only: SQLite takes no condition that names thousands of findings.
    links = Prefetch("finding__links", FindingIndicator.objects.select_related("indicator").order_by("pk"))
    prefetch_related_objects(printed, links)
    authorities = sorted({line.authority for line in issued}, key=lambda one: (one.order, one.code))
    return Recommended(
        total=len(issued),
        overdue=_overdue(issued, on),
        said=_said(issued),
        seen=_seen(issued),
        by_authority=[
            _authority(
                authority.code,
                in_three_languages(authority, "name"),
                [x for x in issued if x.authority == authority],
                on,
            )
            for authority in authorities
        ],
        items=[_line(one) for one in printed],
        labels={"said": _labels(Recommendation.Said), "seen": _labels(Recommendation.Seen)},
    )


def _overdue(issued: Iterable[Recommendation], on: date) -> int:
    done = (Recommendation.Seen.IMPLEMENTED, Recommendation.Seen.OVERTAKEN)
    return sum(one.deadline < on and one.verification not in done for one in issued)


def _said(issued: Iterable[Recommendation]) -> dict[str, int]:
    counted = Counter(one.response for one in issued)
    return {str(code): counted[code] for code in Recommendation.Said.values}


def _seen(issued: Iterable[Recommendation]) -> dict[str, int]:
    counted = Counter(one.verification for one in issued)
    return {str(code): counted[code] for code in Recommendation.Seen.values}


def _authority(code: str, name: Text, issued: list[Recommendation], on: date) -> AuthorityLine:
    return AuthorityLine(
        code=code, name=name, total=len(issued), said=_said(issued), seen=_seen(issued), overdue=_overdue(issued, on)
    )


def _line(one: Recommendation) -> RecommendationLine:
    return RecommendationLine(
        number=one.number,
        authority=one.authority.code,
        text=_safe(in_three_languages(one, "text")),
        deadline=one.deadline.isoformat(),
        said=one.response,
        seen=one.verification,
        indicator_codes=[link.indicator.code for link in one.finding.links.all()],
    )


def _safe(text: Text) -> Text:
    """The text, or in its place what is wrong with it: it tells what the tables of children's answers hide."""
    rules = Rules(threshold=settings.DISCLOSURE_THRESHOLD, of_sensitive=settings.DISCLOSURE_THRESHOLD_SENSITIVE)
    k, least = rules.k(sensitive=True), rules.percentages_from
    if not any(any(shares_refused(text[language], k=k, least_base=least)) for language in LANGUAGES):
        return text
    held = {}
    for language in LANGUAGES:
        with translation.override(language):
            held[language] = _(
                "Not printed: the text gives a share of children without the exact numbers behind it, of at least %(least)s"
                " children. It can be recommended anew with whole percent and both numbers, or in words."
            ) % {"least": rules.percentages_from}
    return held


def _labels(choices: type[Recommendation.Said] | type[Recommendation.Seen]) -> dict[str, Text]:
    labels: dict[str, Text] = {str(code): {} for code in choices.values}
    for language in LANGUAGES:
        with translation.override(language):
            for choice in choices:
                labels[str(choice.value)][language] = str(choice.label)
    return labels

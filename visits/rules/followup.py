"""May it be done now? Obstacles to recommending, to recording what an authority says, and what we saw."""

from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from ombudsman.shares import PERCENTAGES_FROM, shares_refused

from ..models import Finding, Recommendation, Visit
from .states import RESPONSE, VERIFICATION, may_follow


def obstacles_to_recommending(finding: Finding) -> list[str]:
    """Only an accepted finding carries a recommendation."""
    if finding.state != Finding.State.ACCEPTED:
        return [_("A recommendation is drawn from an accepted finding only.")]
    return []


def obstacles_to_deadline(deadline: date, today: date) -> list[str]:
    """A deadline lies in the future."""
    return [] if deadline > today else [_("The deadline must lie in the future.")]


def obstacles_to_words(text: str) -> list[str]:
    """A share of children stands beside its exact numbers, or the report on all institutions cannot print the text."""
    k = max(settings.DISCLOSURE_THRESHOLD, settings.DISCLOSURE_THRESHOLD_SENSITIVE)
    return [
        _(
            "“%(share)s” is a share of children, and the numbers behind it are missing or too small. Write a whole percentage"
            " with both numbers in the same sentence, for example “42 %%, 178 of 421 children”: %(least)s children at least,"
            " %(few)s in the share and %(few)s outside it. Or say it in words. If it is a share of something else, give it a"
            " sentence of its own in which no children are spoken of."
        )
        % {"share": share, "least": PERCENTAGES_FROM, "few": k}
        for share in dict.fromkeys(share for share, _why in shares_refused(text, k=k))
    ]


def obstacles_to_responding(advice: Recommendation, then: str, received_on: date, today: date) -> list[str]:
    """What stands in the way of recording this response. A new letter may say the same again."""
    found = []
    if then == "none" or (then != advice.response and not may_follow(RESPONSE, advice.response, then)):
        found.append(_("This response cannot follow the one on record."))
    if then == "no_reply" and advice.deadline >= today:
        found.append(_("The deadline has not passed yet, so it is too early to record that no reply came."))
    if received_on > today:
        found.append(_("The day lies in the future."))
    elif received_on < advice.issued_on:
        found.append(_("The day lies before the recommendation was issued."))
    return found


def obstacles_to_verifying(
    advice: Recommendation, then: str, visit: Visit | None, note: str, seen_on: date | None, today: date
) -> list[str]:
    """What stands in the way of recording what was seen: a later visit of that institution, or a day and a note."""
    found = []
    if then == "not_checked" or (
        then != advice.verification and not may_follow(VERIFICATION, advice.verification, then)
    ):
        found.append(_("This cannot follow what was seen before."))
    if visit is None and not note:
        found.append(_("Choose the visit on which it was seen, or write how it was seen."))
    day = visit.last_day if visit else seen_on
    if day is None:
        found.append(_("Say on which day it was seen."))
    elif day > today:
        found.append(_("The day lies in the future."))
    elif day < advice.issued_on:
        found.append(_("The day lies before the recommendation was issued."))
    if visit is not None and visit.institution_id != advice.finding.visit.institution_id:
        found.append(_("The visit was to another institution."))
    return found

"""May it be decided now? Obstacles to accepting, returning, reopening, voiding a visit, and to deciding on a finding.

Who may decide at all is said by `decidable_by` of the querysets; these rules say whether it can be done now.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ombudsman.people.models import User

from ..models import Finding, Indicator, Visit
from .states import FINDING, VISIT, may_follow

# Findings on which somebody still has to decide.
UNDECIDED = ("draft", "submitted", "returned")


def applicable(visit: Visit) -> list[Indicator]:
    """The indicators that are asked in a place of this kind, in printed order; none where the gate stayed shut."""
    if visit.access == Visit.Access.REFUSED:
        return []
    family = visit.institution_kind.family
    rows = visit.checklist.indicators.order_by("section__order", "order").select_related("section")
    return [indicator for indicator in rows if indicator.applies(family)]


def unseen_critical(visit: Visit) -> list[Indicator]:
    """Critical indicators whose present answer (or gap) no reviewer has looked at."""
    versions = dict(visit.answers.values_list("indicator_id", "version"))
    seen = dict(visit.checks.values_list("indicator_id", "version"))
    return [
        indicator
        for indicator in applicable(visit)
        if indicator.critical and seen.get(indicator.pk) != versions.get(indicator.pk, 0)
    ]


def obstacles_to_accepting(visit: Visit) -> list[str]:
    """What stands in the way of accepting the visit."""
    if not may_follow(VISIT, visit.state, "accepted"):
        return [_("Only a visit in review can be accepted.")]
    found = []
    if critical := unseen_critical(visit):
        found.append(
            ngettext(
                "%(number)s critical indicator has not been looked at.",
                "%(number)s critical indicators have not been looked at.",
                len(critical),
            )
            % {"number": len(critical)}
        )
    if questions := visit.comments.filter(resolved_at=None).count():
        found.append(
            ngettext("%(number)s question is open.", "%(number)s questions are open.", questions)
            % {"number": questions}
        )
    if findings := visit.findings.filter(state__in=UNDECIDED).count():
        found.append(
            ngettext("%(number)s finding is not decided.", "%(number)s findings are not decided.", findings)
            % {"number": findings}
        )
    if ratings := visit.ratings.filter(confirmed_by=None).count():
        found.append(
            ngettext(
                "%(number)s section rating is not confirmed.", "%(number)s section ratings are not confirmed.", ratings
            )
            % {"number": ratings}
        )
    if late := visit.differences.late().count():
        found.append(
            ngettext(
                "%(number)s record came after submission and waits for a decision.",
                "%(number)s records came after submission and wait for a decision.",
                late,
            )
            % {"number": late}
        )
    if visit.differences.waiting().exists():
        found.append(_("Something was handed to the team to agree on; the visit must be returned for it."))
    if visit.late_talks.exists():
        found.append(_("Talks came after submission and wait for a decision."))
    if barred := barred_ratings(visit):
        found.append(
            _("A critical indicator is not met, so these sections cannot have a rating that high: %(sections)s.")
            % {"sections": ", ".join(barred)}
        )
    return found


def barred_ratings(visit: Visit) -> list[str]:
    """Sections rated with one of the two best steps although a critical indicator of theirs is not met."""
    not_met = visit.answers.filter(choice__code="not_met", indicator__criticality="critical")
    rows = visit.ratings.filter(step__gte=3, section__in=not_met.values("indicator__section")).select_related("section")
    return [str(rating.section.title) for rating in rows.order_by("section__order")]


def obstacles_to_returning(visit: Visit, *, remark: str = "") -> list[str]:
    """What stands in the way of returning the visit: the team must be told why."""
    if visit.state != "submitted":
        return [_("Only a visit in review can be returned.")]
    told = (
        remark
        or visit.differences.waiting().exists()
        or visit.comments.filter(resolved_at=None).exists()
        or visit.findings.filter(state="returned").exists()
    )
    return [] if told else [_("The team must be told what to put right: write a question or a remark.")]


def obstacles_to_reopening(visit: Visit, *, reason: str) -> list[str]:
    """What stands in the way of reopening an accepted visit."""
    if visit.state != "accepted":
        return [_("Only an accepted visit can be reopened.")]
    return [] if reason else [_("A reason is needed.")]


def obstacles_to_voiding(visit: Visit, *, reason: str) -> list[str]:
    """What stands in the way of declaring the visit void."""
    if not may_follow(VISIT, visit.state, "void"):
        return [_("The visit is void already.")]
    return [] if reason else [_("A reason is needed.")]


def obstacles_to_deciding_finding(finding: Finding, *, by: User, then: str = "", reason: str = "") -> list[str]:
    """What stands in the way of deciding on the finding. Nobody decides on a finding of their own."""
    if finding.by_id == by.pk:
        return [_("A finding is decided by somebody else than its author.")]
    if finding.visit.state != "submitted":
        return [_("Findings are decided while the visit is in review.")]
    if not may_follow(FINDING, finding.state, then or "accepted"):
        return [_("This finding is not waiting for a decision.")]
    if finding.state == "accepted" and finding.recommendations.exists():
        return [_("A recommendation rests on this finding, so it stands.")]
    if then in ("returned", "rejected") and not reason:
        return [_("A reason is needed.")]
    return []

"""May it be done now, on a visit that is being filled? Whole sentences; empty means yes. Services refuse with the same ones."""

from collections.abc import Iterable
from datetime import date, time
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from institutions.models import ConflictOfInterest, Institution
from ombudsman.people.access import rights_of
from ombudsman.people.models import User
from ombudsman.people.roles import Role
from ombudsman.prepared import Prepared

from .. import editions
from ..models import Answer, Edition, FinishRequest, Indicator, Participation, Section, SectionRating, Visit

BEING_FILLED = ("open", "returned")
# Steps that a critical indicator not met in the section bars (domain rule: it caps the rating).
BARRED_BY_CRITICAL = (SectionRating.Step.GOOD, SectionRating.Step.SUFFICIENT)


def number_of(indicator: Indicator) -> str:
    """The printed number, the same on paper and screen: "2.1"."""
    return f"{indicator.section.order}.{indicator.order}"


def listed(indicators: Iterable[Indicator]) -> str:
    """Printed numbers with commas."""
    return ", ".join(number_of(indicator) for indicator in indicators)


def has_conflict(user: User, institution: Institution, day: date) -> bool:
    """Whether this person has declared a tie with the institution that lasts on `day`."""
    return ConflictOfInterest.objects.filter(
        Q(until__isnull=True) | Q(until__gte=day), user=user, institution=institution, starts__lte=day
    ).exists()


def outside_its_life(institution: Institution, day: date) -> str:
    """Why a visit on this day asks for a reason: the institution was not open yet, or no longer. Empty = it does not."""
    if institution.opened_on is not None and day < institution.opened_on:
        return _("The institution was not open yet on that day. Correct the day, or write the reason.")
    if institution.closed_on is not None and day > institution.closed_on:
        return _("The institution had been closed by that day. Correct the day, or write the reason.")
    return ""


def obstacles_to_opening(
    institution: Institution,
    *,
    by: User,
    today: date,
    first_day: date,
    last_day: date,
    access: str,
    arrived_at: time | None,
    entered_at: time | None,
    early_reason: str,
    checklist: Edition | None,
) -> list[Any]:
    """Why this visit cannot be opened as described."""
    found = []
    if has_conflict(by, institution, today):
        found.append(_("A declared tie with this institution closes it."))
    if by.organisation_id is None:
        found.append(_("The account belongs to no organisation. The office can set it."))
    if first_day > today:
        found.append(_("The first day has not come yet. A visit is opened on the day itself or later."))
    if last_day < first_day:
        found.append(_("The last day is before the first."))
    if (asked := outside_its_life(institution, first_day)) and not early_reason.strip():
        found.append(asked)
    if access == Visit.Access.REFUSED and entered_at is not None:
        found.append(_("Access was refused, so there is no hour of entry. Leave it empty."))
    if arrived_at and entered_at and entered_at < arrived_at and first_day == last_day:
        found.append(_("The entry is before the arrival."))
    if checklist is None:
        found.append(_("No checklist has been published yet."))
    return found


def obstacles_to_filling(visit: Visit) -> list[Any]:
    """Why answers, findings, ratings and team cannot be changed now."""
    if visit.state not in BEING_FILLED:
        return [_("The visit was submitted and is closed for changes.")]
    return []


def obstacles_to_answering(visit: Visit) -> list[Any]:
    """Why the checklist cannot be filled."""
    if visit.access == Visit.Access.REFUSED:
        return [_("Access was refused at the gate, so there is nothing to answer.")]
    return obstacles_to_filling(visit)


def obstacles_to_joining(visit: Visit, user: User, *, today: date) -> list[Any]:
    """Why this person cannot be on the team."""
    found = []
    if not user.is_active:
        found.append(_("The account of %(name)s is closed.") % {"name": user.full_name})
    if has_conflict(user, visit.institution, today):
        found.append(
            _("%(name)s has declared a tie with this institution and cannot be on the team.") % {"name": user.full_name}
        )
    regions = rights_of(user).roles.get(Role.MONITOR, frozenset())
    if regions is not None and visit.region.iso not in regions:
        found.append(_("%(name)s is no monitor in this region.") % {"name": user.full_name})
    return found


def obstacles_to_leaving(visit: Visit, user: User) -> list[Any]:
    """Why this person cannot leave the team."""
    if visit.team.filter(user=user, part="leader", left_on__isnull=True).exists():
        return [_("The leader cannot leave the team. Hand over the lead first.")]
    return []


CRITICAL_NOT_MET = Prepared(
    lambda visit: (
        Answer.objects.filter(
            visit=visit,
            indicator__criticality=Indicator.Criticality.CRITICAL,
            choice__role="judged",
            choice__mark="not",
        )
        .select_related("indicator__section")
        .order_by("indicator__section__order", "indicator__order")
    ),
    UUID,
)


def critical_not_met(visit: Visit) -> list[Answer]:
    """Answers that say a critical indicator is not met, in printed order."""
    return list(CRITICAL_NOT_MET.rows(visit.pk))


def obstacles_to_rating(section: Section, step: int | None, barring: Iterable[Answer]) -> list[Any]:
    """Why a section cannot be given this step. `barring` = `critical_not_met` of the visit. None = not rated."""
    here = [answer.indicator for answer in barring if answer.indicator.section_id == section.pk]
    if step in BARRED_BY_CRITICAL and here:
        return [
            _("“%(section)s”: a critical indicator is not met (%(numbers)s), so the two best steps are closed.")
            % {"section": section.title, "numbers": listed(here)}
        ]
    return []


def applicable(visit: Visit) -> list[Indicator]:
    """Indicators asked at this kind of place, in printed order."""
    rows = editions.checklist(visit.checklist_id).indicators.values()
    return [row for row in rows if row.applies(visit.institution_kind.family)]


def open_indicators(visit: Visit) -> list[Indicator]:
    """Applicable indicators that have no answer yet, in printed order."""
    answered = set(visit.answers.filter(choice__isnull=False).values_list("indicator_id", flat=True))
    return [indicator for indicator in applicable(visit) if indicator.pk not in answered]


def obstacles_to_submitting(visit: Visit, *, sampling: str = "") -> list[Any]:
    """Why the visit cannot be submitted yet. Unanswered indicators that are not critical are no obstacle.

    A visit refused at the gate has nothing to answer or rate. `sampling` = what the leader is about to state.
    """
    if obstacles := obstacles_to_filling(visit):
        return obstacles
    found = [*_open_questions(visit), *_open_differences(visit)]
    if visit.access == Visit.Access.REFUSED:
        return found
    asked = applicable(visit)
    answered = set(visit.answers.filter(choice__isnull=False).values_list("indicator_id", flat=True))
    missing = [indicator for indicator in asked if indicator.critical and indicator.pk not in answered]
    if missing:
        found.append(
            ngettext(
                "%(count)d critical indicator has not been answered: %(numbers)s.",
                "%(count)d critical indicators have not been answered: %(numbers)s.",
                len(missing),
            )
            % {"count": len(missing), "numbers": listed(missing)}
        )
    barring = critical_not_met(visit)
    found += [*_without_rating(visit, asked, barring), *_without_finding(visit, barring)]
    return [*found, *_without_sampling(visit, sampling)]


def _open_questions(visit: Visit) -> list[Any]:
    if visit.state != Visit.State.RETURNED:
        return []
    waiting = visit.comments.filter(resolved_at__isnull=True, reply="").count()
    if not waiting:
        return []
    return [
        ngettext(
            "One question of the reviewer has no reply yet.",
            "%(count)d questions of the reviewer have no reply yet.",
            waiting,
        )
        % {"count": waiting}
    ]


def _open_differences(visit: Visit) -> list[Any]:
    waiting = visit.differences.waiting().count()
    if not waiting:
        return []
    return [
        ngettext(
            "Two answers stand at one place; the team must agree on one.",
            "Two answers stand at %(count)d places; the team must agree on one each.",
            waiting,
        )
        % {"count": waiting}
    ]


def obstacles_to_finishing(visit: Visit, request: FinishRequest) -> list[Any]:
    """Why a visit whose leader asked for it from a device is not submitted yet: the rules, and what still lies on devices."""
    if not leads(visit, request.by):
        return [_("Who asked to submit no longer leads the team.")]
    found = obstacles_to_submitting(visit, sampling=request.sampling)
    unsent = visit.copies.out().filter(unsent__gt=0).count()
    if unsent:
        found.append(
            ngettext(
                "A device of the team still holds something unsent.",
                "%(count)d devices of the team still hold something unsent.",
                unsent,
            )
            % {"count": unsent}
        )
    return found


def _without_rating(visit: Visit, asked: list[Indicator], barring: list[Answer]) -> list[Any]:
    ratings = {rating.section_id: rating for rating in visit.ratings.all()}
    sections = list({indicator.section_id: indicator.section for indicator in asked}.values())
    found = []
    unrated = [section for section in sections if section.pk not in ratings]
    if unrated:
        found.append(
            ngettext(
                "%(count)d section has no rating yet: %(numbers)s. “Not rated” is possible too.",
                "%(count)d sections have no rating yet: %(numbers)s. “Not rated” is possible too.",
                len(unrated),
            )
            % {"count": len(unrated), "numbers": ", ".join(str(section.order) for section in unrated)}
        )
    for section in sections:
        if section.pk in ratings:
            found += obstacles_to_rating(section, ratings[section.pk].step, barring)
    return found


def _without_finding(visit: Visit, barring: list[Answer]) -> list[Any]:
    findings = list(visit.findings.exclude(state="rejected").prefetch_related("links"))
    found = []
    empty = sum(not finding.text.strip() for finding in findings)
    if empty:
        found.append(ngettext("One finding has no text.", "%(count)d findings have no text.", empty) % {"count": empty})
    covered = {link.indicator_id for finding in findings for link in finding.links.all()}
    bare = [answer.indicator for answer in barring if answer.indicator_id not in covered]
    if bare:
        found.append(
            ngettext(
                "%(count)d critical indicator is not met and has no finding: %(numbers)s.",
                "%(count)d critical indicators are not met and have no finding: %(numbers)s.",
                len(bare),
            )
            % {"count": len(bare), "numbers": listed(bare)}
        )
    return found


def _without_sampling(visit: Visit, sampling: str) -> list[Any]:
    if visit.bundles.exists() and not (sampling or visit.sampling):
        return [_("It is not stated yet how the children were chosen for the talks.")]
    return []


LEADING = Prepared(
    lambda visit, user: Participation.objects.filter(visit=visit, user=user, part="leader", left_on__isnull=True),
    UUID,
    int,
)


def leads(visit: Visit, user: User) -> bool:
    """Whether this person leads the visit's team now."""
    return LEADING.any(visit.pk, user.pk)


def obstacles_to_interviewing(visit: Visit) -> list[Any]:
    """Why interviews cannot be entered or corrected. A returned visit never opens them again."""
    if visit.state != Visit.State.OPEN or visit.interviews_submitted:
        return [_("The interviews of this visit were submitted and cannot be opened again.")]
    if visit.questionnaire_id is None:
        return [_("No child questionnaire was published when this visit was opened.")]
    if visit.access == Visit.Access.REFUSED:
        return [_("Access was refused at the gate, so there were no talks.")]
    return []

"""Acts of fieldwork: opening a visit, its team, rating its sections, submitting it. Views, API and commands call these.

Answers are in `answers.py`, findings in `findings.py`, interviews in `interviews.py`.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from institutions.models import Institution
from ombudsman.model_parts import new_id
from ombudsman.people.access import Refused
from ombudsman.people.models import User
from ombudsman.people.trail import record

from ..models import Edition, FinishRequest, Participation, Section, SectionRating, Visit
from ..rules.fieldwork import (
    critical_not_met,
    leads,
    obstacles_to_filling,
    obstacles_to_finishing,
    obstacles_to_joining,
    obstacles_to_leaving,
    obstacles_to_opening,
    obstacles_to_rating,
    obstacles_to_submitting,
)
from .interviews import dissolve
from .notices import tell_reviewers


def latest_edition(kind: str) -> Edition | None:
    """The published edition to use today for this kind of instrument ("checklist", "questionnaire"), None when there is none."""
    return Edition.objects.published().filter(instrument__kind=kind).order_by("-published_on", "-number", "-pk").first()


def standing_checklist() -> Edition | None:
    """The checklist that a new visit gets: the newest edition of the office's own instrument."""
    own = Edition.objects.published().filter(instrument__code="checklist").order_by("-number").first()
    return own or latest_edition("checklist")


@transaction.atomic
def open_visit(
    *,
    id: UUID | None = None,
    institution: Institution,
    kind: str,
    announced: bool,
    first_day: date,
    last_day: date,
    by: User,
    at: datetime,
    arrived_at: time | None = None,
    entered_at: time | None = None,
    access: str = Visit.Access.GRANTED,
    access_note: str = "",
    early_reason: str = "",
    checklist: Edition | None = None,
    questionnaire: Edition | None = None,
) -> Visit:
    """A new visit, led by the person who opens it; region and kind of the day are copied, so a later move changes no figure.

    `id` = the number that a device gave it. Without `checklist` and `questionnaire` the newest published editions; one given by
    name may be retired. Raises Refused, or PermissionDenied where the person may not visit.
    """
    checklist = checklist or standing_checklist()
    questionnaire = questionnaire or latest_edition("questionnaire")
    obstacles = obstacles_to_opening(
        institution,
        by=by,
        today=timezone.localdate(at),
        first_day=first_day,
        last_day=last_day,
        access=access,
        arrived_at=arrived_at,
        entered_at=entered_at,
        early_reason=early_reason,
        checklist=checklist,
    )
    if checklist is not None and checklist.state == Edition.State.DRAFT:
        obstacles.append(_("This edition is a draft and cannot be used yet."))
    if obstacles or checklist is None or by.organisation is None:
        raise Refused(obstacles)
    if not Institution.objects.visitable_by(by).filter(pk=institution.pk).exists():
        raise PermissionDenied
    previous = institution.visits.accepted().exclude(access=Visit.Access.REFUSED).filter(first_day__lte=first_day)
    visit = Visit.objects.create(
        id=id or new_id(),
        institution=institution,
        region_id=institution.region_id,
        institution_kind_id=institution.kind_id,
        organisation=by.organisation,
        checklist=checklist,
        questionnaire=questionnaire,
        kind=kind,
        announced=announced,
        first_day=first_day,
        last_day=last_day,
        year=first_day.year,
        arrived_at=arrived_at,
        entered_at=entered_at,
        access=access,
        access_note=access_note.strip(),
        early_reason=early_reason.strip(),
        opened_by=by,
        opened_at=at,
        previous=previous.newest_first().first(),
    )
    Participation.objects.create(visit=visit, user=by, part=Participation.Part.LEADER)
    record(by=by, at=at, act="visit.open", thing=visit, edition=str(checklist), access=access, kind=kind)
    return visit


def held(visit: Visit) -> Visit:
    """The visit's row, locked until the transaction ends: saving and submitting never cross. Raises Refused when closed."""
    row = Visit.objects.select_for_update().get(pk=visit.pk)
    if obstacles := obstacles_to_filling(row):
        raise Refused(obstacles)
    return row


def _known_sections(visit: Visit, codes: list[str]) -> list[str]:
    known = list(visit.checklist.sections.order_by("order").values_list("code", flat=True))
    if set(codes) - set(known):
        raise Refused([_("The checklist has no such section.")])
    return [code for code in known if code in codes]


@transaction.atomic
def join_team(*, visit: Visit, user: User, sections: list[str], by: User, at: datetime) -> Participation:
    """Puts a person on the team, again if they had left. Sections empty = all. Raises Refused, also for a declared tie."""
    row = held(visit)
    if obstacles := obstacles_to_joining(row, user, today=timezone.localdate(at)):
        raise Refused(obstacles)
    place, _made = Participation.objects.update_or_create(
        visit=row, user=user, defaults={"left_on": None, "sections": _known_sections(row, sections)}
    )
    record(by=by, at=at, act="visit.join", thing=row, member=user.pk, sections=place.sections)
    return place


@transaction.atomic
def leave_team(*, visit: Visit, user: User, by: User, at: datetime) -> Participation:
    """Takes a person off the team; what they wrote stays. Raises Refused for the leader."""
    row = held(visit)
    if obstacles := obstacles_to_leaving(row, user):
        raise Refused(obstacles)
    place = Participation.objects.get(visit=row, user=user)
    place.left_on = timezone.localdate(at)
    place.save(update_fields=["left_on"])
    record(by=by, at=at, act="visit.leave", thing=row, member=user.pk)
    return place


@transaction.atomic
def change_sections(*, visit: Visit, user: User, sections: list[str], by: User, at: datetime) -> Participation:
    """Gives a member other sections; empty = all."""
    row = held(visit)
    place = Participation.objects.get(visit=row, user=user, left_on__isnull=True)
    place.sections = _known_sections(row, sections)
    place.save(update_fields=["sections"])
    record(by=by, at=at, act="visit.sections", thing=row, member=user.pk, sections=place.sections)
    return place


@transaction.atomic
def hand_over_lead(*, visit: Visit, user: User, by: User, at: datetime) -> Participation:
    """Makes another member of the team its leader; the former leader stays as a member. Raises Refused."""
    row = held(visit)
    if obstacles := obstacles_to_joining(row, user, today=timezone.localdate(at)):
        raise Refused(obstacles)
    team = {place.user_id: place for place in row.team.filter(left_on__isnull=True)}
    if user.pk not in team:
        raise Refused([_("Only a member of the team can take the lead.")])
    # One leader at a time is kept by the database, so the old one steps back first.
    row.team.filter(part=Participation.Part.LEADER).update(part=Participation.Part.MEMBER)
    place = team[user.pk]
    place.part = Participation.Part.LEADER
    place.save(update_fields=["part"])
    record(by=by, at=at, act="visit.lead", thing=row, member=user.pk)
    return place


@transaction.atomic
def rate_sections(*, visit: Visit, steps: Mapping[str, int | None], by: User, at: datetime) -> list[SectionRating]:
    """The team's judgement by section code: a step 4-1, or None for "not rated". Raises Refused and then changes nothing.

    A critical indicator not met in a section bars its two best steps; the product never computes a step.
    """
    row = held(visit)
    barring = critical_not_met(row)
    sections = {section.code: section for section in row.checklist.sections.filter(code__in=steps)}
    obstacles = [_("The checklist has no such section.")] if len(sections) != len(steps) else []
    for code, section in sections.items():
        step = steps[code]
        if step is not None and step not in SectionRating.Step.values:
            obstacles.append(_("This step is not one of the four."))
        obstacles += obstacles_to_rating(section, step, barring)
    if obstacles:
        raise Refused(obstacles)
    before = {rating.section_id: rating.step for rating in row.ratings.all()}
    changed = []
    for code, section in sorted(sections.items()):
        if section.pk not in before or before[section.pk] != steps[code]:
            rating, _made = SectionRating.objects.update_or_create(
                visit=row,
                section=section,
                defaults={"step": steps[code], "by": by, "at": at, "confirmed_by": None},
            )
            changed.append(rating)
    if changed:
        record(by=by, at=at, act="visit.rate", thing=row, sections=_codes(sections, changed))
    return changed


def _codes(sections: Mapping[str, Section], ratings: list[SectionRating]) -> list[str]:
    rated = {rating.section_id for rating in ratings}
    return sorted(code for code, section in sections.items() if section.pk in rated)


@transaction.atomic
def submit_visit(*, visit: Visit, by: User, at: datetime, sampling: str = "") -> Visit:
    """Hands the visit to the reviewers: findings with it, and, the first time, the interviews dissolved. Only by the leader.

    The trail counts answers, never interviews. Raises Refused.
    """
    row = held(visit)
    if not leads(row, by):
        raise Refused([_("Only the leader of the team submits a visit.")])
    if sampling and sampling not in Visit.Sampling.values:
        raise Refused([_("This way of choosing children is not known.")])
    if obstacles := obstacles_to_submitting(row, sampling=sampling):
        raise Refused(obstacles)
    return _hand_in(row, by=by, at=at, sampling=sampling)


def _hand_in(row: Visit, *, by: User, at: datetime, sampling: str) -> Visit:
    """What submitting does, once it may be done."""
    if not row.interviews_submitted:
        row.sampling = sampling or row.sampling
        row.interviews_submitted = True
        dissolve(visit=row)
    row.findings.filter(state__in=("draft", "returned")).update(state="submitted")
    row.state, row.submitted_by, row.submitted_at = Visit.State.SUBMITTED, by, at
    row.save(update_fields=["state", "submitted_by", "submitted_at", "sampling", "interviews_submitted"])
    FinishRequest.objects.filter(visit=row).delete()
    answers = row.answers.filter(choice__isnull=False).count()
    tell_reviewers(row)
    record(by=by, at=at, act="visit.submit", thing=row, answers=answers)
    return row


def finish_if_nothing_is_open(*, visit: Visit, at: datetime) -> list[Any]:
    """Submits a visit whose leader asked for it from a device, as soon as nothing stands in the way; gives what still does.

    Part of another act, with the visit's row locked. Does nothing without a request.
    """
    request = FinishRequest.objects.filter(visit=visit).select_related("by").first()
    if request is None:
        return []
    if obstacles := obstacles_to_finishing(visit, request):
        return obstacles
    _hand_in(visit, by=request.by, at=at, sampling=request.sampling)
    return []


@transaction.atomic
def withdraw_finish(*, visit: Visit, by: User, at: datetime) -> None:
    """Takes the request to submit back. Raises Refused for anybody but the leader, or when there is none."""
    row = held(visit)
    if not leads(row, by):
        raise Refused([_("Only the leader of the team submits a visit.")])
    gone, _kinds = FinishRequest.objects.filter(visit=row).delete()
    if not gone:
        raise Refused([_("There is no request to submit this visit.")])
    record(by=by, at=at, act="visit.unfinish", thing=row)

"""Letters to people of a visit. They say that something waits; never which institution, never what was seen or said.

They are written by the worker after the commit: a mail server that is slow or silent holds up nobody.
"""

from functools import partial

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, task, task_backends

from institutions.models import ConflictOfInterest
from ombudsman.people.models import Grant, User
from ombudsman.people.roles import Role

from ..models import UrgentConcern, Visit
from ..rules.urgent import UNTAKEN_AFTER


def tell_leader(visit: Visit) -> None:
    """A letter to the leader of the team."""
    leaders = User.objects.filter(
        participations__visit=visit, participations__part="leader", participations__left_on=None, is_active=True
    )
    _after_commit(leaders)


def tell_reviewers(visit: Visit) -> None:
    """A letter to the reviewers of the visit's region, except those who were on its team or have a tie with the place."""
    team = visit.team.values("user_id")
    _after_commit(_holding(visit, Role.REVIEWER).exclude(pk__in=team))


def tell_duty(concern: UrgentConcern) -> None:
    """A letter to the duty officers; to the coordinators when none holds that grant today. Never to the one who raised it."""
    on_duty = _holding(concern.visit, Role.DUTY_OFFICER)
    people = on_duty if on_duty.exists() else _holding(concern.visit, Role.COORDINATOR)
    _after_commit(people.exclude(pk=concern.by_id), urgent=True)
    if task_backends[DEFAULT_TASK_BACKEND_ALIAS].supports_defer:
        later = ask_again.using(run_after=concern.received_at + UNTAKEN_AFTER, priority=100)
        transaction.on_commit(partial(later.enqueue, str(concern.pk)))


def _holding(visit: Visit, role: Role) -> QuerySet[User]:
    """Active people who hold this role today for the visit's region; a declared tie with the institution takes them out."""
    today = timezone.localdate()
    grants = Grant.objects.in_force(today).filter(role=role, region_code__in=["", visit.region.iso])
    ties = ConflictOfInterest.objects.filter(
        Q(until__isnull=True) | Q(until__gte=today), institution=visit.institution_id, starts__lte=today
    )
    people = User.objects.filter(is_active=True, pk__in=grants.values("user_id"))
    return people.exclude(pk__in=ties.values("user_id"))


def _after_commit(people: QuerySet[User], *, urgent: bool = False) -> None:
    for number in people.order_by("pk").values_list("pk", flat=True):
        transaction.on_commit(partial(send.using(priority=100 if urgent else 0).enqueue, number, urgent))


@task()
def ask_again(concern: str) -> None:
    """An hour later: when nobody has taken the concern, the coordinators hear that something urgent waits."""
    row = (
        UrgentConcern.objects.select_related("visit__region").filter(pk=concern, taken_at=None, closed_at=None).first()
    )
    if row is not None:
        _after_commit(_holding(row.visit, Role.COORDINATOR), urgent=True)


@task()
def send(person: int, urgent: bool = False) -> None:
    """One letter to this account, in its own language. The worker notes a failure; nothing that was decided is undone."""
    reader = User.objects.filter(pk=person, is_active=True).first()
    if reader is None:
        return
    with translation.override(reader.language):
        subject = _("Something waits in Voice of the Child")
        text = _("Something waits for you in Voice of the Child. Sign in to see it.")
        if urgent:
            subject = _("Something urgent waits in Voice of the Child")
            text = _("Something urgent waits for you in Voice of the Child. Sign in now.")
    send_mail(subject, text + "\n", None, [reader.email])

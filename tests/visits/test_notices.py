"""Letters: to whom, in which language, and that they say nothing but that something waits."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from ombudsman.people.models import Grant
from tests import factories as make
from visits.models import Participation, UrgentConcern
from visits.services import fieldwork
from visits.services.notices import ask_again
from visits.services.urgent import raise_concern, take_concern

pytestmark = pytest.mark.django_db


def readers():
    return sorted(address for letter in mail.outbox for address in letter.to)


@pytest.fixture
def hand_in(cast, django_capture_on_commit_callbacks):
    def act():
        cast.visit.access = "refused"
        cast.visit.save()
        with django_capture_on_commit_callbacks(execute=True):
            fieldwork.submit_visit(visit=cast.visit, by=cast.bek, at=timezone.now())

    return act


@pytest.fixture
def alarm(cast, django_capture_on_commit_callbacks):
    def act(by=None):
        now = timezone.now()
        with django_capture_on_commit_callbacks(execute=True):
            raise_concern(
                visit=cast.visit,
                id=uuid4(),
                category="sexual",
                seen="",
                told="",
                told_at=None,
                pressed_at=now,
                by=by or cast.ana,
                at=now,
            )

    return act


def test_a_submitted_visit_is_told_to_the_reviewers_of_its_region(hand_in):
    hand_in()
    assert readers() == ["clara@example.test"]
    assert mail.outbox[0].subject == "Something waits in Voice of the Child"
    said = mail.outbox[0].subject + mail.outbox[0].body
    assert not [word for word in ("Centre", "Karaganda", "Bek", "visit") if word in said]


def test_a_reviewer_of_the_team_or_with_a_tie_is_not_told(cast, hand_in):
    cast.has_conflict("clara")
    make.give(cast.ruslan, "reviewer", "")
    Participation.objects.create(visit=cast.visit, user=cast.ruslan, left_on=timezone.localdate())
    hand_in()
    assert readers() == []


@pytest.mark.parametrize(("language", "word"), [("kk", "шұғыл"), ("ru", "срочн"), ("en", "urgent")])
def test_a_letter_speaks_the_language_of_its_reader(cast, alarm, language, word):
    cast.dina.language = language
    cast.dina.save()
    alarm()
    assert word in mail.outbox[0].subject.casefold()
    assert word in mail.outbox[0].body.casefold()


def test_without_a_duty_officer_the_coordinators_are_told(cast, alarm):
    Grant.objects.filter(role="duty_officer").update(until=timezone.localdate() - timedelta(days=1))
    alarm()
    assert readers() == ["saule@example.test", "timur@example.test"]


def test_a_duty_officer_with_a_tie_is_not_told_and_the_coordinators_are(cast, alarm):
    cast.has_conflict("dina")
    alarm()
    assert readers() == ["saule@example.test", "timur@example.test"]


def test_nobody_is_told_of_their_own_report(cast, alarm):
    Grant.objects.filter(role="duty_officer").delete()
    alarm(by=cast.saule)
    assert readers() == ["timur@example.test"]


def test_a_closed_account_gets_no_letter(cast, alarm):
    cast.dina.is_active = False
    cast.dina.save()
    alarm()
    assert "dina@example.test" not in readers()


def test_what_nobody_took_for_an_hour_is_told_to_the_coordinators_and_what_somebody_took_is_not(
    cast, alarm, django_capture_on_commit_callbacks
):
    alarm()
    concern = UrgentConcern.objects.get()
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        ask_again.call(str(concern.pk))
    assert readers() == ["saule@example.test", "timur@example.test"]
    take_concern(concern=concern, by=cast.dina, at=timezone.now())
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        ask_again.call(str(concern.pk))
    assert readers() == []


def test_the_hour_runs_since_the_office_received_it(cast, alarm, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    alarm()
    later = DBTaskResult.objects.get(task_path__endswith="ask_again")
    concern = UrgentConcern.objects.get()
    assert later.run_after == concern.received_at + timedelta(hours=1)
    # What the queue holds says no more than a number.
    assert later.args_kwargs == {"args": [str(concern.pk)], "kwargs": {}}

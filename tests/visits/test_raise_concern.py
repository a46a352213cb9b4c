"""Raising a concern: the clock, once whatever is sent how often, who may, who hears of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone

from ombudsman.people.access import Refused
from ombudsman.people.models import TrailEntry
from visits.models import UrgentConcern
from visits.services.fieldwork import leave_team
from visits.services.urgent import raise_concern

pytestmark = pytest.mark.django_db


def raised(cast, by=None, **values):
    """A concern of Ana's at Centre 1, pressed just now."""
    now = timezone.now()
    given = {
        "visit": cast.visit,
        "id": uuid4(),
        "category": "injury",
        "seen": "a fresh bruise",
        "told": "",
        "told_at": None,
        "pressed_at": now,
        "at": now,
    }
    return raise_concern(by=by or cast.ana, **(given | values))


def test_the_clock_starts_at_the_press_not_when_the_server_hears_of_it(cast):
    now = timezone.now()
    concern = raised(cast, pressed_at=now - timedelta(hours=5), at=now)
    assert concern.pressed_at == now - timedelta(hours=5)
    assert concern.received_at == now


def test_a_press_in_the_future_or_before_the_visit_is_moved_to_where_it_can_be_true(cast):
    now = timezone.now()
    assert raised(cast, pressed_at=now + timedelta(days=300), at=now).pressed_at == now
    early = timezone.localtime(raised(cast, pressed_at=now - timedelta(days=9000), at=now).pressed_at)
    assert (early.date(), early.hour) == (cast.visit.first_day, 0)


def test_the_same_number_again_is_the_same_concern(cast, django_capture_on_commit_callbacks):
    number = uuid4()
    with django_capture_on_commit_callbacks(execute=True):
        first = raised(cast, id=number)
        again = raised(cast, id=number, seen="other words", category="sexual")
    assert first == again
    row = UrgentConcern.objects.get()
    assert (row.seen, row.category) == ("a fresh bruise", "injury")
    assert TrailEntry.objects.filter(act="concern.raise").count() == 1
    assert len(mail.outbox) == 1


def test_a_later_sending_fills_what_was_empty(cast):
    number = uuid4()
    raised(cast, id=number)
    row = raised(cast, id=number, told="the duty number")
    assert (row.told, row.seen) == ("the duty number", "a fresh bruise")
    assert row.told_at is not None


def test_a_number_of_another_person_or_visit_tells_nothing(cast):
    number = uuid4()
    raised(cast, id=number)
    with pytest.raises(Refused):
        raised(cast, by=cast.bek, id=number)
    with pytest.raises(Refused):
        raised(cast, by=cast.oleg, visit=cast.other_visit, id=number)


def test_a_submitted_visit_and_a_person_who_left_the_team_are_no_reason_to_refuse(cast):
    leave_team(visit=cast.visit, user=cast.ana, by=cast.bek, at=timezone.now())
    cast.visit.state = "submitted"
    cast.visit.save()
    assert raised(cast).category == "injury"


@pytest.mark.parametrize("name", ["oleg", "ruslan", "gulnar", "rauan", "dan", "aigerim", "sergey", "dina", "eve"])
def test_nobody_else_raises_one(cast, name):
    with pytest.raises(Refused):
        raised(cast, by=getattr(cast, name))
    assert not UrgentConcern.objects.exists()


def test_reviewers_of_the_region_and_coordinators_raise_one_unless_a_tie_forbids_it(cast):
    assert raised(cast, by=cast.clara)
    assert raised(cast, by=cast.saule)
    cast.has_conflict("clara")
    with pytest.raises(Refused):
        raised(cast, by=cast.clara)


def test_an_unknown_danger_is_refused(cast):
    with pytest.raises(Refused):
        raised(cast, category="weather")


def test_the_trail_and_the_letter_hold_no_word_of_it(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        raised(cast, seen="SEENWORD", told="TOLDWORD")
    assert "WORD" not in str(list(TrailEntry.objects.values()))
    letter = mail.outbox[0]
    assert letter.to == ["dina@example.test"]
    said = letter.subject + letter.body
    assert not [
        word for word in ("WORD", "Centre", "injury", "Injury", "Karaganda", str(cast.visit.pk)) if word in said
    ]

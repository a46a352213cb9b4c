"""One row within a person's reach, by prepared SQL: the same rows as the querysets give, for everybody, and nothing kept."""

import uuid
from collections import OrderedDict
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from institutions.models import ConflictOfInterest
from ombudsman.people.models import Grant, User
from ombudsman.people.reaching import Reached
from visits.models import Participation, Visit
from visits.queries import VisitQuerySet

LIMITS = ("visible_to", "readable_by", "editable_by", "decidable_by", "voidable_by", "alarmable_by")


def again(person: User) -> User:
    """The person as the next request sees them."""
    return User.objects.get(pk=person.pk)


def reached(question: Reached[Visit], person: User) -> set[uuid.UUID]:
    held = {pk for pk in Visit.objects.values_list("pk", flat=True) if question.holds(again(person), pk)}
    assert {question.get(again(person), pk).pk for pk in held} == held
    return held


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("state", ["open", "submitted", "accepted"])
def test_it_finds_what_the_limit_finds_for_everybody_of_the_cast(cast, limit, state):
    Visit.objects.update(
        state=state,
        submitted_by=None if state == "open" else cast.bek,
        submitted_at=None if state == "open" else timezone.now(),
        decided_by=cast.timur if state == "accepted" else None,
        decided_at=timezone.now() if state == "accepted" else None,
    )
    question = Reached(Visit.objects, limit)
    for person in cast.people.values():
        due = set(getattr(Visit.objects, limit)(again(person)).values_list("pk", flat=True))
        assert reached(question, person) == due, person


def test_all_rows_of_a_key_are_those_of_the_limit_in_their_order_and_no_more(cast):
    question = Reached(
        Visit.objects, "visible_to", by="institution", key=int, then=lambda rows: rows.newest_first()[:2]
    )
    at_most = 0
    for person in cast.people.values():
        for place in (cast.centre, cast.far_centre):
            due = list(Visit.objects.visible_to(again(person)).filter(institution=place).newest_first()[:2])
            assert list(question.all(again(person), place.pk)) == due, person
            at_most = max(at_most, len(due))
    assert at_most == 2
    assert list(question.all(AnonymousUser(), cast.centre.pk)) == []


def test_people_with_the_same_rights_do_not_reach_each_others_visits(cast):
    """The same SQL serves both; only the person in it differs."""
    question = Reached(Visit.objects, "readable_by")
    Participation.objects.filter(user=cast.ana).exclude(visit=cast.visit).delete()
    assert reached(question, cast.ana) == {cast.visit.pk}
    twin = cast.people["twin"] = User.objects.create(
        email="twin@example.test", full_name="Twin", organisation=cast.ana.organisation
    )
    for grant in Grant.objects.filter(user=cast.ana):
        Grant.objects.create(
            user=twin,
            role=grant.role,
            region_code=grant.region_code,
            starts=grant.starts,
            proposed_by=grant.proposed_by,
            approved_by=grant.approved_by,
            approved_at=grant.approved_at,
        )
    assert reached(question, twin) == set()
    assert reached(question, cast.ana) == {cast.visit.pk}
    assert len(question.asked) == 1


def test_what_changes_between_two_requests_is_seen_at_once(cast):
    question = Reached(Visit.objects, "readable_by")
    today = timezone.localdate()
    assert question.get(again(cast.ana), cast.visit.pk) == cast.visit
    conflict = ConflictOfInterest.objects.create(
        user=cast.ana, institution=cast.visit.institution, kind="relative", starts=today
    )
    assert not question.holds(again(cast.ana), cast.visit.pk)
    ConflictOfInterest.objects.filter(pk=conflict.pk).update(
        starts=today - timedelta(days=9), until=today - timedelta(days=1)
    )
    assert question.holds(again(cast.ana), cast.visit.pk)
    Participation.objects.filter(user=cast.ana).update(left_on=today)
    assert not question.holds(again(cast.ana), cast.visit.pk)


def test_out_of_reach_and_not_there_are_the_same_404(cast):
    question = Reached(Visit.objects, "readable_by")
    for person, key in ((cast.eve, cast.visit.pk), (cast.ana, uuid.uuid4()), (AnonymousUser(), cast.visit.pk)):
        with pytest.raises(Http404):
            question.get(person, key)


def test_what_belongs_to_the_row_comes_with_it_in_one_query(cast):
    question = Reached(Visit.objects, "readable_by", "institution__region", "organisation")
    person = again(cast.ana)
    question.get(person, cast.visit.pk)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        visit = question.get(person, cast.visit.pk)
        assert visit.institution.region == cast.centre.region
        assert visit.organisation == cast.visit.organisation
    assert len(asked) == 1


def test_another_limit_is_another_question(cast, monkeypatch):
    question = Reached(Visit.objects, "readable_by")
    assert not question.holds(cast.eve, cast.visit.pk)
    monkeypatch.setattr(VisitQuerySet, "readable_by", lambda rows, user: rows.all())
    assert question.holds(cast.eve, cast.visit.pk)


def test_only_so_many_sets_of_rights_are_remembered(cast, monkeypatch):
    monkeypatch.setattr(Reached, "MOST", 2)
    question = Reached(Visit.objects, "readable_by")
    for name in ("ana", "clara", "saule", "aigerim"):
        question.holds(again(cast.people[name]), cast.visit.pk)
    assert len(question.asked) == 2


def test_a_question_that_another_thread_forgets_at_once_is_answered_all_the_same(cast):
    class Forgetful(OrderedDict):
        def __setitem__(self, key, value):
            pass

    question = Reached(Visit.objects, "readable_by")
    question.asked = Forgetful()
    assert question.holds(cast.ana, cast.visit.pk)
    assert not question.holds(cast.eve, cast.visit.pk)

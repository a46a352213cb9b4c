"""Questions whose SQL is built once: the same rows as the queryset gives, for every value, and nothing kept."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore as DjangoStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from ombudsman.people.access import rights_of
from ombudsman.people.backend import HouseBackend
from ombudsman.people.models import Grant, User
from ombudsman.people.sessions import SessionStore
from ombudsman.prepared import Prepared


def whole(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_the_person_of_a_session_is_the_same_with_every_column(cast):
    backend = HouseBackend()
    for person in User.objects.all():
        assert whole(backend.get_user(person.pk)) == whole(person)
    assert backend.get_user(0) is None


def test_a_closed_account_is_nobody_from_the_next_request_on(client, cast):
    client.force_login(cast.aigerim)
    assert client.get("/").status_code == 200
    User.objects.filter(pk=cast.aigerim.pk).update(is_active=False)
    assert client.get("/").status_code == 302


def test_a_session_of_django_is_ours_and_the_other_way(db):
    theirs = DjangoStore()
    theirs["word"] = "kept"
    theirs.save()
    assert SessionStore(theirs.session_key)["word"] == "kept"
    ours = SessionStore()
    ours["word"] = "too"
    ours.save()
    assert DjangoStore(ours.session_key)["word"] == "too"


def test_a_session_that_ran_out_is_empty_and_loses_its_key(db):
    store = SessionStore()
    store["word"] = "kept"
    store.save()
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    again = SessionStore(store.session_key)
    assert again.get("word") is None
    assert again.session_key is None


def test_a_role_begins_and_ends_with_its_days(cast):
    person, today = cast.aigerim, timezone.localdate()
    for starts, until, held in (
        (today, today, True),
        (today + timedelta(days=1), None, False),
        (today - timedelta(days=9), today - timedelta(days=1), False),
        (today - timedelta(days=9), None, True),
    ):
        Grant.objects.filter(user=person).update(starts=starts, until=until)
        assert bool(rights_of(User.objects.get(pk=person.pk)).roles.keys() - {"public"}) is held


def test_what_was_read_is_not_kept(cast):
    asked = Prepared(lambda key: User.objects.filter(pk=key), int)
    assert asked.first(cast.aigerim.pk).full_name == cast.aigerim.full_name
    User.objects.filter(pk=cast.aigerim.pk).update(full_name="Another")
    assert asked.first(cast.aigerim.pk).full_name == "Another"


def test_a_question_that_loses_a_value_is_refused(db):
    with pytest.raises(ValueError):
        Prepared(lambda key, day: User.objects.filter(pk=key), int, date).first(1, timezone.localdate())
    with pytest.raises(ValueError):
        Prepared(lambda key: Grant.objects.only("role").filter(pk=key), int).first(1)


def test_a_value_may_be_missing_only_where_it_does_not_matter(cast):
    free = Prepared(lambda key, day: User.objects.filter(pk=key), int, date, some_may_not_matter=True)
    assert free.first(cast.ana.pk, timezone.localdate()) == cast.ana
    changed = Prepared(lambda key: User.objects.filter(email=f"{key}@example.test"), int, some_may_not_matter=True)
    with pytest.raises(ValueError):
        changed.first(cast.ana.pk)


def test_what_nobody_can_answer_is_not_asked(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert list(Prepared(lambda key: User.objects.filter(pk=key, pk__in=[]), int).rows(1)) == []


def test_what_belongs_to_a_row_comes_with_it(cast, django_assert_num_queries):
    asked = Prepared(lambda key: User.objects.select_related("organisation").filter(pk=key), int)
    with django_assert_num_queries(1):
        assert asked.first(cast.bek.pk).organisation == cast.bek.organisation


def test_moments_are_asked_for_to_the_microsecond(cast):
    at = timezone.now()
    User.objects.filter(pk=cast.aigerim.pk).update(date_joined=at)
    asked = Prepared(lambda at: User.objects.filter(date_joined=at), datetime)
    assert [row.pk for row in asked.rows(at)] == [cast.aigerim.pk]
    assert list(asked.rows(at + timedelta(microseconds=1))) == []


def test_words_that_are_always_the_same_stand_in_the_statement(cast, django_assert_num_queries):
    """Compared with the condition of a partial index, a value has SQLite plan anew, and PostgreSQL do without the index."""
    name = 'Ann\'s 100 %s of 5 %? "a"'
    User.objects.filter(pk=cast.ana.pk).update(full_name=name)
    asked = Prepared(lambda key: User.objects.filter(full_name=name, pk=key), int)
    assert asked.first(cast.ana.pk) == cast.ana
    assert asked.first(cast.bek.pk) is None
    # Where somebody listens it goes the usual way.
    with django_assert_num_queries(1):
        assert asked.first(cast.ana.pk) == cast.ana
    assert name not in asked.built[connection.vendor].given

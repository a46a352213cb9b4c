"""Several hands on one visit: who is here, what they changed, whose sections they are, what waits to be agreed."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ombudsman.people.models import TrailEntry
from visits.models import Difference, Presence
from visits.services.answers import save_answer
from visits.services.fieldwork import change_sections, leave_team
from visits.services.presence import beat

pytestmark = pytest.mark.django_db


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def beats(cast, user, section="AA", stamp=""):
    door = reverse("visit_presence", args=[cast.visit.pk])
    sent = json.dumps({"section": section, "stamp": stamp})
    return client_of(user).post(door, sent, content_type="application/json").json()


def answered(cast, by, code="AA-01", choice="met"):
    return save_answer(
        visit=cast.visit, indicator=code, choice=choice, note="", sources=["seen"], by=by, at=timezone.now()
    )


def test_a_page_hears_who_else_is_here_and_where(cast):
    assert beats(cast, cast.ana)["here"] == ""
    assert beats(cast, cast.bek)["here"] == f"Here now: {cast.ana} (section 1)"
    assert beats(cast, cast.ana, section="nowhere")["here"] == f"Here now: {cast.bek} (section 1)"
    assert beats(cast, cast.bek)["here"] == f"Here now: {cast.ana}"


def test_after_a_minute_without_a_beat_nobody_is_there(cast):
    now = timezone.now()
    beat(visit=cast.visit, section="AA", by=cast.ana, at=now - timedelta(seconds=59))
    assert str(cast.ana) in beats(cast, cast.bek)["here"]
    Presence.objects.filter(user=cast.ana).update(seen_at=now - timedelta(seconds=61))
    assert beats(cast, cast.bek)["here"] == ""


def test_no_history_is_kept(cast):
    now = timezone.now()
    beat(visit=cast.other_visit, section="AA", by=cast.oleg, at=now - timedelta(days=2))
    for _time in range(3):
        beats(cast, cast.ana)
    assert list(Presence.objects.values_list("user", flat=True)) == [cast.ana.pk]
    assert not TrailEntry.objects.exists()


def test_a_page_gets_what_others_changed_and_nothing_while_nothing_changes(cast):
    before = beats(cast, cast.ana)
    assert before["answers"] == {}
    answered(cast, cast.bek)
    news = beats(cast, cast.ana, stamp=before["stamp"])
    told = news["answers"]["AA-01"]
    assert (told["choice"], told["version"]) == ("met", 1)
    assert told["said"].startswith(f"Changed by {cast.bek} at ")
    assert beats(cast, cast.ana, stamp=news["stamp"])["answers"] == {}


def test_looking_leaves_no_presence(cast):
    answer = client_of(cast.ana).get(reverse("visit_presence", args=[cast.visit.pk]), {"section": "AA"})
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.json()["stamp"] == "0.0"
    assert not Presence.objects.exists()


@pytest.mark.parametrize("name", ["oleg", "clara", "saule", "gulnar", "aigerim", "dina", "eve"])
def test_only_the_team_hears_anything(cast, name):
    beat(visit=cast.visit, section="AA", by=cast.ana, at=timezone.now())
    door = reverse("visit_presence", args=[cast.visit.pk])
    assert client_of(getattr(cast, name)).get(door).status_code == 404


def test_somebody_who_left_the_team_is_no_longer_here_and_hears_nothing(cast):
    beats(cast, cast.ana)
    leave_team(visit=cast.visit, user=cast.ana, by=cast.bek, at=timezone.now())
    assert beats(cast, cast.bek)["here"] == ""
    assert client_of(cast.ana).get(reverse("visit_presence", args=[cast.visit.pk])).status_code == 404


def test_a_visit_that_was_submitted_is_silent(cast):
    cast.visit.state = "submitted"
    cast.visit.save()
    assert client_of(cast.ana).get(reverse("visit_presence", args=[cast.visit.pk])).status_code == 404


@pytest.mark.parametrize("body", ["", "[]", "{", '{"section": 1}', '{"section": {"a": []}, "stamp": null}'])
def test_an_unreadable_beat_is_still_a_beat(cast, body):
    door = reverse("visit_presence", args=[cast.visit.pk])
    assert client_of(cast.ana).post(door, body, content_type="application/json").status_code == 200
    assert Presence.objects.get().section == ""


# --- whose sections --------------------------------------------------------------------------------------------------------


def test_a_section_says_to_whom_it_was_given_and_one_goes_on_with_ones_own(cast):
    last = cast.visit.checklist.sections.order_by("order").last()
    change_sections(visit=cast.visit, user=cast.ana, sections=[last.code], by=cast.bek, at=timezone.now())
    for name, own in [("ana", True), ("bek", False)]:
        page = client_of(getattr(cast, name)).get(reverse("visit", args=[cast.visit.pk]))
        assert f"Given to: {cast.ana}" in page.content.decode()
        assert ("Own sections" in page.content.decode()) is own
        assert (page.context["going_on"] == last) is own
    page = client_of(cast.bek).get(reverse("visit_section", args=[cast.visit.pk, last.code])).content.decode()
    assert f"Given to: {cast.ana}" in page


# --- two answers ------------------------------------------------------------------------------------------------------------


def two_answers(cast):
    now = timezone.now()
    indicator = cast.visit.checklist.indicators.get(code="AA-01")
    return Difference.objects.create(
        visit=cast.visit, indicator=indicator, mine={"choice": "met"}, by=cast.ana, made_at=now, received_at=now
    )


def test_the_leader_is_told_of_two_answers_to_agree_and_the_card_shows_them(cast):
    two_answers(cast)
    home = client_of(cast.bek).get(reverse("home"))
    door = reverse("visit_differences", args=[cast.visit.pk])
    assert [task.url for task in home.context["day"].tasks if "to agree" in task.title] == [door]
    page = client_of(cast.bek).get(reverse("visit_section", args=[cast.visit.pk, "AA"])).content.decode()
    assert page.count("Two answers wait to be agreed.") == 1
    assert door in page


def test_others_are_not_told_on_their_first_page(cast):
    two_answers(cast)
    for name in ("ana", "oleg", "saule", "clara"):
        home = client_of(getattr(cast, name)).get(reverse("home"))
        assert not [task for task in home.context["day"].tasks if "to agree" in task.title]


def test_what_was_agreed_is_no_longer_shown(cast):
    Difference.objects.filter(pk=two_answers(cast).pk).update(state="mine")
    home = client_of(cast.bek).get(reverse("home"))
    assert not [task for task in home.context["day"].tasks if "to agree" in task.title]
    page = client_of(cast.bek).get(reverse("visit_section", args=[cast.visit.pk, "AA"])).content.decode()
    assert "Two answers wait" not in page

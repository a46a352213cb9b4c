"""The demonstration: what is drawn, that it keeps the rules of the house, and where it refuses to be."""

import re
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import Count, F
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from institutions.models import Institution
from ombudsman.people.access import rights_of
from ombudsman.people.models import Grant, Organisation, TrailEntry, User, telephone_number
from ombudsman.people.trail import faults
from reports.demonstration.dice import dice_for, throw_id
from reports.demonstration.interviews import OF_SOME, of_some, share_out
from reports.demonstration.whole import make_demonstration
from reports.models import Publication
from visits.layout import pack, unpack
from visits.models import (
    Answer,
    AnswerVersion,
    DeviceCopy,
    Difference,
    Indicator,
    Interview,
    Participation,
    Question,
    Recommendation,
    SectionRating,
    UrgentConcern,
    Verification,
    Visit,
    VisitTally,
)
from visits.rules.review import applicable
from visits.services.tally import rebuild_tally

DAY = date(2026, 5, 20)
SMALL = {"visits": 70, "interviews": 260, "seed": 7, "year": 2025, "day": DAY}


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """Drawn once for all tests of this file, and rolled back after the last."""
    with django_db_blocker.unblock(), override_settings(DEMONSTRATION=True), transaction.atomic():
        yield make_demonstration(**SMALL)
        transaction.set_rollback(True)


@pytest.fixture
def demonstration(made, db, settings):
    settings.DEMONSTRATION = True
    return made


def test_it_holds_what_was_asked_for(demonstration):
    assert demonstration.visits == Visit.objects.count() == 70
    assert demonstration.interviews == Interview.objects.count() == 260
    assert Institution.objects.count() == 205
    assert Organisation.objects.filter(kind="ngo").count() == 50
    assert set(Visit.objects.values_list("state", flat=True)) >= {"open", "submitted", "returned", "accepted"}
    assert set(Visit.objects.accepted().values_list("year", flat=True)) >= {2023, 2024, 2025}
    assert Institution.objects.values("kind").distinct().count() == 15
    assert Institution.objects.values("region").distinct().count() == 20
    for language in ("kk", "ru", "en"):
        assert not Institution.objects.filter(**{f"name_{language}": ""}).exists()
        assert not Recommendation.objects.filter(**{f"text_{language}": ""}).exists()


def test_names_are_built_in_three_languages(demonstration):
    centre = Institution.objects.get(kind__number=9, region__iso="KZ-35")
    assert centre.name_kk == "Қарағанды облысының кәмелетке толмағандарды бейімдеу орталығы"
    assert centre.name_ru == "Центр адаптации несовершеннолетних Карагандинской области"
    assert centre.name_en == "Juvenile adaptation centre, Karaganda Region"


def test_every_tally_equals_a_recount_of_its_answers(demonstration):
    tallies = list(VisitTally.objects.select_related("visit__checklist", "visit__institution_kind"))
    assert len(tallies) > 50
    for tally in tallies:
        drawn = (bytes(tally.answers), bytes(tally.measurements), bytes(tally.child_only))
        counted = rebuild_tally(visit=tally.visit)
        assert drawn == (counted.answers, counted.measurements, counted.child_only), tally.visit


def test_only_accepted_visits_have_a_tally(demonstration):
    assert set(VisitTally.objects.values_list("visit_id")) == set(Visit.objects.accepted().values_list("id"))


def test_nothing_is_answered_that_does_not_apply_or_behind_a_shut_gate(demonstration):
    families = {indicator.pk: indicator for indicator in Indicator.objects.all()}
    answers = Answer.objects.values_list("indicator_id", "visit__institution_kind__family", "visit__access")
    assert len(answers) > 3000
    assert all(families[pk].applies(family) and access != "refused" for pk, family, access in answers)


def test_ratings_obey_the_critical_rule(demonstration):
    barred = {
        (visit, section)
        for visit, section in Answer.objects.filter(
            choice__code="not_met", indicator__criticality="critical"
        ).values_list("visit_id", "indicator__section_id")
    }
    ratings = SectionRating.objects.exclude(step=None).values_list("visit_id", "section_id", "step")
    assert any((visit, section) in barred for visit, section, _ in ratings)
    assert all(step <= 2 for visit, section, step in ratings if (visit, section) in barred)
    assert any(step == 4 for *_, step in ratings)


def test_interviews_ask_only_what_applies_and_follow_the_routing(demonstration):
    questions = {question.code: question for question in Question.objects.all()}
    routed = 0
    for interview in Interview.objects.select_related("edition", "visit__institution_kind"):
        answers = unpack(interview.edition.layout, bytes(interview.answers))
        assert pack(interview.edition.layout, answers, asked=set(answers)) == bytes(interview.answers)
        for code, question in questions.items():
            applies = question.applies(interview.visit.institution_kind.family)
            if question.ask_if:
                applies &= answers.get(question.ask_if["question"]) in question.ask_if["choices"]
                routed += applies
            assert (code in answers) == applies, code
    assert routed


def test_choices_that_exclude_the_others_stand_alone(demonstration):
    question = Question.objects.get(kind="multiple")
    alone = set(question.choices.filter(excludes=True).values_list("code", flat=True))
    assert alone
    several = 0
    for interview in Interview.objects.select_related("edition"):
        chosen = unpack(interview.edition.layout, bytes(interview.answers)).get(question.code) or []
        several += len(chosen) > 1
        assert len(chosen) <= 1 or not alone & set(chosen)
    assert several


def test_interviews_belong_to_visits_that_were_submitted(demonstration):
    held = Visit.objects.filter(interviews__isnull=False).distinct()
    assert not held.filter(state__in=("open", "void")).exists()
    assert not held.filter(access="refused").exists()
    assert not held.filter(interviews_submitted=False).exists()
    assert not Visit.objects.filter(interviews_submitted=True, interviews__isnull=True).exists()


def test_rows_of_interviews_do_not_follow_the_visits(demonstration):
    days = list(Interview.objects.order_by("id").values_list("visit__first_day", flat=True))
    assert days != sorted(days)
    stored = Interview.objects.raw("SELECT * FROM visits_interview")
    in_rows = [interview.visit_id for interview in stored]
    neighbours = sum(first == second for first, second in pairwise(in_rows))
    assert neighbours < len(in_rows) / 5


def test_the_chain_from_finding_to_verification_holds(demonstration):
    assert Recommendation.objects.count() > 30
    assert not Recommendation.objects.exclude(finding__state="accepted").exists()
    assert not Recommendation.objects.filter(finding__visit__state__in=("open", "submitted", "returned")).exists()
    for seen in Verification.objects.exclude(visit=None).select_related("recommendation__finding__visit", "visit"):
        assert seen.visit.institution_id == seen.recommendation.finding.visit.institution_id
        assert seen.visit.first_day > seen.recommendation.issued_on
        indicator = seen.recommendation.finding.indicators.get()
        answer = Answer.objects.get(visit=seen.visit, indicator=indicator).choice.code
        assert {"met": "implemented", "partly_met": "partly", "not_met": "not"}[answer] == seen.state
        assert seen.recommendation.verification == seen.state


def test_teams_have_one_leader_and_reviewers_are_never_on_them(demonstration):
    leaders = Participation.objects.filter(part="leader").values("visit").annotate(number=Count("id"))
    assert leaders.count() == 70
    assert all(row["number"] == 1 for row in leaders)
    assert not Visit.objects.filter(decided_by__in=F("team__user")).exists()
    assert not Grant.objects.filter(approved_by=F("user")).exists()
    assert not Grant.objects.filter(approved_by=F("proposed_by")).exists()


def test_answers_that_never_changed_keep_no_earlier_value(demonstration):
    assert set(Answer.objects.values_list("version", flat=True)) == {1}
    assert not AnswerVersion.objects.exists()


def test_every_role_can_sign_in_and_nobody_else(demonstration):
    roles = set()
    for email, password in demonstration.passwords.items():
        user = User.objects.get(email=email)
        assert user.check_password(password)
        roles |= set(rights_of(user, DAY).roles)
    assert {role.value for role in roles} >= {
        "monitor", "team_leader", "ngo_coordinator", "reviewer", "regional", "coordinator", "report_editor", "auditor",
        "administrator", "duty_officer",
    }  # fmt: skip
    others = User.objects.exclude(email__in=demonstration.passwords)
    assert others.count() > 200
    assert not any(user.has_usable_password() for user in others)


def test_whom_to_call_has_a_telephone_that_rings_nowhere(demonstration):
    """Duty officer, coordinators and the teams; of a code that no network of the country has."""
    called = User.objects.exclude(telephone="")
    numbers = list(called.values_list("telephone", flat=True))
    for number in numbers:
        telephone_number(number)
        assert re.fullmatch(r"\+7 709 \d{3} \d{2} \d{2}", number)
    assert len(set(numbers)) == len(numbers)
    assert {f"{name}@demo.example" for name in ("duty", "coordinator", "leader", "monitor")} <= set(
        called.values_list("email", flat=True)
    )
    assert not Participation.objects.filter(user__telephone="").exists()
    assert not UrgentConcern.objects.filter(by__telephone="").exists()


def test_whoever_signs_in_first_finds_work(demonstration):
    def account(name):
        return User.objects.get(email=f"{name}@demo.example")

    assert {"open", "returned"} <= set(Visit.objects.editable_by(account("leader")).values_list("state", flat=True))
    assert Visit.objects.editable_by(account("monitor")).exists()
    assert Visit.objects.decidable_by(account("reviewer")).awaiting_review().exists()
    assert Visit.objects.visible_to(account("ngo")).exists()


def test_two_years_are_released_by_two_persons(demonstration):
    found = Publication.objects.order_by("year")
    assert [(each.year, each.state) for each in found] == [(2023, "released"), (2024, "released")]
    assert all(each.released_by_id != each.created_by_id for each in found)


def test_the_trail_holds_one_entry_for_the_whole(demonstration):
    assert TrailEntry.objects.filter(act="make_demonstration").count() == 1
    assert TrailEntry.objects.count() < 12
    assert list(faults()) == []


def test_talks_are_shared_out_in_full():
    dice = dice_for(1, "talks")
    children = np.array([0, 3, 40, 7])
    numbers = share_out(dice, 30, children)
    assert sum(numbers) == 30
    assert numbers[0] == 0
    assert all(number <= held for number, held in zip(numbers, children, strict=True))
    assert sum(share_out(dice, 100, children)) == 100


def test_the_youngest_are_hardly_ever_met_on_their_first_day(demonstration):
    """The small group for which the report of the demonstration hides cells."""
    edition = Question.objects.get(code="Q-03").edition
    layout = {entry["code"]: entry for entry in edition.layout}
    talks = [
        pack(edition.layout, {"Q-01": age}, {"Q-01"}) for age in ("10_12", "13_14", "15_16", "17_plus", "dont_know")
    ]
    times = of_some(np.array([np.frombuffer(talk, np.uint8) for talk in talks]), layout, "Q-03")
    assert times[0].tolist() == list(OF_SOME["Q-03"][1])
    assert times[0, 0] < 0.5
    assert (times[1:] == 1).all()
    assert of_some(np.zeros((2, 2), np.uint8), layout, "Q-04").tolist() == [[1]]


def test_thrown_ids_are_of_version_four_and_repeat():
    assert throw_id(dice_for(1, "a")) == throw_id(dice_for(1, "a")) != throw_id(dice_for(1, "b"))
    assert throw_id(dice_for(1, "a")).version == 4


@pytest.mark.parametrize(
    ("account", "name", "most"),
    [
        ("coordinator", "visit_list", 12),
        ("coordinator", "institution_list", 16),
        ("coordinator", "recommendation_list", 14),
        ("reviewer", "review_queue", 14),
    ],
)
def test_lists_ask_the_database_as_often_for_many_rows_as_for_few(
    demonstration, account, name, most, django_assert_max_num_queries
):
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(email=f"{account}@demo.example"), "ombudsman.people.backend.HouseBackend")
    page = reverse(name)
    client.get(page)
    with django_assert_max_num_queries(most):
        answer = client.get(page)
    assert answer.status_code == 200


def test_applicable_is_what_was_asked(demonstration):
    tally = VisitTally.objects.select_related("visit").exclude(visit__access="refused")[0]
    asked = set(unpack(tally.edition.layout, bytes(tally.answers)))
    assert asked == {indicator.code for indicator in applicable(tally.visit)}


def page_of(account, address):
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(User.objects.get(email=f"{account}@demo.example"), "ombudsman.people.backend.HouseBackend")
    return client.get(address).content.decode()


def test_whoever_signs_in_finds_the_work_of_the_field(demonstration):
    home = reverse("home")
    waiting = UrgentConcern.objects.get(taken_at=None)
    for account in ("duty", "leader", "coordinator"):
        assert reverse("urgent", args=[waiting.pk]) in page_of(account, home), account
    assert "nobody at the office has taken it yet" in page_of("duty", home)
    assert "Answers to agree" in page_of("leader", home)
    assert "Unsent work" in page_of("coordinator", home)
    submitted = Difference.objects.late()[0].visit
    assert "Came after submission" in page_of("reviewer", reverse("visit_review", args=[submitted.pk]))


def test_the_work_of_the_field_could_have_been_like_this(demonstration):
    concerns = list(UrgentConcern.objects.select_related("visit"))
    assert {bool(one.taken_at) for one in concerns} == {bool(one.closed_at) for one in concerns} == {True, False}
    for one in concerns:
        assert one.visit.first_day <= one.pressed_at.date() <= DAY
        assert one.pressed_at <= one.received_at <= (one.taken_at or one.received_at)
        assert one.seen
        assert one.told
    for row in Difference.objects.select_related("visit"):
        assert row.visit.team.filter(user=row.by).exists()
        assert row.made_at < row.received_at
        assert row.visit.state == {"open": "open", "late": "submitted"}[row.state]
        if row.indicator_id:
            standing = Answer.objects.get(visit=row.visit, indicator=row.indicator_id)
            assert standing.by_id != row.by_id
            assert standing.choice.code != row.mine["choice"]
    for copy in DeviceCopy.objects.select_related("visit"):
        assert copy.visit.team.filter(user=copy.user).exists()
        assert copy.taken_at < copy.heard_at
        assert (copy.ended == "") == (copy.visit.state == "open")
    assert DeviceCopy.objects.filter(unsent__gt=0).count() == 1

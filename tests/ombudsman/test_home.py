"""The home page: what waits for each role, and nothing of others; a fixed number of queries."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ombudsman.people import services
from reports.models import Publication
from tests import factories as make
from visits.models import Answer, Choice, Finding, Indicator, Participation, Recommendation, ReviewComment, Visit

QUERIES = {"bek": 9, "clara": 7, "saule": 11, "dan": 3, "aigerim": 4, "gulnar": 5, "sergey": 3, "eve": 3}


def day(client, person):
    client.force_login(person)
    return client.get("/").context["day"]


def titles(client, person) -> list[str]:
    return [task.title for task in day(client, person).tasks]


def submitted(cast, place=None, **extra) -> Visit:
    return make.visit(
        place or cast.centre,
        cast.oleg,
        checklist=cast.checklist,
        state="submitted",
        submitted_at=timezone.now(),
        **extra,
    )


def recommendation(cast, number: str = "2025-1", **extra) -> Recommendation:
    finding = Finding.objects.create(
        visit=submitted(cast), text="x", severity="high", state="accepted", by=cast.oleg, at=timezone.now()
    )
    today = timezone.localdate()
    values = {"issued_on": today - timedelta(days=90), "year": 2025, "deadline": today - timedelta(days=1), **extra}
    return Recommendation.objects.create(
        number=number, finding=finding, authority=cast.centre.authority, text_en="Do it.", by=cast.clara, **values
    )


def test_a_monitor_sees_the_visit_in_progress_and_goes_on(client, cast):
    indicator = Indicator.objects.get(edition=cast.checklist, code="AA-01")
    met = Choice.objects.get(edition=cast.checklist, code="met", question=None)
    Answer.objects.create(visit=cast.visit, indicator=indicator, choice=met, by=cast.bek, at=timezone.now())
    now = day(client, cast.bek).now
    assert now.visit == cast.visit
    assert [(part.code, part.answered, part.total) for part in now.parts] == [("AA", 1, 2), ("BB", 0, 1)]
    assert (now.answered, now.total, now.next_part.code) == (1, 3, "AA")
    assert reverse("visit_section", args=[cast.visit.pk, "AA"]) in client.get("/").content.decode()


def test_own_sections_come_first(client, cast):
    Participation.objects.filter(user=cast.ana).update(sections=["BB"])
    now = day(client, cast.ana).now
    assert [part.code for part in now.mine] == ["BB"]
    assert now.next_part.code == "BB"


def test_a_returned_visit_waits_with_its_open_questions(client, cast):
    Visit.objects.filter(pk=cast.visit.pk).update(state="returned")
    for resolved in (None, None, timezone.now()):
        ReviewComment.objects.create(
            visit=cast.visit, text="why?", by=cast.clara, at=timezone.now(), resolved_at=resolved
        )
    task = day(client, cast.bek).tasks[0]
    assert "Centre 1" in task.title
    assert task.text == "2 questions of the reviewer"


def test_visits_of_other_teams_stay_out(client, cast):
    mine = day(client, cast.ana)
    assert mine.visits == [cast.visit]
    assert cast.other_visit in day(client, cast.oleg).visits


def test_a_conflict_of_interest_takes_the_visit_away(client, cast):
    assert day(client, cast.ana).now is not None
    cast.has_conflict("ana")
    mine = day(client, cast.ana)
    assert mine.now is None
    assert mine.visits == []


def test_a_reviewer_sees_the_oldest_of_the_own_region(client, cast):
    for number in range(7):
        place = make.institution(f"Place {number}")
        submitted(cast, place)
    Visit.objects.filter(institution__name_en="Place 6").update(submitted_at=timezone.now() - timedelta(days=9))
    found = titles(client, cast.clara)
    assert found[0] == "Review: Place 6"
    assert found[-1] == "7 visits wait for review"
    assert len(found) == 6
    assert titles(client, cast.ruslan) == []


def test_a_coordinator_sees_roles_proposed_by_another(client, cast):
    services.propose_grant(
        person=cast.eve,
        role="monitor",
        region_code="KZ-35",
        starts=timezone.localdate(),
        until=None,
        by=cast.saule,
        at=timezone.now(),
    )
    assert "Approve a role: Eve" in titles(client, cast.timur)
    assert "Approve a role: Eve" not in titles(client, cast.saule)


def test_overdue_recommendations_wait_for_the_office(client, cast):
    recommendation(cast)
    recommendation(cast, "2025-2", deadline=timezone.localdate() + timedelta(days=9))
    recommendation(cast, "2025-3", response="accepted")
    assert [title for title in titles(client, cast.saule) if "recommendation" in title] == [
        "No answer to recommendation 2025-1"
    ]
    assert not [title for title in titles(client, cast.dan) if "recommendation" in title]


def test_the_state_of_the_report(client, cast):
    assert titles(client, cast.dan) == ["Begin the annual report"]
    Publication.objects.create(year=2025, created_by=cast.dan, created_at=timezone.now())
    assert titles(client, cast.dan) == ["Go on with the report of 2025"]
    assert "Approve the report of 2025" in titles(client, cast.saule)


def test_visits_by_state(client, cast):
    year = timezone.localdate().year
    Visit.objects.update(year=year)
    submitted(cast, first_day=timezone.localdate(), last_day=timezone.localdate())
    assert day(client, cast.saule).states == [("open", 3), ("submitted", 1)]
    assert day(client, cast.gulnar).states == [("open", 1)]


def test_invitations_wait_for_those_who_sent_them(client, cast):
    services.prepare_invitation(
        email="n@umit.test",
        organisation=cast.ana.organisation,
        role="",
        region_code="",
        by=cast.gulnar,
        at=timezone.now(),
    )
    assert titles(client, cast.gulnar) == ["1 invitation has not been followed yet"]
    assert titles(client, cast.sergey) == ["1 invitation has not been followed yet"]
    assert titles(client, cast.ana) == []


def test_an_auditor_finds_trail_and_register(client, cast):
    assert titles(client, cast.aigerim) == ["Read the trail", "Read the register of conflicts of interest"]


def test_without_a_role_the_page_says_so(client, cast):
    client.force_login(cast.eve)
    assert "No role yet" in client.get("/").content.decode()


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_the_page_costs_the_same_however_much_waits(client, cast, name, django_assert_num_queries):
    for number in range(12):
        place = make.institution(f"Place {number}")
        submitted(cast, place)
        make.visit(place, cast.bek, checklist=cast.checklist, state="returned")
        recommendation(cast, f"2025-{number}")
    client.force_login(cast.people[name])
    client.get("/")
    with django_assert_num_queries(QUERIES[name]):
        assert client.get("/").status_code == 200

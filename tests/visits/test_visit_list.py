"""The list of visits: who finds what on it, filters, and what it costs."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests import factories as make
from visits.models import Visit

pytestmark = pytest.mark.django_db


def page(client, user, **query):
    client.force_login(user)
    return client.get(reverse("visit_list"), query)


def door(visit):
    return reverse("visit", args=[visit.pk])


def test_a_monitor_sees_the_visits_of_their_team_with_a_link(client, cast):
    response = page(client, cast.ana)
    assert door(cast.visit) in response.content.decode()
    assert door(cast.other_visit) not in response.content.decode()
    assert [row.institution for row in response.context["rows"]] == ["Centre 1"]


@pytest.mark.parametrize("name", ["gulnar", "aigerim"])
def test_who_may_know_only_that_it_exists_finds_no_way_in(client, cast, name):
    text = page(client, cast.people[name]).content.decode()
    assert "Centre 1" in text
    assert door(cast.visit) not in text


def test_a_coordinator_reads_submitted_visits_and_only_knows_of_open_ones(client, cast):
    Visit.objects.filter(pk=cast.far_visit.pk).update(state="submitted")
    text = page(client, cast.saule).content.decode()
    assert door(cast.far_visit) in text
    assert "Centre 1" in text
    assert door(cast.visit) not in text


@pytest.mark.parametrize("name", ["eve", "sergey", "dan", "dina"])
def test_who_has_no_part_in_visits_finds_the_door_closed(client, cast, name):
    assert page(client, cast.people[name]).status_code == 403


def test_a_reviewer_of_another_region_does_not_see_it(client, cast):
    Visit.objects.update(state="submitted")
    assert door(cast.visit) in page(client, cast.clara).content.decode()
    assert door(cast.visit) not in page(client, cast.ruslan).content.decode()


def test_a_conflict_of_interest_hides_the_place(client, cast):
    Visit.objects.update(state="submitted")
    cast.has_conflict("clara")
    assert "Centre 1" not in page(client, cast.clara).content.decode()


def test_filters_choose_by_year_region_kind_and_state(client, cast):
    Visit.objects.filter(pk=cast.far_visit.pk).update(state="submitted", kind="special", year=2024)

    def found(**query):
        return [row.institution for row in page(client, cast.saule, **query).context["rows"]]

    assert len(found()) == 3
    assert (
        found(year="2024") == found(region="KZ-10") == found(kind="special") == found(state="submitted") == ["Centre 2"]
    )
    assert found(year="2025", region="KZ-10") == []


@pytest.mark.parametrize(
    "query", [{"year": "soon"}, {"state": "lost"}, {"page": "-3"}, {"page": "x"}, {"page": "9" * 40}]
)
def test_a_strange_address_is_no_accident(client, cast, query):
    assert page(client, cast.saule, **query).status_code == 200


def test_newest_first_and_fifty_a_page(client, cast):
    for number in range(1, 60):
        make.visit(cast.centre, cast.oleg, first_day=make.DAY - timedelta(days=number))
    first = page(client, cast.saule)
    second = page(client, cast.saule, page=2)
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 12)
    assert first.context["page"].count == 62
    assert b'rel="next"' in first.content
    assert b'rel="next"' not in second.content
    days = list(Visit.objects.newest_first().values_list("first_day", flat=True))
    assert days == sorted(days, reverse=True)


def test_the_number_of_queries_does_not_grow(client, cast, django_assert_num_queries):
    client.force_login(cast.saule)
    client.get(reverse("visit_list"))
    with django_assert_num_queries(5):
        client.get(reverse("visit_list"))
    for number in range(70):
        make.visit(cast.centre, cast.oleg, first_day=make.DAY - timedelta(days=number))
    with django_assert_num_queries(6):
        client.get(reverse("visit_list"))


def test_a_name_that_is_missing_in_a_language_says_which_it_is_in(client, cast):
    cast.centre.name_en = ""
    cast.centre.save()
    assert '<th scope="row" lang="ru">' in page(client, cast.ana).content.decode()


def test_names_are_escaped(client, cast):
    for thing in (cast.centre, cast.visit.organisation, cast.here):
        thing.name_en = "<script>alert('x')</script>"
        thing.save()
    text = page(client, cast.ana).content.decode()
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(&#x27;x&#x27;)") >= 3

"""Who sees whom; lists cost a fixed number of queries."""

import pytest
from django.urls import reverse

from tests import factories as make

LIST = 7


def names(page) -> set[str]:
    return {person.full_name for person in page.context["page"].object_list}


@pytest.mark.parametrize("name", ["saule", "aigerim", "sergey"])
def test_the_office_sees_everybody(client, cast, name):
    client.force_login(cast.people[name])
    assert {"Ana", "Oleg", "Clara"} <= names(client.get(reverse("people_list")))


def test_an_ngo_coordinator_sees_the_own_ngo(client, cast):
    client.force_login(cast.gulnar)
    seen = names(client.get(reverse("people_list")))
    assert {"Ana", "Bek", "Gulnar"} <= seen
    assert "Oleg" not in seen
    assert client.get(reverse("person", args=[cast.ana.pk])).status_code == 200
    assert client.get(reverse("person", args=[cast.oleg.pk])).status_code == 404


def test_a_monitor_sees_the_own_page_only(client, cast):
    client.force_login(cast.ana)
    assert client.get(reverse("people_list")).status_code == 403
    assert client.get(reverse("person", args=[cast.ana.pk])).status_code == 200
    assert client.get(reverse("person", args=[cast.bek.pk])).status_code == 404


def test_words_find_people(client, cast):
    client.force_login(cast.saule)
    assert names(client.get(reverse("people_list"), {"q": "ana example"})) == {"Ana"}
    assert "Show everybody" in client.get(reverse("people_list"), {"q": "zzz"}).content.decode()


def test_the_list_costs_the_same_for_five_times_as_many(client, cast, django_assert_num_queries):
    client.force_login(cast.saule)
    client.get(reverse("people_list"))
    for number in range(60):
        make.person(f"many{number}@example.test", "monitor", region_code="KZ-35", organisation=cast.ana.organisation)
    with django_assert_num_queries(LIST):
        page = client.get(reverse("people_list"))
    assert len(page.context["page"].object_list) == 50


def test_reference_data_opens_to_its_keepers_and_grants_are_not_there(client, cast):
    client.force_login(cast.saule)
    assert client.get("/reference/institutions/region/").status_code == 200
    assert client.get("/reference/people/grant/").status_code == 404
    assert client.get("/reference/visits/visit/").status_code == 404
    client.force_login(cast.ana)
    assert client.get("/reference/institutions/region/").status_code == 302


def test_the_staff_and_superuser_flags_alone_open_nothing(client, cast):
    cast.eve.is_staff = cast.eve.is_superuser = True
    cast.eve.save()
    client.force_login(cast.eve)
    assert client.get("/reference/").status_code == 302
    assert client.get(reverse("people_list")).status_code == 403


def test_a_role_held_in_several_regions_is_named_once(client, cast):
    make.give(cast.ana, "reviewer", "KZ-35")
    make.give(cast.ana, "reviewer", "KZ-10")
    client.force_login(cast.saule)
    page = client.get(reverse("people_list"), {"q": cast.ana.full_name}).content.decode()
    assert page.count("Reviewer") == 1

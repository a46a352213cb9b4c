"""The read-only API of institutions and instruments, for people and for programs with a key."""

import pytest
import yaml
from django.urls import reverse

from institutions.models import Institution
from tests import factories as make
from visits.models import Edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def robot(client, cast):
    """Reads with the key of a program for Karaganda."""

    def read(name, query=None, *args, expect=200):
        response = client.get(
            reverse(name, args=args), query or {}, headers={"Authorization": f"Token {cast.robot_key}"}
        )
        assert response.status_code == expect, response.content
        return response.json()

    return read


def test_a_program_reads_the_institutions_of_its_region(robot, cast):
    answer = robot("institution-list")
    assert answer["count"] == 1
    (place,) = answer["results"]
    assert place["uid"] == str(cast.centre.uid)
    assert place["name"] == {"kk": "Centre 1 (kk)", "ru": "Centre 1 (ru)", "en": "Centre 1"}
    assert (place["region"], place["kind"]) == ("KZ-35", "kind_1")
    assert {"search", "sort_key", "id"}.isdisjoint(place)


def test_an_institution_outside_the_region_does_not_exist(robot, cast):
    assert robot("institution-detail", None, cast.centre.uid)["capacity"] == 40
    robot("institution-detail", None, cast.far_centre.uid, expect=404)


def test_a_conflict_of_interest_counts_here_too(client, cast):
    client.force_login(cast.saule)
    door = reverse("institution-detail", args=[cast.centre.uid])
    assert client.get(door).status_code == 200
    cast.has_conflict("saule")
    assert client.get(door).status_code == 404
    assert client.get(reverse("institution-list")).json()["count"] == 1


def test_without_key_or_role_nothing_is_read(client, cast):
    for name in ("institution-list", "edition-list", "indicator-list", "question-list", "api-schema", "api-root"):
        assert client.get(reverse(name)).status_code == 401
    client.force_login(cast.eve)
    assert client.get(reverse("institution-list")).status_code == 403
    wrong = client.get(reverse("edition-list"), headers={"Authorization": "Token wrong"})
    assert wrong.status_code == 401


def test_filters_narrow_and_an_unknown_one_is_an_error(robot, cast):
    make.institution("Remand", kind=make.kind("remand", 5))
    assert robot("institution-list", {"kind": "kind_5"})["count"] == 1
    assert robot("institution-list", {"q": "remand"})["count"] == 1
    assert robot("institution-list", {"region": "KZ-10"})["count"] == 0
    assert "region" in robot("institution-list", {"region": "KZ-99"}, expect=400)["errors"]


def test_lists_come_in_pages(robot, cast):
    for number in range(60):
        make.institution(f"Place {number}")
    first = robot("institution-list")
    assert (first["count"], len(first["results"])) == (61, 50)
    assert len(robot("institution-list", {"page": 2})["results"]) == 11
    assert len(robot("institution-list", {"page_size": 61})["results"]) == 61


def test_a_list_asks_the_database_the_same_number_of_questions_whatever_its_length(
    robot, cast, django_assert_max_num_queries
):
    robot("institution-list")
    for number in range(20):
        make.institution(f"Place {number}")
    with django_assert_max_num_queries(8):
        robot("institution-list")
    with django_assert_max_num_queries(8):
        robot("indicator-list")


def test_a_program_reads_editions_with_their_scale(robot, cast):
    Edition.objects.filter(pk=cast.questionnaire.pk).update(state="draft")
    (edition,) = robot("edition-list")["results"]
    assert (edition["instrument"], edition["number"], edition["kind"]) == ("checklist", 1, "checklist")
    assert edition["title"]["kk"] == "Checklist (kk)"
    assert [choice["code"] for choice in edition["scale"]][:3] == ["met", "partly_met", "not_met"]
    assert [section["code"] for section in edition["sections"]] == ["AA", "BB"]


def test_indicators_are_found_by_family_and_weight(robot, cast):
    def codes(**query):
        return [row["code"] for row in robot("indicator-list", query)["results"]]

    assert codes() == ["AA-01", "AA-02", "BB-01", "BB-02"]
    assert codes(criticality="critical") == ["AA-01"]
    assert codes(family="police") == ["AA-01", "AA-02", "BB-02"]
    assert codes(family="colony", section="BB") == ["BB-01", "BB-02"]
    (row,) = robot("indicator-list", {"code": "AA-01"})["results"]
    assert (row["number"], row["measure_unit"]["en"], row["reference_value"]) == ("1.1", "children", "0.000")


def test_questions_come_with_the_roles_of_their_choices(robot, cast):
    rows = {row["code"]: row for row in robot("question-list", {"sensitive": "true"})["results"]}
    assert set(rows) == {"Q-3"}
    assert {choice["code"]: choice["role"] for choice in rows["Q-3"]["choices"]}["prefer_not_to_say"] == "no_answer"


def test_a_program_cannot_write(client, cast):
    door, key = reverse("institution-list"), {"Authorization": f"Token {cast.robot_key}"}
    assert client.post(door, {}, headers=key).status_code == 405
    assert Institution.objects.count() == 2


def test_the_schema_names_every_door_and_how_to_sign_in(client, cast):
    response = client.get(reverse("api-schema"), headers={"Authorization": f"Token {cast.robot_key}"})
    schema = yaml.safe_load(response.content)
    assert {"/api/institutions/", "/api/institutions/{uid}/", "/api/editions/", "/api/indicators/"} <= set(
        schema["paths"]
    )
    assert "key" in schema["components"]["securitySchemes"]
    assert schema["components"]["schemas"]["Institution"]["properties"]["name"]["type"] == "object"
    filters = {one["name"] for one in schema["paths"]["/api/indicators/"]["get"]["parameters"]}
    assert {"family", "criticality", "page"} <= filters

"""Pages of instruments and standards."""

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from tests import factories as make
from visits.models import Provision, Standard
from visits.services.reference import load_reference

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def reference(django_db_setup, django_db_blocker):
    """Loaded once for this file; each test's own changes are rolled back to here."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_reference(at=make.NOON)
        transaction.set_rollback(True)


@pytest.fixture
def reader(reference, db, client):
    """A monitor who reads the instruments that come with the product."""
    client.force_login(make.person("reader@example.test", "monitor", region_code="KZ-35"))
    return client


def page(client, *door, language="en"):
    client.cookies["language"] = language
    response = client.get(reverse(door[0], args=door[1:]))
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_leads_to_both_instruments_and_the_standards(reader):
    text = page(reader, "instrument_list")
    assert "130 indicators" in text
    assert "48 questions" in text
    assert reverse("standard_list") in text


def test_the_checklist_shows_every_indicator_with_its_printed_number(reader, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        text = page(reader, "edition", "checklist", 1)
    assert text.count("/indicators/") == 130
    assert '<span class="num">9.12</span>' in text
    assert "Critical" in text


def test_the_questionnaire_shows_what_to_say_before_asking(reader, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        text = page(reader, "edition", "children", 1)
    assert text.count("/questions/") == 48
    assert "Ask for the child’s free agreement" in text


def test_an_indicator_shows_its_standards_where_it_applies_and_its_measurement(reader):
    text = page(reader, "indicator", "checklist", 1, "ADM-05")
    assert "Havana Rules, rule 22" in text
    assert "Remand centres" in text
    assert "Orphanages" not in text
    assert '12 <span class="soft">(hours)</span>' in text
    assert "Less is better." in text
    assert "In documents, in talks with children" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Havana Rules, rule 22"), ("ru", "Гаванские правила"), ("kk", "Гавана қағидалары")],
)
def test_an_indicator_speaks_the_readers_language(reader, language, words):
    text = page(reader, "indicator", "checklist", 1, "ADM-05", language=language)
    assert words in text
    assert "not-yet" not in text


def test_a_question_shows_roles_condition_and_order_of_merging(reader):
    text = page(reader, "question", "children", 1, "Q-08")
    assert "Asked only after" in text
    assert "No answer" in text
    assert "1 to 3 days + More than 3 days" in text
    assert reverse("indicator", args=["checklist", 1, "SEP-01"]) in text


def test_a_standard_shows_what_rests_on_each_provision(reader, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        text = page(reader, "standard", "HAVANA")
    assert "Rule 20" in text
    assert reverse("indicator", args=["checklist", 1, "ADM-01"]) in text


def test_staff_are_shown_what_was_not_verified(reader):
    unverified = Provision.objects.filter(verified=False).first()
    assert "Not verified:" in page(reader, "standard", unverified.standard.code)
    reader.force_login(make.person("plain@example.test"))
    assert "Not verified:" not in page(reader, "standard", unverified.standard.code)


def test_what_does_not_exist_is_not_found(reader):
    for door in [
        ("edition", "checklist", 7),
        ("edition", "nothing", 1),
        ("indicator", "checklist", 1, "XXX-01"),
        ("question", "children", 1, "Q-99"),
        ("standard", "NOTHING"),
    ]:
        assert reader.get(reverse(door[0], args=door[1:])).status_code == 404


def test_a_provision_without_a_number_is_cited_by_its_heading_or_its_standard(db):
    standard = Standard(
        code="X", citation_word="rule", short_en="X Rules", short_kk="X ережелері", short_ru="Правила X"
    )
    assert Provision(standard=standard, number="police: a heading").citation == "X Rules"
    headed = Provision(
        standard=standard, number="police", heading_en="police", heading_kk="полиция", heading_ru="полиция"
    )
    assert headed.citation == "X Rules, police"
    with translation.override("kk"):
        assert headed.citation == "X ережелері, полиция"
    assert Provision(standard=standard, number="20").place == "rule 20"
    assert Provision(standard=standard, number="XII").place == "rule XII"

"""Who sees which edition, and where an indicator was not met."""

import pytest
from django.urls import reverse

from tests import factories as make
from visits.models import Answer, Choice, Edition, Indicator, IndicatorReference, Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(client, cast):
    def enter(name):
        client.force_login(cast.people[name])
        return client

    return enter


def page(client, *door):
    client.cookies["language"] = "en"
    response = client.get(reverse(door[0], args=door[1:]))
    assert response.status_code == 200
    return response.content.decode()


def test_a_draft_is_the_coordinators(sign_in, cast):
    Edition.objects.filter(pk=cast.checklist.pk).update(state="draft")
    door = reverse("edition", args=["checklist", 1])
    assert sign_in("saule").get(door).status_code == 200
    assert sign_in("ana").get(door).status_code == 404
    assert sign_in("ana").get(reverse("indicator", args=["checklist", 1, "AA-01"])).status_code == 404


@pytest.fixture
def unmet(cast):
    """AA-01 was not met at Centre 1 (an accepted visit of Ana's team) and at Centre 2 in Abai."""
    answer = {
        "indicator": Indicator.objects.get(code="AA-01"),
        "choice": Choice.objects.get(edition=cast.checklist, code="not_met", question=None),
        "at": make.NOON,
        "by": cast.bek,
    }
    for visit in (cast.visit, cast.far_visit):
        Answer.objects.create(visit=visit, **answer)
    Visit.objects.filter(pk__in=[cast.visit.pk, cast.far_visit.pk]).update(state="accepted")
    return ("indicator", "checklist", 1, "AA-01")


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("ana", ["Centre 1"]),
        ("clara", ["Centre 1"]),
        ("ruslan", ["Centre 2"]),
        ("rauan", ["Centre 1"]),
        ("saule", ["Centre 1", "Centre 2"]),
        ("gulnar", []),
        ("dan", []),
        ("eve", []),
    ],
)
def test_where_it_was_not_met_is_shown_as_far_as_one_may_read(sign_in, unmet, name, places):
    text = page(sign_in(name), *unmet)
    assert [place for place in ("Centre 1", "Centre 2") if place in text] == places


def test_a_conflict_of_interest_hides_where_it_was_not_met(sign_in, cast, unmet):
    assert "Centre 1" in page(sign_in("saule"), *unmet)
    cast.has_conflict("saule")
    text = page(sign_in("saule"), *unmet)
    assert "Centre 1" not in text
    assert "Centre 2" in text


def test_a_visit_in_review_is_not_told(sign_in, cast, unmet):
    Visit.objects.filter(pk=cast.visit.pk).update(state="submitted")
    assert "Centre 1" not in page(sign_in("clara"), *unmet)


def test_an_indicator_without_standard_says_so(sign_in, cast):
    assert not IndicatorReference.objects.exists()
    assert "No standard is named." in page(sign_in("ana"), "indicator", "checklist", 1, "AA-02")

"""Deciding on a finding: never by its author, never by the team, only while the visit is in review."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from ombudsman.people.access import Refused
from visits.models import Finding, Visit
from visits.services import review

from .reviewed import at_once, finding, in_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(cast):
    return finding(in_review(cast))


@pytest.mark.parametrize("then", ["accepted", "returned", "rejected"])
def test_the_reviewer_decides(cast, found, then):
    at_once(review.decide_finding, finding=found, then=then, reason="Because.", by=cast.clara)
    found.refresh_from_db()
    assert (found.state, found.decided_by) == (then, cast.clara)


def test_its_author_does_not_even_as_a_reviewer(cast, found):
    own = finding(found.visit, by=cast.clara)
    with pytest.raises(PermissionDenied):
        at_once(review.decide_finding, finding=own, then="accepted", by=cast.clara)
    at_once(review.decide_finding, finding=own, then="accepted", by=cast.saule)
    assert Finding.objects.get(pk=own.pk).state == "accepted"


@pytest.mark.parametrize("name", ["ana", "bek", "ruslan", "aigerim", "rauan", "dan", "gulnar", "eve"])
def test_nobody_else_does(client, cast, found, name):
    with pytest.raises(PermissionDenied):
        at_once(review.decide_finding, finding=found, then="accepted", by=cast.people[name])
    client.force_login(cast.people[name])
    response = client.post(reverse("finding_decide", args=[found.pk]), {"then": "accepted"})
    assert response.status_code in (403, 404)
    assert Finding.objects.get(pk=found.pk).state == "submitted"


def test_a_reason_stands_with_a_refusal(cast, found):
    for then in ("returned", "rejected"):
        with pytest.raises(Refused, match="reason"):
            at_once(review.decide_finding, finding=found, then=then, reason=" ", by=cast.clara)


def test_an_unknown_decision_is_refused(client, cast, found):
    client.force_login(cast.clara)
    assert client.post(reverse("finding_decide", args=[found.pk]), {"then": "draft"}).status_code == 409
    assert client.post(reverse("finding_decide", args=[found.pk]), {"then": "accepted"}).status_code == 302


def test_not_after_the_visit_left_review(cast, found):
    Visit.objects.filter(pk=found.visit_id).update(state="returned")
    with pytest.raises(Refused):
        at_once(review.decide_finding, finding=found, then="accepted", by=cast.clara)

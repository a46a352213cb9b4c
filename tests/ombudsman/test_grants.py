"""Roles are given by two persons."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ombudsman.people import services
from ombudsman.people.access import Refused, rights_of
from ombudsman.people.models import Grant, TrailEntry, User
from ombudsman.people.roles import Role


def proposed(cast, person="eve", by="saule", role="reviewer", region="KZ-35") -> Grant:
    return services.propose_grant(
        person=cast.people[person],
        role=role,
        region_code=region,
        starts=timezone.localdate(),
        until=None,
        by=cast.people[by],
        at=timezone.now(),
    )


def roles(person: User) -> set[Role]:
    return set(rights_of(User.objects.get(pk=person.pk)).roles) - {Role.PUBLIC}


def test_a_proposed_role_opens_nothing_and_an_approved_one_does(client, cast):
    client.force_login(cast.saule)
    data = {"role": "reviewer", "region": "KZ-35", "starts": timezone.localdate().isoformat(), "until": ""}
    assert client.post(reverse("grant_new", args=[cast.eve.pk]), data).status_code == 302
    assert roles(cast.eve) == set()
    client.force_login(cast.timur)
    client.post(reverse("grant_approve", args=[Grant.objects.get(user=cast.eve).pk]))
    assert roles(cast.eve) == {Role.REVIEWER}


def test_the_proposer_does_not_approve(client, cast):
    grant = proposed(cast)
    client.force_login(cast.saule)
    client.post(reverse("grant_approve", args=[grant.pk]))
    assert roles(cast.eve) == set()
    page = client.get(reverse("person", args=[cast.eve.pk])).content.decode()
    assert 'aria-disabled="true"' in page
    assert "second person" in page


def test_nobody_approves_a_grant_to_themselves(cast):
    grant = proposed(cast, person="timur", role="auditor", region="")
    with pytest.raises(Refused, match="themselves"):
        services.approve_grant(grant=grant, by=cast.timur, at=timezone.now())


def test_a_grant_is_approved_once(cast):
    grant = proposed(cast)
    services.approve_grant(grant=grant, by=cast.timur, at=timezone.now())
    with pytest.raises(Refused, match="already"):
        services.approve_grant(grant=grant, by=cast.timur, at=timezone.now())


@pytest.mark.parametrize("name", ["sergey", "gulnar", "aigerim", "ana"])
def test_only_coordinators_decide(client, cast, name):
    grant = proposed(cast, person="ana")
    client.force_login(cast.people[name])
    assert client.post(reverse("grant_approve", args=[grant.pk])).status_code == 403
    assert client.get(reverse("grant_new", args=[cast.ana.pk])).status_code == 403


def test_an_ended_role_ends_at_the_next_request(client, cast):
    client.force_login(cast.clara)
    assert client.get("/").wsgi_request.user.is_authenticated
    grant = cast.clara.grants.get()
    services.end_grant(grant=grant, by=cast.saule, at=timezone.now())
    assert roles(cast.clara) == set()
    grant.refresh_from_db()
    assert grant.until == timezone.localdate() - timedelta(days=1)


def test_a_proposal_taken_back_leaves_only_the_trail(cast):
    grant = proposed(cast)
    services.end_grant(grant=grant, by=cast.saule, at=timezone.now())
    assert not Grant.objects.filter(pk=grant.pk).exists()
    assert [entry.act for entry in TrailEntry.objects.order_by("number")] == ["grant.propose", "grant.end"]


def test_the_office_keeps_two_coordinators(cast):
    with pytest.raises(Refused, match="two coordinators"):
        services.end_grant(grant=cast.timur.grants.get(), by=cast.saule, at=timezone.now())
    with pytest.raises(Refused, match="two coordinators"):
        services.close_account(person=cast.timur, by=cast.sergey, at=timezone.now())


def test_the_same_role_is_not_proposed_twice(cast):
    proposed(cast)
    with pytest.raises(Refused, match="already"):
        proposed(cast)


def test_a_last_day_before_the_first_is_told_at_its_field(client, cast):
    client.force_login(cast.saule)
    data = {"role": "reviewer", "region": "KZ-35", "starts": "2026-05-02", "until": "2026-05-01"}
    page = client.post(reverse("grant_new", args=[cast.eve.pk]), data)
    assert list(page.context["form"].errors) == ["until"]
    assert 'value="2026-05-02"' in page.content.decode()


def test_the_administrator_closes_an_account_and_gives_no_role(client, cast):
    client.force_login(cast.sergey)
    assert client.post(reverse("account_close", args=[cast.ana.pk])).status_code == 302
    assert not User.objects.get(pk=cast.ana.pk).is_active
    client.post(reverse("account_close", args=[cast.ana.pk]), {"again": "1"})
    assert User.objects.get(pk=cast.ana.pk).is_active


def test_a_closed_account_is_out_at_its_next_request(client, cast):
    client.force_login(cast.ana)
    assert client.get("/").status_code == 200
    services.close_account(person=cast.ana, by=cast.sergey, at=timezone.now())
    assert client.get("/").status_code == 302


def test_nobody_closes_the_own_account(cast):
    with pytest.raises(Refused, match="own account"):
        services.close_account(person=cast.sergey, by=cast.sergey, at=timezone.now())

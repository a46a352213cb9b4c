"""Invitations: the only way in."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from ombudsman.people.models import Grant, Invitation, User
from tests import factories as make
from tests.cast import Cast

NEW = {"full_name": "Nurlan", "language": "kk", "password": "steppe river tulip", "again": "steppe river tulip"}


def link_in(letter: str) -> str:
    return re.findall(r"http://testserver(/invitation/\S+)", letter)[0]


def invite(client, cast: Cast, by: str = "saule", **extra) -> None:
    client.force_login(cast.people[by])
    data = {"email": "nurlan@umit.test", "organisation": cast.ana.organisation_id, "role": "monitor", "region": "KZ-35"}
    client.post(reverse("invite"), {**data, **extra})
    client.logout()


def test_the_invited_person_makes_an_account_and_signs_in(client, cast):
    invite(client, cast)
    path = link_in(mail.outbox[0].body)
    assert "nurlan@umit.test" in client.get(path).content.decode()
    assert client.post(path, NEW).url == reverse("account_login")
    person = User.objects.get(email="nurlan@umit.test")
    assert (person.full_name, person.organisation) == ("Nurlan", cast.ana.organisation)
    answer = client.post(reverse("account_login"), {"login": person.email, "password": NEW["password"]})
    assert answer.status_code == 302
    assert client.get("/").status_code == 200


def test_the_letter_speaks_three_languages_and_names_nobody(client, cast):
    invite(client, cast)
    letter = mail.outbox[0]
    assert letter.to == ["nurlan@umit.test"]
    assert letter.body.count(link_in(letter.body)) == 3
    assert "Saule" not in letter.body
    assert "monitor" not in letter.body.lower()


def test_the_role_waits_for_a_second_person(client, cast):
    invite(client, cast)
    client.post(link_in(mail.outbox[0].body), NEW)
    grant = Grant.objects.get(user__email="nurlan@umit.test")
    assert (grant.role, grant.region_code, grant.proposed_by) == ("monitor", "KZ-35", cast.saule)
    assert grant.condition(timezone.localdate()) == "waiting"


def test_the_database_holds_no_secret(client, cast):
    invite(client, cast)
    secret = link_in(mail.outbox[0].body).split("/")[2]
    kept = Invitation.objects.get()
    assert len(secret) >= 43
    assert secret not in [str(value) for value in vars(kept).values()]


def test_unknown_used_and_expired_links_get_the_same_answer(client, cast):
    invite(client, cast)
    path = link_in(mail.outbox[0].body)
    client.post(path, NEW)
    client.get(reverse("account_login"))
    used = client.get(path)
    Invitation.objects.update(accepted_at=None, expires_at=timezone.now() - timedelta(seconds=1))
    expired, unknown = client.get(path), client.get(reverse("invitation", args=["no-such-secret"]))
    bodies = {
        re.sub(r"csrfmiddlewaretoken.*?>|next=[^\"]*", "", page.content.decode()) for page in (used, expired, unknown)
    }
    assert [page.status_code for page in (used, expired, unknown)] == [404, 404, 404]
    assert len(bodies) == 1
    assert client.post(path, NEW).status_code == 404


def test_a_short_password_and_a_typing_slip_are_told_at_their_fields(client, cast):
    invite(client, cast)
    path = link_in(mail.outbox[0].body)
    short = client.post(path, {**NEW, "password": "short", "again": "short"})
    assert "15" in str(short.context["form"].errors["password"])
    slip = client.post(path, {**NEW, "again": "steppe river tulips"})
    assert "again" in slip.context["form"].errors
    assert "Nurlan" in slip.content.decode()
    assert not User.objects.filter(email="nurlan@umit.test").exists()


def test_an_ngo_coordinator_invites_monitors_of_the_own_ngo(client, cast):
    invite(client, cast, by="gulnar")
    assert Invitation.objects.get().invited_by == cast.gulnar


@pytest.mark.parametrize(
    "extra",
    [{"role": "reviewer"}, {"organisation": "other"}, {"region": "KZ-10"}],
    ids=["role", "organisation", "region"],
)
def test_an_ngo_coordinator_reaches_no_further(client, cast, extra):
    if extra.get("organisation"):
        extra = {"organisation": cast.oleg.organisation_id}
    invite(client, cast, by="gulnar", **extra)
    assert not Invitation.objects.exists()
    assert not mail.outbox


@pytest.mark.parametrize("name", ["ana", "clara", "eve", "aigerim", "dan"])
def test_others_do_not_invite(client, cast, name):
    client.force_login(cast.people[name])
    assert client.get(reverse("invite")).status_code == 403


def test_an_address_with_an_account_is_not_invited_again(client, cast):
    client.force_login(cast.saule)
    page = client.post(reverse("invite"), {"email": "ANA@example.test", "organisation": cast.ana.organisation_id})
    assert "already" in page.content.decode()
    assert not mail.outbox


def test_a_new_link_sets_a_new_password_and_keeps_the_roles(client, cast):
    client.force_login(cast.saule)
    client.post(reverse("send_link", args=[cast.ana.pk]))
    client.logout()
    client.post(link_in(mail.outbox[0].body), {**NEW, "full_name": "Ana A."})
    cast.ana.refresh_from_db()
    assert cast.ana.check_password(NEW["password"])
    assert cast.ana.full_name == "Ana A."
    assert cast.ana.grants.count() == 1


def test_a_closed_account_is_not_opened_by_an_old_link(client, cast):
    client.force_login(cast.saule)
    client.post(reverse("send_link", args=[cast.ana.pk]))
    User.objects.filter(pk=cast.ana.pk).update(is_active=False)
    client.logout()
    assert client.post(link_in(mail.outbox[0].body), NEW).status_code == 404
    assert User.objects.get(pk=cast.ana.pk).check_password(make.PASSWORD)


def test_a_letter_that_cannot_be_sent_loses_nothing_typed(client, cast, monkeypatch):
    def broken(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("ombudsman.people.mail.send_mail", broken)
    client.force_login(cast.saule)
    data = {"email": "nurlan@umit.test", "organisation": cast.ana.organisation_id}
    page = client.post(reverse("invite"), data)
    assert page.status_code == 200
    assert "nurlan@umit.test" in page.content.decode()


def test_a_stranger_cannot_make_an_account(client, db):
    for path in ("/account/signup/", "/accounts/signup/", "/signup/"):
        data = {"email": "stranger@example.test", "password1": "a" * 16, "password2": "a" * 16}
        assert client.post(path, data).status_code in (302, 404)
    assert not User.objects.exists()


def test_of_several_links_to_one_address_only_the_first_followed_works(client, cast):
    invite(client, cast)
    invite(client, cast, by="timur")
    first, second = (link_in(letter.body) for letter in mail.outbox)
    assert client.post(second, NEW).status_code == 302
    assert client.post(first, {**NEW, "full_name": "Somebody"}).status_code == 404
    assert User.objects.get(email="nurlan@umit.test").full_name == "Nurlan"

"""The first two officers, once."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from ombudsman.people.access import rights_of
from ombudsman.people.models import User
from ombudsman.people.roles import Role


def founded() -> list[str]:
    said = StringIO()
    call_command("found_office", "saule@office.test", "Timur@office.test", stdout=said)
    return re.findall(r"http://127.0.0.1:8000(\S+)", said.getvalue())


def test_two_coordinators_stand_for_each_other(db):
    links = founded()
    assert len(links) == 2
    for email in ("saule@office.test", "timur@office.test"):
        person = User.objects.get(email=email)
        assert Role.COORDINATOR in rights_of(person).roles
        assert not person.has_usable_password()
        grant = person.grants.get()
        assert grant.proposed_by == person != grant.approved_by


def test_each_link_sets_a_password_once(client, db):
    for link in founded():
        data = {"full_name": "S.", "language": "kk", "password": "steppe river tulip", "again": "steppe river tulip"}
        assert client.post(link, data).url == reverse("account_login")
        assert client.get(link).status_code == 404
    assert client.post("/account/login/", {"login": "timur@office.test", "password": "steppe river tulip"}).url == "/"


def test_it_works_once_on_an_empty_database(db):
    founded()
    with pytest.raises(CommandError, match="exists already"):
        founded()
    assert User.objects.count() == 2


@pytest.mark.parametrize("emails", [("a@b.test", "A@b.test"), ("a@b.test", "nobody")])
def test_two_different_addresses_are_needed(db, emails):
    with pytest.raises(CommandError):
        call_command("found_office", *emails, stdout=StringIO())
    assert not User.objects.exists()

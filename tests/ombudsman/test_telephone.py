"""The telephone of an account: its owner writes it; who may take a concern sees it there, the coordinator always, nobody else."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from ombudsman.people import services
from ombudsman.people.access import Refused
from ombudsman.people.models import TrailEntry, User, telephone_number
from tests import factories as make
from visits.models import UrgentConcern

NUMBER = "+7 (701) 234-56-78"


@pytest.fixture
def called(cast):
    """Ana and Bek, who leads her team, have telephones; Ana reports a child at risk."""
    User.objects.filter(pk=cast.ana.pk).update(telephone=NUMBER)
    User.objects.filter(pk=cast.bek.pk).update(telephone="+77057654321")
    cast.concern = UrgentConcern.objects.create(
        visit=cast.visit,
        category="injury",
        seen="A bruise",
        told="",
        by=cast.ana,
        pressed_at=make.NOON,
        received_at=make.NOON,
    )
    return cast


@pytest.mark.parametrize("number", ["+77012345678", "+7 701 234 56 78", NUMBER, "+49 30 1234567", "+44-20-7946-0958"])
def test_numbers_with_the_code_of_a_country_are_taken_as_they_are_written(number):
    telephone_number(number)


@pytest.mark.parametrize(
    "number",
    [
        *("87012345678", "+0 701 234 56 78", "+7 701", "+7 701 234 56 78 90 12 34", "call me", "+7 701 234 56 7x"),
        *("+7--7012345678", "+7 701 234 56 78;ext=1", "javascript:+77012345678", "+7 701 234 56 78 "),
    ],
)
def test_others_are_not(number):
    with pytest.raises(ValidationError):
        telephone_number(number)


def test_its_owner_writes_it_and_takes_it_away(client, cast):
    client.force_login(cast.ana)
    page = reverse("telephone")
    assert client.post(page, {"telephone": "8701"}).status_code == 200
    assert User.objects.get(pk=cast.ana.pk).telephone == ""
    client.post(page, {"telephone": "  +7 701   234 56 78 "})
    ana = User.objects.get(pk=cast.ana.pk)
    assert (ana.telephone, ana.telephone_link) == ("+7 701 234 56 78", "tel:+77012345678")
    assert 'value="+7 701 234 56 78"' in client.get(page).content.decode()
    assert 'href="tel:+77012345678"' in client.get(reverse("person", args=[ana.pk])).content.decode()
    client.post(page, {"telephone": ""})
    assert User.objects.get(pk=cast.ana.pk).telephone == ""
    written = list(TrailEntry.objects.filter(act="account.telephone"))
    assert len(written) == 2
    assert not any("701" in str(entry.detail) for entry in written)


def test_nobody_writes_the_telephone_of_another(cast):
    with pytest.raises(Refused, match="Everybody writes their own"):
        services.write_telephone(person=cast.ana, telephone=NUMBER, by=cast.saule, at=make.NOON)


def test_it_is_asked_for_when_an_account_is_made_and_need_not_be_given(cast):
    _invitation, secret = services.prepare_invitation(
        email="new@example.test",
        organisation=cast.ana.organisation,
        role="",
        region_code="",
        by=cast.saule,
        at=make.NOON,
    )
    person = services.accept_invitation(
        secret=secret, full_name="New", language="kk", password="a long password here", at=make.NOON, telephone=NUMBER
    )
    assert person.telephone == NUMBER
    _other, secret = services.prepare_invitation(
        email="new@example.test",
        organisation=cast.ana.organisation,
        role="",
        region_code="",
        by=cast.saule,
        at=make.NOON,
    )
    again = services.accept_invitation(
        secret=secret, full_name="New", language="kk", password="another long password", at=make.NOON
    )
    assert again.telephone == NUMBER


@pytest.mark.parametrize("name", ["dina", "saule", "clara"])
def test_whoever_may_take_a_concern_calls_whom_a_concern_names(client, called, name):
    client.force_login(called.people[name])
    shown = client.get(reverse("urgent", args=[called.concern.pk])).content.decode()
    assert f'<a class="num" href="tel:+77012345678">{NUMBER}</a>' in shown
    assert 'href="tel:+77057654321"' in shown


@pytest.mark.parametrize("name", ["bek", "gulnar", "aigerim", "sergey", "ana", "oleg"])
def test_nobody_else_sees_the_number(client, called, name):
    client.force_login(called.people[name])
    pages = [
        reverse("urgent", args=[called.concern.pk]),
        reverse("urgent_list"),
        reverse("people_list"),
        reverse("home"),
    ]
    pages += [reverse("visit", args=[called.visit.pk]), reverse("trail"), reverse("person", args=[called.bek.pk])]
    pages += [reverse("person", args=[called.ana.pk])] if name != "ana" else []
    for page in pages:
        shown = client.get(page).content.decode()
        assert "234-56-78" not in shown, page
        assert "77012345678" not in shown, page
        if name != "bek":
            assert "77057654321" not in shown, page
    client.force_login(called.saule)
    assert "234-56-78" in client.get(reverse("person", args=[called.ana.pk])).content.decode()

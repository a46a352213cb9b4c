"""Keys for programs: shown once, kept hashed, at most 90 days, withdrawn at once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ombudsman.people import services
from ombudsman.people.models import ApiToken


def made(client, cast) -> str:
    client.force_login(cast.saule)
    page = client.post(reverse("token_list"), {"name": "Statistics bureau", "region": "KZ-35", "days": 30})
    secret = page.context["secret"]
    assert secret in page.content.decode()
    client.logout()
    return secret


def test_a_key_opens_the_interface_and_is_shown_once(client, cast):
    secret = made(client, cast)
    answer = client.get(reverse("api-root"), headers={"Authorization": f"Token {secret}"})
    assert answer.status_code == 200
    client.force_login(cast.saule)
    assert secret not in client.get(reverse("token_list")).content.decode()
    assert secret not in [str(value) for value in vars(ApiToken.objects.get(name="Statistics bureau")).values()]


def test_a_withdrawn_key_opens_nothing(client, cast):
    secret = made(client, cast)
    client.force_login(cast.saule)
    client.post(reverse("token_withdraw", args=[ApiToken.objects.get(name="Statistics bureau").pk]))
    client.logout()
    answer = client.get(reverse("api-root"), headers={"Authorization": f"Token {secret}"})
    assert answer.status_code == 401
    assert "detail" in answer.json()


@pytest.mark.parametrize("days", ["0", "91", "many"])
def test_more_than_ninety_days_are_refused(client, cast, days):
    client.force_login(cast.saule)
    page = client.post(reverse("token_list"), {"name": "Bureau", "region": "", "days": days})
    assert "days" in page.context["form"].errors
    assert not ApiToken.objects.filter(name="Bureau").exists()


def test_the_longest_life_holds_whatever_is_asked(cast):
    now = timezone.now()
    token, _secret = services.issue_token(name="B", region_code="", days=400, by=cast.saule, at=now)
    assert token.expires_at == now + timedelta(days=90)


@pytest.mark.parametrize("name", ["ana", "gulnar", "sergey", "aigerim"])
def test_only_coordinators_make_keys(client, cast, name):
    client.force_login(cast.people[name])
    assert client.get(reverse("token_list")).status_code == 403


def test_programs_do_not_stand_among_people(client, cast):
    made(client, cast)
    client.force_login(cast.saule)
    page = client.get(reverse("people_list"))
    assert "Statistics bureau" not in {person.full_name for person in page.context["page"].object_list}

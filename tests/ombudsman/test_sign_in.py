"""The front door: one answer to every stranger, a limit to tries, two clocks for a session."""

import re
import time

import pytest
from allauth.mfa.totp.internal import auth
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from ombudsman.middleware import SessionClockMiddleware
from tests import factories as make

DOOR = "/account/login/"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()


def tried(client, email: str, password: str):
    return client.post(DOOR, {"login": email, "password": password})


def without_tokens(page, email: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.content.decode()).replace(email, "E")


def test_the_right_password_opens_and_closes(client, cast):
    assert tried(client, "ana@example.test", make.PASSWORD).url == "/"
    assert client.get("/").status_code == 200
    client.post(reverse("account_logout"))
    assert client.get("/").status_code == 302


def test_unknown_closed_and_wrong_get_the_same_words(client, cast):
    cast.bek.is_active = False
    cast.bek.save()
    wrong = tried(client, "ana@example.test", "not the password at all")
    unknown = tried(client, "nobody@example.test", "not the password at all")
    closed = tried(client, "bek@example.test", "not the password at all")
    pages = {
        without_tokens(wrong, "ana@example.test"),
        without_tokens(unknown, "nobody@example.test"),
        without_tokens(closed, "bek@example.test"),
    }
    assert len(pages) == 1
    assert "do not belong together" in pages.pop()


def test_the_sixth_try_is_shut_even_with_the_right_password(client, cast):
    for _number in range(5):
        tried(client, "ana@example.test", "not the password at all")
    page = tried(client, "ana@example.test", make.PASSWORD)
    assert page.status_code in (200, 429)
    assert "15 minutes" in page.content.decode()
    assert client.get("/").status_code == 302


def test_the_limit_is_the_same_for_an_address_without_account(client, cast):
    for _number in range(5):
        tried(client, "nobody@example.test", "not the password at all")
    assert "15 minutes" in tried(client, "nobody@example.test", "x" * 20).content.decode()


def wind_back(client, *, started: int = 0, seen: int = 0) -> None:
    session, now = client.session, int(time.time())
    session[SessionClockMiddleware.STARTED], session[SessionClockMiddleware.SEEN] = now - started, now - seen
    session.save()


def test_an_idle_session_ends(client, cast):
    client.force_login(cast.ana)
    client.get("/")
    wind_back(client, started=3600, seen=settings.SESSION_IDLE_SECONDS - 5)
    assert client.get("/").status_code == 200
    wind_back(client, started=3600, seen=settings.SESSION_IDLE_SECONDS + 5)
    assert client.get("/").status_code == 302


def test_a_busy_session_ends_after_its_day(client, cast):
    client.force_login(cast.ana)
    client.get("/")
    wind_back(client, started=settings.SESSION_ABSOLUTE_SECONDS - 5)
    assert client.get("/").status_code == 200
    wind_back(client, started=settings.SESSION_ABSOLUTE_SECONDS + 5)
    assert client.get("/").status_code == 302


def test_the_clock_starts_again_with_each_sign_in(client, cast):
    client.force_login(cast.ana)
    client.get("/")
    wind_back(client, started=settings.SESSION_ABSOLUTE_SECONDS + 5)
    assert client.get("/").status_code == 302
    tried(client, "ana@example.test", make.PASSWORD)
    assert client.get("/").status_code == 200


def test_pages_of_signed_in_people_are_kept_nowhere(client, cast):
    client.force_login(cast.ana)
    assert "no-store" in client.get("/")["Cache-Control"]


def test_sign_out_needs_a_form(client, cast):
    client.force_login(cast.ana)
    assert client.get(reverse("account_logout")).status_code == 200
    assert client.get("/").status_code == 200


def test_the_second_factor_is_asked_for(client, cast):
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(cast.ana, secret)
    answer = tried(client, "ana@example.test", make.PASSWORD)
    assert answer.url.startswith(reverse("mfa_authenticate"))
    assert client.get("/").status_code == 302
    assert "do not" not in client.get(answer.url).content.decode()
    counter = int(time.time()) // 30
    code = auth.format_hotp_value(auth.hotp_value(secret, counter))
    assert client.post(answer.url, {"code": code}).status_code == 302
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("name", ["mfa_index", "account_change_password"])
def test_pages_of_the_own_account_open(client, cast, name):
    tried(client, "ana@example.test", make.PASSWORD)
    assert client.get(reverse(name)).status_code == 200


def test_the_second_factor_is_switched_on_after_the_password_once_more(client, cast):
    tried(client, "ana@example.test", make.PASSWORD)
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert "is not the password" in client.post(asked.url, {"password": "wrong"}).content.decode()
    back = client.post(asked.url, {"password": make.PASSWORD})
    page = client.get(back.url)
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    code = auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30))
    assert client.post(back.url, {"code": code}).url == reverse("mfa_view_recovery_codes")
    codes = client.get(reverse("mfa_view_recovery_codes"))
    assert len(codes.context["unused_codes"]) == 10
    assert codes.context["unused_codes"][0] in codes.content.decode()
    assert client.get(reverse("mfa_index")).status_code == 200

"""Changing the own password."""

from django.urls import reverse

from tests import factories as make


def change(client, **extra):
    data = {"oldpassword": make.PASSWORD, "password1": "steppe river tulip", "password2": "steppe river tulip"}
    return client.post(reverse("account_change_password"), {**data, **extra})


def test_a_new_password_opens_and_the_old_one_does_not(client, cast):
    client.force_login(cast.ana)
    assert change(client).status_code == 302
    cast.ana.refresh_from_db()
    assert cast.ana.check_password("steppe river tulip")
    assert not cast.ana.check_password(make.PASSWORD)


def test_other_devices_are_signed_out(client, cast):
    other = type(client)()
    other.force_login(cast.ana)
    assert other.get("/help/").context["user"].is_authenticated
    client.force_login(cast.ana)
    change(client)
    assert not other.get("/help/").context["user"].is_authenticated


def test_the_present_password_is_asked_for(client, cast):
    client.force_login(cast.ana)
    page = change(client, oldpassword="something else entirely")
    assert "not the present password" in page.content.decode()
    cast.ana.refresh_from_db()
    assert cast.ana.check_password(make.PASSWORD)


def test_short_and_common_passwords_are_refused(client, cast):
    client.force_login(cast.ana)
    for password in ("short", "ana@example.test"):
        page = change(client, password1=password, password2=password)
        assert "password1" in page.context["form"].errors
    cast.ana.refresh_from_db()
    assert cast.ana.check_password(make.PASSWORD)

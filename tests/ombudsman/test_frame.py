"""The frame: rooms by role, languages, the demonstration mark, doors that everybody may open."""

import re

import pytest
from django.conf import settings
from django.template import engines
from django.urls import reverse

from tests.cast import Cast


def rooms(client, cast: Cast, name: str) -> list[str]:
    client.force_login(cast.people[name])
    return [room.title for room in client.get(reverse("help")).context["rooms"]]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("eve", ["My work", "Standards", "Reports"]),
        ("ana", ["My work", "Visits", "Institutions", "Recommendations", "Standards", "Statistics", "Reports"]),
        (
            "clara",
            "My work, Visits, At risk, Review, Institutions, Recommendations, Standards, Statistics, Reports".split(
                ", "
            ),
        ),
        (
            "saule",
            (
                "My work, Visits, At risk, Review, Institutions, Recommendations, Standards, Statistics, Reports, People"
            ).split(", "),
        ),
        (
            "aigerim",
            "My work, Visits, At risk, Institutions, Recommendations, Standards, Reports, People, Trail".split(", "),
        ),
        ("dina", ["My work", "At risk", "Institutions", "Standards", "Reports"]),
        ("sergey", ["My work", "Standards", "Reports", "People"]),
    ],
)
def test_each_role_has_its_rooms(client, cast, name, expected):
    assert rooms(client, cast, name) == expected


def test_strangers_have_no_rooms(client, db):
    assert client.get(reverse("help")).context["rooms"] == []


def test_the_room_one_stands_in_is_marked(client, cast):
    client.force_login(cast.saule)
    page = client.get(reverse("people_list")).content.decode()
    assert re.findall(r'href="([^"]+)" aria-current="page"', page) == ["/people/", "/people/"]


@pytest.mark.parametrize("code", ["kk", "ru", "en"])
def test_a_language_is_kept_and_leads_back(client, db, code):
    answer = client.get(reverse("language", args=[code]), {"next": "/help/?a=1"})
    assert answer.url == "/help/?a=1"
    page = client.get("/help/")
    assert page["Content-Language"] == code
    assert f'<html lang="{code}">' in page.content.decode()


@pytest.mark.parametrize(
    "away", ["https://elsewhere.test/", "//elsewhere.test/", "javascript:alert(1)", "\\\\elsewhere.test"]
)
def test_the_language_switch_leads_nowhere_else(client, db, away):
    assert client.get(reverse("language", args=["kk"]), {"next": away}).url == "/"


def test_an_unknown_language_is_no_door(client, db):
    assert client.get("/language/de/").status_code == 404


def test_the_three_languages_stand_by_their_own_names_on_every_page(client, db):
    page = client.get(reverse("account_login")).content.decode()
    for name in ("Қазақша", "Русский", "English"):
        assert name in page


def test_the_demonstration_says_so_on_every_page(client, db, settings):
    assert "Demonstration." not in client.get("/help/").content.decode()
    settings.DEMONSTRATION = True
    assert "Demonstration." in client.get("/help/").content.decode()


def test_components_open_in_demonstration_only(client, cast, settings):
    client.force_login(cast.eve)
    assert client.get(reverse("components")).status_code == 404
    settings.DEMONSTRATION = True
    assert client.get(reverse("components")).status_code == 200


def test_health_says_yes_and_is_kept_nowhere(client, db):
    answer = client.get(reverse("health"))
    assert answer.json() == {"ok": True}
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/", "/people/", "/trail/", "/people/keys/", "/conflicts/", "/components/", "/people/invite/"]
)
def test_doors_ask_for_a_sign_in(client, db, path):
    assert client.get(path).url == f"{reverse('account_login')}?next={path}"


def test_no_page_breaks_the_content_policy(client, cast, settings):
    settings.DEMONSTRATION = True
    client.force_login(cast.saule)
    for path in ("/people/", f"/people/{cast.ana.pk}/", "/components/", "/people/keys/", "/conflicts/new/", "/help/"):
        page = client.get(path)
        assert "'unsafe-inline'" not in page["Content-Security-Policy"]
        body = page.content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", body), path


def test_pages_of_errors_speak_plainly(client, cast):
    assert "Nothing is shown here" in client.get("/nowhere/").content.decode()
    client.force_login(cast.eve)
    refused = client.get(reverse("people_list"))
    assert refused.status_code == 403
    assert "not open to this account" in refused.content.decode()
    alone = engines["django"].get_template("500.html").render()
    assert "Қате" in alone
    assert "Ошибка" in alone


def test_the_cookie_of_a_language_cannot_be_read_by_scripts(client, db):
    client.get(reverse("language", args=["ru"]))
    cookie = client.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"

"""Worker, manifest and offline page: the same for everybody; signing out; the lists of words."""

import json
from itertools import combinations
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image

from ombudsman import offline

pytestmark = pytest.mark.django_db
LANGUAGES = ("kk", "ru", "en")
ALPHABET = {
    "kk": set("аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"),
    "ru": set("абвгдежзийклмнопрстуфхцчшщъыьэюя"),
    "en": set("abcdefghijklmnopqrstuvwxyz"),
}


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_offline_page_is_the_same_bytes_for_everybody(cast, language):
    address = f"{reverse('offline')}?l={language}"
    cookies = [{}, {"HTTP_ACCEPT_LANGUAGE": "de"}]
    pages = [Client().get(address, **extra) for extra in cookies]
    pages += [signed_in(user).get(address) for user in (cast.ana, cast.saule)]
    assert len({page.content for page in pages}) == 1
    for page in pages:
        assert page.headers["Cache-Control"].startswith("public")
        assert page.headers["Content-Language"] == language
        assert "Cookie" not in page.headers.get("Vary", "")
        assert not page.cookies
    text = pages[-1].content.decode()
    assert f'<html lang="{language}">' in text
    assert not any(word in text for word in ("csrf", "Ana", "example.test"))


def test_without_a_language_the_readers_own_is_chosen(cast):
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ru"
    response = client.get(reverse("offline"))
    assert response.headers["Location"] == f"{reverse('offline')}?l=ru"
    assert response.headers["Cache-Control"] == "no-store"


def test_the_worker_is_asked_for_anew_each_time_and_names_no_person(cast):
    stranger, person = Client().get(reverse("service_worker")), signed_in(cast.ana).get(reverse("service_worker"))
    assert reverse("service_worker") == "/service-worker.js"
    assert stranger.content == person.content
    assert stranger.headers["Cache-Control"] == "no-cache"
    assert stranger.headers["Content-Type"].startswith("text/javascript")
    text = stranger.content.decode()
    assert offline.version() in text
    assert "import " not in text
    assert json.dumps(offline.offline_pages()) in text


def test_one_changed_byte_makes_another_worker(monkeypatch, tmp_path, settings):
    def version_of() -> str:
        offline._version.cache_clear()
        return offline.version()

    settings.BASE_DIR = tmp_path
    script = tmp_path / "static/js/offline/vault.js"
    script.parent.mkdir(parents=True)
    script.write_text("one")
    first = version_of()
    script.write_text("two")
    assert version_of() != first
    script.write_text("one")
    assert version_of() == first
    offline._version.cache_clear()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manifest_installs_in_the_language_asked_for(language):
    response = Client().get(f"{reverse('manifest')}?l={language}")
    content = response.json()
    with translation.override(language):
        assert content["name"] == translation.gettext("Voice of the Child")
    assert content["start_url"] == f"/offline/?l={language}"
    assert response.headers["Content-Type"].startswith("application/manifest+json")
    assert {icon["purpose"] for icon in content["icons"]} == {"any", "maskable"}
    for icon in content["icons"]:
        with Image.open(Path(settings.BASE_DIR) / icon["src"].lstrip("/")) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]


def test_colours_of_the_manifest_are_those_of_the_tokens():
    tokens = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text(encoding="utf-8")
    assert f"--kok: {offline.KOK};" in tokens
    assert f"--paper: {offline.PAPER};" in tokens


@pytest.mark.parametrize(("said", "cleared"), [("yes", True), ("", False), ("no", False)])
def test_the_browser_is_cleared_at_signing_out_only_when_nothing_waits(cast, said, cleared):
    response = signed_in(cast.ana).post(reverse("account_logout"), {"nothing_waits": said})
    assert response.status_code == 302
    assert ("Clear-Site-Data" in response.headers) is cleared
    if cleared:
        assert response.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_nothing_is_cleared_without_signing_out(cast):
    assert "Clear-Site-Data" not in signed_in(cast.ana).get(reverse("account_logout")).headers


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_holds_1024_words_that_can_be_told_apart(language):
    content = json.loads((Path(settings.BASE_DIR) / f"static/words/{language}.json").read_text(encoding="utf-8"))
    words = content["words"]
    assert len(words) == len(set(words)) == 1024
    assert all(3 <= len(word) <= 9 and set(word) <= ALPHABET[language] for word in words)
    assert len({word[:4] for word in words}) == 1024
    assert not [pair for pair in combinations(words, 2) if pair[0].replace("ё", "е") == pair[1]]

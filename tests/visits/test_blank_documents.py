"""The blank documents of a device: open to everyone, the same bytes for everybody, of no visit and no person."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as make
from visits.models import Choice, Edition, Indicator, IndicatorReference, Provision, Standard

pytestmark = pytest.mark.django_db
CHECKLIST = ["checklist", 1, "police", "en"]


def addresses(language: str = "en") -> list[str]:
    return [
        reverse("blank_checklist", args=["checklist", 1, "police", language]),
        reverse("blank_standards", args=["checklist", 1, language]),
        reverse("blank_questionnaire", args=["children", 1, language]),
    ]


def page(client: Client, *arguments: object) -> str:
    return client.get(reverse("blank_checklist", args=arguments or CHECKLIST)).content.decode()


def test_everybody_gets_the_same_bytes(cast, client):
    for address in addresses():
        seen = set()
        for person in (None, cast.bek, cast.clara, cast.eve):
            browser = Client()
            if person:
                browser.force_login(person)
            browser.cookies["language"] = "ru"
            response = browser.get(address, headers={"Accept-Language": "kk"})
            assert response.status_code == 200
            assert "Set-Cookie" not in response.headers
            assert not set(response.cookies)
            assert response["Vary"] == "Accept-Encoding"
            assert "public" in response["Cache-Control"]
            seen.add(response.content)
        assert len(seen) == 1, address


def test_it_says_nothing_of_a_visit_a_person_or_a_token(cast, client):
    client.force_login(cast.bek)
    text = "".join(client.get(address).content.decode() for address in addresses())
    for word in (
        cast.bek.full_name,
        cast.bek.email,
        cast.centre.name,
        str(cast.visit.pk),
        "csrf",
        "nonce",
        "sessionid",
    ):
        assert word not in text


def test_every_indicator_is_in_it_and_what_is_not_asked_here_is_folded(cast, client):
    text = page(client)
    for indicator in Indicator.objects.filter(edition=cast.checklist):
        form = re.search(
            rf'<div class="item([^"]*)" id="{indicator.code}">.*?(?=<div class="item[^-]|</noscript>)', text, re.DOTALL
        )
        assert form is not None
        assert indicator.statement in form[0]
        radios = form[0].count(f'type="radio" name="c-{indicator.code}"')
        applies = indicator.applies("police")
        assert radios == (6 if applies else 0)
        assert ("quiet" in form[1]) is not applies
        assert ("Critical indicator" in form[0]) is indicator.critical
        assert ('name="n"' in form[0]) is bool(indicator.measure_key)


def test_the_indicators_are_one_form_and_wait_as_text(cast, client):
    """A form for each would have browsers search through every one of them; built all at once, a phone would not answer."""
    sheet = page(client).split("<form data-checklist", 1)[1].split("</form>", 1)[0]
    assert len(re.findall(r'<div class="item[^-]', sheet)) == Indicator.objects.filter(edition=cast.checklist).count()
    assert "<form" not in sheet
    assert 'class="item' not in re.sub(r"<noscript>.*?</noscript>", "", sheet, flags=re.DOTALL)
    groups = re.findall(r'<fieldset class="scale">.*?</fieldset>', sheet, re.DOTALL)
    names = [set(re.findall(r'type="radio" name="([^"]+)"', group)) for group in groups]
    assert len(set().union(*names)) == sum(len(group) for group in names)


def test_each_language_has_its_own_words(cast, client):
    texts = {language: page(client, "checklist", 1, "police", language) for language in ("kk", "ru", "en")}
    for language, text in texts.items():
        assert f'<html lang="{language}">' in text
    assert "Бала қауіпте" in texts["kk"]
    assert "Ребёнок в опасности" in texts["ru"]
    assert "A child is at risk" in texts["en"]


def test_the_duty_number_stands_in_it_before_anything_is_unlocked(cast, client, settings):
    settings.DUTY_PHONE = "8 800 080 7777"
    assert "8 800 080 7777" in page(client)


@pytest.mark.parametrize("state", ["published", "retired", "draft"])
def test_only_what_was_published_is_handed_out(cast, client, state):
    Edition.objects.filter(pk=cast.checklist.pk).update(state=state)
    expected = 404 if state == "draft" else 200
    for address in addresses()[:2]:
        assert client.get(address).status_code == expected


@pytest.mark.parametrize(
    "arguments", [["checklist", 1, "police", "de"], ["checklist", 1, "castle", "en"], ["children", 1, "police", "en"]]
)
def test_what_does_not_exist_is_not_found(cast, client, arguments):
    assert client.get(reverse("blank_checklist", args=arguments)).status_code == 404


def test_it_is_kept_by_its_tag_and_travels_compressed(cast, client):
    address = addresses()[0]
    whole = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(whole.content) / 3
    again = client.get(address, headers={"If-None-Match": whole["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    Choice.objects.filter(edition=cast.checklist, code="met").update(label_en="Held")
    assert client.get(address)["ETag"] != whole["ETag"]


def test_the_gist_of_every_citation_can_be_found_by_its_words(cast, client):
    indicator = cast.checklist.indicators.get(code="AA-01")
    rules = Standard.objects.create(code="rules", kind="rules", **make.names("title", "R"), **make.names("short", "R"))
    first = Provision.objects.create(standard=rules, number="1", **make.names("gist", "Every child is registered."))
    IndicatorReference.objects.create(indicator=indicator, provision=first)
    text = page(client)
    cited = re.search(
        r'<div class="item" id="AA-01".*?<div class="item-margin"><a href="([^"]+)">([^<]+)</a>', text, re.DOTALL
    )
    assert cited is not None
    standards = client.get(cited[1]).content.decode()
    assert f"<dt><b>{cited[2]}</b></dt><dd>Every child is registered.</dd>" in standards


def test_how_many_queries_it_makes_does_not_depend_on_its_length(cast, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        page(client)
    section = cast.checklist.sections.get(code="AA")
    for number in range(3, 40):
        Indicator.objects.create(
            edition=cast.checklist,
            section=section,
            code=f"AA-{number:02}",
            order=number,
            **make.names("statement", "So."),
        )
    with django_assert_max_num_queries(14):
        page(client)

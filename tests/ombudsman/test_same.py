"""What is the same on every page is written once in a language, and from nothing that belongs to a reader."""

import pytest
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from ombudsman.frame import tongues

PAGE = '{% same %}<b title="{{ reader }}">{% translate "Skip to content" %}{{ reader }}</b>{% endsame %}{{ reader }}'


def test_it_is_written_once_in_every_language(monkeypatch):
    page = engines["django"].from_string(PAGE)
    with translation.override("ru"):
        first = page.render({"reader": "Ana"})
    said = page.render({"reader": "Ana"})
    assert "Skip to content" in said
    assert "Skip to content" not in first
    node = page.template.nodelist[0]
    monkeypatch.setattr(node, "nodelist", None)
    assert page.render({"reader": "Ana"}) == said
    with translation.override("ru"):
        assert page.render({"reader": "Ana"}) == first


def test_nothing_of_one_reader_reaches_the_next():
    page = engines["django"].from_string(PAGE)
    assert page.render({"reader": "Ana"}, RequestFactory().get("/")) == '<b title="">Skip to content</b>Ana'
    assert page.render({"reader": "Bek"}, RequestFactory().get("/")) == '<b title="">Skip to content</b>Bek'


@pytest.mark.parametrize("path", ["/help/", "/x/?a=\"><script>&b='", "/институт/?q=бала үні"])
def test_the_links_to_other_languages_carry_the_address_and_nothing_else_of_it(path):
    from html.parser import HTMLParser
    from urllib.parse import parse_qs, urlsplit

    links, seen = [], []

    class Links(HTMLParser):
        def handle_starttag(self, tag, attrs):
            assert tag in ("a", "b")
            links.extend(value for name, value in attrs if name == "href")

        def handle_data(self, data):
            seen.append(data.strip())

    reader = Links()
    reader.feed(tongues("en", path))
    assert "".join(seen) == "ҚазақшаРусскийEnglish"
    assert [urlsplit(link).path for link in links] == [reverse("language", args=[code]) for code in ("kk", "ru")]
    assert [parse_qs(urlsplit(link).query)["next"] for link in links] == [[path], [path]]

"""Tags and formats of the house in three languages."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest
from django.template import TemplateSyntaxError, engines
from django.utils import formats, translation

from ombudsman.templatetags import house

LANGUAGES = ("kk", "ru", "en")


def drawn(source: str, language: str = "en", **context: object) -> str:
    with translation.override(language):
        return engines["django"].from_string(source).render(context).strip()


@pytest.mark.parametrize(
    ("language", "day"), [("kk", "22 қараша 2026 ж."), ("ru", "22 ноября 2026 г."), ("en", "22 November 2026")]
)
def test_a_day_is_written_as_the_language_writes_it(language, day):
    assert drawn("{{ day|on_day }}", language, day=date(2026, 11, 22)) == day


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 10, 14), date(2026, 10, 14), "14 October 2026"),
        (date(2026, 10, 14), date(2026, 10, 15), "14–15 October 2026"),
        (date(2026, 10, 30), date(2026, 11, 2), "30 October – 2 November 2026"),
        (date(2025, 12, 30), date(2026, 1, 2), "30 December 2025 – 2 January 2026"),
        (date(2026, 10, 14), None, "14 October 2026"),
    ],
)
def test_days_are_as_short_as_they_can_be(first, last, words):
    assert drawn("{% days first last %}", first=first, last=last) == words


def test_the_hour_is_that_of_the_office():
    moment = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)
    assert drawn("{{ moment|clock }} {{ moment|on_day }}", moment=moment) == "01:30 23 November 2026"


@pytest.mark.parametrize(
    ("language", "number", "share"),
    [("kk", "12\u00a0345,5", "58\u00a0%"), ("ru", "12\u00a0345,5", "58\u00a0%"), ("en", "12,345.5", "58%")],
)
def test_numbers(language, number, share):
    assert drawn("{{ n|grouped }}", language, n=12345.5) == number
    assert drawn("{{ s|percent }}", language, s=Fraction(44, 76)) == share


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.125, "13%"),
        (0.5, "50%"),
        (Decimal("0.005"), "1%"),
        (Fraction(1, 200), "1%"),
        (0, "0%"),
        (1, "100%"),
        (None, ""),
    ],
)
def test_shares_are_rounded_half_up(share, words):
    assert drawn("{{ s|percent }}", s=share) == words


def test_a_share_keeps_as_many_digits_as_asked():
    assert drawn("{{ s|percent:1 }}", s=Fraction(44, 76)) == "57.9%"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_year_is_never_grouped(language):
    assert drawn("{{ year }}", language, year=2026) == "2026"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("written", ["2026-11-22", "22.11.2026"])
def test_a_day_can_be_typed_as_browsers_and_hands_write_it(language, written):
    from django import forms

    with translation.override(language):
        assert forms.DateField().clean(written) == date(2026, 11, 22)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_format_is_set_by_the_house(language):
    names = [
        *("DATE_FORMAT", "TIME_FORMAT", "DATETIME_FORMAT", "YEAR_MONTH_FORMAT", "MONTH_DAY_FORMAT"),
        *("SHORT_DATE_FORMAT", "SHORT_DATETIME_FORMAT", "FIRST_DAY_OF_WEEK", "DATE_INPUT_FORMATS"),
        *("TIME_INPUT_FORMATS", "DATETIME_INPUT_FORMATS", "DECIMAL_SEPARATOR", "THOUSAND_SEPARATOR", "NUMBER_GROUPING"),
    ]
    module = __import__(f"ombudsman.formats.{language}.formats", fromlist=["formats"])
    for name in names:
        own, used = getattr(module, name), formats.get_format(name, lang=language)
        # To what may be typed the framework adds the international forms.
        assert used[: len(own)] == own if isinstance(own, list) else used == own


def test_a_mark_hides_from_readers_and_an_unknown_one_is_an_error():
    assert drawn('{% mark "met" %}') == '<svg class="mark" aria-hidden="true"><use href="#m-met"/></svg>'
    with pytest.raises(TemplateSyntaxError):
        drawn('{% mark "smile" %}')


def test_the_sprite_holds_every_mark():
    sprite = drawn('{% include "partials/sprite.html" %}')
    assert {name for name in house.MARKS if f'id="m-{name}"' not in sprite} == set()


def test_every_state_is_mark_and_word():
    for family, codes in house.STATES.items():
        for code, look in codes.items():
            said = drawn("{% status code family %}", code=code, family=family)
            assert f"#m-{look.mark}" in said
            assert str(look.word) in said


def test_words_that_fell_back_say_so_and_name_their_language():
    thing = SimpleNamespace(name_kk="", name_ru="Центр <1>", name_en="")
    assert drawn('{% said thing "name" %}', "ru", thing=thing) == "Центр &lt;1&gt;"
    fallen = drawn('{% said thing "name" %}', "en", thing=thing)
    assert fallen.startswith('<span lang="ru">Центр &lt;1&gt;</span>')
    assert "not yet in English" in fallen


def test_an_act_that_may_not_be_done_says_why_and_sends_nothing():
    free, shut = drawn('{% act "Accept" %}'), drawn('{% act "Accept" why %}', why=["First.", "<Second>."])
    assert 'type="submit"' in free
    assert 'type="submit"' not in shut
    assert 'aria-disabled="true"' in shut
    assert "First." in shut
    assert "&lt;Second&gt;." in shut
    tied = shut.split('aria-describedby="')[1].split('"')[0]
    assert f'id="{tied}"' in shut

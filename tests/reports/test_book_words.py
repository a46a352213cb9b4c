"""Numbers in the sentences of the book: Kazakh endings, groups, percentages, hidden ones."""

from datetime import date

import pytest
from django.utils import translation

from reports import wording


@pytest.mark.parametrize(
    ("value", "said"),
    [(1, "і"), (2, "сі"), (3, "і"), (6, "сы"), (7, "сі"), (9, "ы"), (10, "ы"), (20, "сы"), (30, "ы"), (40, "ы"), (50, "і"),
     (60, "ы"), (70, "і"), (80, "і"), (90, "ы"), (100, "і"), (110, "ы"), (178, "і"), (1000, "ы"), (1164, "і"), (0, "і")],
)  # fmt: skip
def test_a_kazakh_number_takes_the_ending_of_its_last_word(value: int, said: str) -> None:
    with translation.override("kk"):
        assert wording.some(value).endswith(f"\u2011{said}")


def test_only_kazakh_numbers_take_endings() -> None:
    for language in ("ru", "en"):
        with translation.override(language):
            assert wording.some(178) == "178"


def test_a_hidden_number_is_the_sign_in_every_language() -> None:
    for language in ("kk", "ru", "en"):
        with translation.override(language):
            assert wording.number(None) == wording.percent(None) == wording.some(None) == "◊"


def test_numbers_and_percentages_are_written_as_the_language_does() -> None:
    with translation.override("ru"):
        assert (wording.number(1164), wording.percent(42)) == ("1\u00a0164", "42\u00a0%")
    with translation.override("en"):
        assert (wording.number(1164), wording.percent(42)) == ("1,164", "42%")


def test_days_are_written_as_the_language_does() -> None:
    said = {}
    for language in ("kk", "ru", "en"):
        with translation.override(language):
            said[language] = wording.on_day(date(2026, 3, 1))
    assert said == {"kk": "2026 жылғы 1 наурыз", "ru": "1 марта 2026 года", "en": "1 March 2026"}

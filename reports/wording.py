"""How numbers and days stand in the sentences of the report, in Kazakh, Russian and English. Pure; anybody in reports may import.

Kazakh endings hang on a number by how the number is read aloud: "178-і" (one hundred and seventy-eight of them), "40-ы".
They are joined by U+2011, which no line break parts.
"""

from datetime import date

from django.utils.translation import gettext as _

from ombudsman.words import current_language

HIDDEN = "◊"
NO_BREAK = "\u00a0"
NO_BREAK_HYPHEN = "\u2011"

# The possessive ending after the last word of a Kazakh numeral: бір-і, екі-сі, үш-і … нөл-і, он-ы, жиырма-сы …
_UNITS = ("і", "і", "сі", "і", "і", "і", "сы", "сі", "і", "ы")
_TENS = ("", "ы", "сы", "ы", "ы", "і", "ы", "і", "і", "ы")
_MONTHS = {
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан".split(),
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
    "en": "January February March April May June July August September October November December".split(),
}


def number(value: int | None) -> str:
    """A whole number with its thousands set apart ("1 164", "1,164"); the sign of protection where it is hidden."""
    if value is None:
        return HIDDEN
    return f"{value:,}".replace(",", "," if current_language() == "en" else NO_BREAK)


def percent(value: int | None) -> str:
    """A whole percentage: "42 %" in Kazakh and Russian, "42%" in English; the sign of protection where it is hidden."""
    if value is None:
        return HIDDEN
    return f"{value}%" if current_language() == "en" else f"{value}{NO_BREAK}%"


def some(value: int | None) -> str:
    """A number that is part of another: plain in Russian and English, with its ending in Kazakh ("421 баланың 178-і")."""
    if value is None or current_language() != "kk":
        return number(value)
    return f"{number(value)}{NO_BREAK_HYPHEN}{kazakh_ending(value)}"


def kazakh_ending(value: int) -> str:
    """The possessive ending of a whole number from 0 up, by the last word of its numeral."""
    if value % 10 or value == 0:
        return _UNITS[value % 10]
    if value % 100:
        return _TENS[value % 100 // 10]
    return "і" if value % 1000 else "ы"  # жүз-і; мың-ы, миллион-ы


def on_day(day: date) -> str:
    """A day with its year: "2026 жылғы 1 наурыз", "1 марта 2026 года", "1 March 2026"."""
    language = current_language()
    month = _MONTHS[language][day.month - 1]
    if language == "kk":
        return f"{day.year} жылғы {day.day} {month}"
    return f"{day.day} {month} {day.year}" + (" года" if language == "ru" else "")


def short_day(day: date) -> str:
    """A day in a table: "15.03.2025", in English "15 Mar 2025"."""
    if current_language() == "en":
        return f"{day.day} {_MONTHS['en'][day.month - 1][:3]} {day.year}"
    return f"{day:%d.%m.%Y}"


def enumeration(parts: list[str]) -> str:
    """ "A", "A and B", "A, B and C" in the reader's language."""
    if len(parts) < 2:
        return "".join(parts)
    return _("%(some)s and %(last)s") % {"some": ", ".join(parts[:-1]), "last": parts[-1]}

"""The sentences that the software writes into the report. Numbers come in, words go out; no number is made here. Pure.

Every sentence that counts goes through ngettext with the number that rules its grammar. Where two numbers would rule one
sentence it is built as a list ("214 visits, 92 institutions"), which is right in all three languages.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ombudsman.words import current_language

from .wording import number, percent, some

MANY = 5  # what a hidden number counts as for the grammar


def _count(value: int | None) -> int:
    return MANY if value is None else value


def institutions(n: int | None) -> str:
    return ngettext("%(n)s institution", "%(n)s institutions", _count(n)) % {"n": number(n)}


def visits(n: int | None) -> str:
    return ngettext("%(n)s visit", "%(n)s visits", _count(n)) % {"n": number(n)}


def talks(n: int | None) -> str:
    return ngettext("%(n)s talk with a child in private", "%(n)s talks with children in private", _count(n)) % {
        "n": number(n)
    }


def children(n: int | None) -> str:
    return ngettext("%(n)s child", "%(n)s children", _count(n)) % {"n": number(n)}


def organisations(n: int | None) -> str:
    return ngettext("%(n)s organisation", "%(n)s organisations", _count(n)) % {"n": number(n)}


def monitors(n: int | None) -> str:
    return ngettext("%(n)s monitor", "%(n)s monitors", _count(n)) % {"n": number(n)}


def recommendations(n: int | None) -> str:
    return ngettext("%(n)s recommendation", "%(n)s recommendations", _count(n)) % {"n": number(n)}


def indicators(n: int | None) -> str:
    return ngettext("%(n)s indicator", "%(n)s indicators", _count(n)) % {"n": number(n)}


def questions(n: int | None) -> str:
    return ngettext("%(n)s question", "%(n)s questions", _count(n)) % {"n": number(n)}


def months(n: int) -> str:
    return ngettext("every %(n)s month", "every %(n)s months", n) % {"n": n}


def unit_of(choice_of_visits: str, n: int | None) -> str:
    """What a checklist's base counts: institutions by their latest visit, or visits."""
    return institutions(n) if choice_of_visits == "latest" else visits(n)


def some_children(n: int | None, base: int | None) -> str:
    """178 of 421 children."""
    return ngettext("%(some)s of %(base)s child", "%(some)s of %(base)s children", _count(base)) % {
        "some": some(n),
        "base": number(base),
    }


def some_institutions(n: int | None, base: int | None) -> str:
    return ngettext("%(some)s of %(base)s institution", "%(some)s of %(base)s institutions", _count(base)) % {
        "some": some(n),
        "base": number(base),
    }


def some_visits(n: int | None, base: int | None) -> str:
    return ngettext("%(some)s of %(base)s visit", "%(some)s of %(base)s visits", _count(base)) % {
        "some": some(n),
        "base": number(base),
    }


def some_recommendations(n: int | None, base: int | None) -> str:
    return ngettext("%(some)s of %(base)s recommendation", "%(some)s of %(base)s recommendations", _count(base)) % {
        "some": some(n),
        "base": number(base),
    }


def some_regions(n: int | None, base: int | None) -> str:
    return ngettext("%(some)s of %(base)s region", "%(some)s of %(base)s regions", _count(base)) % {
        "some": some(n),
        "base": number(base),
    }


def some_of(choice_of_visits: str, n: int | None, base: int | None) -> str:
    return some_institutions(n, base) if choice_of_visits == "latest" else some_visits(n, base)


def with_percent(text: str, share: int | None) -> str:
    """A share in words with its percentage: "178 of 421 children, 42 %"; without one where none may be printed."""
    return text if share is None else _("%(words)s: %(percent)s") % {"words": text, "percent": percent(share)}


def quoted(text: str) -> str:
    """Words of a checklist or an answer inside a sentence. Children's words set by themselves carry no marks."""
    return f"“{text}”" if current_language() == "en" else f"«{text}»"


def table(n: int, title: str) -> str:
    return _("Table %(n)s. %(title)s") % {"n": n, "title": title}


def figure(n: int, title: str) -> str:
    return _("Figure %(n)s. %(title)s") % {"n": n, "title": title}


def finding(n: int) -> str:
    return _("Finding %(n)s") % {"n": n}


def not_an_estimate() -> str:
    """The sentence that stands wherever children's answers are printed: they were not drawn by chance."""
    return _("These are the children who spoke with us; the figure is not an estimate for all.")


def choice_of_visits(choice: str) -> str:
    if choice == "latest":
        return _("the latest accepted visit to each institution")
    return _("all accepted visits")

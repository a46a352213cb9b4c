"""Template tags of the house, loaded in every template: marks, words in three languages, states, dates, numbers. Cellar.

Dates: `{{ day|on_day }}`, `{{ day|day_month }}`, `{% days first last %}`, `{{ moment|clock }}`.
Numbers: `{{ share|percent }}` (of a share between 0 and 1), `{{ count|grouped }}`; a plain `{{ year }}` stays as it is.
States: `{% status visit.state %}`, `{% status answer.choice.code "answer" %}`, also "response", "verification",
"severity", "publication", "edition", "change". Words of content: `{% said thing "name" %}`. Acts: `{% act label obstacles %}`.
What is the same on every page: `{% same %}…{% endsame %}`.
"""

import zlib
from collections.abc import Mapping, Sized
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from ombudsman.rounding import rounded
from ombudsman.words import current_language, pick

from .same import same

register = template.Library()
register.tag("same", same)

NO_BREAK = "\u00a0"
MARKS = frozenset(
    (
        "emblem met partly not na unseen refused saved saving unsent conflict risk critical warn info returned clock"
        " better worse same locked sheet next box ticked water"
    ).split()
)


@register.simple_tag
def mark(name: str, kind: str = "") -> SafeString:
    """A mark of the sprite; `kind` is one more class such as "is-warn". It never stands without its word."""
    if name not in MARKS:
        raise template.TemplateSyntaxError(f"There is no mark named {name!r}.")
    style = "emblem" if name == "emblem" else "mark"
    return format_html('<svg class="{}" aria-hidden="true"><use href="#m-{}"/></svg>', f"{style} {kind}".strip(), name)


class Look(NamedTuple):
    """How a state looks: mark, class, word."""

    mark: str
    kind: str
    word: Any


STATES: dict[str, dict[str, Look]] = {
    "state": {
        "open": Look("sheet", "is-none", _lazy("In progress")),
        "draft": Look("sheet", "is-none", _lazy("Draft")),
        "submitted": Look("clock", "is-none", _lazy("In review")),
        "returned": Look("returned", "is-warn", _lazy("Returned")),
        "accepted": Look("met", "is-good", _lazy("Accepted")),
        "rejected": Look("na", "is-none", _lazy("Rejected")),
        "void": Look("na", "is-none", _lazy("Void")),
    },
    "answer": {
        "met": Look("met", "is-good", _lazy("Met")),
        "partly_met": Look("partly", "is-warn", _lazy("Partly met")),
        "not_met": Look("not", "is-bad", _lazy("Not met")),
        "not_applicable": Look("na", "is-none", _lazy("Not applicable")),
        "not_seen": Look("unseen", "is-none", _lazy("Not seen")),
        "access_refused": Look("refused", "is-none", _lazy("Access refused")),
    },
    "access": {
        "granted": Look("met", "is-good", _lazy("Access granted")),
        "delayed": Look("clock", "is-warn", _lazy("Access delayed")),
        "refused": Look("refused", "is-warn", _lazy("Access refused")),
    },
    "response": {
        "none": Look("clock", "is-none", _lazy("No response yet")),
        "accepted": Look("info", "is-none", _lazy("Accepted by the authority")),
        "partly": Look("info", "is-none", _lazy("Partly accepted by the authority")),
        "rejected": Look("na", "is-none", _lazy("Rejected by the authority")),
        "no_reply": Look("warn", "is-warn", _lazy("No reply in time")),
    },
    "verification": {
        "not_checked": Look("unseen", "is-none", _lazy("Not checked yet")),
        "implemented": Look("met", "is-good", _lazy("Implemented")),
        "partly": Look("partly", "is-warn", _lazy("Partly implemented")),
        "not": Look("not", "is-bad", _lazy("Not implemented")),
        "overtaken": Look("na", "is-none", _lazy("Overtaken by events")),
    },
    "severity": {
        "critical": Look("critical", "critical", _lazy("Critical")),
        "high": Look("better", "is-none", _lazy("High")),
        "medium": Look("same", "is-none", _lazy("Medium")),
        "low": Look("worse", "is-none", _lazy("Low")),
    },
    "publication": {
        "draft": Look("sheet", "is-none", _lazy("Draft")),
        "released": Look("met", "is-good", _lazy("Released")),
        "withdrawn": Look("na", "is-none", _lazy("Withdrawn")),
    },
    "order": {
        "asked": Look("clock", "is-none", _lazy("Asked for")),
        "working": Look("clock", "is-none", _lazy("Being done")),
        "done": Look("met", "is-good", _lazy("Done")),
        "refused": Look("refused", "is-warn", _lazy("Not done")),
        "broken": Look("warn", "is-warn", _lazy("Broken off")),
    },
    "edition": {
        "draft": Look("sheet", "is-none", _lazy("Draft")),
        "published": Look("met", "is-good", _lazy("Published")),
        "retired": Look("clock", "is-none", _lazy("Retired")),
    },
    "change": {
        "better": Look("better", "is-good", _lazy("Better")),
        "worse": Look("worse", "is-bad", _lazy("Worse")),
        "same": Look("same", "is-none", _lazy("No change")),
    },
    "grant": {
        "waiting": Look("clock", "is-warn", _lazy("Waits for a second person")),
        "in_force": Look("met", "is-good", _lazy("In force")),
        "later": Look("clock", "is-none", _lazy("Begins later")),
        "ended": Look("na", "is-none", _lazy("Ended")),
    },
}


@register.simple_tag
def status(code: str, family: str = "state") -> SafeString:
    """A state as mark and word; colour is only the third voice. An unknown code is a programming error."""
    look = STATES[family][str(code)]
    kind = look.kind if look.kind == "critical" else f"status {look.kind}"
    return format_html('<span class="{}">{}<span>{}</span></span>', kind, mark(look.mark), look.word)


# The mark of a text that is not there yet in the reader's language.
NOT_YET = {
    "kk": _lazy("not yet in Kazakh"),
    "ru": _lazy("not yet in Russian"),
    "en": _lazy("not yet in English"),
}


@register.simple_tag
def said(thing: Any, stem: str) -> SafeString:
    """The words of `thing.stem`; where they fell back to another language, with `lang` and a short remark."""
    text, language = pick(thing, stem)
    wanted = current_language()
    if language == wanted or not text:
        return format_html("{}", text)
    return format_html('<span lang="{}">{}</span> <span class="not-yet">({})</span>', language, text, NOT_YET[wanted])


@register.filter
def percent(share: float | Decimal | Fraction | None, digits: int = 0) -> str:
    """A share between 0 and 1 as a percentage, rounded half up: "58 %" in Kazakh and Russian, "58%" in English."""
    if share is None:
        return ""
    # A binary float stands for the decimals that it is written with.
    exact = share if isinstance(share, Fraction) else Fraction(str(share))
    gap = "" if get_language() == "en" else NO_BREAK
    return f"{formats.number_format(rounded(100 * exact, digits), digits, use_l10n=True, force_grouping=True)}{gap}%"


@register.filter
def grouped(number: float | Decimal | None) -> str:
    """A number with its thousands set apart: "12 345" or "12,345"."""
    return "" if number is None else formats.number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def on_day(day: date | datetime | None) -> str:
    """The day with its year: "22 қараша 2026 ж.", "22 ноября 2026 г.", "22 November 2026"."""
    return formats.date_format(_local(day), "DATE_FORMAT") if day else ""


@register.filter
def day_month(day: date | datetime | None) -> str:
    """The day without its year: "22 қараша", "22 ноября", "22 November"."""
    return formats.date_format(_local(day), "MONTH_DAY_FORMAT") if day else ""


@register.filter
def clock(moment: datetime | None) -> str:
    """The hour as the office's clock shows it: "14:32"."""
    return _local(moment).strftime("%H:%M") if moment else ""


@register.filter
def on_day_at(moment: datetime | None) -> str:
    """Day and hour: "22 November 2026, 14:32"."""
    return f"{on_day(moment)}, {clock(moment)}" if moment else ""


@register.filter
def weekday_line(day: date) -> str:
    """The day as a title says it: "Wednesday, 18 November"; Kazakh puts the date first: "18 қараша, сәрсенбі"."""
    name, plain = formats.date_format(day, "l"), day_month(day)
    if get_language() == "kk":
        return f"{plain}, {name.lower()}"
    return f"{name[:1].upper()}{name[1:]}, {plain}"


@register.simple_tag
def days(first: date | None, last: date | None) -> str:
    """From one day to another, as short as it can be: "14–15 October 2026", "30 October – 2 November 2026"."""
    if first is None or last is None or first == last:
        return on_day(first or last)
    if first.year != last.year:
        return f"{on_day(first)} – {on_day(last)}"
    if first.month != last.month:
        return f"{day_month(first)} – {on_day(last)}"
    return f"{first.day}–{on_day(last)}"


def _local(moment: Any) -> Any:
    return timezone.localtime(moment) if isinstance(moment, datetime) and timezone.is_aware(moment) else moment


@register.inclusion_tag("partials/act.html")
def act(
    label: str, obstacles: list[Any] | None = None, kind: str = "", name: str = "", value: str = "", key: Any = ""
) -> dict[str, Any]:
    """A submit button; with `obstacles` it is grey, keeps its place and lists what stands in the way.

    `key` tells apart several buttons of one label on one page.
    """
    return {
        "label": label,
        "obstacles": obstacles or [],
        "kind": kind,
        "name": name,
        "value": value,
        "why": f"why-{zlib.crc32(f'{label}{key}'.encode()):08x}",
    }


@register.filter
def fault_count(errors: Mapping[str, Sized]) -> int:
    """How many single faults a form's `errors` hold."""
    return sum(len(faults) for faults in errors.values())


@register.simple_tag
def of_total(part: int, whole: int) -> str:
    """ "44 of 76": a percentage never stands without it."""
    return pgettext("part of whole", "%(part)s of %(whole)s") % {"part": grouped(part), "whole": grouped(whole)}


@register.filter
def yes_no(value: bool | None) -> str:
    """Yes, no, or nothing when it is not known."""
    return "" if value is None else _("Yes") if value else _("No")

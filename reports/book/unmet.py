"""The indicators most often not met, and the standards behind them."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from .. import charts, sentences
from ..content import by_name
from ..wording import percent
from . import indicators
from .year import Book, Chapter


def chapters(book: Book) -> Iterator[Chapter]:
    """One chapter; none where everything judged is met."""
    named = by_name(book.content["indicators"])
    worst = [named[name] for name in book.content["most_unmet"] if name in named]
    often = Counter(line["code"] for line in book.content["indicators"])
    if not worst:
        return
    yield Chapter(
        "unmet",
        "unmet",
        _("Most often not met"),
        _("The indicators, and the standards behind them"),
        data={
            "caption": book.table(_("Indicators most often not met: share of those judged")),
            "rows": [
                {
                    **one,
                    "leads": book.indicators[one["code"]] is one,
                    "asked_by": book.edition_of(one) if often[one["code"]] > 1 else "",
                    "bar": charts.share_bar(
                        one["unfavourable"] or 0,
                        one["base"] or 0,
                        f"{one['code']}. {indicators.verdict(book, one)}",
                        width=40,
                    ),
                    "words": sentences.some_of(book.choice, one["unfavourable"], one["base"]),
                    "share": percent(one["percent_not_met"]),
                }
                for one in worst
            ],
            "choice": sentences.choice_of_visits(book.choice),
        },
    )

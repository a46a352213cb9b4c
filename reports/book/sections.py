"""The checklist section by section: shares of answers, and the steps that the teams gave."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .. import charts
from ..wording import number
from .year import Book, Chapter


def chapters(book: Book) -> Iterator[Chapter]:
    """One chapter: two tables, a line for each section."""
    rows = []
    for section in book.content["sections"]:
        parts = [
            (section["met"], charts.INK),
            (section["partly_met"], charts.JUDGED[1]),
            (section["not_met"], charts.WHITE),
        ]
        words = _("%(title)s. Met: %(met)s; partly met: %(partly)s; not met: %(unmet)s") % {
            "title": section["title"],
            "met": number(section["met"]),
            "partly": number(section["partly_met"]),
            "unmet": number(section["not_met"]),
        }
        steps = [(step, section["ratings"].get(step)) for step in ("4", "3", "2", "1", "none")]
        rated = [(n or 0, ink) for (_step, n), ink in zip(steps, charts.judged(5), strict=True)]
        rated_words = _("%(title)s. Ratings from the best step to the lowest, then not rated: %(values)s") % {
            "title": section["title"],
            "values": ", ".join(number(n) for _step, n in steps),
        }
        rows.append(
            {
                **section,
                "bar": charts.stacked_bar(parts, words, width=44) if section["judged"] else "",
                "steps": [n for _step, n in steps],
                "rated": charts.stacked_bar(rated, rated_words, width=42) if any(n for n, _ink in rated) else "",
            }
        )
    yield Chapter(
        "sections",
        "sections",
        _("The checklist, section by section"),
        _("Shares of answers, and the steps that the teams gave"),
        data={
            "rows": rows,
            "caption": book.table(_("Answers by section: all indicators of the section together")),
            "ratings": book.table(_("Steps given to the sections by the teams, confirmed by the reviewers")),
            "inks": [
                (charts.swatch(ink, label), label)
                for ink, label in zip(
                    charts.judged(5),
                    (
                        pgettext("book", "good"),
                        pgettext("book", "sufficient"),
                        pgettext("book", "poor"),
                        pgettext("book", "bad"),
                        pgettext("book", "not rated"),
                    ),
                    strict=True,
                )
            ],
            "judged": [
                (charts.swatch(ink, label), label)
                for ink, label in zip(
                    charts.JUDGED,
                    (pgettext("book", "met"), pgettext("book", "partly met"), pgettext("book", "not met")),
                    strict=True,
                )
            ],
        },
    )

"""The summary: every finding with its figure and base, what children said, where we went; printed by itself, too."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .. import charts, sentences
from ..wording import number
from . import indicators, questions
from .year import Book, Chapter


def chapters(book: Book) -> Iterator[Chapter]:
    """The first chapter, written last."""
    c, seen, asked = book.content, book.content["coverage"], book.content["recommendations"]
    blocks = [block(book, found, at) for at, found in enumerate(c["key_findings"], 1)]
    lead = _("%(year)s in numbers: %(visits)s, %(institutions)s, %(talks)s.") % {
        "year": book.year,
        "visits": sentences.visits(seen["visits"]),
        "institutions": sentences.institutions(seen["institutions_visited"]),
        "talks": sentences.talks(seen["interviews"]),
    }
    years = seen["by_year"]
    trend = [
        (str(label), [line[key] for line in years])
        for key, label in (
            ("visits", pgettext("book", "Visits")),
            ("institutions_visited", _("Institutions visited")),
            ("interviews", _("Talks with children")),
        )
    ]
    heard = [book.questions[code] for code in c["voices"][:6] if code in book.questions]
    yield Chapter(
        "summary",
        "summary",
        _("Summary"),
        _("The findings, each with its base; can be printed by itself"),
        data={
            "lead": lead,
            "blocks": blocks,
            "heard": [questions.spoken(book, question) for question in heard],
            "reach": [
                sentences.some_institutions(seen["institutions_visited"], seen["register"]),
                sentences.some_regions(seen["regions_visited"], seen["regions"]),
            ],
            "doors": [
                (sentences.visits(seen["announced"]), _("announced beforehand")),
                (sentences.visits(seen["unannounced"]), _("unannounced")),
                (sentences.visits(seen["delayed"]), _("the team was let in late")),
                (sentences.visits(seen["refused"]), _("the team was not let in; counted by themselves")),
                (sentences.organisations(seen["organisations"]), _("took part")),
                (sentences.monitors(seen.get("monitors")), _("were on the teams")),
            ],
            "trend": [
                {
                    "label": label,
                    "each": f"{40.5 / len(years):.2f}",
                    "years": [(line["year"], value) for line, value in zip(years, values, strict=True)],
                    "svg": charts.small_bars(
                        values,
                        _("%(what)s by year: %(values)s")
                        % {
                            "what": label,
                            "values": ", ".join(
                                f"{line['year']}: {number(v)}" for line, v in zip(years, values, strict=True)
                            ),
                        },
                    ),
                }
                for label, values in trend
                if years
            ],
            "accepted": sentences.some_recommendations(asked["said"].get("accepted", 0), asked["total"]),
            "implemented": sentences.some_recommendations(asked["seen"].get("implemented", 0), asked["total"]),
            "asked": asked,
            "overdue": sentences.some_recommendations(asked["overdue"], asked["total"]),
            "contradictions": len(c["official"]["contradictions"]),
        },
    )


def block(book: Book, found: Any, at: int) -> dict[str, Any]:
    """One finding of the summary: its figure, its title, its base."""
    anchor = f"finding-{at}"
    if found["kind"] == "indicator":
        one = book.indicators[found["code"]]
        return {
            "anchor": anchor,
            "child": False,
            "figure": percent_figure(one["percent_not_met"], one["unfavourable"]),
            "title": indicators.headline(book, one),
            "text": indicators.bases(book, one)[0],
            "base": book.passport(
                sentences.unit_of(book.choice, one["base"]),
                _("indicator %(code)s") % {"code": one["code"]},
                *indicators.beside(book, one),
            ),
        }
    question = book.questions[found["code"]]
    cell = questions.strongest(question)
    return {
        "anchor": anchor,
        "child": True,
        "figure": percent_figure(cell["percent"], cell["n"]),
        "title": question["text"],
        "text": _("Children answered %(answer)s: %(words)s.")
        % {
            "answer": sentences.quoted(cell["label"]),
            "words": sentences.some_children(cell["n"], question["base"]),
        },
        "base": book.passport(
            sentences.children(question["base"]),
            sentences.institutions(question["institutions"]),
            _("question %(code)s") % {"code": question["code"]},
        ),
    }


def percent_figure(share: int | None, n: int | None) -> dict[str, str]:
    """The large figure of a finding: a percentage, or the number itself where no percentage may be printed."""
    return {"n": str(share), "unit": "%"} if share is not None else {"n": number(n), "unit": ""}

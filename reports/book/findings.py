"""The findings, a chapter each: an indicator that is not met, or what children answered to a question."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from .. import charts, sentences
from ..wording import number, percent
from . import indicators, questions, recommendations, spread
from .year import Book, Chapter


def chapters(book: Book) -> Iterator[Chapter]:
    """A chapter for each key finding, numbered from 1."""
    for at, found in enumerate(book.content["key_findings"], 1):
        make = indicator_finding if found["kind"] == "indicator" else question_finding
        yield make(book, at, found["code"])


def indicator_finding(book: Book, at: int, code: str) -> Chapter:
    """The chapter of an indicator that is not met."""
    one = book.indicators[code]
    judged, _beside = book.steps(one["instrument"])
    bar = charts.stacked_bar(
        [(one["counts"].get(step["code"]) or 0, step["ink"]) for step in judged],
        indicators.shares_in_words(book, one),
        width=129.5,
        height=6,
    )
    share = _("Indicator %(code)s is met: %(percent)s") % {"code": code, "percent": percent(one["percent"])}
    return Chapter(
        f"finding-{at}",
        "finding_indicator",
        f"{sentences.finding(at)}. {indicators.headline(book, one)}",
        indicators.verdict(book, one),
        running=sentences.finding(at),
        data={
            "at": at,
            "one": one,
            "title": indicators.headline(book, one),
            "bar": bar,
            "legend": [
                {"swatch": step["swatch"], "label": step["label"], "n": number(one["counts"].get(step["code"]))}
                for step in judged
            ],
            "bases": indicators.bases(book, one),
            "standards": one["standards"][:3],
            "tall": note_height(one["standards"][:3]),
            "kinds": spread.spread(
                book,
                one.get("by_kind", []),
                one["percent"],
                _("Met, by kind of institution: share of those judged"),
                share,
            ),
            "regions": spread.spread(
                book, one.get("by_region", []), one["percent"], _("Met, by region: share of those judged"), share
            )
            if not one.get("by_kind")
            else None,
            "passport": indicators.passport(book, one),
            "asked": [
                recommendations.entry(book, item)
                for item in book.content["recommendations"]["items"]
                if code in item["indicator_codes"]
            ][:1],
        },
    )


def question_finding(book: Book, at: int, code: str) -> Chapter:
    """The chapter of an answer of the children."""
    question = book.questions[code]
    cell = questions.strongest(question)
    told = questions.spoken(book, question)
    plot = charts.DotPlot(
        [one["percent"] for one in question["cells"]],
        _("Answers to question %(code)s: %(answers)s")
        % {
            "code": code,
            "answers": "; ".join(f"{one['label']}: {percent(one['percent'])}" for one in question["cells"]),
        },
        pitch=19.5,
        width=46,
    )
    standards: list[Any] = []
    for one in book.content["indicators"]:
        if one["section"] == question["section"]:
            standards += [line for line in one["standards"] if line not in standards]
    return Chapter(
        f"finding-{at}",
        "finding_question",
        f"{sentences.finding(at)}. {question['text']}",
        f"{sentences.quoted(cell['label'])}: {told['words']}",
        running=sentences.finding(at),
        data={
            "at": at,
            "question": question,
            "told": told,
            "caption": book.table(_("All answers to this question")),
            "plot": plot.svg(),
            "standards": standards[:2],
            "tall": note_height(standards[:2]),
            "saw": [
                {
                    **one,
                    "bar": charts.stacked_bar(
                        [
                            (one["counts"].get(step["code"]) or 0, step["ink"])
                            for step in book.steps(one["instrument"])[0]
                        ],
                        indicators.shares_in_words(book, one),
                        width=26,
                    ),
                }
                for one in book.content["indicators"]
                if one["section"] == question["section"] and one["protection"] == "shown" and one["base"]
            ][:5],
            "saw_caption": book.table(_("What the teams saw in the same section of the checklist")),
            "passport": questions.passport(book, question),
            "beside": questions.beside(question),
        },
    )


def note_height(standards: list[Any]) -> int:
    """How tall, in points, the margin note with these standards stands: lines of about 24 letters, 9.75 pt each."""
    lines = 5  # the heading and the closing remark
    for line in standards:
        lines += -(-(len(line["short"]) + 2 + len(line["number"])) // 21) - (-len(line["gist"]) // 24) + 1
    return round(lines * 9.75)

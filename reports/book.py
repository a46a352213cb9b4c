"""The printed book of a year: frozen figures in, chapters out, HTML and PDF at the end. Reads nothing but the frozen content.

Imported by services, commands and views of reports. No number appears that is not in the content: the software writes every
sentence, and the templates under templates/reports/book/ only place what stands here.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any, cast

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from . import charts, pdf, sentences
from .content import LANGUAGES
from .wording import HIDDEN, enumeration, number, on_day, percent, short_day

FALLBACK = {"kk": ("kk", "ru", "en"), "ru": ("ru", "kk", "en"), "en": ("en", "ru", "kk")}
SMALL = 4  # an instrument with at most so many indicators gets its regions printed
MAP_NEEDS = 10  # tiles; with fewer the map is left out
ROW = {"names": 46}


class Text(str):
    """Words of the content in the book's language, or in another one and then marked so."""

    language: str
    foreign: bool

    def __new__(cls, words: str, language: str, foreign: bool) -> "Text":
        text = super().__new__(cls, words)
        text.language, text.foreign = language, foreign
        return text

    def __html__(self) -> str:
        shown = str(escape(str(self)))
        return f'<span lang="{self.language}">{shown}</span>' if self.foreign else shown


def in_language(value: Any, language: str) -> Any:
    """The content with every {"kk", "ru", "en"} turned into the Text of `language`, or of the next one that has it."""
    if isinstance(value, dict):
        if value.keys() == set(LANGUAGES):
            for code in FALLBACK[language]:
                if value[code]:
                    return Text(value[code], code, code != language)
            return Text("", language, False)
        return {key: in_language(one, language) for key, one in value.items()}
    if isinstance(value, list):
        return [in_language(one, language) for one in value]
    return value


def name_of(year: int, language: str, edition: int = 1) -> str:
    """The file's name: voice-of-the-child-2025-kk.pdf; a later edition says its number before the language."""
    later = f"{edition}-" if edition > 1 else ""
    return f"voice-of-the-child-{year}-{later}{language}.pdf"


@dataclass(frozen=True)
class Chapter:
    """One chapter: where it is placed by, what it is called, what its template gets."""

    anchor: str
    template: str
    title: str
    told: str = ""
    running: str = ""
    look: str = ""
    listed: bool = True
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class Book:
    """The chapters of one year in the active language. Build it with `bind`."""

    content: dict[str, Any]
    language: str
    fingerprint: str
    edition: int
    tables: Iterator[int] = field(default_factory=lambda: count(1))
    figures: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        c = self.content
        self.year: int = c["year"]
        self.frozen_on = date.fromisoformat(c["frozen_on"])
        self.indicators = {one["code"]: one for one in c["indicators"]}
        self.questions = {one["code"]: one for one in c["questions"]}
        self.regions = {one["iso"]: one["name"] for one in c["coverage"]["by_region"]}
        self.kinds = {one["code"]: one["plural"] for one in c["coverage"]["by_kind"]}
        self.choice: str = c["choice_of_visits"]

    # --- The whole ---------------------------------------------------------------------------------------------------

    def chapters(self) -> list[Chapter]:
        """Everything after the contents, in order. The printed numbers of tables follow it."""
        makers: tuple[Callable[[], Iterator[Chapter]], ...] = (
            self.summary,
            self.voices,
            self.findings,
            self.where,
            self.sections,
            self.checklist,
            self.unmet,
            self.recommended,
            self.questionnaire,
            self.official,
            self.method,
            self.places,
            self.index,
        )
        return [chapter for maker in makers for chapter in maker()]

    def frame(self) -> dict[str, Any]:
        """What every page of the book knows."""
        groups = [self.fingerprint[at : at + 4] for at in range(0, len(self.fingerprint), 4)]
        return {
            "language": self.language,
            "year": self.year,
            "edition": self.edition,
            "demonstration": self.content["demonstration"],
            "frozen_on": on_day(self.frozen_on),
            "made_on": self.frozen_on.isoformat(),
            "fingerprint": self.fingerprint,
            "fingerprint_groups": [" ".join(groups[:8]), " ".join(groups[8:])],
            "c": self.content,
            "running": _("Voice of the Child · report for %(year)s") % {"year": self.year},
            "stamp": _("DEMONSTRATION · the data are invented") if self.content["demonstration"] else "",
            "estimate": sentences.not_an_estimate(),
            "HIDDEN": HIDDEN,
        }

    # --- Parts that several chapters use ------------------------------------------------------------------------------

    def table(self, title: str) -> str:
        return sentences.table(next(self.tables), title)

    def figure(self, title: str) -> str:
        return sentences.figure(next(self.figures), title)

    def steps(self, instrument: str) -> tuple[list[Any], list[Any]]:
        """The scale of an instrument: steps that judge, and those counted beside, each with its ink and short name."""
        mine = [step for step in self.content["scale"] if step["instrument"] == instrument]
        judged = [step for step in mine if step["role"] == "judged"]
        inks = charts.judged(len(judged))
        return (
            [
                {**step, "ink": ink, "short": short_name(step), "swatch": charts.swatch(ink, step["label"])}
                for step, ink in zip(judged, inks, strict=True)
            ],
            [{**step, "short": short_name(step)} for step in mine if step["role"] != "judged"],
        )

    def passport(self, *parts: str) -> str:
        """What must stand under a figure: base, rule, question or indicator, edition, period."""
        return " · ".join(part for part in parts if part)

    def edition_of(self, line: Any) -> str:
        """The edition as a person reads it: title and numbers ("checklist 1, checklist 2" in the content)."""
        numbers = ", ".join(part.rpartition(" ")[2] for part in str(line["edition"]).split(", "))
        title = next((one["title"] for one in self.content["editions"] if one["instrument"] == line["instrument"]), "")
        return _("%(title)s, edition %(numbers)s") % {"title": title, "numbers": numbers}

    def rule_of(self, rule: str) -> str:
        if rule == "judged":
            return _("base: answers that judge")
        return _("base: all answers")

    def beside(self, line: Any) -> list[str]:
        """What stands beside a base of the checklist, in words: "Not seen: 4"."""
        return [
            f"{step['label']}: {number(line['counts'].get(step['code']))}"
            for step in self.steps(line["instrument"])[1]
            if line["counts"].get(step["code"]) != 0
        ]

    def strongest(self, question: Any) -> Any:
        """The answer given most often."""
        return max(question["cells"], key=lambda cell: (cell["n"], -question["cells"].index(cell)), default=None)

    def place_names(self, places: list[str]) -> list[str]:
        return [str(self.regions.get(code) or self.kinds.get(code) or code) for code in places]

    def spread(self, shares: list[Any], reference: int | None, title: str, alt: str) -> dict[str, Any] | None:
        """Shares by region or kind as a table with a dot plot; places pooled for protection are named under it."""
        if not shares:
            return None
        rows, pooled = [], []
        for share in sorted(
            shares, key=lambda one: (-(one["percent"] if one["percent"] is not None else -1), one["places"])
        ):
            names = self.place_names(share["places"])
            label = ", ".join(names)
            if len(names) > 1 and len(label) > ROW["names"]:
                label = _("together: %(names)s …") % {"names": names[0]}
                pooled.append(_("Counted together: %(names)s.") % {"names": enumeration(names)})
            rows.append({**share, "label": label})
        plot = charts.DotPlot(
            [row["percent"] for row in rows], alt, pitch=16.25, width=34, reference=reference, ink=charts.INK
        )
        return {
            "caption": self.table(title),
            "rows": rows,
            "plot": plot.svg(),
            "pooled": pooled,
            "reference": reference,
        }

    # --- Chapters -----------------------------------------------------------------------------------------------------

    def cover(self) -> dict[str, Any]:
        """One dot, one answer to one question; where no question may be printed, one dot, one institution."""
        question = self.questions.get(next(iter(self.content["voices"]), ""))
        cell = self.strongest(question) if question else None
        if question is None or cell is None:
            seen = self.content["coverage"]
            told = sentences.some_institutions(seen["institutions_visited"], seen["register"])
            title = _("One dot, one institution on the register. Filled: visited this year, %(words)s.") % {
                "words": told
            }
            return {
                "svg": charts.field_of_dots(seen["institutions_visited"], seen["register"], title),
                "question": "",
                "told": title,
            }
        told = _("One dot, one answer: %(children)s, %(institutions)s. Filled: %(answer)s, %(words)s.") % {
            "children": sentences.children(question["base"]),
            "institutions": sentences.institutions(question["institutions"]),
            "answer": sentences.quoted(cell["label"]),
            "words": sentences.with_percent(sentences.some_children(cell["n"], question["base"]), cell["percent"]),
        }
        return {
            "svg": charts.field_of_dots(cell["n"], question["base"], f"{question['text']} {told}", height=116),
            "question": question["text"],
            "told": told,
        }

    def summary(self) -> Iterator[Chapter]:
        c, seen, asked = self.content, self.content["coverage"], self.content["recommendations"]
        blocks = [self.block(found, at) for at, found in enumerate(c["key_findings"], 1)]
        lead = _("%(year)s in numbers: %(visits)s, %(institutions)s, %(talks)s.") % {
            "year": self.year,
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
        heard = [self.questions[code] for code in c["voices"][:4] if code in self.questions]
        yield Chapter(
            "summary",
            "summary",
            _("Summary"),
            _("The findings, each with its base; can be printed by itself"),
            data={
                "lead": lead,
                "blocks": blocks,
                "heard": [self.spoken(question) for question in heard],
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

    def block(self, found: Any, at: int) -> dict[str, Any]:
        """One finding of the summary: its figure, its title, its base."""
        anchor = f"finding-{at}"
        if found["kind"] == "indicator":
            one = self.indicators[found["code"]]
            return {
                "anchor": anchor,
                "child": False,
                "figure": percent_figure(one["percent_not_met"], one["unfavourable"]),
                "title": one["statement"],
                "text": self.verdict(one),
                "base": self.passport(
                    sentences.unit_of(self.choice, one["base"]),
                    _("indicator %(code)s") % {"code": one["code"]},
                    *self.beside(one),
                ),
            }
        question = self.questions[found["code"]]
        cell = self.strongest(question)
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
            "base": self.passport(
                sentences.children(question["base"]),
                sentences.institutions(question["institutions"]),
                _("question %(code)s") % {"code": question["code"]},
            ),
        }

    def verdict(self, one: Any) -> str:
        """How often an indicator is not met, in words."""
        return _("Not met: %(words)s.") % {"words": sentences.some_of(self.choice, one["unfavourable"], one["base"])}

    def spoken(self, question: Any) -> dict[str, Any]:
        """A question and the answer given most often: the child's words are the words of the coded answer."""
        cell = self.strongest(question)
        return {
            "code": question["code"],
            "text": question["text"],
            "answer": cell["label"] if cell else "",
            "words": sentences.with_percent(sentences.some_children(cell["n"], question["base"]), cell["percent"])
            if cell
            else "",
            "institutions": sentences.institutions(question["institutions"]),
        }

    def voices(self) -> Iterator[Chapter]:
        chosen = [self.questions[code] for code in self.content["voices"] if code in self.questions]
        yield Chapter(
            "voices",
            "voices",
            _("What children told us"),
            _("In the words of the answers they chose"),
            data={
                "spoken": [self.spoken(question) for question in chosen if question["cells"]],
                "seen": self.content["coverage"],
                "talks": sentences.talks(self.content["coverage"]["interviews"]),
                "everywhere": sentences.institutions(self.content["coverage"]["institutions_with_interviews"]),
            },
        )

    def findings(self) -> Iterator[Chapter]:
        for at, found in enumerate(self.content["key_findings"], 1):
            make = self.indicator_finding if found["kind"] == "indicator" else self.question_finding
            yield make(at, found["code"])

    def indicator_finding(self, at: int, code: str) -> Chapter:
        one = self.indicators[code]
        judged, _beside = self.steps(one["instrument"])
        bar = charts.stacked_bar(
            [(one["counts"].get(step["code"]) or 0, step["ink"]) for step in judged],
            self.shares_in_words(one),
            width=129.5,
            height=6,
        )
        share = _("Indicator %(code)s is met: %(percent)s") % {"code": code, "percent": percent(one["percent"])}
        return Chapter(
            f"finding-{at}",
            "finding_indicator",
            f"{sentences.finding(at)}. {one['statement']}",
            self.verdict(one),
            running=sentences.finding(at),
            data={
                "at": at,
                "one": one,
                "title": _("Not met in %(words)s: %(statement)s")
                % {
                    "words": sentences.some_of(self.choice, one["unfavourable"], one["base"]),
                    "statement": inner(one["statement"]),
                },
                "bar": bar,
                "legend": [
                    {"swatch": step["swatch"], "label": step["label"], "n": number(one["counts"].get(step["code"]))}
                    for step in judged
                ],
                "bases": self.bases(one),
                "standards": one["standards"][:3],
                "tall": note_height(one["standards"][:3]),
                "kinds": self.spread(
                    one.get("by_kind", []),
                    one["percent"],
                    _("Met, by kind of institution: share of those judged"),
                    share,
                ),
                "regions": self.spread(
                    one.get("by_region", []), one["percent"], _("Met, by region: share of those judged"), share
                )
                if not one.get("by_kind")
                else None,
                "passport": self.indicator_passport(one),
                "asked": [
                    self.asked(item)
                    for item in self.content["recommendations"]["items"]
                    if code in item["indicator_codes"]
                ][:1],
            },
        )

    def shares_in_words(self, one: Any) -> str:
        judged, _beside = self.steps(one["instrument"])
        parts = [f"{step['label']}: {number(one['counts'].get(step['code']))}" for step in judged]
        return f"{one['code']}. {'; '.join(parts)}"

    def bases(self, one: Any) -> list[str]:
        """Both measures of an indicator, each with its base."""
        return [
            _("Met: %(percent)s of those judged, %(words)s.")
            % {
                "percent": percent(one["percent"]),
                "words": sentences.some_of(self.choice, one["favourable"], one["base"]),
            },
            _("Of all answers, those counted beside included: %(percent)s, %(words)s.")
            % {
                "percent": percent(one["percent_all"]),
                "words": sentences.some_of(self.choice, one["favourable"], one["base_all"]),
            },
        ]

    def indicator_passport(self, one: Any) -> str:
        return self.passport(
            _("indicator %(code)s") % {"code": one["code"]},
            self.rule_of(one["base_rule"]),
            sentences.institutions(one["institutions"]),
            sentences.choice_of_visits(self.choice),
            self.edition_of(one),
            str(self.year),
            *self.beside(one),
        )

    def asked(self, item: Any) -> dict[str, Any]:
        """A recommendation as the lists print it."""
        wanted = self.content["recommendations"]
        names = {one["code"]: one["name"] for one in wanted["by_authority"]}
        return {
            **item,
            "to": names.get(item["authority"], item["authority"]),
            "by": short_day(date.fromisoformat(item["deadline"])),
            "by_long": on_day(date.fromisoformat(item["deadline"])),
            "said_label": wanted["labels"]["said"].get(item["said"], item["said"]),
            "seen_label": wanted["labels"]["seen"].get(item["seen"], item["seen"]),
            "mark": charts.unit(item["seen"], str(wanted["labels"]["seen"].get(item["seen"], item["seen"]))),
        }

    def question_finding(self, at: int, code: str) -> Chapter:
        question = self.questions[code]
        cell = self.strongest(question)
        told = self.spoken(question)
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
        for one in self.content["indicators"]:
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
                "caption": self.table(_("All answers to this question")),
                "plot": plot.svg(),
                "standards": standards[:2],
                "tall": note_height(standards[:2]),
                "saw": [
                    {
                        **one,
                        "bar": charts.stacked_bar(
                            [
                                (one["counts"].get(step["code"]) or 0, step["ink"])
                                for step in self.steps(one["instrument"])[0]
                            ],
                            self.shares_in_words(one),
                            width=26,
                        ),
                    }
                    for one in self.content["indicators"]
                    if one["section"] == question["section"] and one["protection"] == "shown" and one["base"]
                ][:3],
                "saw_caption": self.table(_("What the teams saw in the same section of the checklist")),
                "passport": self.question_passport(question),
                "beside": self.beside_children(question),
            },
        )

    def question_passport(self, question: Any) -> str:
        return self.passport(
            sentences.children(question["base"]),
            sentences.institutions(question["institutions"]),
            _("question %(code)s") % {"code": question["code"]},
            _("base: children who answered"),
            self.edition_of(question),
            str(self.year),
        )

    def beside_children(self, question: Any) -> list[str]:
        labels = {
            "no_answer": _("no answer (does not know, prefers not to say, skipped)"),
            "not_asked": _("not asked (does not apply, routed past)"),
        }
        return [
            f"{labels[role]}: {number(n)}"
            for role, n in sorted(question["beside"].items())
            if role in labels and n != 0
        ]

    def where(self) -> Iterator[Chapter]:
        seen = self.content["coverage"]
        lines = seen["by_region"]
        top = max((line["visited"] for line in lines), default=0)
        edges = sorted({max(1, round(top / 3)), max(2, round(top * 2 / 3))})
        tiles = [
            charts.Tile(
                line["column"], line["row"], line["short"], number(line["visited"]), level(line["visited"], edges)
            )
            for line in lines
            if line["column"] is not None
        ]
        unseen = [line["name"] for line in lines if not line["visited"]]
        title = _(
            "Tile map of the regions: number of institutions visited. The numbers of all regions are in the table."
        )
        yield Chapter(
            "regions",
            "regions",
            _("Where we went: the regions"),
            _("Map and table: visits against the register"),
            data={
                "lead": _("Visited: %(words)s.")
                % {"words": sentences.some_regions(seen["regions_visited"], seen["regions"])},
                "map": charts.tile_map(tiles, title, width=104, lakes=(_("Aral"), _("Balkhash")))
                if len(tiles) >= MAP_NEEDS
                else "",
                "figure": self.figure(_("Institutions visited, by region")),
                "key": [
                    (charts.swatch(ink, label), label)
                    for ink, label in zip(charts.MAP, level_names(edges), strict=False)
                ],
                "caption": self.table(_("Visits by region against the register")),
                "rows": [self.covered(line) for line in lines],
                "unseen": enumeration([str(name) for name in unseen]),
                "seen": seen,
                "total": self.covered({**seen, "visited": seen["institutions_visited"], "name": _("All regions")}),
                "on": on_day(date(self.year, 12, 31)),
            },
        )
        kinds = [line for line in seen["by_kind"] if line["register"] or line["visits"] or line["refused"]]
        missed = [line["plural"] for line in kinds if not line["visited"]]
        yield Chapter(
            "kinds",
            "kinds",
            _("Where we went: the kinds of institutions"),
            _("Visits against the register and the visiting interval"),
            data={
                "caption": self.table(_("Visits by kind of institution against the register")),
                "rows": [
                    {**self.covered(line), "interval": sentences.months(line["interval_months"])} for line in kinds
                ],
                "missed": enumeration([str(name) for name in missed]),
                "lead": _("On the register: %(register)s. Visited: %(visited)s.")
                % {
                    "register": sentences.institutions(seen["register"]),
                    "visited": sentences.institutions(seen["institutions_visited"]),
                },
                "total": self.covered({**seen, "visited": seen["institutions_visited"], "name": _("All kinds")}),
            },
        )

    def covered(self, line: Any) -> dict[str, Any]:
        words = (
            f"{line.get('plural') or line['name']}: {sentences.some_institutions(line['visited'], line['register'])}"
        )
        return {
            **line,
            "label": line.get("plural") or line["name"],
            "bar": charts.share_bar(line["visited"], line["register"], words, width=36),
        }

    def sections(self) -> Iterator[Chapter]:
        rows = []
        for section in self.content["sections"]:
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
                    "rated": charts.stacked_bar(rated, rated_words, width=50) if any(n for n, _ink in rated) else "",
                }
            )
        yield Chapter(
            "sections",
            "sections",
            _("The checklist, section by section"),
            _("Shares of answers, and the steps that the teams gave"),
            data={
                "rows": rows,
                "caption": self.table(_("Answers by section: all indicators of the section together")),
                "ratings": self.table(_("Steps given to the sections by the teams, confirmed by the reviewers")),
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

    def checklist(self) -> Iterator[Chapter]:
        instruments = list(dict.fromkeys(one["instrument"] for one in self.content["indicators"]))
        tables = []
        for instrument in instruments:
            mine = [one for one in self.content["indicators"] if one["instrument"] == instrument]
            judged, beside = self.steps(instrument)
            groups = []
            for section in [one for one in self.content["sections"] if one["instrument"] == instrument]:
                lines = [self.checked(one, judged, beside) for one in mine if one["section"] == section["code"]]
                if lines:
                    groups.append({"title": section["title"], "lines": lines})
            title = next(
                (one["title"] for one in self.content["editions"] if one["instrument"] == instrument), instrument
            )
            tables.append(
                {
                    "caption": self.table(str(title)),
                    "judged": judged,
                    "beside": beside,
                    "columns": len(judged) + len(beside),
                    "width": f"{52 / max(len(judged) + len(beside), 1):.2f}",
                    "span": 4 + len(judged) + len(beside),
                    "groups": groups,
                    "details": [self.detail(one) for one in mine if one["protection"] == "shown"]
                    if len(mine) <= SMALL
                    else [],
                }
            )
        if tables:
            yield Chapter(
                "checklist",
                "checklist",
                _("All indicators"),
                _("Every indicator of the checklist with its counts"),
                data={
                    "tables": tables,
                    "choice": sentences.choice_of_visits(self.choice),
                    "unit": pgettext("book", "institutions") if self.choice == "latest" else pgettext("book", "visits"),
                },
            )

    def checked(self, one: Any, judged: list[Any], beside: list[Any]) -> dict[str, Any]:
        shown = one["protection"] == "shown" and one["base"]
        return {
            **one,
            "share": percent(one["percent"]).rstrip("%").strip("\u00a0") if one["base"] != 0 else "–",
            "bar": charts.stacked_bar(
                [(one["counts"].get(step["code"]) or 0, step["ink"]) for step in judged],
                self.shares_in_words(one),
                width=25,
            )
            if shown
            else "",
            "judged": [one["counts"].get(step["code"]) for step in judged],
            "beside": [one["counts"].get(step["code"]) for step in beside],
        }

    def detail(self, one: Any) -> dict[str, Any]:
        alt = _("Indicator %(code)s by region; the numbers are in the same table.") % {"code": one["code"]}
        return {
            **one,
            "bases": self.bases(one),
            "regions": self.spread(one.get("by_region", []), one["percent"], str(one["statement"]), alt),
            "passport": self.indicator_passport(one),
        }

    def unmet(self) -> Iterator[Chapter]:
        worst = [self.indicators[code] for code in self.content["most_unmet"] if code in self.indicators]
        if not worst:
            return
        yield Chapter(
            "unmet",
            "unmet",
            _("Most often not met"),
            _("The indicators, and the standards behind them"),
            data={
                "caption": self.table(_("Indicators most often not met: share of those judged")),
                "rows": [
                    {
                        **one,
                        "bar": charts.share_bar(
                            one["unfavourable"] or 0, one["base"] or 0, f"{one['code']}. {self.verdict(one)}", width=40
                        ),
                        "words": sentences.some_of(self.choice, one["unfavourable"], one["base"]),
                        "share": percent(one["percent_not_met"]),
                    }
                    for one in worst
                ],
                "choice": sentences.choice_of_visits(self.choice),
            },
        )

    def recommended(self) -> Iterator[Chapter]:
        asked = self.content["recommendations"]
        if not asked["total"]:
            return
        labels = asked["labels"]
        order = [
            code for code in ("implemented", "partly", "not", "not_checked", "overtaken") if code in labels["seen"]
        ]
        said = list(labels["said"])

        def strip(line: Any, name: str) -> Any:
            words = "; ".join(f"{labels['seen'][code]}: {number(line['seen'].get(code, 0))}" for code in order)
            return charts.unit_strip(
                [(code, line["seen"].get(code, 0)) for code in order], f"{name}. {words}", per_line=16
            )

        yield Chapter(
            "recommendations",
            "recommendations",
            _("Recommendations: what was said and what we saw"),
            _("By authority, and the list"),
            data={
                "lead": _("Accepted, they say: %(accepted)s. Implemented, we saw: %(implemented)s.")
                % {
                    "accepted": sentences.some_recommendations(asked["said"].get("accepted", 0), asked["total"]),
                    "implemented": sentences.some_recommendations(asked["seen"].get("implemented", 0), asked["total"]),
                },
                "caption": self.table(_("What we saw: one mark, one recommendation")),
                "said_caption": self.table(_("What the authorities say")),
                "order": [(charts.unit(code, labels["seen"][code]), labels["seen"][code]) for code in order],
                "said": [labels["said"][code] for code in said],
                "rows": [
                    {
                        **one,
                        "strip": strip(one, one["name"]),
                        "seen_counts": [one["seen"].get(code, 0) for code in order],
                        "said_counts": [one["said"].get(code, 0) for code in said],
                    }
                    for one in asked["by_authority"]
                ],
                "total_seen": [asked["seen"].get(code, 0) for code in order],
                "total_said": [asked["said"].get(code, 0) for code in said],
                "total": asked["total"],
                "overdue": asked["overdue"],
                "passport": self.passport(
                    sentences.recommendations(asked["total"]), _("state on %(day)s") % {"day": on_day(self.frozen_on)}
                ),
                "list_caption": self.table(_("The recommendations")),
                "complete": len(asked["items"]) == asked["total"],
                "listed": sentences.some_recommendations(len(asked["items"]), asked["total"]),
                "items": [self.asked(item) for item in asked["items"]],
            },
        )

    def questionnaire(self) -> Iterator[Chapter]:
        if not self.content["questions"]:
            return
        lines = [
            {
                **question,
                "passport": self.passport(
                    sentences.children(question["base"]),
                    sentences.institutions(question["institutions"]),
                    *self.beside_children(question),
                ),
                "merged": question["protection"] == "merged",
                "cells": [{**cell, "bar": self.answer_bar(cell, question)} for cell in question["cells"]],
            }
            for question in self.content["questions"]
        ]
        yield Chapter(
            "questionnaire",
            "questionnaire",
            _("What children answered"),
            _("All questions, all answers that may be printed"),
            data={"lines": lines, "caption": self.table(_("Answers of the children, question by question"))},
        )

    def answer_bar(self, cell: Any, question: Any) -> Any:
        words = f"{cell['label']}: {percent(cell['percent'])}"
        return charts.share_bar(cell["n"], question["base"], words, width=44, height=2.6, ink=charts.VOICE)

    def official(self) -> Iterator[Chapter]:
        published = self.content["official"]
        if not published["series"] and not published["contradictions"]:
            return
        cases = [self.case(one) for one in published["contradictions"]]
        yield Chapter(
            "official",
            "official",
            _("Where official statistics do not add up"),
            _("Published numbers of others, printed as they are"),
            data={
                "cases": cases,
                "caption": self.table(_("Published statistics, as their sources print them")),
                "series": [block for one in published["series"] for block in self.series(one)],
            },
        )

    def series(self, one: Any) -> list[dict[str, Any]]:
        """A series as blocks of at most six years side by side, a row for each part."""
        years = sorted({row["year"] for row in one["rows"]})
        blocks = []
        for at in range(0, len(years), 6):
            these = years[at : at + 6]
            lines: dict[str, dict[int, str]] = {}
            for row in one["rows"]:
                if row["year"] in these:
                    lines.setdefault(str(row["dimensions"]), {})[row["year"]] = plain(row["value"])
            padding = [""] * (6 - len(these))
            rows = [(part, padding + [values.get(year, "…") for year in these]) for part, values in lines.items()]
            blocks.append({**one, "years": [*padding, *these], "rows": rows})
        return blocks

    def case(self, one: Any) -> dict[str, Any]:
        """One contradiction: a whole that its parts miss, or two sources that name different numbers."""
        parts = [{"label": part["label"], "value": plain(part["value"])} for part in one["parts"]]
        title = _("%(label)s, %(year)s. Whole: %(total)s; sum of parts: %(sum)s") % {
            "label": one["label"],
            "year": one["year"],
            "total": plain(one["total"]),
            "sum": plain(one["sum_of_parts"]),
        }
        drawn = [float(part["value"] or 0) for part in one["parts"]]
        return {
            **one,
            "parts": parts,
            "total": plain(one["total"]),
            "sum": plain(one["sum_of_parts"]),
            "difference": plain(one["difference"]),
            "chart": charts.sums(float(one["total"]), drawn, title) if one["kind"] == "sum" else "",
        }

    def method(self) -> Iterator[Chapter]:
        c, seen, rules = self.content, self.content["coverage"], self.content.get("rules", {})
        states = [question["protection"] for question in c["questions"]]
        hidden = [one for one in c["indicators"] if one["protection"] != "shown"]
        yield Chapter(
            "method",
            "method",
            _("How we counted, and what we do not know"),
            _("Choice of visits, bases, protection of small numbers"),
            data={
                "seen": seen,
                "rules": rules,
                "latest": self.choice == "latest",
                "choice": sentences.choice_of_visits(self.choice),
                "talks": sentences.talks(seen["interviews"]),
                "shown": sentences.questions(states.count("shown")),
                "merged": sentences.questions(states.count("merged")),
                "too_few": sentences.questions(states.count("too_few")),
                "hidden": sentences.indicators(len(hidden)),
                "refused": sentences.visits(seen["refused"]),
                "caption": self.table(_("With whom we spoke")),
                "editions": [
                    _("%(title)s, edition %(numbers)s") % {"title": one["title"], "numbers": one["number"]}
                    for one in c["editions"]
                ],
                "people": [
                    (_("Children present on the day of the visit, as counted"), number(seen["children_present"])),
                    (_("Talks in private"), number(seen["interviews"])),
                    (_("Institutions in which children spoke with us"), number(seen["institutions_with_interviews"])),
                    (pgettext("book", "Visits"), number(seen["visits"])),
                    (_("Visits to which the team was not let in"), number(seen["refused"])),
                ],
            },
        )

    def places(self) -> Iterator[Chapter]:
        grouped: dict[str, dict[str, Any]] = {}
        for place in self.content["places"]:
            group = grouped.setdefault(place["kind_code"], {"kind": place["kind"], "places": []})
            group["places"].append({"region": place["region"], "visited": number(place["visited"])})
        if grouped:
            yield Chapter(
                "places",
                "places",
                _("Kinds of places visited"),
                _("By kind and region; no institution is named"),
                data={"groups": list(grouped.values())},
            )

    def index(self) -> Iterator[Chapter]:
        standards: dict[str, dict[str, Any]] = {}
        for one in self.content["indicators"]:
            for line in one["standards"]:
                standard = standards.setdefault(line["code"], {"short": line["short"], "numbers": {}})
                standard["numbers"].setdefault(line["number"], []).append(one["code"])
        for standard in standards.values():
            standard["numbers"] = sorted(standard["numbers"].items(), key=lambda pair: in_order(pair[0]))
            standard["tall"] = round(-(-len(standard["short"]) // 18) * 9.75 + 10)
        yield Chapter(
            "index",
            "index",
            _("Index of standards"),
            _("Articles and rules, and where they are applied"),
            data={
                "standards": list(standards.values()),
                "indicators": in_columns([one["code"] for one in self.content["indicators"]], 8),
                "questions": in_columns([one["code"] for one in self.content["questions"]], 8),
            },
        )


# --- Small words of the book -------------------------------------------------------------------------------------------

SHORT: dict[str, Promise] = {
    "met": pgettext_lazy("book", "yes"),
    "partly_met": pgettext_lazy("book", "partly"),
    "not_met": pgettext_lazy("book", "no"),
    "not_applicable": pgettext_lazy("book", "n/a"),
    "not_seen": pgettext_lazy("book", "not seen"),
    "access_refused": pgettext_lazy("book", "refused"),
}


def short_name(step: Any) -> str:
    """The head of a narrow column: a short word for the six answers of the house, the label for any other scale."""
    return str(SHORT.get(step["code"], step["label"]))


def percent_figure(share: int | None, n: int | None) -> dict[str, str]:
    """The large figure of a finding: a percentage, or the number itself where no percentage may be printed."""
    return {"n": str(share), "unit": "%"} if share is not None else {"n": number(n), "unit": ""}


def inner(statement: str) -> str:
    """A statement inside a sentence: its first letter small, unless the word is written in capitals."""
    second = statement[1:2]
    return statement[:1].lower() + statement[1:] if second.islower() or second.isspace() else str(statement)


def level(value: int, edges: list[int]) -> int:
    """The class of a tile: 0 for none, then by the edges."""
    return 0 if not value else 1 + sum(value > edge for edge in edges)


def level_names(edges: list[int]) -> list[str]:
    first, second = edges
    return [
        "0",
        f"1–{first}" if first > 1 else "1",
        f"{first + 1}–{second}",
        pgettext("a number and more", "%(n)s and more") % {"n": second + 1},
    ]


def plain(value: Any) -> str:
    """A published number as published: thousands set apart, decimals kept."""
    amount = float(value)
    if amount == int(amount):
        return number(int(amount))
    return f"{amount:g}".replace(".", "." if translation.get_language() == "en" else ",")


def note_height(standards: list[Any]) -> int:
    """How tall, in points, the margin note with these standards stands: lines of about 24 letters, 9.75 pt each."""
    lines = 5  # the heading and the closing remark
    for line in standards:
        lines += -(-(len(line["short"]) + 2 + len(line["number"])) // 21) - (-len(line["gist"]) // 24) + 1
    return round(lines * 9.75)


def in_columns(codes: list[str], columns: int) -> list[list[str]]:
    """Rows of a table that is read column by column; the last places may be empty."""
    rows = -(-len(codes) // columns)
    return [
        [codes[at] if (at := row + column * rows) < len(codes) else "" for column in range(columns)]
        for row in range(rows)
    ]


def in_order(numbered: str) -> tuple[int, str]:
    """Articles in the order of their numbers: 3(1) before 12, words last."""
    digits = "".join(letter for letter in numbered[:4].split("(")[0] if letter.isdigit())
    return (int(digits) if digits else 10_000, numbered)


# --- Out ---------------------------------------------------------------------------------------------------------------


def book_html(content: Any, *, language: str, fingerprint: str, edition: int = 1) -> str:
    """The book as one HTML page, in `language` whatever language is active."""
    with translation.override(language):
        book = Book(cast("dict[str, Any]", in_language(content, language)), language, fingerprint, edition)
        chapters = book.chapters()
        return render_to_string("reports/book/book.html", {**book.frame(), "chapters": chapters, "cover": book.cover()})


def open_data(content: Any) -> list[pdf.Enclosed]:
    """The frozen figures as they travel inside the book: a table for spreadsheets and the whole content for programs."""
    heads = ("key", "numerator", "base", "base_rule", "percent", "institutions", "from", "to", "edition", "protection")
    rows = [heads] + [
        (key, *(c(one[name]) for name in heads[1:6]), *one["period"], one["edition"], one["protection"])
        for key, one in sorted(content["figures"].items())
    ]
    whole = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode("utf-8")
    year = content["year"]
    return [
        pdf.Enclosed(
            f"figures-{year}.csv", f"Voice of the Child {year}: every printed percentage", pdf.csv_bytes(rows)
        ),
        pdf.Enclosed(f"figures-{year}.json", f"Voice of the Child {year}: the frozen figures", whole),
    ]


def c(value: Any) -> Any:
    """ "c" for a number that is hidden, as statistical offices write it."""
    return "c" if value is None else value


def build(content: Any, *, language: str, fingerprint: str, edition: int = 1) -> bytes:
    """The PDF of the book. The same content gives the same bytes. Raises pdf.NoPrinter without Pango."""
    html = book_html(content, language=language, fingerprint=fingerprint, edition=edition)
    return pdf.print_book(html, made_on=date.fromisoformat(content["frozen_on"]), enclosed=open_data(content))

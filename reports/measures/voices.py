"""What children said: from the newest frozen figures of each year that the reader may see, and from nowhere else.

A stream of live tables by place and age could be subtracted from one another; the tables here were protected together when the
year was frozen (breaking.py). So nothing can be narrowed, and the figures are national for everybody.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from ombudsman.words import FALLBACK, current_language
from visits.models import Crosswalk

from .. import sentences, wording
from ..content import QuestionLine, Text, YearContent
from ..disclosure import Rules
from ..models import Publication
from ..statistics.comparisons import Item, Side
from ..statistics.trends import YearPoint, trend
from .broken import why_broken
from .compared import side, with_differences
from .phrases import head
from .reach import Reached
from .table import EMPTY, HIDDEN, Column, Row, Table, Value, hidden_row, refusal
from .wanted import Wanted

INKS = ("voice", "voice_2", "voice_3", "voice_4")


def in_words(text: Text) -> str:
    """The text in the reader's language, or in the next that there is."""
    return next((text[code] for code in FALLBACK[current_language()] if text.get(code)), "")


def newest(year: int, reached: Reached) -> YearContent | None:
    """The frozen figures of a year: a released report first, then a draft that the reader may see. One query."""
    seen = Publication.objects.visible_to(reached.user)
    publication = seen.filter(frozen__isnull=False).of_year(year).select_related("frozen").first()
    return publication.frozen.content if publication else None


def table(wanted: Wanted, reached: Reached, rules: Rules) -> Table:
    """The question by answers, by age, sex, kind, region or year. One query a year."""
    if not wanted.subject:
        return refusal(_("Choose one question."))
    years = wanted.years if wanted.by == "year" else [wanted.last]
    contents = {year: content for year in years if (content := newest(year, reached))}
    if not contents:
        return refusal(
            _("No figures of this period are frozen that you may see. What children said is counted only there.")
        )
    asked = {year: line for year, content in contents.items() if (line := _line(content, wanted.subject))}
    if not asked:
        return refusal(_("This question was not asked in that period."))
    if wanted.by == "year":
        return _by_year(asked)
    line = asked[wanted.last]
    titles = {f"{one['instrument']} {one['number']}": one for one in contents[wanted.last]["editions"]}
    named = [titles[one] for one in line["edition"].split(", ") if one in titles]
    about = {
        "period": str(wanted.last),
        "editions": tuple(f"{in_words(one['title'])}, {one['number']}" for one in named),
    }
    if line["protection"] == "too_few":
        return refusal(_("Too few answers: the whole question is hidden, so that no child can be found."))
    if wanted.by != "answer":
        return _broken_down(line, wanted.by).but(**about)
    made = _by_answer(line).but(**about)
    return _against_before(made, line, wanted, reached) if wanted.compare == "before" else made


def _against_before(made: Table, now: QuestionLine, wanted: Wanted, reached: Reached) -> Table:
    """Each answer against the year before, where it was asked and printed alike."""
    content = newest(wanted.last - 1, reached)
    line = _line(content, wanted.subject) if content else None
    before = {row.key: row for row in _by_answer(line).rows} if line and line["protection"] != "too_few" else {}
    pairs = []
    for row in made.rows:
        other = before.get(row.key)
        own = side(row, wanted, row.share, "own", item=_item(now))
        pairs.append((own, side(row, wanted, other.share, "before", item=_item(line)) if other and line else None))
    return with_differences(made, wanted, pairs, _crosswalk(wanted.subject))


def _item(line: QuestionLine) -> Item:
    """The newest edition that asked the question, and its code."""
    return line["edition"].split(", ")[-1], line["code"]


def _crosswalk(code: str) -> dict[Item, Item]:
    """Editions in which the question may be compared, older -> newer. One query."""
    links = Crosswalk.objects.filter(older_code=code, newer_code=code).select_related("older__instrument", "newer")
    return {
        (f"{link.older.instrument.code} {link.older.number}", code): (
            f"{link.older.instrument.code} {link.newer.number}",
            code,
        )
        for link in links
    }


def _line(content: YearContent, code: str) -> QuestionLine | None:
    return next((one for one in content["questions"] if one["code"] == code), None)


def _described(line: QuestionLine, **more: Any) -> Table:
    base = _("Children who gave an answer. The unit is the talk; from each institution the latest visit with talks.")
    notes = [sentences.not_an_estimate()] if not line.get("drawn") else []
    if line["kind"] == "multiple":
        notes.append(_("Several answers were possible."))
    if line["protection"] == "merged":
        notes.append(_("Answers are joined, so that no group is too small."))
    return Table(
        title=f"{line['code']}. {in_words(line['text'])}",
        definition=_("How many children gave each answer."),
        base=base,
        editions=(line["edition"],),
        notes=tuple(notes),
        **more,
    )


def _by_answer(line: QuestionLine) -> Table:
    rows = [
        Row(
            "+".join(cell["codes"]),
            in_words(cell["label"]),
            (EMPTY if cell["percent"] is None else cell["percent"], cell["n"], line["base"] or 0, *_interval(cell)),
            bar=((cell["n"], "voice"), ((line["base"] or 0) - cell["n"], "rest")),
            share=(cell["n"], line["base"] or 0),
        )
        for cell in line["cells"]
    ]
    beside = line["beside"]
    made = _described(
        line,
        head=head("answer"),
        columns=(
            Column("percent", _("Share"), "percent"),
            Column("n", _("Children")),
            Column("base", _("of")),
            *([Column("interval", _("Interval of 95 percent"), "words")] if line.get("drawn") else []),
        ),
        rows=tuple(rows),
    )
    said = (
        _("Not answered or not asked: hidden.")
        if beside["no_answer"] is None
        else f"{_('Not answered:')} {wording.number(beside['no_answer'])}. {_('Not asked:')} {wording.number(beside['not_asked'])}."
    )
    return made.noted(said, sentences.institutions(line["institutions"]))


def _interval(cell: Any) -> tuple[str, ...]:
    """The limits in words, where the frozen figures have them."""
    limits = cell.get("interval")
    return (f"{wording.percent(limits[0])}–{wording.percent(limits[1])}",) if limits else ()


def _broken_down(line: QuestionLine, by: str) -> Table:
    found = next((one for one in line.get("breakdowns", []) if one["by"] == by), None)
    if found is None:
        return refusal(_("The frozen figures of that year hold no such table for this question."))
    if found["protection"] == "withheld":
        return refusal(_("Too few answers for such a table, even with neighbours joined: it is withheld as a whole."))
    rows = [
        _row_of(line, one["codes"], _row_label(one), one["base"], one["cells"], one["percents"])
        for one in found["rows"]
    ]
    made = _described(
        line, head=head(by), columns=_columns(line), rows=tuple(rows), key=_key(line), beside=len(line["cells"])
    )
    if any(len(one["codes"]) > 1 for one in found["rows"]):
        made = made.noted(_("Neighbours stand together where one alone would be too few."))
    return made


def _row_label(row: Any) -> str:
    label = in_words(row["label"])
    return _("%(these)s, or not told") % {"these": label} if row["with_untold"] else label


def _columns(line: QuestionLine) -> tuple[Column, ...]:
    names = [in_words(cell["label"]) for cell in line["cells"]]
    return (
        *(Column(f"percent_{at}", name, "percent") for at, name in enumerate(names)),
        Column("base", _("Children")),
        *(Column(f"n_{at}", _("%(answer)s, children") % {"answer": name}, minor=True) for at, name in enumerate(names)),
    )


def _key(line: QuestionLine) -> tuple[tuple[str, str], ...]:
    if line["kind"] == "multiple" or len(line["cells"]) > len(INKS):
        return ()
    return tuple(zip(INKS, (in_words(cell["label"]) for cell in line["cells"]), strict=False))


def _row_of(
    line: QuestionLine,
    codes: Sequence[str],
    label: str,
    base: int | None,
    cells: Sequence[int | None],
    percents: Sequence[int | None],
) -> Row:
    values: list[Value] = [HIDDEN if one is None else one for one in percents]
    values.append(HIDDEN if base is None else base)
    values += [HIDDEN if one is None else one for one in cells]
    drawn = None not in cells and _key(line)
    bar = tuple((n or 0, ink) for n, ink in zip(cells, INKS, strict=False)) if drawn else ()
    together = len(codes) > 1
    return Row("+".join(codes), label, tuple(values), "together" if together else "shown", tuple(codes), bar)


def _by_year(asked: dict[int, QuestionLine]) -> Table:
    """The years side by side where they were asked and printed alike; and whether they make a series."""
    last = asked[max(asked)]
    alike = {year: line for year, line in asked.items() if _cells(line) == _cells(last)}
    rows = []
    for year, line in asked.items():
        if year in alike and line["protection"] != "too_few":
            cells = [cell["n"] for cell in line["cells"]]
            percents = [cell["percent"] for cell in line["cells"]]
            rows.append(_row_of(line, [str(year)], str(year), line["base"], cells, percents))
        else:
            rows.append(hidden_row(str(year), str(year), len(_columns(last))))
    made = _described(
        last, head=head("year"), columns=_columns(last), rows=tuple(rows), key=_key(last), beside=len(last["cells"])
    )
    points = [YearPoint(year, _side(line, year in alike)) for year, line in asked.items()]
    found = trend(points, _crosswalk(last["code"]))
    if isinstance(found, list):
        return made.noted(*why_broken(found))
    return made.noted(
        _(
            "The years make one series. Whether it moves more than chance explains is not asked: children were not drawn."
        )
    )


def _cells(line: QuestionLine) -> list[list[str]]:
    return [cell["codes"] for cell in line["cells"]]


def _side(line: QuestionLine, alike: bool) -> Side:
    """The first answer of the question in one year."""
    shown = alike and line["protection"] != "too_few"
    first = line["cells"][0] if line["cells"] else None
    return Side(
        item=_item(line),
        successes=first["n"] if shown and first else None,
        base=line["base"] if shown else None,
        base_rule="answer",
    )

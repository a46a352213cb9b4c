"""A year with small groups planted in it: few children of a region, a kind, an age or a sex who gave an answer, or who did not.

The threshold is a setting. Here it is 200, so that a small group is a number one can recognise: everything of the year that
may be printed is smaller than 101 or larger than 199, and every planted group of children is between.
"""

import itertools
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

from institutions.models import Institution
from tests import factories as make
from tests.cast import Cast
from visits.layout import build_layout, pack
from visits.models import Choice, Edition, Instrument, Interview, Question, Section, Visit, VisitTally

YEAR, THRESHOLD = 2025, 200
FEW = range(101, THRESHOLD)
REGIONS = (("KZ-10", "Abai"), ("KZ-35", "Karaganda"), ("KZ-71", "Astana"), ("KZ-79", "Shymkent"))
KINDS = (("police", 1), ("colony", 6))
AGES, SEXES = ("10_13", "14_15", "16_17"), ("girl", "boy")
OF_EACH = 3  # institutions of a kind in a region
TALKS = 216
CHOICES = ("a", "b", "c", "d")
MANY = (*CHOICES, "e", "f")
# The rarer an answer, the more institutions are in the group in which it is rare: 144 children gave it, whatever the group.
EACH = {"region": 4, "kind": 2, "age": 3, "sex": 2, "": 1}


@dataclass(frozen=True)
class Talk:
    """Where a child is held, the age, the sex, and a number among those who are alike."""

    institution: int
    region: str
    kind: str
    age: str
    sex: str
    number: int


@dataclass(frozen=True)
class Planted:
    """A question in which few children of one group gave the last answer; `all_but`: there all others gave the first."""

    code: str
    by: str
    group: str
    all_but: bool = False
    choices: tuple[str, ...] = CHOICES

    def answer(self, talk: Talk) -> str:
        many = len(self.choices)
        if self.by and getattr(talk, self.by) != self.group:
            return self.choices[talk.number % many]
        if talk.number >= 36 - EACH[self.by]:
            return self.choices[-1]
        return self.choices[0 if self.all_but else talk.number % (many - 1)]


def planted() -> list[Planted]:
    groups = [("region", "KZ-10"), ("kind", "kind_1"), ("age", "16_17"), ("sex", "girl"), ("", "")]
    found = [Planted(f"Q-{10 + at}", by, group) for at, (by, group) in enumerate(groups)]
    found += [Planted("Q-30", "region", "KZ-35", all_but=True), Planted("Q-31", "age", "14_15", all_but=True)]
    # With so many answers few cells of a table by region are small.
    return [*found, Planted("Q-33", "region", "KZ-71", choices=MANY)]


@cache
def talks() -> tuple[Talk, ...]:
    found = []
    places = itertools.product(REGIONS, KINDS, range(OF_EACH))
    for institution, ((iso, _name), (_family, number), _of_each) in enumerate(places):
        for at in range(TALKS):
            age, sex = AGES[at % 3], SEXES[at // 3 % 2]
            found.append(Talk(institution, iso, f"kind_{number}", age, sex, at // 6))
    return tuple(found)


@dataclass(frozen=True)
class Canary:
    """A small group: the question, the answer, where (dimension -> category), how many; `rest`: those who did not give it."""

    code: str
    choice: str
    where: tuple[tuple[str, str], ...]
    n: int
    rest: bool


@cache
def canaries() -> tuple[Canary, ...]:
    """Every small group of the year, by one dimension, by two, and in single institutions."""
    dimensions = ("region", "kind", "age", "sex", "institution")
    sides: list[tuple[str, ...]] = [
        (),
        *((one,) for one in dimensions),
        ("region", "kind"),
        ("region", "age"),
        ("age", "sex"),
    ]
    found = []
    for side in sides:
        stands = [tuple((one, str(getattr(talk, one))) for one in side) for talk in talks()]
        bases = Counter(stands)
        for question in planted():
            cells = Counter(zip(stands, map(question.answer, talks()), strict=True))
            for (where, choice), n in cells.items():
                if n in FEW:
                    found.append(Canary(question.code, choice, where, n, rest=False))
                if bases[where] - n in FEW:
                    found.append(Canary(question.code, choice, where, bases[where] - n, rest=True))
    return tuple(found)


# --- as rows -------------------------------------------------------------------------------------------------------------


def plant(cast: Cast) -> None:
    """Writes the year: institutions, accepted visits with every indicator met, and all talks."""
    edition = _questionnaire()
    kinds = {f"kind_{number}": make.kind(family, number) for family, number in KINDS}
    regions = {iso: make.region(iso, name) for iso, name in REGIONS}
    visits: dict[int, Visit] = {}
    for talk in talks():
        if talk.institution not in visits:
            place = make.institution(
                f"Place {talk.institution}", region=regions[talk.region], kind=kinds[talk.kind], capacity=None
            )
            visits[talk.institution] = make.visit(
                place,
                cast.oleg,
                checklist=cast.checklist,
                questionnaire=edition,
                state="accepted",
                interviews_submitted=True,
            )
    met = pack(cast.checklist.layout, {place["code"]: "met" for place in cast.checklist.layout}, set())
    VisitTally.objects.bulk_create(
        VisitTally(visit=one, edition=cast.checklist, answers=met) for one in visits.values()
    )
    Interview.objects.bulk_create(
        Interview(visit=visits[talk.institution], edition=edition, answers=_packed(edition, talk)) for talk in talks()
    )
    # The cast has its own two places; they are of no year that counts.
    Institution.objects.filter(pk__in=[cast.centre.pk, cast.far_centre.pk]).update(opened_on="2030-01-01")


def _packed(edition: Edition, talk: Talk) -> bytes:
    answers: dict[str, Any] = {"Q-01": talk.age, "Q-02": talk.sex}
    answers |= {one.code: one.answer(talk) for one in planted()}
    # Several answers: 144 children of the whole country gave both of the last two, and nobody else the last.
    answers["Q-32"] = ["c", "d"] if talk.number >= 35 else [CHOICES[talk.number % 3]]
    return pack(edition.layout, answers, set())


def _questionnaire() -> Edition:
    instrument = Instrument.objects.create(code="planted", kind="questionnaire", **make.names("title", "Planted"))
    edition = Edition.objects.create(instrument=instrument, number=1)
    section = Section.objects.create(edition=edition, code="ZZ", order=1, **make.names("title", "Talk"))
    asked: list[tuple[str, tuple[str, ...], str]] = [("Q-01", AGES, "single"), ("Q-02", SEXES, "single")]
    asked += [(one.code, one.choices, "single") for one in planted()] + [("Q-32", CHOICES, "multiple")]
    for order, (code, choices, kind) in enumerate(asked, 1):
        question = Question.objects.create(
            edition=edition,
            section=section,
            code=code,
            order=order,
            kind=kind,
            applies_to=["all"],
            merge_order=[[list(choices[-2:])]] if code not in ("Q-01", "Q-02") else [],
            **make.names("text", f"Question {code}"),
        )
        for place, choice in enumerate(choices):
            Choice.objects.create(
                edition=edition,
                question=question,
                code=choice,
                order=place,
                role="answer",
                **make.names("label", f"{choice} of {code}"),
            )
    edition.layout = build_layout(edition)
    return make.publish(edition)


def guarded(monkey: Any, threshold: int = THRESHOLD) -> None:
    """The settings of this world."""
    monkey.setattr(settings, "DISCLOSURE_THRESHOLD", threshold)
    monkey.setattr(settings, "DISCLOSURE_THRESHOLD_SENSITIVE", threshold)
    # The usual number would pass for a small group.
    monkey.setattr(settings, "DUTY_PHONE", "+7 700 000 00 00")

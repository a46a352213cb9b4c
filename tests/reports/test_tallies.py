"""Packed counts equal a naive recount: over Answer rows and over interviews unpacked one by one, on whichever database runs."""

import random
from collections import Counter, defaultdict
from datetime import date, timedelta

import numpy as np
import pytest

from reports import columns, tallies
from reports.disclosure import Rules, Spread
from reports.figures import year_content
from tests import factories as make
from tests.cast import assemble
from tests.replayed import Replay
from visits.layout import build_layout, pack, unpack
from visits.models import Answer, Choice, Crosswalk, Edition, Interview, Visit, VisitTally

OPEN = Rules(
    threshold=0, of_sensitive=0, institutions=0, largest_percent=100, two_largest_percent=100, percentages_from=0
)
YEAR = 2025
CODES = ["met", "partly_met", "not_met", "not_applicable", "not_seen", "access_refused"]


def talk(dice):
    """One conversation, with its routing: Q-2 is asked only after a yes."""
    answers = {
        "Q-1": dice.choice(["yes", "yes", "no", "dont_know", None]),
        "Q-3": dice.choice([["hit"], ["hit", "shouted"], ["none_of_these"], ["prefer_not_to_say"], [], None]),
    }
    asked = {"Q-1", "Q-3"} if dice.random() < 0.9 else {"Q-1"}
    if answers["Q-1"] == "yes":
        asked.add("Q-2")
        answers["Q-2"] = dice.choice(["never", "sometimes", "often", "always", "prefer_not_to_say", None])
    return answers, asked


def make_country():
    """Thirty institutions in two regions, one to three visits each, of every state and kind of access."""
    cast, dice = assemble(), random.Random(7)
    cast.second = make.tiny_checklist(number=2)
    kinds = [make.kind(), make.kind("colony", 6)]
    for number in range(30):
        place = make.institution(f"P{number}", region=dice.choice([cast.here, cast.there]), kind=dice.choice(kinds))
        for _visit in range(dice.randint(1, 3)):
            day = date(dice.choice([2024, 2025, 2025]), 1, 1) + timedelta(days=dice.randint(0, 364))
            state = dice.choice(["accepted", "accepted", "accepted", "submitted", "void"])
            refused = dice.random() < 0.1
            fill(cast, dice, place, day, state, refused, dice.choice([cast.checklist, cast.second]))
    return cast


COUNTRY = Replay(make_country)


@pytest.fixture
def country(db):
    """The country that is counted here, put back for each test; see `tests/replayed.py`."""
    return COUNTRY.give()


def fill(cast, dice, place, day, state, refused, checklist):
    visit = make.visit(
        place, cast.bek, checklist=checklist, questionnaire=cast.questionnaire, first_day=day, state=state,
        access="refused" if refused else "granted",
    )  # fmt: skip
    given = {}
    scale = {choice.code: choice for choice in Choice.objects.filter(edition=checklist, question=None)}
    for indicator in checklist.indicators.all():
        if not refused and dice.random() < 0.9:
            given[indicator.code] = dice.choice(CODES)
            choice = scale[given[indicator.code]]
            Answer.objects.create(visit=visit, indicator=indicator, choice=choice, by=cast.bek, at=make.NOON)
    asked = set() if refused else {indicator.code for indicator in checklist.indicators.all()}
    if state == "accepted":
        VisitTally.objects.create(visit=visit, edition=checklist, answers=pack(checklist.layout, given, asked))
    for _talk in range(0 if refused else dice.randint(0, 5)):
        Interview.objects.create(
            visit=visit, edition=cast.questionnaire, answers=pack(cast.questionnaire.layout, *talk(dice)),
            excluded=dice.choice(["", "", "", "pressure"]),
        )  # fmt: skip


def naive_visits(choice, year=YEAR):
    """The visits that count, chosen in Python."""
    own = [v for v in Visit.objects.all() if v.year == year and v.state == "accepted" and v.access != "refused"]
    return own if choice == "all" else list(newest(own).values())


def newest(visits):
    by_place = {}
    for visit in sorted(visits, key=lambda visit: (visit.first_day, visit.pk)):
        by_place[visit.institution_id] = visit
    return by_place


def naive_interviews():
    """visit -> interviews that count, of the newest visit of each institution that has any."""
    held = defaultdict(list)
    for interview in Interview.objects.select_related("visit"):
        visit = interview.visit
        if interview.excluded == "" and visit.year == YEAR and visit.state == "accepted":
            held[visit].append(interview)
    return {visit: held[visit] for visit in newest(held).values()}


@pytest.mark.parametrize("choice", ["latest", "all"])
def test_indicators_equal_a_recount_of_the_answers(country, choice):
    content = year_content(YEAR, choice_of_visits=choice, rules=OPEN)
    visits = naive_visits(choice)
    assert len(visits) > 15
    lines = {(line["edition"], line["code"]): line for line in content["indicators"]}
    split = []
    for edition in (country.checklist, country.second):
        own = [visit for visit in visits if visit.checklist_id == edition.pk]
        for code in ("AA-01", "AA-02", "BB-01", "BB-02"):
            answers = Answer.objects.filter(visit__in=own, indicator__code=code).select_related(
                "choice", "visit__region", "visit__institution_kind"
            )
            counted = Counter(answer.choice.code for answer in answers)
            judged = [answer for answer in answers if answer.choice.role == "judged"]
            line = lines[f"checklist {edition.number}", code]
            assert line["counts"] == {code_: counted[code_] for code_ in CODES}
            assert line["base"] == len(judged)
            assert line["institutions"] == len({answer.visit.institution_id for answer in judged})
            assert line["base_all"] == len(answers)
            by_region = Counter(answer.visit.region.iso for answer in judged)
            by_kind = Counter(answer.visit.institution_kind.code for answer in judged)
            for name, recount in (("by_region", by_region), ("by_kind", by_kind)):
                # Children's words stand nationally only, and a single place would only repeat the national figure.
                stands = code != "BB-02" and len(recount) > 1
                printed = {place: share["base"] for share in line[name] for place in share["places"]}
                assert printed == (recount if stands else {})
                split += [name] * stands
    assert split.count("by_region") > 2
    assert split.count("by_kind") > 2


def test_questions_equal_a_recount_of_unpacked_interviews(country):
    content = year_content(YEAR, rules=OPEN)
    held = naive_interviews()
    talks = [unpack(country.questionnaire.layout, bytes(one.answers)) for many in held.values() for one in many]
    assert content["coverage"]["interviews"] == len(talks) > 20
    assert content["coverage"]["institutions_with_interviews"] == len(held)
    beside = {"dont_know", "prefer_not_to_say"}
    for line in content["questions"]:
        put = [talk[line["code"]] for talk in talks if line["code"] in talk]
        given = [set([answer] if isinstance(answer, str) else answer or []) for answer in put]
        answered = [answer for answer in given if answer - beside]
        assert line["base"] == len(answered)
        assert line["beside"] == {"no_answer": len(given) - len(answered), "not_asked": len(talks) - len(put)}
        for cell in line["cells"]:
            assert cell["n"] == sum(bool(answer & set(cell["codes"])) for answer in answered)


def interview_rows(year):
    """The interviews that count, all together: parts of one edition each, in the order of editions."""
    found = []
    tallies.take_interviews(year, found.append)
    return sorted(found, key=lambda rows: rows.edition)


def test_spread_is_that_of_the_children_of_each_institution(country):
    held = naive_interviews()
    yes = [
        sum(unpack(country.questionnaire.layout, bytes(one.answers)).get("Q-1") == "yes" for one in many)
        for many in held.values()
    ]
    rows = interview_rows(YEAR)[0]
    _institutions, unit = np.unique(rows.institution, return_inverse=True)
    place = rows.layout[0]
    made = tallies.chosen(place, rows.packed[:, place["offset"] : place["offset"] + place["width"]], ["yes"])
    assert tallies.spread(np.bincount(unit[made], minlength=len(held))) == Spread.over(yes)


def test_interviews_of_an_earlier_visit_count_where_the_latest_has_none(cast):
    earlier = make.visit(cast.centre, cast.bek, first_day=date(2025, 2, 1), state="accepted")
    later = make.visit(cast.centre, cast.bek, first_day=date(2025, 8, 1), state="accepted")
    packed = pack(cast.questionnaire.layout, {"Q-1": "yes"}, {"Q-1"})
    Interview.objects.create(visit=earlier, edition=cast.questionnaire, answers=packed)
    Interview.objects.create(visit=later, edition=cast.questionnaire, answers=packed, excluded="pressure")
    assert list(tallies.visits_with_interviews(2025)) == [earlier]
    Interview.objects.create(visit=later, edition=cast.questionnaire, answers=packed)
    assert list(tallies.visits_with_interviews(2025)) == [later]


def test_a_visit_refused_at_the_gate_does_not_displace_one_with_answers(cast):
    seen = make.visit(cast.centre, cast.bek, first_day=date(2025, 2, 1), state="accepted")
    make.visit(cast.centre, cast.bek, first_day=date(2025, 8, 1), state="accepted", access="refused")
    assert list(tallies.visits_that_count(2025)) == [seen]
    assert year_content(2025)["coverage"]["visits"] == 1
    assert year_content(2025)["coverage"]["refused"] == 1


def test_editions_joined_by_a_crosswalk_are_counted_together(country):
    apart = {line["edition"]: line for line in year_content(YEAR, rules=OPEN)["indicators"] if line["code"] == "AA-02"}
    Crosswalk.objects.create(older=country.checklist, newer=country.second, older_code="AA-02", newer_code="AA-02")
    joined = [line for line in year_content(YEAR, rules=OPEN)["indicators"] if line["code"] == "AA-02"]
    assert [line["edition"] for line in joined] == ["checklist 1, checklist 2"]
    assert joined[0]["base"] == sum(line["base"] for line in apart.values())
    assert joined[0]["institutions"] == sum(line["institutions"] for line in apart.values())


def test_editions_with_other_choices_are_never_added_up(country):
    Answer.objects.filter(indicator__edition=country.second).delete()
    country.second.choices.filter(code="partly_met").delete()
    Edition.objects.filter(pk=country.second.pk).update(layout=build_layout(country.second))
    VisitTally.objects.filter(edition=country.second).delete()
    visit = (
        Visit.objects.filter(checklist=country.second, state="accepted", year=YEAR).exclude(access="refused").first()
    )
    layout = build_layout(country.second)
    VisitTally.objects.create(visit=visit, edition=country.second, answers=pack(layout, {"AA-02": "met"}, {"AA-02"}))
    Crosswalk.objects.create(older=country.checklist, newer=country.second, older_code="AA-02", newer_code="AA-02")
    lines = [
        line for line in year_content(YEAR, choice_of_visits="all", rules=OPEN)["indicators"] if line["code"] == "AA-02"
    ]
    assert sorted(line["edition"] for line in lines) == ["checklist 1", "checklist 2"]


def test_few_queries_whatever_the_number_of_visits(country, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        tallies.visit_rows(YEAR)
    with django_assert_max_num_queries(3):
        interview_rows(YEAR)
    with django_assert_max_num_queries(60):
        year_content(YEAR)


def test_counting_in_chunks_gives_the_same(country, monkeypatch):
    before = year_content(YEAR, choice_of_visits="all", rules=OPEN)
    monkeypatch.setattr(tallies, "CHUNK", 3)
    monkeypatch.setattr(columns, "FETCH", 4)
    assert year_content(YEAR, choice_of_visits="all", rules=OPEN) == before


def test_damaged_bytes_are_refused_not_counted(country):
    tally = VisitTally.objects.filter(visit__in=tallies.visits_that_count(YEAR)).first()
    whole = bytes(tally.answers)
    VisitTally.objects.filter(pk=tally.pk).update(answers=whole[:-1])
    with pytest.raises(tallies.DamagedTally):
        year_content(YEAR)
    VisitTally.objects.filter(pk=tally.pk).update(answers=bytes([200]) + whole[1:])
    with pytest.raises(tallies.DamagedTally):
        year_content(YEAR)


def test_only_a_block_of_rows_is_handed_over_at_a_time(country, monkeypatch):
    whole = sum(len(rows) for rows in interview_rows(YEAR))
    monkeypatch.setattr(columns, "FETCH", 4)
    parts: list[int] = []
    tallies.take_interviews(YEAR, lambda rows: parts.append(len(rows)))
    assert sum(parts) == whole > 20
    assert max(parts) <= 4


def test_ids_without_room_in_one_number_are_read_apart(country, monkeypatch):
    together = year_content(YEAR, rules=OPEN)
    true = tallies._largest()
    monkeypatch.setattr(tallies, "BITS", dict(zip(tallies.BITS, [one.bit_length() for one in true] * 2, strict=False)))
    assert year_content(YEAR, rules=OPEN) == together
    asked: list[bool] = []
    monkeypatch.setattr(tallies, "_largest", lambda: (1 << 20, *true[1:]))
    list(tallies._parts(lambda *how: asked.append(how[0]), ordered=False))
    assert asked == [False]
    assert year_content(YEAR, rules=OPEN) == together

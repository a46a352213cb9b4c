"""Figures of a year: bases, children's words in the checklist, pooled places, recommendations, coverage, what is chosen."""

import json
from datetime import date, timedelta

import pytest

from institutions.models import Headcount, OfficialFigure
from reports.book import unmet
from reports.book.language import in_language
from reports.book.year import Book
from reports.figures import year_content
from reports.models import canonical
from reports.page import arranged
from tests import factories as make
from visits.layout import pack
from visits.models import Finding, FindingIndicator, Recommendation, SectionRating, VisitTally

YEAR = 2025


def visit_with(cast, number, answers, *, region=None, child_only=b"", kind=None):
    place = make.institution(f"Place {number}", region=region or cast.here, kind=kind)
    visit = make.visit(place, cast.bek, checklist=cast.checklist, questionnaire=cast.questionnaire, state="accepted")
    packed = pack(cast.checklist.layout, answers, asked={place_["code"] for place_ in cast.checklist.layout})
    VisitTally.objects.create(visit=visit, edition=cast.checklist, answers=packed, child_only=child_only)
    return visit


def line_of(content, code):
    return next(line for line in content["indicators"] if line["code"] == code)


def test_an_indicator_carries_both_bases_and_what_stands_beside(cast):
    for number, answer in enumerate(["met"] * 4 + ["partly_met"] + ["not_met"] * 2 + ["not_seen", "access_refused"]):
        visit_with(cast, number, {"AA-02": answer})
    line = line_of(year_content(YEAR), "AA-02")
    assert (line["favourable"], line["base"], line["percent"]) == (4, 7, 57)
    assert (line["base_all"], line["percent_all"]) == (9, 44)
    assert (line["partly"], line["unfavourable"], line["percent_not_met"]) == (1, 2, 29)
    assert (line["counts"]["not_seen"], line["counts"]["access_refused"], line["counts"]["not_applicable"]) == (1, 1, 0)
    assert (line["institutions"], line["number"], line["protection"]) == (7, "1.2", "shown")


def test_fewer_than_three_institutions_are_hidden_and_left_out_of_the_sums(cast):
    for number in range(5):
        visit_with(cast, number, {"AA-01": "met" if number < 2 else None, "AA-02": "met"})
    content = year_content(YEAR)
    line = line_of(content, "AA-01")
    assert line["protection"] == "hidden"
    assert {line[name] for name in ("base", "favourable", "percent", "base_all", "institutions")} == {None}
    assert set(line["counts"].values()) == {None}
    section = content["sections"][0]
    assert (section["judged"], section["met"], section["indicators"], section["hidden"]) == (5, 5, 2, 1)


@pytest.mark.parametrize(("not_met", "shown"), [(10, True), (4, False), (0, False)])
def test_an_indicator_of_childrens_words_follows_their_rules(cast, not_met, shown):
    for number in range(40):
        answer = "not_met" if number < not_met else "partly_met" if number < not_met + 12 else "met"
        visit_with(cast, number, {"BB-02": answer, "AA-02": answer})
    content = year_content(YEAR)
    assert (line_of(content, "BB-02")["protection"] == "shown") is shown
    assert line_of(content, "BB-02")["by_region"] == []
    assert line_of(content, "AA-02")["protection"] == "shown"


def test_a_visit_that_rests_on_children_alone_brings_their_rules_with_it(cast):
    aa_02 = bytes([0b10])  # the second indicator of the layout
    for number in range(40):
        visit_with(
            cast, number, {"AA-02": "not_met" if number < 3 else "met"}, child_only=aa_02 if number == 0 else b""
        )
    assert line_of(year_content(YEAR), "AA-02")["protection"] == "hidden"
    VisitTally.objects.update(child_only=b"")
    assert line_of(year_content(YEAR), "AA-02")["unfavourable"] == 3


def test_small_regions_and_kinds_stand_together(cast):
    for number in range(6):
        visit_with(cast, number, {"AA-02": "met"}, region=cast.here, kind=make.kind())
    for number in range(6, 8):
        visit_with(cast, number, {"AA-02": "not_met"}, region=cast.there, kind=make.kind("colony", 6))
    line = line_of(year_content(YEAR), "AA-02")
    assert line["by_region"] == line["by_kind"] == []
    third = make.region("KZ-71", "Astana")
    visit_with(cast, 9, {"AA-02": "met"}, region=third)
    line = line_of(year_content(YEAR), "AA-02")
    assert [(share["places"], share["favourable"], share["base"]) for share in line["by_region"]] == [
        (["KZ-35"], 6, 6),
        (["KZ-10", "KZ-71"], 1, 3),
    ]


def test_ratings_are_counted_never_computed(cast):
    section = cast.checklist.sections.get(code="AA")
    for number, step in enumerate([4, 4, 1, None]):
        visit = visit_with(cast, number, {"AA-02": "met"})
        SectionRating.objects.create(visit=visit, section=section, step=step, by=cast.bek, at=make.NOON)
    sections = {line["code"]: line for line in year_content(YEAR)["sections"]}
    assert sections["AA"]["ratings"] == {"4": 2, "3": 0, "2": 0, "1": 1, "none": 1}
    assert set(sections["BB"]["ratings"].values()) == {None}


def test_coverage_counts_every_institution_open_in_the_year(cast):
    visit = visit_with(cast, 1, {"AA-02": "met"})
    make.institution("Closed before", closed_on=date(2024, 12, 31))
    make.institution("Closed in the year", closed_on=date(2025, 6, 1))
    make.institution("Opened after", opened_on=date(2026, 1, 1))
    for on, children in ((date(2025, 3, 1), 10), (date(2025, 9, 15), 14)):
        Headcount.objects.create(institution=visit.institution, on=on, children=children, source="visit")
    seen = year_content(YEAR)["coverage"]
    assert (seen["visits"], seen["institutions_visited"], seen["register"]) == (1, 1, 4)
    assert (seen["regions_visited"], seen["regions"], seen["organisations"], seen["monitors"]) == (1, 2, 1, 1)
    assert (seen["announced"], seen["unannounced"], seen["children_present"]) == (0, 1, 14)
    assert (seen["interviews"], seen["institutions_with_interviews"]) == (None, None)
    assert [(line["iso"], line["visited"]) for line in seen["by_region"]] == [("KZ-10", 0), ("KZ-35", 1)]


def test_recommendations_keep_what_is_said_apart_from_what_is_seen(cast):
    visit = visit_with(cast, 1, {"AA-01": "not_met"})
    for number, (severity, said, seen, days) in enumerate(
        [
            ("high", "accepted", "not", -5),
            ("critical", "none", "implemented", -5),
            ("medium", "no_reply", "not_checked", 9),
        ]
    ):
        finding = Finding.objects.create(
            visit=visit, text="-", severity=severity, by=cast.bek, at=make.NOON, state="accepted"
        )
        FindingIndicator.objects.create(finding=finding, indicator=cast.checklist.indicators.get(code="AA-01"))
        Recommendation.objects.create(
            number=f"2025-{number}", finding=finding, authority=make.authority(), issued_on=make.DAY, year=YEAR,
            deadline=date(2026, 3, 1) + timedelta(days=days), response=said, verification=seen, by=cast.clara,
            **make.names("text", f"Recommendation {number}"),
        )  # fmt: skip
    found = year_content(YEAR, on=date(2026, 3, 1))["recommendations"]
    assert (found["total"], found["overdue"]) == (3, 1)
    assert found["said"] == {"none": 1, "accepted": 1, "partly": 0, "rejected": 0, "no_reply": 1}
    assert found["seen"] == {"not_checked": 1, "implemented": 1, "partly": 0, "not": 1, "overtaken": 0}
    assert [line["number"] for line in found["items"]] == ["2025-1", "2025-0", "2025-2"]
    assert found["items"][0]["indicator_codes"] == ["AA-01"]
    assert found["by_authority"][0]["total"] == 3


def test_official_totals_that_their_parts_miss_are_shown(db):
    rows = [({}, 95, ""), ({"ethnicity": "Russian"}, 35, "Russian"), ({"ethnicity": "Kazakh"}, 50, "Kazakh")]
    for row, (dimensions, value, part) in enumerate(rows):
        split = "ethnicity" if part else ""
        OfficialFigure.objects.create(
            series="convicted", year=2014, dimensions=dimensions, value=value, unit="children", row=row,
            **make.names("label", "Convicted minors"), **make.names("source", "A reply"),
            **make.names("part", part), **make.names("split", split),
        )  # fmt: skip
    found = year_content(YEAR)["official"]
    assert [line["series"] for line in found["series"]] == ["convicted"]
    gap = found["contradictions"][0]
    assert (gap["kind"], gap["total"], gap["sum_of_parts"], gap["difference"]) == ("sum", "95", "85", "10")
    assert [(part["label"]["en"], part["value"]) for part in gap["parts"]] == [("Russian", "35"), ("Kazakh", "50")]


def test_a_year_without_visits_is_empty_and_still_whole(cast):
    content = year_content(2019)
    assert content["indicators"] == content["questions"] == content["key_findings"] == []
    assert content["figures"]["coverage.regions"]["base"] == 2


def test_the_same_data_on_the_same_day_are_the_same_bytes(cast):
    for number in range(12):
        visit_with(cast, number, {"AA-01": "not_met", "AA-02": "met"})
    on = date(2026, 3, 1)
    assert canonical(year_content(YEAR, on=on)) == canonical(year_content(YEAR, on=on))
    assert json.loads(canonical(year_content(YEAR, on=on))) == year_content(YEAR, on=on)


def test_key_findings_name_critical_indicators_first(cast):
    for number in range(12):
        visit_with(cast, number, {"AA-01": "not_met" if number < 4 else "met", "AA-02": "not_met"})
    content = year_content(YEAR)
    assert content["most_unmet"] == ["AA-02", "AA-01"]
    assert content["key_findings"] == [{"kind": "indicator", "code": "AA-01"}]
    assert [(row.leads, row.editions) for row in arranged(content)["unmet"]] == [(True, [])] * 2


def two_unjoined_editions(cast):
    """Two editions of a checklist that ask otherwise under one code: the older often not met, the newer less often."""
    for number in range(12):
        visit_with(cast, number, {"AA-02": "not_met" if number < 10 else "met"})
    cast.checklist = make.tiny_checklist(number=2)
    for number in range(12, 24):
        visit_with(cast, number, {"AA-02": "not_met" if number < 16 else "met"})


def test_two_unjoined_editions_of_a_code_are_two_indicators_each_by_itself(cast):
    """The code alone stands for the newer; the older is not lost, and says which edition asked it."""
    two_unjoined_editions(cast)
    content = year_content(YEAR)
    both = [line for line in content["indicators"] if line["code"] == "AA-02"]
    assert [line["edition"] for line in both] == ["checklist 2", "checklist 1"]
    assert content["most_unmet"] == ["AA-02, checklist 1", "AA-02"]
    page = arranged(content)
    assert [row.line for row in page["unmet"]] == both[::-1]
    assert [row.leads for row in page["unmet"]] == [False, True]
    assert [[one["number"] for one in row.editions] for row in page["unmet"]] == [[1], [2]]
    assert content["figures"]["indicator.AA-02"]["edition"] == "checklist 2"
    rows = [row for chapter in page["chapters"] for row in chapter.indicators]
    assert [row.line for row in rows if row.line["code"] == "AA-02"] == both
    (chapter,) = unmet.chapters(Book(in_language(content, "en"), "en", "", 1))
    told = [(one["leads"], one["asked_by"][-9:]) for one in chapter.data["rows"]]
    assert told == [(False, "edition 1"), (True, "edition 2")]

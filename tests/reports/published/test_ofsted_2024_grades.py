"""Grades of children's services in England, 31 March 2024: the published figures come out of ours.

Source: Ofsted, "Main findings: children's social care in England 2024" (gov.uk): 60 % good or outstanding, London 85 %, the
North West 36 %; and its state of autumn 2025, 39 of 153 outstanding. 151 visits with a four-grade scale of their own.
"""

import csv
import re
from fractions import Fraction
from pathlib import Path

import pytest

from institutions.models import Region
from reports import book, tallies
from reports.figures import year_content
from reports.models import fingerprint
from reports.rounding import percent, percent_with, rounded
from tests import factories as make
from tests.replayed import Replay
from visits.layout import pack
from visits.models import Choice, Edition, Indicator, Instrument, Section, Visit, VisitTally

CASES = Path(__file__).parents[2] / "cases" / "published_grades_by_region.csv"
YEAR = 2024
GRADES = [
    ("outstanding", "judged", True, "met"),
    ("good", "judged", True, "met"),
    ("requires_improvement", "judged", False, "partly"),
    ("inadequate", "judged", False, "not"),
    ("not_graded", "beside", False, "na"),
]


def rows():
    with CASES.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def grades_instrument(favourable_grades=("outstanding", "good")) -> Edition:
    """One indicator on a scale of four grades, two of them favourable; "not graded" is counted beside."""
    instrument = Instrument.objects.create(code="grades", kind="checklist", **make.names("title", "Grades"))
    edition = Edition.objects.create(instrument=instrument, number=1)
    for order, (code, role, _favourable, mark) in enumerate(GRADES):
        Choice.objects.create(
            edition=edition, code=code, order=order, role=role, favourable=code in favourable_grades, mark=mark,
            **make.names("label", code.replace("_", " ").capitalize()),
        )  # fmt: skip
    section = Section.objects.create(edition=edition, code="OVERALL", order=1, **make.names("title", "Overall"))
    Indicator.objects.create(
        edition=edition, section=section, code="GRADE", order=1, applies_to=["all"],
        **make.names("statement", "Children are well looked after."),
    )  # fmt: skip
    return make.publish(edition)


def make_visits() -> Edition:
    """The 151 visits, accepted, one for each authority."""
    edition, leader = grades_instrument(), make.person("ina@example.test", "monitor")
    for place, row in enumerate(rows()):
        region = make.region(f"EN-{place}", row["region"])
        for code, *_rest in GRADES:
            for number in range(int(row[code])):
                authority = make.institution(f"{row['region']} {code} {number}", region=region)
                visit = make.visit(authority, leader, checklist=edition, year=YEAR, state="accepted")
                grade(visit, code)
    return edition


VISITS = Replay(make_visits)


@pytest.fixture
def graded(db) -> Edition:
    return VISITS.give()


def grade(visit: Visit, code: str) -> None:
    packed = pack(visit.checklist.layout, {"GRADE": code}, asked={"GRADE"})
    VisitTally.objects.update_or_create(visit=visit, defaults={"edition": visit.checklist, "answers": packed})


def by_region(line, name):
    iso = Region.objects.get(name_en=name).iso
    return next(share for share in line["by_region"] if share["places"] == [iso])


def test_the_published_percentages_come_out(graded):
    content = year_content(YEAR)
    line = content["indicators"][0]
    assert (line["favourable"], line["base_all"], line["percent_all"]) == (91, 151, 60)
    assert (line["favourable"], line["base"], line["percent"]) == (91, 150, 61)
    assert line["counts"] == {
        "outstanding": 29, "good": 62, "requires_improvement": 42, "inadequate": 17, "not_graded": 1,
    }  # fmt: skip
    london, north_west = by_region(line, "London"), by_region(line, "North West")
    assert (london["favourable"], london["base_all"], london["percent_all"]) == (28, 33, 85)
    assert (north_west["favourable"], north_west["base_all"], north_west["percent_all"]) == (8, 22, 36)
    figures = content["figures"]
    assert (figures["indicator.GRADE.all"]["percent"], figures["indicator.GRADE"]["percent"]) == (60, 61)
    assert figures["indicator.GRADE.all"]["base_rule"] == "all"


def test_regions_sum_to_the_country(graded):
    line = year_content(YEAR)["indicators"][0]
    expected = {row["region"]: sum(int(row[code]) for code, *_rest in GRADES) for row in rows()}
    assert {name: by_region(line, name)["base_all"] for name in expected} == expected
    assert sum(share["favourable"] for share in line["by_region"]) == line["favourable"]


def grades_by_region() -> dict[str, dict[str, int]]:
    """The tallies, counted by region and grade."""
    [counted] = tallies.visit_rows(YEAR)
    regions, region_of_row = tallies.coded(counted.region)
    (cube,) = tallies.cubes(counted, (region_of_row, len(regions)))
    codes = counted.layout[0]["codes"]
    names = Region.objects.in_bulk()
    return {
        names[number].name_en: {grade: int(cube[at, 0, codes[grade]]) for grade, *_rest in GRADES}
        for at, number in enumerate(regions.tolist())
    }


def test_every_cell_of_region_by_grade_comes_out(graded):
    expected = {row["region"]: {grade: int(row[grade]) for grade, *_rest in GRADES} for row in rows()}
    assert grades_by_region() == expected
    assert {region: sum(grades.values()) for region, grades in expected.items()} == {
        "East Midlands": 10, "East of England": 11, "London": 33, "North East": 12, "North West": 22,
        "South East": 19, "South West": 15, "West Midlands": 14, "Yorkshire and the Humber": 15,
    }  # fmt: skip
    assert {grade: sum(row[grade] for row in expected.values()) for grade, *_rest in GRADES} == {
        "outstanding": 29, "good": 62, "requires_improvement": 42, "inadequate": 17, "not_graded": 1,
    }  # fmt: skip


def test_every_region_prints_its_share_of_good_and_outstanding(graded):
    line = year_content(YEAR)["indicators"][0]
    found = {row["region"]: by_region(line, row["region"]) for row in rows()}
    assert {name: (share["favourable"], share["base_all"], share["percent_all"]) for name, share in found.items()} == {
        "East Midlands": (5, 10, 50), "East of England": (7, 11, 64), "London": (28, 33, 85),
        "North East": (8, 12, 67), "North West": (8, 22, 36), "South East": (12, 19, 63),
        "South West": (6, 15, 40), "West Midlands": (8, 14, 57), "Yorkshire and the Humber": (9, 15, 60),
    }  # fmt: skip
    # The one authority without a grade stands in neither base of the judged.
    assert (found["East of England"]["base"], found["East of England"]["percent"]) == (10, 70)


@pytest.fixture
def autumn_2025(db) -> None:
    """153 authorities, 39 of them outstanding, none of those among the 24 of the North West."""
    edition, leader = grades_instrument(["outstanding"]), make.person("ina@example.test", "monitor")
    north_west, elsewhere = make.region("EN-4", "North West"), make.region("EN-0", "Elsewhere")
    for number in range(153):
        region = north_west if number < 24 else elsewhere
        visit = make.visit(
            make.institution(f"Authority {number}", region=region),
            leader,
            checklist=edition,
            year=2025,
            state="accepted",
        )
        grade(visit, "outstanding" if number >= 153 - 39 else "good")


def test_39_of_153_print_as_25_percent_though_25_5_would_be_26(autumn_2025):
    content = year_content(2025)
    figure = content["figures"]["indicator.GRADE.all"]
    assert (figure["numerator"], figure["base"], figure["percent"]) == (39, 153, 25)
    north_west = by_region(content["indicators"][0], "North West")
    assert (north_west["favourable"], north_west["base_all"], north_west["percent_all"]) == (0, 24, 0)
    # The trap: 25.49 % is 25.5 % with one decimal, and that rounded again is 26.
    once = percent_with(39, 153)
    assert (str(once), rounded(Fraction(once))) == ("25.5", 26)


def test_three_changed_visits_change_the_figure(graded):
    before = year_content(YEAR)["figures"]["indicator.GRADE.all"]
    for visit in Visit.objects.filter(region__name_en="North West", institution__name_en__contains=" good ")[:3]:
        grade(visit, "inadequate")
    content = year_content(YEAR)
    after = content["figures"]["indicator.GRADE.all"]
    assert (before["numerator"], before["percent"]) == (91, 60)
    assert (after["numerator"], after["base"], after["percent"]) == (88, 151, 58)
    assert by_region(content["indicators"][0], "North West")["percent_all"] == 23


def test_most_often_not_met_counts_the_lowest_grade_only(graded):
    line = year_content(YEAR)["indicators"][0]
    assert (line["partly"], line["unfavourable"], line["percent_not_met"]) == (42, 17, 11)


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [
        (39, 153, 25),  # 25.49 %: rounding 25.5 again would give 26
        (91, 151, 60),
        (91, 150, 61),
        (28, 33, 85),
        (8, 22, 36),
        (1, 200, 1),  # 0.5 %: half up
        (29, 200, 15),  # 14.5 %: half up, not to the even number
        (16, 97, 16),  # 16.49 %
        (89, 545, 16),
        (327, 545, 60),
        (106, 545, 19),
        (23, 545, 4),  # these four sum to 99, and that is right
        (0, 24, 0),
        (0, 0, None),
    ],
)
def test_percentages_are_rounded_once_half_up(part, whole, printed):
    assert percent(part, whole) == printed


def test_nothing_is_counted_below_zero():
    with pytest.raises(ValueError, match="never negative"):
        percent(-1, 10)


def text_of(pdf: bytes) -> str:
    """The text layer of a PDF, with every run of white space as one space."""
    import pypdfium2

    pages = pypdfium2.PdfDocument(pdf)
    return re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_range() for page in pages))


def printed(content) -> str:
    pytest.importorskip("weasyprint")
    return text_of(book.build(content, language="en", fingerprint=fingerprint(content)))


def test_the_printed_book_says_the_published_percentages(graded):
    content = year_content(YEAR)
    text = printed(content)
    assert "60%, 91 of 151 institutions" in text
    assert re.search(r"61%[^.]{0,40}91 of 150|91 of 150[^.]{0,40}61%", text)
    # A table of regions: base, favourable, percent.
    assert re.search(r"London 33 28 85\b", text)
    assert re.search(r"North West 22 8 36\b", text)
    for visit in Visit.objects.filter(region__name_en="North West", institution__name_en__contains=" good ")[:3]:
        grade(visit, "inadequate")
    changed = printed(year_content(YEAR))
    assert re.search(r"North West 22 5 23\b", changed)
    assert "58%, 88 of 151 institutions" in changed

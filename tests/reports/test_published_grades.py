"""Figures that somebody else published come out of our figures: 151 visits with a four-grade scale of their own."""

import csv
import re
from pathlib import Path

import pytest

from institutions.models import Region
from reports import book
from reports.figures import year_content
from reports.models import fingerprint
from reports.rounding import percent
from tests import factories as make
from visits.layout import pack
from visits.models import Choice, Edition, Indicator, Instrument, Section, Visit, VisitTally

CASES = Path(__file__).parent.parent / "cases" / "published_grades_by_region.csv"
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


def grades_instrument() -> Edition:
    """One indicator on a scale of four grades, two of them favourable; "not graded" is counted beside."""
    instrument = Instrument.objects.create(code="grades", kind="checklist", **make.names("title", "Grades"))
    edition = Edition.objects.create(instrument=instrument, number=1)
    for order, (code, role, favourable, mark) in enumerate(GRADES):
        Choice.objects.create(
            edition=edition, code=code, order=order, role=role, favourable=favourable, mark=mark,
            **make.names("label", code.replace("_", " ").capitalize()),
        )  # fmt: skip
    section = Section.objects.create(edition=edition, code="OVERALL", order=1, **make.names("title", "Overall"))
    Indicator.objects.create(
        edition=edition, section=section, code="GRADE", order=1, applies_to=["all"],
        **make.names("statement", "Children are well looked after."),
    )  # fmt: skip
    return make.publish(edition)


@pytest.fixture
def graded(db) -> Edition:
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

"""What the statistics page counts beside the checklist: answers of frozen years, concerns, headcounts, ratings, differences."""

from datetime import date, timedelta

import pytest
from django.db.models import F
from django.urls import reverse

from institutions.models import Headcount, OfficialFigure
from reports import services
from reports.figures import year_content
from reports.models import FrozenFigures, Publication
from tests import factories as make
from tests.cast import assemble
from tests.replayed import Replay
from tests.reports.test_figures import visit_with
from tests.reports.test_statistics_page import cells
from visits.layout import pack
from visits.models import Choice, Interview, Question, SectionRating, UrgentConcern, Visit

YEAR = 2025
AT = make.NOON


def ask_about_the_child(edition):
    """The tiny questionnaire with age and sex before its own questions, published anew."""
    section = edition.sections.get()
    for order, (code, choices) in enumerate([("Q-01", ("10_12", "13_14", "15_16")), ("Q-02", ("girl", "boy"))]):
        question = Question.objects.create(
            edition=edition, section=section, code=code, order=10 + order, kind="single", applies_to=["all"],
            merge_order=[[["10_12", "13_14"]]] if code == "Q-01" else [], **make.names("text", f"{code}?"),
        )  # fmt: skip
        for place, choice in enumerate((*choices, "prefer_not_to_say")):
            role = "no_answer" if choice == "prefer_not_to_say" else "answer"
            Choice.objects.create(
                edition=edition, question=question, code=choice, order=place, role=role, **make.names("label", choice)
            )
    return make.publish(edition)


def make_talks():
    """The cast and thirty institutions of two kinds in three regions, eight talks each: girls and boys, three ages, yes and no."""
    cast = assemble()
    edition = ask_about_the_child(cast.questionnaire)
    astana, colony = make.region("KZ-71", "Astana"), make.kind("colony", 2)
    for number in range(30):
        region = (cast.here, cast.there, astana)[number % 3]
        visit = visit_with(cast, number, {"AA-02": "met"}, region=region, kind=colony if number % 2 else None)
        for child in range(8):
            answers = {
                "Q-1": "yes" if (child + number) % 3 else "no",
                "Q-01": ("10_12", "13_14", "15_16")[child % 3] if child < 7 or number % 6 else "prefer_not_to_say",
                "Q-02": "girl" if child % 2 else "boy",
            }
            packed = pack(edition.layout, answers, {"Q-1", "Q-01", "Q-02", "Q-3"})
            Interview.objects.create(visit=visit, edition=edition, answers=packed)
    return cast


TALKS = Replay(make_talks)


@pytest.fixture
def talks(db):
    return TALKS.give()


def question(content, code="Q-1"):
    return next(line for line in content["questions"] if line["code"] == code)


def test_answers_are_broken_down_when_the_year_is_counted(talks):
    found = {one["by"]: one for one in question(year_content(YEAR))["breakdowns"]}
    assert {by: one["protection"] for by, one in found.items()} == dict.fromkeys(
        ("age", "sex", "kind", "region"), "shown"
    )
    assert [(row["codes"], row["base"]) for row in found["sex"]["rows"]] == [(["girl"], 120), (["boy"], 120)]
    # Five did not say how old they are: they stand with the largest band, openly.
    ages = {tuple(row["codes"]): row["with_untold"] for row in found["age"]["rows"]}
    assert list(ages.values()).count(True) == 1
    for one in found.values():
        assert sum(row["base"] for row in one["rows"]) == question(year_content(YEAR))["base"] == 240
        assert [sum(column) for column in zip(*(row["cells"] for row in one["rows"]), strict=True)] == [160, 80]


def test_age_and_sex_are_divided_by_place_only_and_a_hidden_question_by_nothing(talks):
    content = year_content(YEAR)
    assert {one["by"] for one in question(content, "Q-01")["breakdowns"]} == {"kind", "region"}
    assert question(content, "Q-3")["protection"] == "too_few"
    assert question(content, "Q-3")["breakdowns"] == []


def test_an_interval_stands_only_where_children_were_drawn_everywhere(client, talks):
    assert question(year_content(YEAR))["drawn"] is False
    assert all("interval" not in cell for cell in question(year_content(YEAR))["cells"])
    Visit.objects.update(sampling="random")
    cell = question(year_content(YEAR))["cells"][0]
    assert cell["interval"][0] < cell["percent"] < cell["interval"][1]
    # Everybody there was asked: nothing is left to chance.
    Visit.objects.update(sampling="all")
    for place in make.Institution.objects.filter(visits__interviews__isnull=False).distinct():
        Headcount.objects.create(institution=place, on=date(YEAR, 9, 1), children=8, source="visit")
    assert question(year_content(YEAR))["cells"][0]["interval"] == [66, 67]
    services.freeze(year=YEAR, by=talks.dan, at=AT)
    client.force_login(talks.dan)
    page = client.get(reverse("statistics"), {"measure": "voices", "subject": "Q-1", "by": "answer"}).content.decode()
    assert "66%–67%" in page
    assert "not an estimate" not in page
    Visit.objects.filter(institution__name_en="Place 1").update(sampling="chosen")
    assert question(year_content(YEAR))["drawn"] is False


def test_counting_again_gives_the_same_breakdowns(talks):
    assert year_content(YEAR) == year_content(YEAR)


def test_answers_come_from_frozen_figures_the_reader_may_see(client, talks):
    asked = {"measure": "voices", "subject": "Q-1", "by": "sex"}
    client.force_login(talks.dan)
    status, sentence = cells(client, **asked)
    assert (status, "frozen" in sentence) == (422, True)
    services.freeze(year=YEAR, by=talks.dan, at=AT)
    status, table = cells(client, **asked)
    assert (status, table["girl"][:3]) == (200, ["67", "33", "120"])
    # A reviewer sees what is public, and a draft is not.
    client.force_login(talks.clara)
    assert cells(client, **asked)[0] == 422
    services.release(publication=Publication.objects.get(), by=talks.saule, at=AT)
    assert cells(client, **asked) == (200, table)
    # Interviews that came in later change nothing that is kept.
    Interview.objects.all().delete()
    assert cells(client, **asked) == (200, table)


def test_frozen_content_without_breakdowns_stays_readable(client, talks):
    services.freeze(year=YEAR, by=talks.dan, at=AT)
    kept = FrozenFigures.objects.get()
    for line in kept.content["questions"]:
        line.pop("breakdowns")
    kept.save()
    client.force_login(talks.dan)
    assert cells(client, measure="voices", subject="Q-1", by="answer")[1]["Yes"][:3] == ["67", "160", "240"]
    status, sentence = cells(client, measure="voices", subject="Q-1", by="sex")
    assert (status, "no such table" in sentence) == (422, True)
    assert client.get(reverse("report", args=[YEAR])).status_code == 200


def test_answers_are_compared_with_the_year_before_only_where_both_have_thirty(client, talks):
    services.freeze(year=YEAR, by=talks.dan, at=AT)
    client.force_login(talks.dan)
    asked = {"measure": "voices", "subject": "Q-1", "by": "answer", "compare": "before"}
    assert cells(client, **asked)[1]["Yes"] == ["67", "160", "240", "z"]
    content = year_content(YEAR)
    for cell, n in zip(question(content)["cells"], (90, 110), strict=True):
        cell["n"] = n
    question(content)["base"] = 200
    made = Publication.objects.create(year=YEAR - 1, created_by=talks.dan, created_at=AT)
    FrozenFigures.objects.create(publication=made, content=content, sha256="-", frozen_at=AT)
    assert cells(client, **asked)[1]["Yes"][-1] == "22"
    question(content)["base"] = 29
    FrozenFigures.objects.filter(publication=made).update(content=content)
    assert cells(client, **asked)[1]["Yes"][-1] == "not compared: fewer than 30 on one side"


# --- children at risk ----------------------------------------------------------------------------------------------------


def concerns(cast, *categories, year=YEAR, places=4):
    for number, category in enumerate(categories):
        name = f"Risk {number % places}"
        place = make.Institution.objects.filter(name_en=name).first() or make.institution(name)
        visit = place.visits.first() or make.visit(place, cast.bek, checklist=cast.checklist, state="accepted")
        pressed = AT.replace(year=year) - timedelta(days=number)
        UrgentConcern.objects.create(
            visit=visit, category=category, by=cast.bek, pressed_at=pressed, received_at=pressed,
            taken_by=cast.dina, taken_at=pressed + timedelta(hours=number % 3),
        )  # fmt: skip


def test_concerns_follow_the_childrens_rules(client, cast):
    client.force_login(cast.saule)
    concerns(cast, *["injury"] * 9)
    assert cells(client, measure="urgent", by="category")[0] == 422
    concerns(cast, *["injury"] * 12, *["adults"] * 12, *["denial"] * 4, *["reprisal"] * 3)
    status, table = cells(client, measure="urgent", by="category")
    assert status == 200
    # Seven together are too few: the smaller of the others joins them.
    assert table["Fresh injury"][0] == "21"
    assert (
        table["Children held with adults, Food, water or medicine denied, Punished or threatened for speaking"][0]
        == "19"
    )
    assert table["All"][0] == "40"


def test_a_year_with_few_concerns_is_not_worked_out_of_two(client, cast):
    client.force_login(cast.saule)
    concerns(cast, *["injury"] * 12, *["adults"] * 12)
    concerns(cast, *["injury"] * 4, year=2024)
    make.visit(make.institution("Long ago"), cast.bek, checklist=cast.checklist, first_day=date(2024, 5, 5))
    assert cells(client, measure="urgent", by="category", first="2024")[0] == 422
    table = cells(client, measure="urgent", by="year", first="2024")[1]
    assert (table["2024"][0], table["2025"][0]) == ("c", "24")
    assert "All" not in table


def test_concerns_of_one_institution_are_hidden_however_many(client, cast):
    client.force_login(cast.saule)
    concerns(cast, *["injury"] * 30, places=2)
    assert cells(client, measure="urgent", by="category")[0] == 422


# --- headcounts ----------------------------------------------------------------------------------------------------------


def test_headcounts_take_the_newest_count_of_monitors(client, cast):
    client.force_login(cast.saule)
    for number in range(5):
        place = make.institution(f"Full {number}", capacity=10)
        for on, children in ((date(YEAR, 2, 1), 3), (date(YEAR, 9, 1), 12 if number == 0 else 8)):
            Headcount.objects.create(
                institution=place, on=on, children=children, girls=3, boys=children - 3, source="visit",
                by_age={"10-13": 4, "14-15": children - 4} if children > 4 else {},
            )  # fmt: skip
        Headcount.objects.create(institution=place, on=date(YEAR, 10, 1), children=99, source="authority")
    status, table = cells(client, measure="headcounts", by="region")
    assert (status, table["All"]) == (200, ["88", "44", "50", "1", "0", "5"])
    assert cells(client, measure="headcounts", by="sex")[1]["girls"] == ["34", "15", "44"]
    assert cells(client, measure="headcounts", by="age")[1]["10-13"] == ["45", "20", "44"]
    status, sentence = cells(client, measure="headcounts", by="sex", region="KZ-35")
    assert (status, "all places" in sentence) == (422, True)
    Headcount.objects.update(girls=0, boys=F("children"))
    Headcount.objects.filter(institution__name_en="Full 1").update(girls=2, boys=F("children") - 2)
    assert cells(client, measure="headcounts", by="sex")[0] == 422


# --- the rest ------------------------------------------------------------------------------------------------------------


def test_ratings_need_three_institutions(client, cast):
    client.force_login(cast.saule)
    section = cast.checklist.sections.get(code="AA")
    for number, step in enumerate([4, 3, 1]):
        visit = visit_with(cast, number, {"AA-02": "met"}, region=cast.here if number else cast.there)
        SectionRating.objects.create(visit=visit, section=section, step=step, by=cast.bek, at=AT)
    assert cells(client, measure="ratings", by="section")[1]["Admission"] == ["67", "1", "1", "0", "1", "3", "0", "3"]
    assert list(cells(client, measure="ratings", subject="AA", by="region")[1])[1:] == ["Abai, Karaganda", "All"]
    SectionRating.objects.filter(step=1).update(step=None)
    assert cells(client, measure="ratings", by="section")[0] == 422


def test_a_year_without_ratings_there_is_no_row(client, cast):
    client.force_login(cast.saule)
    section = cast.checklist.sections.get(code="AA")

    def rated(number, region, year):
        visit = visit_with(cast, number, {"AA-02": "met"}, region=region)
        Visit.objects.filter(pk=visit.pk).update(first_day=date(year, 5, 1), last_day=date(year, 5, 1), year=year)
        SectionRating.objects.create(visit=visit, section=section, step=4, by=cast.bek, at=AT)

    for number in range(3):
        rated(number, cast.here, YEAR)
        rated(3 + number, cast.there, YEAR - 1)
    asked = {"measure": "ratings", "subject": "AA", "by": "year", "first": YEAR - 1, "region": cast.here.iso}
    assert list(cells(client, **asked)[1])[1:] == [str(YEAR)]
    rated(6, cast.here, YEAR - 1)
    # One institution there: a row, and nothing in it.
    assert list(cells(client, **asked)[1])[1:] == [str(YEAR - 1), str(YEAR)]


def test_official_figures_are_printed_with_what_contradicts_them(client, cast):
    client.force_login(cast.saule)
    for row, (part, value) in enumerate([({}, 10), ({"sex": "male"}, 7), ({"sex": "female"}, 2)]):
        OfficialFigure.objects.create(
            series="held", year=2020, dimensions=part, value=value, unit="children", row=row,
            **make.names("label", "Children held"), **make.names("source", "Ministry"),
            **make.names("split", "sex" if part else ""), **make.names("part", "".join(part.values())),
        )  # fmt: skip
    page = client.get(reverse("statistics"), {"measure": "official", "subject": "held"}).content.decode()
    assert "Totals that their parts miss" in page


def test_differences_need_thirty_on_both_sides(client, cast):
    client.force_login(cast.saule)
    for number in range(35):
        visit_with(
            cast, number, {"AA-02": "met" if number < 21 else "not_met", "AA-01": "met" if number < 20 else None}
        )
    asked = {"measure": "indicators", "by": "indicator", "subject": "AA", "compare": "before"}
    assert cells(client, **asked)[1]["AA-02. Rights are explained."][-1] == "z"
    for number in range(40, 75):
        visit = visit_with(cast, number, {"AA-02": "met" if number < 54 else "not_met", "AA-01": "met"})
        visit.year, visit.first_day, visit.last_day = YEAR - 1, date(YEAR - 1, 5, 5), date(YEAR - 1, 5, 5)
        visit.save()
    table = cells(client, **asked)[1]
    assert table["AA-02. Rights are explained."][-1] == "20"
    assert table["AA-01. Every child is in the register."][-1] == "not compared: fewer than 30 on one side"

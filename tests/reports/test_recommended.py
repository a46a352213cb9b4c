"""Recommendations of a year: the counts cover all of them, however many there are."""

from datetime import date

import pytest

from reports.recommended import PRINTED, recommended
from tests import factories as make
from visits.models import Finding, FindingIndicator, Recommendation

MANY = 1_100


def test_a_year_with_very_many_recommendations_is_counted_in_full(cast, django_assert_max_num_queries):
    visit = make.visit(cast.centre, cast.bek, first_day=date(2025, 3, 1), state="accepted")
    findings = [
        Finding(visit=visit, text="Bars", severity="high", state="accepted", by=cast.bek, at=make.NOON)
        for _ in range(MANY)
    ]
    Finding.objects.bulk_create(findings)
    indicator = cast.checklist.indicators.get(code="AA-01")
    FindingIndicator.objects.bulk_create([FindingIndicator(finding=each, indicator=indicator) for each in findings])
    Recommendation.objects.bulk_create(
        Recommendation(
            number=f"2025-{number:04}", finding=finding, authority=cast.centre.authority, text_en="Mend it", year=2025,
            issued_on=date(2025, 4, 1), deadline=date(2025, 5, 1), by=cast.bek,
        )
        for number, finding in enumerate(findings)
    )  # fmt: skip
    with django_assert_max_num_queries(4):
        found = recommended(2025, date(2025, 6, 1))
    assert found["total"] == found["overdue"] == MANY
    assert [line["indicator_codes"] for line in found["items"]] == [["AA-01"]] * PRINTED


@pytest.fixture
def advised(cast):
    """Writes one recommendation of 2025 and gives it as it is printed."""
    visit = make.visit(cast.centre, cast.bek, first_day=date(2025, 3, 1), state="accepted")

    def advise(**texts):
        finding = Finding.objects.create(
            visit=visit, text="Bars", severity="high", state="accepted", by=cast.bek, at=make.NOON
        )
        Recommendation.objects.create(
            number="2025-1", finding=finding, authority=cast.centre.authority, year=2025,
            issued_on=date(2025, 4, 1), deadline=date(2025, 5, 1), by=cast.bek, **texts,
        )  # fmt: skip
        (line,) = recommended(2025, date(2025, 6, 1))["items"]
        return line["text"]

    return advise


def test_a_text_that_tells_a_share_of_children_is_not_printed_in_any_language(advised):
    text = advised(text_en="Mend the heating.", text_ru="Мёрзнут 65 % детей: почините отопление.", text_kk="")
    assert not any("65" in words for words in text.values())
    assert text["en"].startswith("Not printed: the text gives a share of children")
    assert len(set(text.values())) == 3


def test_a_text_with_the_numbers_behind_its_share_is_printed(advised):
    said = "Of 421 children 178 are cold, 42 %. Mend the heating in 80 % of the rooms."
    assert advised(text_en=said, text_ru="", text_kk="")["en"] == said

"""Recommendations of a year: the counts cover all of them, however many there are."""

from datetime import date

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

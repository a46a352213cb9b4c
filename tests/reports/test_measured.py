"""Numbers that teams measured: one per institution, from the visit that counts, never from children's words alone."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from reports.disclosure import Rules
from reports.measured import Measured, measured
from tests import factories as make
from visits.models import VisitTally
from visits.services.tally import pack_visit

KEY = "unregistered"


def measure(cast, place, value, *, day=date(2025, 9, 15), sources=("document",), state="accepted", access="granted"):
    visit = make.visit(place, cast.bek, checklist=cast.checklist, first_day=day, state=state, access=access)
    asked = {"AA-01", "AA-02", "BB-02"}
    answers = {"AA-01": ("met", value, list(sources)), "AA-02": ("met", None, [])}
    packed, numbers, told = pack_visit(cast.checklist.layout, ["AA-01"], answers, asked)
    VisitTally.objects.create(
        visit=visit, edition=cast.checklist, answers=packed, measurements=numbers, child_only=told
    )


@pytest.fixture
def places(cast):
    return [make.institution(f"P{number}", region=cast.here) for number in range(6)]


def test_the_latest_visit_of_each_institution_counts(cast, places):
    measure(cast, places[0], Decimal("9"), day=date(2025, 2, 1))
    measure(cast, places[0], Decimal("2.125"))
    measure(cast, places[1], Decimal("0"))
    measure(cast, places[2], None)
    measure(cast, places[3], Decimal("7"), sources=["child"])
    measure(cast, places[4], Decimal("8"), state="submitted")
    measure(cast, places[5], Decimal("3"), day=date(2024, 5, 1))
    found = measured(2025, [KEY, "never_measured"])
    assert sorted(found[KEY].values) == [0, Fraction(17, 8)]
    assert found["never_measured"] == Measured()
    assert measured(2024, [KEY])[KEY].values == (3,)


def test_editions_are_counted_together_under_one_key(cast, places):
    measure(cast, places[0], Decimal("1"))
    cast.checklist = make.tiny_checklist(number=2)
    measure(cast, places[1], Decimal("4"))
    assert sorted(measured(2025, [KEY])[KEY].values) == [1, 4]


def test_only_kinds_on_the_bases_asked_for_are_counted(cast, places):
    home = make.kind("care_home", 10)
    home.basis = "de_facto"
    home.save()
    measure(cast, places[0], Decimal("1"))
    measure(cast, make.institution("Home", region=cast.here, kind=home), Decimal("4"))
    assert sorted(measured(2025, [KEY])[KEY].values) == [1, 4]
    assert measured(2025, [KEY], ["criminal"])[KEY].values == (1,)


def test_the_middle_is_rounded_once_and_needs_three_institutions():
    two = Measured((Fraction(1), Fraction(2)))
    assert (two.median(), two.may_be_told(Rules())) == (Decimal("1.5"), False)
    three = Measured((Fraction(0), Fraction("10.25"), Fraction(90)))
    assert (str(three.median()), three.may_be_told(Rules()), three.above_zero()) == ("10.3", True, 2)
    assert Measured().median() is None


def test_damaged_or_empty_measurements_count_as_none(cast, places):
    visit = make.visit(places[0], cast.bek, checklist=cast.checklist, state="accepted")
    packed, _numbers, _told = pack_visit(cast.checklist.layout, ["AA-01"], {}, {"AA-01"})
    VisitTally.objects.create(visit=visit, edition=cast.checklist, answers=packed)
    assert measured(2025, [KEY])[KEY].institutions == 0

"""Hours out of cell in 37 young offender institutions, September 2000: a number that is measured, not judged.

Source: House of Commons, written answers, 9 November 2000 (Historic Hansard). Hollesley Bay: "not appropriate".
"""

from decimal import Decimal

import pytest

from reports.disclosure import Rules
from reports.measured import measured
from tests import factories as make
from visits.models import VisitTally
from visits.services.tally import pack_visit

HOURS = (
    "Altcourse 13, Ashfield 12, Aylesbury 8, Brinsford 6, Castington 9.9, Chelmsford 8, Deerbolt 10.1, Doncaster 11, "
    "Dorchester 11, Dover 8.3, Exeter 8, Feltham 8, Forest Bank 12, Glen Parva 5.1, Gloucester 9, Guys Marsh 8, Hatfield 13.3, "
    "Hindley 7.2, Hull 8.5, Huntercombe 9, Lancaster Farms 7.2, Lewes 9.3, Moorland 9, Northallerton 6.4, Norwich 8.6, "
    "Onley 11.5, Parc 8.4, Portland 10.3, Reading 8.2, Rochester 8, Stoke Heath 10, Swansea 9, Swinfen Hall 10.1, "
    "Thorn Cross 12.5, Wetherby 10, Werrington 10.8"
)


@pytest.fixture
def found(db):
    """The 37 places, each measured on its visit; one without a number."""
    edition, leader = make.tiny_checklist(), make.person("ina@example.test", "monitor")
    hours = {name: Decimal(value) for name, value in (entry.rsplit(" ", 1) for entry in HOURS.split(", "))}
    for name, value in {**hours, "Hollesley Bay": None}.items():
        visit = make.visit(make.institution(name), leader, checklist=edition, state="accepted")
        answers = {"AA-01": ("met", value, ["document"])}
        packed, numbers, told = pack_visit(edition.layout, ["AA-01"], answers, {"AA-01"})
        VisitTally.objects.create(
            visit=visit, edition=edition, answers=packed, measurements=numbers, child_only=told
        )  # fmt: skip
    return measured(make.DAY.year, ["unregistered"])["unregistered"]


def test_36_of_37_places_gave_a_number(found):
    assert (found.institutions, found.above_zero(), found.may_be_told(Rules())) == (36, 36, True)


def test_the_middle_place_gave_nine_hours(found):
    assert found.median() == Decimal("9.0")


def test_what_was_measured_is_kept_as_written(found):
    assert (min(found.values), max(found.values)) == (Decimal("5.1"), Decimal("13.3"))
    assert sum(value < 8 for value in found.values) == 5
    assert round(float(sum(found.values) / 36), 2) == 9.30

"""Published figures that go wrong where a percentage is rounded twice, a sum forced or a source believed.

Sources stand at each test.
"""

from decimal import Decimal
from fractions import Fraction

import pytest

from institutions import reference_files
from institutions.official import contradictions, gaps
from reports.rounding import change, percent, rounded
from reports.statistics.rates import annual_rate
from reports.statistics.sums import shares

from .rows import Published


def test_childrens_homes_october_to_december_2013_sum_to_99_and_stay_so():
    """Ofsted, inspections of children's homes: 545, of them 89 (16 %), 327 (60 %), 106 (19 %), 23 (4 %)."""
    grades = shares([89, 327, 106, 23], 545)
    assert grades.percents == (16, 60, 19, 4)
    assert (grades.missing, grades.printed_sum, grades.needs_rounding_note) == (0, 99, True)


def test_59_authorities_sum_to_99_9():
    """Children & Young People Now, 59 authorities: 14, 31 and 14 are 23.7, 52.5 and 23.7 %."""
    grades = shares([14, 31, 14], 59, places=1)
    assert [str(share) for share in grades.percents] == ["23.7", "52.5", "23.7"]
    assert (grades.printed_sum, grades.needs_rounding_note) == (Decimal("99.9"), True)


@pytest.mark.parametrize(("count", "published"), [(473, 394), (254, 212), (378, 315)])
def test_a_quarters_count_times_four_per_100_of_480_children(count, published):
    """Ministry of Justice, Safety in the youth secure estate, January to March 2022 (gov.uk)."""
    assert annual_rate(count, 480, months=3) == published


def test_a_quarters_rate_rounded_before_it_is_made_yearly_goes_wrong_for_two_of_three():
    assert [4 * rounded(Fraction(100 * count, 480)) for count in (473, 254, 378)] == [396, 212, 316]


def test_assailants_fell_by_27_percent_and_self_harming_by_16_not_17():
    """The same bulletin: 432 to 317, "-27 %"; 97 to 81, "-16 %" (-16.49: rounding -16.5 again would give -17)."""
    assert (change(432, 317), change(97, 81)) == (-27, -16)
    assert str(change(97, 81, places=1)) == "-16.5"
    assert rounded(Fraction(change(97, 81, places=1))) == -17


def test_overnight_detentions_fell_by_10_percent_and_two_sources_disagree():
    """Howard League, children held overnight in police cells: 45,318 and 40,716, together 86,034, "10 %"; a campaign article
    prints 45,311 (opendemocracy.net)."""
    assert change(45_318, 40_716) == -10
    assert shares([45_318, 40_716], 86_034).missing == 0
    rows = [
        Published("overnight", 2010, Decimal(45_318), source_en="Howard League", row=1),
        Published("overnight", 2011, Decimal(40_716), source_en="Howard League", row=2),
        Published("overnight", 2010, Decimal(45_311), source_en="openDemocracy", row=3),
    ]
    [clash] = contradictions(rows)
    assert (clash.year, [(claim.source, claim.value) for claim in clash.claims]) == (
        2010, [("Howard League", 45_318), ("openDemocracy", 45_311)],
    )  # fmt: skip


def test_visits_of_the_national_preventive_mechanism_2023_do_not_sum():
    """UNDP Kazakhstan, 2023: 422 planned and 33 special visits, 461 in all."""
    [gap] = [gap for gap in gaps(reference_files.official_figures()) if gap.series == "npm_visits"]
    assert (gap.total, gap.sum, gap.missing) == (461, 455, 6)
    kinds = shares([422, 33], 461)
    assert (kinds.missing, kinds.percents, kinds.needs_rounding_note) == (6, (92, 7), False)
    assert percent(422 + 33, 461) == 99

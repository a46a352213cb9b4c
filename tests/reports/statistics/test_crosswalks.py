"""What the crosswalk of editions joins may be compared, and nothing else: the lines of lineage.py go straight into a comparison."""

import pytest

from reports.lineage import lines
from reports.statistics.comparisons import Difference, Obstacle, Side, compare
from tests import factories as make
from visits.models import Crosswalk


@pytest.fixture
def editions(db):
    return make.tiny_checklist(number=1), make.tiny_checklist(number=2)


def side(edition, code: str, group: str) -> Side:
    return Side((edition.pk, code), 20, 40, "judged", "latest", frozenset({group}))


def test_editions_are_compared_where_a_crosswalk_joins_them(editions):
    older, newer = editions
    Crosswalk.objects.create(older=older, newer=newer, older_code="AA-01", newer_code="AA-01")
    joined = lines([newer, older])
    assert isinstance(compare(side(newer, "AA-01", "2025"), side(older, "AA-01", "2024"), joined), Difference)
    apart = compare(side(newer, "AA-02", "2025"), side(older, "AA-02", "2024"), joined)
    assert apart == [Obstacle.DIFFERENT_ITEM]


def test_a_crosswalk_between_different_scales_joins_nothing(editions):
    older, newer = editions
    newer.choices.filter(question=None, code="partly_met").delete()
    make.publish(newer)
    Crosswalk.objects.create(older=older, newer=newer, older_code="AA-01", newer_code="AA-01")
    joined = lines([newer, older])
    assert compare(side(newer, "AA-01", "2025"), side(older, "AA-01", "2024"), joined) == [Obstacle.DIFFERENT_ITEM]

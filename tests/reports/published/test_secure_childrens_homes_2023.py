"""Secure children's homes, England and Wales: occupancy, and cells its publisher hid with the codes c and z.

Source: Department for Education, "Children accommodated in secure children's homes", release 2023
(explore-education-statistics.service.gov.uk): c = withheld to protect somebody, z = does not apply.
"""

from typing import Any

import pytest

from institutions.models import Headcount
from reports.attacker import Range, attack, read
from reports.rounding import change
from reports.statistics.rates import occupancy
from reports.statistics.sums import shares

# Held on 31 March 2021 by ethnic group; None = c.
ETHNICITY_2021 = {"White": 103, "Black": 13, "Asian": 11, "Mixed": None, "Other": None, "Unknown": 0}
TOTAL_2021 = 142


@pytest.mark.parametrize(
    ("held", "places", "published"),
    [
        (165, 249, 66),  # 2022, all homes: approved places
        (6, 12, 50),  # 2022, Marydale
        (205, 254, 81),  # 2015
        (139, 230, 60),  # 2023
    ],
)
def test_occupancy_comes_out(held, places, published):
    assert occupancy(held, places) == published
    assert not Headcount(children=held, capacity=places).overcrowded


@pytest.mark.parametrize(("welfare", "held", "published"), [(72, 130, 55), (60, 128, 47)])
def test_children_placed_for_their_welfare_come_out(welfare, held, published):
    """England, 2021 and 2026."""
    assert shares([welfare, held - welfare]).percents[0] == published


def test_26_fewer_children_are_16_percent_fewer():
    assert change(165, 139) == -16
    assert str(change(165, 139, places=1)) == "-15.8"


def test_a_home_with_more_children_than_places_is_overcrowded():
    assert Headcount(children=13, capacity=12).overcrowded
    assert occupancy(13, 12) == 108


def test_a_home_whose_places_do_not_apply_has_no_occupancy():
    """Beechfield: z in all four columns."""
    assert occupancy(0, 0) is None
    assert not Headcount(children=0, capacity=None).overcrowded


def published(ethnicity: dict[str, int | None]) -> dict[str, Any]:
    """The table of 2021 as our own published tables are written."""
    cells: list[dict[str, Any]] = [{"at": [group], "n": n} for group, n in ethnicity.items()]
    return {
        "schema": "published-tables/1",
        "k": 5,
        "dimensions": [{"code": "ethnicity", "categories": list(ethnicity)}],
        "parts": ["2021"],
        "editions": [{"code": "2021", "parts": ["2021"]}],
        "tables": [
            {"code": "held", "edition": "2021", "by": ["ethnicity"], "cells": [*cells, {"at": ["*"], "n": TOTAL_2021}]}
        ],
    }


def test_15_children_remain_for_two_hidden_cells_and_neither_is_found_out():
    shown = [n for n in ETHNICITY_2021.values() if n is not None]
    assert shares(shown, TOTAL_2021).missing == 15
    found = attack(read(published(ETHNICITY_2021)))
    assert found.recovered == []
    assert {spot: (bounds.low, bounds.high) for spot, bounds in found.cells.items()} == {
        ("held", ("Mixed",)): (0, 15),
        ("held", ("Other",)): (0, 15),
    }


def test_one_hidden_cell_alone_would_have_been_found_out():
    found = attack(read(published({**ETHNICITY_2021, "Mixed": 12})))
    assert found.recovered == [("held", ("Other",))]
    [bounds] = found.cells.values()
    assert isinstance(bounds, Range)
    assert (bounds.low, bounds.high) == (3, 3)


def test_a_percentage_hidden_with_its_count_tells_nothing():
    """Atkinson 10, 6, c, c: had the occupancy been printed, it would have been the count."""
    home = {
        **published({"Atkinson": None, "others": None}),
        "tables": [
            {
                "code": "held", "edition": "2021", "by": ["ethnicity"],
                "cells": [{"at": ["Atkinson"], "n": None}, {"at": ["others"], "n": None}, {"at": ["*"], "n": 10}],
            }
        ],
    }  # fmt: skip
    assert attack(read(home)).recovered == []
    home["tables"][0]["cells"][0].update({"percent": 40, "of": ["*"]})
    assert ("held", ("Atkinson",)) in attack(read(home)).recovered

"""Counts swapped four at a time: what they reach fits all that is printed, and nothing is believed that cannot be."""

import numpy as np
import pytest

from reports.attacker import Asking, attack, read
from reports.attacker import asking as asking_room
from reports.attacker.reach import Reach
from reports.attacker.swaps import Swaps
from reports.attacker.system import System


def printed(counts):
    """Rows by columns with their margins; the cells themselves are blank."""
    rows, columns = ([f"{letter}{at}" for at in range(n)] for letter, n in zip("rc", counts.shape, strict=True))
    cells = [{"at": [row, "*"], "n": int(n)} for row, n in zip(rows, counts.sum(axis=1), strict=True)]
    cells += [{"at": ["*", column], "n": int(n)} for column, n in zip(columns, counts.sum(axis=0), strict=True)]
    cells += [{"at": [row, column], "n": None} for row in rows for column in columns]
    return read(
        {
            "schema": "published-tables/1",
            "k": 5,
            "dimensions": [
                {"code": code, "categories": categories, "groups": []}
                for code, categories in (("r", rows), ("c", columns))
            ],
            "parts": ["p"],
            "editions": [{"code": "e", "parts": ["p"]}],
            "tables": [{"code": "t", "edition": "e", "by": ["r", "c"], "cells": cells}],
            "zeros": [],
            "known": [],
        }
    )


@pytest.mark.parametrize("seed", range(6))
def test_asking_says_of_every_level_what_the_solver_says(seed):
    counts = np.random.default_rng(seed).integers(0, 9, (4, 5))
    published = printed(counts)
    known, reader = attack(published).cells, Asking(published)
    for spot, found in known.items():
        question = reader.cell(spot)
        for level in range(0, 40, 3):
            assert reader.reaches(question, level) == (found.high >= level)
            assert reader.falls_to(question, level) == (found.low <= level)


def test_most_questions_do_without_the_solver(monkeypatch):
    solved = []
    solve = Reach._solve
    monkeypatch.setattr(asking_room.Reach, "_solve", lambda *asked: solved.append(1) or solve(*asked))
    counts = np.random.default_rng(1).integers(5, 20, (6, 7))
    reader = Asking(printed(counts))
    assert all(reader.reaches(reader.cell(("t", (f"r{row}", f"c{at}"))), 5) for row in range(6) for at in range(7))
    assert len(solved) < 5


def test_what_swaps_reach_fits_all_that_is_printed():
    system = System(printed(np.random.default_rng(2).integers(0, 9, (4, 5))))
    reach = Reach(system)
    (room,) = reach.rooms
    for question in range(len(system.hidden)):
        reach.high(question)
    swaps = Swaps(room)
    for values in list(room.found):
        for at in range(len(room.columns)):
            wanted = np.zeros(len(room.columns), np.int64)
            wanted[at] = 1
            climbed = swaps.climb(values, wanted, int(values[at]) + 3)
            assert room.fits(climbed)
            assert values[at] <= climbed[at] <= values[at] + 3

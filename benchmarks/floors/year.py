"""The floor of `year`: plain SQL for the packed bytes, one numpy `bincount` per set. Needs a driver and numpy, no Django.

It counts what the product counts: accepted visits in which the team got in, interviews that were not excluded. Every institution
has one visit in the measured year, so that "the latest visit of each" needs no look here.
"""

import sqlite3
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np

from ..sets import Layout, Sets, fold

VISITS = """SELECT v.region_id, v.institution_kind_id, t.answers FROM visits_visit v
 JOIN visits_visittally t ON t.visit_id = v.id WHERE v.year = {year} AND v.state = 'accepted' AND v.access <> 'refused'"""
INTERVIEWS = """SELECT v.institution_kind_id, i.answers FROM visits_visit v
 JOIN visits_interview i ON i.visit_id = v.id WHERE v.year = {year} AND v.state = 'accepted' AND i.excluded = ''"""


def connect(address: str) -> Any:
    """A cursor of the plain driver."""
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        cursor = sqlite3.connect(parts.path[1:]).cursor()
        # As much of the file in memory as the product holds.
        cursor.execute("PRAGMA cache_size=-64000")
        return cursor
    import psycopg2

    return psycopg2.connect(dbname=parts.path[1:], user=parts.username, host=unquote(parts.hostname or "")).cursor()


def count(cursor: Any, year: int, checklist: Layout, questionnaire: Layout) -> Sets:
    """All six sets of the year."""
    cursor.execute(VISITS.format(year=int(year)))
    found = cursor.fetchall()
    regions, region = np.unique(np.fromiter((row[0] for row in found), np.int32, len(found)), return_inverse=True)
    kinds, kind = np.unique(np.fromiter((row[1] for row in found), np.int32, len(found)), return_inverse=True)
    packed = np.frombuffer(b"".join(row[2] for row in found), np.uint8).reshape(len(found), checklist.width)
    cube = tabulate(packed, region * len(kinds) + kind, len(regions) * len(kinds), checklist)
    cursor.execute(INTERVIEWS.format(year=int(year)))
    found = cursor.fetchall()
    heard, place = np.unique(np.fromiter((row[0] for row in found), np.int32, len(found)), return_inverse=True)
    packed = np.frombuffer(b"".join(row[1] for row in found), np.uint8).reshape(len(found), questionnaire.width)
    single = tabulate(packed, place, len(heard), questionnaire)
    several = []
    for offset, width, choices in questionnaire.multiple:
        bits = np.unpackbits(packed[:, offset + 1 : offset + width], axis=1, bitorder="little")[:, :choices]
        several.append(np.array([bits[place == each].sum(axis=0, dtype=np.int64) for each in range(len(heard))]))
    cube = cube.reshape(len(regions), len(kinds), *cube.shape[1:])
    return fold(regions, kinds, cube.sum(axis=1), cube.sum(axis=0), heard, single, several, checklist)


def tabulate(packed: np.ndarray, group: np.ndarray, groups: int, layout: Layout) -> np.ndarray:
    """Counts [group, single place, byte]."""
    cells = len(layout.single) * layout.values
    keys = (group[:, None] * cells + np.arange(len(layout.single)) * layout.values) + packed[:, layout.single]
    return np.bincount(keys.ravel(), minlength=groups * cells).reshape(groups, len(layout.single), layout.values)

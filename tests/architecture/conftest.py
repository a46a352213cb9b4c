"""One furnished world for all tests of a file: every knock at a door is undone, so nobody sees what another did."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from ombudsman.middleware import SessionClockMiddleware
from reports import printing
from tests import cast, doors
from visits.paper import printing as sheets


@pytest.fixture(scope="module", autouse=True)
def quiet_refusals() -> Iterator[None]:
    """Thousands of refusals are what these tests ask for: they are not written down. Faults of the house still raise."""
    loggers = [logging.getLogger("django.request"), logging.getLogger("django.security")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture(scope="module", autouse=True)
def standing_clocks() -> Iterator[None]:
    """A minute after the furnishing every request would write the clock of its session, which is then undone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SessionClockMiddleware, "STEP", 24 * 3600)
        yield


@pytest.fixture(scope="module", autouse=True)
def idle_press() -> Iterator[None]:
    """Who may order a book or take sheets is asked here, of everybody; what is printed then is asked elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(printing, "print_languages", lambda **order: ())
        patch.setattr(sheets, "print_sheets", lambda *edition, **visit: b"%PDF-1.7")
        yield


@pytest.fixture(scope="module")
def furnished(django_db_setup: None, django_db_blocker: Any, unwatched_templates: None) -> Iterator[doors.World]:
    """The cast with something behind every door, made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield doors.furnish(cast.assemble())
        transaction.set_rollback(True)


@pytest.fixture
def world(furnished: doors.World) -> Iterator[doors.World]:
    """The furnished world; what a test changes in it is undone."""
    with transaction.atomic():
        furnished.conflicted.clear()
        furnished.put("open")
        yield furnished
        transaction.set_rollback(True)

"""Fixtures that every test may use."""

import gc
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from ombudsman.people import triggers
from visits import editions

from . import cast as people
from . import migrated


def pytest_configure() -> None:
    """The house makes many small things that live for one request; looking for circles among them took a fifth of all time."""
    gc.set_threshold(200_000, 20, 100)


def pytest_collection_finish() -> None:
    """What is loaded now stays until the end: nobody needs to look through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Migrations are applied once for one state of the code; see `migrated.py`."""
    migrated.share()


@pytest.fixture
def cast(db: None) -> people.Cast:
    """Everybody of the cast, with their visits."""
    return people.assemble()


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Published editions and limits are kept per process; each test has a database and people of its own."""
    editions.forget()
    caches["process"].clear()


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Every test begins in English: a request in another language leaves its own behind."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session", autouse=True)
def emptying_passes_the_guard() -> Iterator[None]:
    """After a test with real transactions every table is emptied; the trail lets itself be emptied then, and only then."""
    empty = TransactionTestCase._fixture_teardown

    def teardown(case: TransactionTestCase) -> None:
        triggers.remove(connection)
        empty(case)
        triggers.install(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield

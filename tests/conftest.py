"""Fixtures that every test may use."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from ombudsman.people import triggers

from . import cast as people


@pytest.fixture
def cast(db: None) -> people.Cast:
    """Everybody of the cast, with their visits."""
    return people.assemble()


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

"""Fixtures that every test may use."""

import pytest

from . import cast as people


@pytest.fixture
def cast(db: None) -> people.Cast:
    """Everybody of the cast, with their visits."""
    return people.assemble()

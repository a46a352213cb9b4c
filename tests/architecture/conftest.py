"""One furnished world for all tests of a file: every knock at a door is undone, so nobody sees what another did."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests import cast, doors


@pytest.fixture(scope="module")
def furnished(django_db_setup: None, django_db_blocker: Any) -> Iterator[doors.World]:
    """The cast with something behind every door, made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield doors.furnish(cast.assemble())
        transaction.set_rollback(True)


@pytest.fixture
def world(furnished: doors.World) -> Iterator[doors.World]:
    """The furnished world; what a test changes in it is undone."""
    with transaction.atomic():
        furnished.put("open")
        yield furnished
        transaction.set_rollback(True)

"""Counting a year takes many questions and much time. They are all asked of one moment, and hold up nobody who writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def standing_still() -> Iterator[None]:
    """Everything read inside is as it was when reading began, whatever others write meanwhile. For reading only.

    PostgreSQL: REPEATABLE READ. SQLite: a deferred transaction, which takes no lock that a writer waits for (ours begin
    IMMEDIATE). Inside a transaction that is open already nothing changes.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        own: Any = connection
        # The mode is read from the settings as the connection is opened.
        own.ensure_connection()
        mode, own.transaction_mode = own.transaction_mode, None
        try:
            with transaction.atomic(using=connection.alias):
                yield
        finally:
            own.transaction_mode = mode
    else:
        with transaction.atomic(using=connection.alias):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield

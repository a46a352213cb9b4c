"""Statements that are written by hand and run for every request that counts. Cellar.

On SQLite, Django goes through the text of a statement to put other signs for values into it, each time it is run; here it is done
once. Where somebody listens (a log of queries, a wrapper around them) everything goes its usual way.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX
from django.db.backends.utils import CursorWrapper


class Statement:
    """SQL with `%s` for values."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.native = FORMAT_QMARK_REGEX.sub("?", sql).replace("%%", "%")

    def run(self, cursor: CursorWrapper, values: Sequence[Any]) -> None:
        """Executes it on an open cursor of Django's; errors are Django's too."""
        database = cursor.db
        if database.vendor != "sqlite" or type(cursor) is not CursorWrapper or database.execute_wrappers:
            cursor.execute(self.sql, values)
            return
        database.validate_no_broken_transaction()
        with database.wrap_database_errors:
            sqlite3.Cursor.execute(cursor.cursor, self.native, values)

"""The empty database with every migration applied, kept from one run of the tests to the next. SQLite only.

Applying the migrations takes longer than most files of tests. The kept file is named by the fingerprint of the product's code and
of the pinned requirements: whenever a line of them changes, every migration is applied again from the first one. The framework
still runs `migrate` on what is poured in, and applies what is missing.
"""

import contextlib
import fcntl
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

HOUSE = Path(settings.BASE_DIR)
PARTS = ("ombudsman", "institutions", "visits", "reports")


def fingerprint() -> str:
    """What decides how the migrated database looks: our code, what it stands on, and the database itself."""
    whole = hashlib.sha256(sqlite3.sqlite_version.encode())
    code = [path for part in PARTS for path in (HOUSE / part).rglob("*.py")]
    for path in sorted([*code, *(HOUSE / "requirements").iterdir(), HOUSE / "tests" / "settings.py"]):
        whole.update(f"{path.relative_to(HOUSE)}\0".encode() + path.read_bytes())
    return whole.hexdigest()


def kept_at() -> Path:
    """Where the database of this code lies, if it has been made."""
    return Path(settings.VAR_DIR) / "migrated" / f"{fingerprint()}.sqlite3"


def keep(path: Path, made: sqlite3.Connection) -> None:
    """Writes the database of this connection, which holds no transaction, to `path` in one move; forgets those of other code."""
    path.parent.mkdir(parents=True, exist_ok=True)
    begun = path.with_suffix(f".{os.getpid()}")
    with contextlib.closing(sqlite3.connect(begun)) as file:
        made.backup(file)
    begun.replace(path)
    for other in (*path.parent.glob("*.sqlite3"), *path.parent.glob("*.lock")):
        if other.stem != path.stem:
            other.unlink(missing_ok=True)


def pour(path: Path, name: str) -> sqlite3.Connection | None:
    """Fills the database in memory called `name` from `path`; whoever gets the connection keeps it open until another is."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
            memory = sqlite3.connect(name, uri=True)
            file.backup(memory)
    except sqlite3.DatabaseError:
        return None
    return memory


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Whoever makes the database of this code makes it for all: the others wait here for what will be kept at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def share() -> None:
    """From now on a test database in memory is poured from the kept one; the first of this code is migrated and kept."""
    creation: Any = connection.creation
    if connection.vendor != "sqlite" or not creation.is_in_memory_db(creation._get_test_db_name()):
        return
    path, make, begin = kept_at(), creation.create_test_db, creation._create_test_db
    held: list[sqlite3.Connection] = []

    def begin_poured(*args: Any, **options: Any) -> str:
        name: str = begin(*args, **options)
        if poured := pour(path, name):
            held.append(poured)
        return name

    def make_once(*args: Any, **options: Any) -> str:
        with contextlib.nullcontext() if path.exists() else alone(path):
            name: str = make(*args, **options)
            if not held:
                connection.ensure_connection()
                keep(path, connection.connection)
        while held:
            held.pop().close()
        return name

    creation.create_test_db, creation._create_test_db = make_once, begin_poured

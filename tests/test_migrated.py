"""The kept database of the tests: what is poured is what was kept, and other code has another one."""

import contextlib
import sqlite3
import threading

import pytest

from tests import migrated


def test_what_is_poured_is_what_was_kept(tmp_path):
    path, name = tmp_path / "kept.sqlite3", "file:poured?mode=memory&cache=shared"
    (tmp_path / "older.sqlite3").touch()
    (tmp_path / "older.lock").touch()
    with contextlib.closing(sqlite3.connect(":memory:")) as made:
        made.execute("CREATE TABLE trail (act TEXT)")
        made.execute("CREATE TRIGGER guard BEFORE DELETE ON trail BEGIN SELECT RAISE(ABORT, 'kept'); END")
        made.execute("INSERT INTO trail VALUES ('signed')")
        made.commit()
        migrated.keep(path, made)
    assert list(tmp_path.iterdir()) == [path]
    with contextlib.closing(migrated.pour(path, name)) as poured:
        assert poured.execute("SELECT act FROM trail").fetchall() == [("signed",)]
        with pytest.raises(sqlite3.IntegrityError, match="kept"):
            poured.execute("DELETE FROM trail")


def test_one_migrates_while_the_others_wait(tmp_path):
    path, order = tmp_path / "kept.sqlite3", []

    def second():
        with migrated.alone(path):
            order.append(f"second, the file {'is' if path.exists() else 'is not'} there")

    with migrated.alone(path):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.2)
        order.append("first")
        path.touch()
    waiting.join(10)
    assert order == ["first", "second, the file is there"]


def test_nothing_is_poured_from_a_file_that_is_not_there(tmp_path):
    assert migrated.pour(tmp_path / "none.sqlite3", "file:poured?mode=memory&cache=shared") is None
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_migrated_anew(tmp_path):
    (tmp_path / "torn.sqlite3").write_bytes(b"torn" * 1000)
    assert migrated.pour(tmp_path / "torn.sqlite3", "file:poured?mode=memory&cache=shared") is None


def test_every_line_of_the_code_decides_which_database_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(migrated, "HOUSE", tmp_path)
    monkeypatch.setattr(migrated, "PARTS", ("app",))
    for folder, name in (("app/migrations", "0001_all.py"), ("requirements", "run.txt"), ("tests", "settings.py")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / name).write_text("one")
    seen = {migrated.fingerprint(), migrated.fingerprint()}
    assert len(seen) == 1
    for path in [path for path in sorted(tmp_path.rglob("*")) if path.is_file()]:
        path.write_text("two")
        seen.add(migrated.fingerprint())
    assert len(seen) == 4


def test_a_version_of_the_database_has_its_own(monkeypatch):
    before = migrated.fingerprint()
    monkeypatch.setattr(sqlite3, "sqlite_version", "0.0")
    assert migrated.fingerprint() != before

"""The engine is pure: no Django, no database, and no scipy for those who only ask about one question."""

import pkgutil
import subprocess
import sys

import reports.disclosure

ROOMS = [room.name for room in pkgutil.iter_modules(reports.disclosure.__path__)]


def loaded(modules):
    """What a fresh interpreter has loaded after importing these."""
    lines = "; ".join(f"import {one}" for one in modules)
    code = f"{lines}; import sys; print(' '.join(sorted(sys.modules)))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()


def test_no_room_needs_django():
    found = loaded([f"reports.disclosure.{room}" for room in ROOMS])
    assert len(ROOMS) >= 15
    assert "scipy" in found
    assert "django" not in found


def test_one_question_needs_neither_numpy_nor_scipy():
    assert not {"numpy", "scipy", "django"} & set(loaded(["reports.disclosure"]))

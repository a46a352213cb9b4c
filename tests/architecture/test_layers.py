"""The house stands on its layers: who may import whom, and what may lie on the top level."""

import subprocess
import sys
from pathlib import Path

from django.conf import settings

HOUSE = Path(settings.BASE_DIR)
TOP = {
    *("manage.py", "ombudsman", "institutions", "visits", "reports", "templates", "static", "tests"),
    *("pyproject.toml", "docker-compose.yml", "README.md"),
    *("Makefile", "CHANGELOG.md", "LICENSE", "locale", "docs", "benchmarks", ".ci", "requirements"),
    *(".gitignore", ".gitattributes"),
}
VAGUE = {"utils.py", "helpers.py", "core.py", "manager.py", "managers.py", "common.py", "misc.py"}


def tracked() -> list[str]:
    """Every file of the house that is kept in version control or about to be."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    return subprocess.run(asked, cwd=HOUSE, check=True, capture_output=True, text=True).stdout.splitlines()


def test_nobody_imports_upwards():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=HOUSE, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_top_level_holds_only_what_was_agreed():
    assert {Path(name).parts[0] for name in tracked()} <= TOP


def test_no_file_has_a_name_that_says_nothing():
    assert [name for name in tracked() if Path(name).name in VAGUE] == []


def test_every_module_says_what_lives_in_it():
    silent = []
    for name in tracked():
        path = HOUSE / name
        if path.suffix == ".py" and "migrations" not in path.parts and path.exists():
            text = path.read_text(encoding="utf-8")
            if text.strip() and not text.removeprefix("#!/usr/bin/env python\n").startswith('"""'):
                silent.append(name)
    assert silent == []

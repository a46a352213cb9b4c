"""The rooms of statistics stand on the standard library and on the two rooms of rounding: no framework, no database."""

import ast
import sys
from pathlib import Path

from django.conf import settings

ROOMS = [
    *(Path(settings.BASE_DIR) / "reports/statistics").glob("*.py"),
    Path(settings.BASE_DIR) / "reports/rounding.py",
    Path(settings.BASE_DIR) / "ombudsman/rounding.py",
]


def imported(path: Path) -> set[str]:
    """Whom a module imports; its own package as ""."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("" if node.level == 1 else node.module or "")
    return names


def test_statistics_import_the_standard_library_and_rounding_only():
    allowed = {"", "reports.rounding", "ombudsman.rounding"}
    strangers = {
        (path.name, name)
        for path in ROOMS
        for name in imported(path)
        if name not in allowed and name.split(".")[0] not in sys.stdlib_module_names
    }
    assert len(ROOMS) > 4
    assert strangers == set()

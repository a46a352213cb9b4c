"""The attacker shares no code with what it attacks: it imports itself, numpy, scipy and the standard library."""

import ast
import sys
from pathlib import Path

from django.conf import settings

ROOM = Path(settings.BASE_DIR) / "reports" / "attacker"


def imported(path):
    """Every module a file imports; own rooms by a dot."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def test_the_attacker_imports_nothing_of_the_product():
    files = list(ROOM.glob("**/*.py"))
    assert len(files) > 5
    for path in files:
        for name in imported(path):
            top = name.split(".")[0]
            own = name.startswith(".") and not name.startswith("..")
            assert own or top in {"numpy", "scipy"} or top in sys.stdlib_module_names, (path.name, name)

"""Every act that any service writes into the trail has its words, so that an auditor never reads a code."""

import ast
from functools import cache
from pathlib import Path

from django.conf import settings

from ombudsman.people.trail_words import ACTS


@cache
def written() -> set[str]:
    """The literal acts of all calls of `record`."""
    found = set()
    for app in ("ombudsman", "institutions", "visits", "reports"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
                    found |= {
                        word.value.value
                        for word in node.keywords
                        if word.arg == "act" and isinstance(word.value, ast.Constant)
                    }
    return found


def test_acts_are_found():
    assert {"grant.approve", "conflict.declare"} <= written()


def test_every_act_has_its_words():
    assert written() - set(ACTS) == set()

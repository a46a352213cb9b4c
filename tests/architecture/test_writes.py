"""Only services write. A view, form, rule or query that saves would act without a transaction and without the trail."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

HOUSE = Path(settings.BASE_DIR)
APPS = ("ombudsman", "institutions", "visits", "reports")
WRITES = {
    *("save", "create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "delete"),
    *("acreate", "asave", "aupdate", "adelete"),
}
# `update` alone is also a word of dictionaries and hashes; it writes when it follows a queryset.
QUERYSETS = {"objects", "filter", "exclude", "all", "select_for_update", "order_by", "visible_to", "editable_by"}

# What also saves and is no row: a file of the printed book, a workbook of figures, and the view of talks, which asks the service.
OTHER_WRITERS = {"pdf.save", "workbook.save", "interviews.save"}

# Where writing is the very purpose of the file, besides services, commands and migrations.
MAY_WRITE = {
    "ombudsman/bulk.py": "services call it to bring reference rows in line",
    "ombudsman/people/trail.py": "the trail is written by every service",
    "ombudsman/people/models.py": "the account manager that the framework calls",
    "ombudsman/people/tokens.py": "notes the day on which a token was last used",
    "reports/demonstration/": "the demonstration command writes a made-up country in bulk, into an empty database only",
}


@cache
def code() -> dict[Path, ast.Module]:
    """Every file of the product but its migrations, read once."""
    return {
        path.relative_to(HOUSE): ast.parse(path.read_text(encoding="utf-8"))
        for app in APPS
        for path in sorted((HOUSE / app).rglob("*.py"))
        if "migrations" not in path.parts
    }


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path, tree in code().items():
        if not {"management", "services"} & set(path.parts) and path.name != "services.py":
            yield str(path), tree


def names_in(node: ast.AST) -> set[str]:
    """Every attribute and name in the chain a.b(c).d"""
    return {
        part.attr if isinstance(part, ast.Attribute) else part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute | ast.Name)
    }


def writes(tree: ast.AST) -> Iterator[int]:
    """The lines on which something is written to the database."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name, before = node.func.attr, names_in(node.func.value)
            if name in WRITES and ast.unparse(node.func) not in OTHER_WRITERS:
                yield node.lineno
            elif name == "update" and before & QUERYSETS:
                yield node.lineno


@cache
def writing() -> dict[str, list[int]]:
    """The lines that write, of every file that has some."""
    return {name: lines for name, tree in sources() if (lines := list(writes(tree)))}


def test_only_services_write():
    may = tuple(MAY_WRITE)
    assert [f"{name}:{line}" for name, lines in writing().items() if not name.startswith(may) for line in lines] == []


def test_the_list_of_exceptions_is_not_longer_than_needed():
    assert [allowed for allowed in MAY_WRITE if not any(name.startswith(allowed) for name in writing())] == []


def test_what_else_saves_is_no_row():
    """`interviews` is the view of talks that the checklist hands over to; it holds no write either."""
    trees = dict(sources())
    assert list(writes(trees["visits/views/interviews.py"])) == []
    handed_over = ast.parse("interviews.save(request, row)\npdf.save(out)\nworkbook.save(out)")
    assert list(writes(handed_over)) == []
    assert list(writes(ast.parse("visit.interviews.create(a=1)"))) == [1]


@pytest.mark.parametrize(
    "line",
    ["visit.save()", "Visit.objects.create(a=1)", "Visit.objects.filter(pk=1).update(a=1)", "rows.delete()"],
)
def test_a_planted_write_is_seen(line):
    assert list(writes(ast.parse(line))) == [1]


@pytest.mark.parametrize("line", ["counts.update({})", "digest.update(b'')", "form.is_valid()"])
def test_other_updates_are_not_writes(line):
    assert list(writes(ast.parse(line))) == []


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def asks_then_creates(function: ast.FunctionDef) -> bool:
    """`if not X.exists(): X.create()`: two requests at once both find nothing, and both create. The database must say it."""
    for node in ast.walk(function):
        if isinstance(node, ast.If):
            asked = any(isinstance(part, ast.Attribute) and part.attr == "exists" for part in ast.walk(node.test))
            made = any(
                isinstance(part, ast.Attribute) and part.attr in ("create", "bulk_create")
                for branch in (*node.body, *node.orelse)
                for part in ast.walk(branch)
            )
            if asked and made:
                return True
    return False


def test_nothing_asks_whether_a_row_exists_and_then_creates_it():
    asked = [(path, f) for path, tree in code().items() if "commands" not in path.parts for f in functions(tree)]
    assert len(asked) > 1000  # The product was really read.
    assert [f"{path}:{f.lineno}" for path, f in asked if asks_then_creates(f)] == []


def test_a_planted_question_before_creating_is_seen():
    tree = ast.parse("def f():\n    if not A.objects.filter(b=1).exists():\n        A.objects.create(b=1)\n")
    assert asks_then_creates(next(functions(tree)))

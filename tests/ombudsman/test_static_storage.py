"""Styles and modules travel without their comments, and say the same as before."""

import re

import pytest
from django.conf import settings

from ombudsman.static_storage import lean

SOURCES = [
    path
    for folder in ("css", "js")
    for path in sorted((settings.BASE_DIR / "static" / folder).rglob("*"))
    if path.suffix in (".css", ".js")
]


def test_comments_and_indentation_go_and_nothing_else():
    module = (
        '/* Says\n   what. */\n\nconst one = "// not a comment"; // beside code\n  // a remark\n  call(`a ${one}`);\n'
    )
    assert lean("x.js", module) == 'const one = "// not a comment"; // beside code\ncall(`a ${one}`);\n'
    assert (
        lean("x.css", "/* Ground */\nmain { a: url(//x); }\n\n\n  p { b: c; }\n")
        == "main { a: url(//x); }\np { b: c; }\n"
    )
    assert lean("x.svg", "  /* kept */\n") == "  /* kept */\n"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_module_has_a_text_over_several_lines(path):
    # Taking indentation away would change such a text.
    text = path.read_text(encoding="utf-8")
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)
    assert not [line for line in code.splitlines() if line.count("`") % 2]
    assert len(lean(path.name, text)) <= len(text)

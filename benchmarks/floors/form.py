"""The floor of the offline checklist: a bare page with the same fields, and a script of its own that saves them to IndexedDB.

No style, no marks, no standards, no encryption, no sending: what any checklist on any device must at least load. Served with the
same server and compressed likewise. FLOOR_PAGE names the product's own page, from which the fields are read.
"""

import gzip
import os
import re
from collections.abc import Callable, Iterable
from html import escape, unescape
from pathlib import Path
from typing import Any

SAVING = """const form = document.querySelector("form");
const open = indexedDB.open("floor", 1);
open.onupgradeneeded = () => open.result.createObjectStore("answers");
open.onsuccess = () => {
  const all = open.result.transaction("answers").objectStore("answers").openCursor();
  all.onsuccess = () => {
    const at = all.result;
    if (!at) return;
    const fields = form.elements[at.key];
    if (fields) fields.value = at.value;
    at.continue();
  };
  form.addEventListener("input", ({ target }) => {
    const value = target.value;
    open.result.transaction("answers", "readwrite").objectStore("answers").put(value, target.name);
  });
};
"""
FIELD = re.compile(
    r'<div class="item(?: quiet)?" id="([^"]+)">(.*?)(?=<div class="item(?: quiet)?" id=|</noscript>)', re.DOTALL
)
HEADING = re.compile(r"<h2 id=\"[^\"]+-t\">(.*?)</h2>", re.DOTALL)


def page(product: str) -> str:
    """The bare page with the fields of the product's page: statements, answers, measurements, in the same order."""
    lines = [
        "<!doctype html><meta charset=utf-8><meta name=viewport content=width=device-width><title>Checklist</title>"
    ]
    lines += ['<script type=module src="save.js"></script><form>']
    for part in re.split(r'(?=<section class="part")', product)[1:]:
        heading = HEADING.search(part)
        lines.append(f"<h2>{heading[1] if heading else ''}</h2>")
        lines += [_field(found[1], found[0]) for found in FIELD.finditer(part)]
    return "\n".join([*lines, "</form>"])


def _field(code: str, text: str) -> str:
    statement = re.search(r"<h3>(.*?)</h3>", text, re.DOTALL)
    radios = re.findall(r'type="radio" name="c-[^"]+" value="([^"]+)">.*?<span>(.*?)</span>', text)
    measure = re.search(r'<label class="measure"(?! hidden).*?<b>(.*?)</b>', text, re.DOTALL)
    choices = "".join(
        f'<label><input type=radio name="{code}" value={value}>{label}</label>' for value, label in radios
    )
    number = f'<label>{measure[1]}<input name="{code}-n"></label>' if measure else ""
    said = escape(unescape(re.sub(r"<[^>]+>", "", statement[1]))) if statement else ""
    return f"<fieldset><legend>{said}</legend>{choices}{number}</fieldset>"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """WSGI: the page, its script, nothing else."""
    path = environ["PATH_INFO"]
    if path == "/ping/":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]
    product = Path(os.environ["FLOOR_PAGE"]).read_text(encoding="utf-8")
    files = {"/": (page(product), "text/html"), "/save.js": (SAVING, "text/javascript")}
    if path not in files:
        start_response("404 Not Found", [])
        return []
    text, kind = files[path]
    start_response(
        "200 OK",
        [
            ("Content-Type", f"{kind}; charset=utf-8"),
            ("Content-Encoding", "gzip"),
            ("Cache-Control", "public, max-age=600"),
        ],
    )
    return [gzip.compress(text.encode(), 9, mtime=0)]

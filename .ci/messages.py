"""Collects the sentences of the product into locale/*/LC_MESSAGES/django.po. Behind `make messages`; the tests use it too.

Needs no GNU gettext: Python is read as Python, templates by the framework's own reader, catalogues by Babel. A sentence that is
gone from the code goes from the catalogue; a new one comes in empty, and a test fails until it is translated. Sentences of
libraries that pages show (form errors and the like) are kept when their comment in the catalogue says `library`.

    .venv/bin/python .ci/messages.py                    collects
    .venv/bin/python .ci/messages.py --fill kk A.po     collects and fills empty Kazakh entries from another catalogue
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

HOUSE = Path(__file__).resolve().parent.parent
CODE = ("ombudsman", "institutions", "visits", "reports")
LOCALES = ("kk", "ru")
PLURALS = {
    "kk": "nplurals=2; plural=(n!=1);",
    "ru": "nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : n%10==0 || "
    "(n%10>=5 && n%10<=9) || (n%100>=11 && n%100<=14) ? 2 : 3);",
}
# How many of the arguments are a context and the sentences.
CALLS = {
    "gettext": (0, 1),
    "gettext_lazy": (0, 1),
    "gettext_noop": (0, 1),
    "ngettext": (0, 2),
    "ngettext_lazy": (0, 2),
    "pgettext": (1, 1),
    "pgettext_lazy": (1, 1),
    "npgettext": (1, 2),
    "npgettext_lazy": (1, 2),
}
TEXT = r"""(u?'(?:[^'\\\n]|\\.)*'|u?"(?:[^"\\\n]|\\.)*")"""
IN_TEMPLATE = re.compile(rf"\b(_|n?p?gettext)\(\s*{TEXT}(?:\s*,\s*{TEXT})?(?:\s*,\s*{TEXT})?")


@dataclass
class Sentence:
    """A sentence of the code: its plural if it has one, and the files it stands in."""

    plural: str | None = None
    files: set[str] = field(default_factory=set)


Key = tuple[str | None, str]


def found_in_python(text: str) -> Iterator[tuple[Key, str | None]]:
    """Calls of the translation functions, under whatever name they were imported."""
    tree = ast.parse(text)
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in CALLS
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        function = names.get(called) or (called if called in CALLS else None)
        if function is None:
            continue
        contexts, sentences = CALLS[function]
        words = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        if len(words) >= contexts + sentences:
            context = words[0] if contexts else None
            yield (context, words[contexts]), (words[contexts + 1] if sentences == 2 else None)


def found_in_template(text: str) -> Iterator[tuple[Key, str | None]]:
    """Sentences of {% translate %}, {% blocktranslate %} and _()."""
    from django.utils.translation.template import templatize

    for function, *quoted in IN_TEMPLATE.findall(templatize(text)):
        words = [ast.literal_eval(word) for word in quoted if word]
        contexts, sentences = CALLS.get(function, (0, 1))
        context = words[0] if contexts else None
        yield (context, words[contexts]), (words[contexts + 1] if sentences == 2 else None)


def collect() -> dict[Key, Sentence]:
    """Every sentence of the product."""
    found: dict[Key, Sentence] = {}
    files = [
        path for folder in CODE for path in sorted((HOUSE / folder).rglob("*.py")) if "migrations" not in path.parts
    ]
    files += [path for folder in ("templates", *CODE) for path in sorted((HOUSE / folder).rglob("*.html"))]
    files += sorted((HOUSE / "templates").rglob("*.txt")) + sorted((HOUSE / "templates").rglob("*.svg"))
    for path in files:
        read = found_in_python if path.suffix == ".py" else found_in_template
        for key, plural in read(path.read_text(encoding="utf-8")):
            sentence = found.setdefault(key, Sentence())
            sentence.plural = sentence.plural or plural
            sentence.files.add(str(path.relative_to(HOUSE)))
    return found


def catalogue_path(locale: str) -> Path:
    return HOUSE / "locale" / locale / "LC_MESSAGES" / "django.po"


def empty_catalogue(locale: str) -> str:
    return (
        'msgid ""\nmsgstr ""\n"Project-Id-Version: Voice of the Child\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Language: {locale}\\n"\n"Plural-Forms: {PLURALS[locale]}\\n"\n'
    )


def read(path: Path, locale: str) -> Catalog:
    """A catalogue; a missing file is an empty one."""
    text = path.read_text(encoding="utf-8") if path.exists() else empty_catalogue(locale)
    return read_po(text.splitlines(keepends=True), locale=locale)


def translated(message: Message | None) -> bool:
    """Whether every form of the message is filled in."""
    if message is None:
        return False
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def key_of(message: Message) -> Key:
    return message.context, message.id[0] if isinstance(message.id, tuple | list) else message.id


def renewed(locale: str, sentences: dict[Key, Sentence], fillers: list[Catalog]) -> Catalog:
    """The catalogue as it should be: every sentence of the code, translated where a translation is known."""
    old = read(catalogue_path(locale), locale)
    sources = [{key_of(message): message for message in catalogue if message.id} for catalogue in (old, *fillers)]
    new = read(Path("/nonexistent"), locale)
    wanted = {key: (sentence.plural, sorted(sentence.files), []) for key, sentence in sentences.items()}
    for source in sources:
        for key, message in source.items():
            if "library" in message.user_comments and key not in wanted:
                plural = message.id[1] if isinstance(message.id, tuple | list) else None
                wanted[key] = (plural, [], ["library"])
    for (context, text), (plural, files, comments) in sorted(wanted.items(), key=lambda item: (item[1][1], item[0][1])):
        known = [source.get((context, text)) for source in sources]
        # A plural sentence needs all forms of this language; a single one from elsewhere does not fit.
        fitting = [
            m
            for m in known
            if m is not None and translated(m) and (plural is not None) == isinstance(m.id, tuple | list)
        ]
        string = fitting[0].string if fitting else ("",) * new.num_plurals if plural else ""
        new.add(
            (text, plural) if plural else text,
            string,
            locations=[(file, 0) for file in files],
            user_comments=comments,
            context=context,
            flags=[],
        )
    return new


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fill", nargs="+", action="append", default=[], metavar=("LOCALE", "FILE"))
    asked = parser.parse_args()
    sentences = collect()
    for locale in LOCALES:
        files = [Path(name) for given, *names in asked.fill if given == locale for name in names]
        catalogue = renewed(locale, sentences, [read(path, locale) for path in files])
        path = catalogue_path(locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=0, include_lineno=False)
        missing = [message for message in catalogue if message.id and not translated(message)]
        print(f"{locale}: {len(catalogue)} sentences, {len(missing)} to translate")
        for message in missing:
            print(f"  {message.id[0] if isinstance(message.id, tuple | list) else message.id!r}")


if __name__ == "__main__":
    sys.exit(main())

"""The catalogues: every sentence of the product is translated into Kazakh and Russian, and none of them is English in disguise."""

import importlib.util
import re
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings

HOUSE = Path(settings.BASE_DIR)
CASES = Path(__file__).parent / "cases"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")
# The ninth, һ, stands in few words; no sentence of the product needs one of them.
KAZAKH_LETTERS = set("әғқңөұүі")


def messages_script() -> ModuleType:
    """The script behind `make messages`, as a module."""
    spec = importlib.util.spec_from_file_location("messages", HOUSE / ".ci" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["messages"] = module
    spec.loader.exec_module(module)
    return module


MESSAGES = messages_script()


def same_everywhere() -> set[str]:
    """Sentences that may be the same in every language, each with its reason."""
    lines = (CASES / "same_in_all_languages.txt").read_text(encoding="utf-8").splitlines()
    return {line.split(" # ")[0].strip() for line in lines if line.strip() and not line.startswith("#")}


def forms(message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string]


def sources(message) -> list[str]:
    return list(message.id) if isinstance(message.id, tuple | list) else [message.id]


@cache
def sentences():
    """Every sentence of the code; all tests of this file read them, none changes them."""
    return MESSAGES.collect()


@cache
def catalogue_of(locale: str):
    """A catalogue as it lies on the disk."""
    path = MESSAGES.catalogue_path(locale)
    assert path.exists(), f"{path} is missing"
    return MESSAGES.read(path, locale)


@pytest.fixture(params=MESSAGES.LOCALES)
def catalogue(request):
    return catalogue_of(request.param)


def test_every_sentence_of_the_code_is_in_the_catalogue(catalogue):
    known = {MESSAGES.key_of(message) for message in catalogue if message.id}
    missing = sorted(text for context, text in sentences() if (context, text) not in known)
    assert missing == [], "run make messages, then translate"


def test_the_catalogue_holds_nothing_that_is_gone(catalogue):
    wanted = set(sentences())
    kept = [m for m in catalogue if m.id and MESSAGES.key_of(m) not in wanted and "library" not in m.user_comments]
    assert [message.id for message in kept] == []
    assert list(catalogue.obsolete) == []


def test_every_sentence_is_translated_in_every_form(catalogue):
    assert [m.id for m in catalogue if m.id and not (MESSAGES.translated(m) and all(map(str.strip, forms(m))))] == []
    assert [m.id for m in catalogue if isinstance(m.id, tuple | list) and len(forms(m)) != catalogue.num_plurals] == []


def test_nothing_is_fuzzy(catalogue):
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


def test_no_translation_is_the_english_sentence(catalogue):
    allowed = same_everywhere()
    same = [m.id for m in catalogue if m.id and set(forms(m)) & set(sources(m)) and not set(sources(m)) & allowed]
    assert same == []


def test_the_list_of_sentences_that_stay_the_same_is_not_longer_than_needed():
    written = {source for locale in MESSAGES.LOCALES for m in catalogue_of(locale)
               if m.id and set(forms(m)) & set(sources(m)) for source in sources(m)}  # fmt: skip
    assert same_everywhere() - written == set()


def test_every_translation_keeps_its_placeholders(catalogue):
    wrong = []
    for message in catalogue:
        if message.id:
            wanted = [set(PLACEHOLDER.findall(source)) for source in sources(message)]
            # A form that only ever stands for one may leave out the number.
            least, most = min(wanted, key=len), max(wanted, key=len)
            wrong += [form for form in forms(message) if not least <= set(PLACEHOLDER.findall(form)) <= most]
    assert wrong == []


def test_every_catalogue_compiles_without_complaint(catalogue):
    assert [str(fault) for _message, faults in catalogue.check() for fault in faults] == []


def test_kazakh_is_written_in_kazakh_letters():
    texts = " ".join(form for m in catalogue_of("kk") if m.id for form in forms(m)).casefold()
    assert {letter for letter in KAZAKH_LETTERS if letter not in texts} == set()
    # A Latin i or h among Cyrillic letters looks right and is wrong: searching does not find it.
    assert re.findall(r"\w*(?:[а-яәғқңөұүһі][a-z]|[a-z][а-яәғқңөұүһі])\w*", texts) == []


def test_a_missing_translation_would_be_seen():
    catalogue = MESSAGES.renewed("kk", {(None, "No such sentence, ever"): MESSAGES.Sentence(files={"x.py"})}, [])
    assert not MESSAGES.translated(catalogue.get("No such sentence, ever"))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('from django.utils.translation import gettext as _\n_("A b")', {(None, "A b")}),
        ('from django.utils.translation import gettext_lazy as _lazy\n_lazy("A b")', {(None, "A b")}),
        ('from django.utils.translation import pgettext\npgettext("c", "A")', {("c", "A")}),
        ('from django.utils.translation import ngettext\nngettext("a", "b", 2)', {(None, "a")}),
    ],
)
def test_sentences_in_python_are_found(code, expected):
    assert {key for key, plural in MESSAGES.found_in_python(code)} == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{% translate "A b" %}', {(None, "A b")}),
        ("{% blocktranslate trimmed %}\n A\n {{ b }}\n{% endblocktranslate %}", {(None, "A %(b)s")}),
        ("{% blocktranslate count n=n %}one{% plural %}{{ n }} more{% endblocktranslate %}", {(None, "one")}),
        ("{% translate 'A' context 'c' %}", {("c", "A")}),
        ('{{ _("It’s") }}', {(None, "It’s")}),
    ],
)
def test_sentences_in_templates_are_found(template, expected):
    assert {key for key, plural in MESSAGES.found_in_template(template)} == expected

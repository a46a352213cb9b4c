"""Fixtures that every test may use."""

import gc
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from random import Random

import pytest
from django.db import connection
from django.middleware import csrf
from django.template import Context, Template
from django.test import TransactionTestCase
from django.utils import translation
from django.utils.safestring import SafeString

from ombudsman.people import triggers
from visits import editions
from visits.api_deliveries import DeliveryThrottle

from . import cast as people
from . import migrated
from .once import ONCE
from .replayed import REPLAY

# Files that take longest, by what they do and not by how many tests they hold: begun first, or one of several workers is still
# busy with the last of them when the others have nothing left to do. The second needs no database: while its worker is at it,
# that of the first applies the migrations for all.
LONGEST = (
    "test_doors.py",
    "disclosure/test_instances.py",
    "test_languages_walk.py",
    "test_book_pdf.py",
    "test_nothing_small_is_shown.py",
    "test_pdf_standards.py",
    "test_interviews_leave_no_trace.py",
    "test_benchmarks.py",
    "test_visible.py",
    "test_benchmark_disclosure.py",
    "test_ofsted_2024_grades.py",
    "test_demo_command.py",
    "test_release.py",
)


def pytest_configure(config: pytest.Config) -> None:
    """The house makes many small things that live for one request; looking for circles among them took a fifth of all time."""
    gc.set_threshold(200_000, 20, 100)
    # The order in which workers get files is ours; see LONGEST.
    config.option.loadscopereorder = False


def pytest_collection(session: pytest.Session) -> None:
    """In a fresh clone every file of tests is translated before it is read. The workers read all of them in the same order, each
    translating everything; every other worker therefore loads them from the last one first, and finds half of the work done.
    """
    config = session.config
    number = getattr(config, "workerinput", {}).get("workerid", "gw0").removeprefix("gw")
    if int(number) % 2 and [Path(asked).name for asked in config.args] == config.getini("testpaths"):
        here = Path(__file__).parent
        for path in sorted(here.rglob("test_*.py"), reverse=True):
            # What cannot be loaded is told when it is collected.
            with suppress(Exception):
                import_module(".".join(path.relative_to(here.parent).with_suffix("").parts))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; within a file everything stays where it is."""
    items.sort(key=lambda item: place_of(f"{item.path.parent.name}/{item.path.name}"))


def place_of(path: str) -> int:
    """Where a file stands among the longest; behind them all if it is none of them."""
    return next((at for at, name in enumerate(LONGEST) if path.endswith(f"/{name}") or path == name), len(LONGEST))


def pytest_collection_finish() -> None:
    """What is loaded now stays until the end: nobody needs to look through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Migrations are applied once for one state of the code; see `migrated.py`."""
    migrated.share()


@pytest.fixture(scope="session", autouse=True)
def workers_share(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The folder above those of the workers, where what one has made is found by the others; see `once.py`."""
    if hasattr(request.config, "workerinput"):
        ONCE.folder = tmp_path_factory.getbasetemp().parent


@pytest.fixture
def cast(db: None) -> people.Cast:
    """Everybody of the cast, with their visits; see `replayed.py`."""
    return REPLAY.give()


@pytest.fixture(scope="module")
def unwatched_templates() -> Iterator[None]:
    """For files that ask for thousands of pages and read them as a reader does: no copy is kept of what each template was given."""

    def render(template: Template, context: Context) -> SafeString:
        return template.nodelist.render(context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield


@pytest.fixture(scope="session", autouse=True)
def watched_pages_only() -> Iterator[None]:
    """What a page was given is kept for `response.context`; of the dozens of parts that a page is put together from, no copy is."""
    watched = Template._render

    def render(template: Template, context: Context) -> SafeString:
        return watched(template, context) if context.template is template else template.nodelist.render(context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_dice() -> Iterator[None]:
    """The secrets in forms, thousands of them, are thrown with dice that are quick to throw; nobody here guesses them."""
    dice = Random(2026)

    def throw() -> str:
        return "".join(dice.choices(csrf.CSRF_ALLOWED_CHARS, k=csrf.CSRF_SECRET_LENGTH))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csrf, "_get_new_csrf_string", throw)
        yield


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Published editions and limits are kept per process; each test has a database and people of its own."""
    editions.forget()
    DeliveryThrottle.sent.clear()


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Every test begins in English: a request in another language leaves its own behind."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session", autouse=True)
def emptying_passes_the_guard() -> Iterator[None]:
    """After a test with real transactions every table is emptied; the trail lets itself be emptied then, and only then."""
    empty = TransactionTestCase._fixture_teardown

    def teardown(case: TransactionTestCase) -> None:
        triggers.remove(connection)
        empty(case)
        triggers.install(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield

"""A browser that a benchmark drives: Chromium of this machine, a product that serves its collected files, a prepared device."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .places import HOUSE, environment, folder, worker

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# A browser opens connections before it needs them. One that stays silent holds up a sync worker for half a minute, then gunicorn
# ends it; threads wait for it beside the work. Connections are closed after each answer, as a sync worker does.
FOR_BROWSERS = ("-k", "gthread", "--threads", "8", "--keep-alive", "0")
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")


class NoBrowser(RuntimeError):
    """Chromium is not installed: apt-get install -y chromium."""


def browser() -> str:
    """The installed browser. Raises NoBrowser."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise NoBrowser("Chromium is missing; install it with: apt-get install -y chromium")
    return found


@contextmanager
def fieldwork() -> Iterator[tuple[Path, dict[str, str], dict[str, Any]]]:
    """A folder, the environment of a product with one open visit in it, and what a client must know of it. SQLite."""
    with folder() as here:
        env = environment(here, f"sqlite:///{here / 'benchmark.sqlite3'}")
        facts = worker("benchmarks.fieldwork_fill", "1", "1", env=env)
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
            env=env,
            cwd=HOUSE,
            check=True,
            capture_output=True,
        )
        yield here, env, facts

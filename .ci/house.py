"""The set-up script behind the Makefile: standard library only, so that a bare machine can run it.

Every step says what it does and how long it took. Steps already done are skipped: packages are installed again only when the
lock has changed, system libraries only when they are missing.
"""

import argparse
import contextlib
import ctypes
import ctypes.util
import datetime
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
VENV = HOUSE / ".venv"
PYTHON = VENV / "bin" / "python"
VAR = Path(os.environ.get("VOICE_VAR_DIR", HOUSE / "var"))
OLDEST = (3, 11)
LANGUAGES = ("kk", "ru", "en")

# What WeasyPrint loads, and the Debian packages that bring it.
PDF_LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
PDF_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
TYPED = ("ombudsman", "institutions", "visits", "reports")
CODE = (*TYPED, "benchmarks", "tests", ".ci/house.py", "manage.py")


class Stop(Exception):
    """Ends the script with a sentence that says what to do."""


# --- telling -------------------------------------------------------------------------------------------------------------


def say(line: str = "") -> None:
    print(line, flush=True)


@contextlib.contextmanager
def step(what: str) -> Iterator[None]:
    """One step: its name before it, its time after it."""
    say(f"→ {what}")
    began = time.monotonic()
    yield
    say(f"  {time.monotonic() - began:.1f} s")


def call(*command: str | Path, env: dict[str, str] | None = None, quiet: bool = False, user: str | None = None) -> None:
    """Runs a command in the house; its failure stops the script. `quiet` shows the output only when it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        cwd=HOUSE if user is None else "/",
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )
    if done.returncode:
        if quiet:
            say(done.stdout.decode(errors="replace"))
        raise Stop(f"This failed (exit {done.returncode}): {' '.join(words)}")


# --- the machine ---------------------------------------------------------------------------------------------------------


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def has_apt() -> bool:
    return shutil.which("apt-get") is not None


def install(packages: tuple[str, ...], why: str) -> None:
    """Installs Debian packages when that is allowed; otherwise stops and says which command does it."""
    command = f"apt-get install -y {' '.join(packages)}"
    if not (has_apt() and is_root()):
        asked = f"sudo {command}" if has_apt() else f"the packages that your system calls {', '.join(packages)}"
        raise Stop(f"{why}\nInstall it with: {asked}")
    quietly = {"DEBIAN_FRONTEND": "noninteractive"}
    call("apt-get", "update", "-q", env=quietly, quiet=True)
    call("apt-get", "install", "-y", "-q", "--no-install-recommends", *packages, env=quietly, quiet=True)


def has_library(name: str) -> bool:
    for file in (f"lib{name}.so.0", ctypes.util.find_library(name)):
        if file:
            with contextlib.suppress(OSError):
                ctypes.CDLL(file)
                return True
    return False


def pdf_libraries() -> None:
    """What turns the report into a PDF. Without it the site runs, but no report can be made."""
    missing = [name for name in PDF_LIBRARIES if not has_library(name)]
    if missing:
        with step(f"system libraries for the PDF ({', '.join(missing)})"):
            install(PDF_PACKAGES, "The report needs Pango to become a PDF.")


def environment(lock: str) -> None:
    """The virtual environment with exactly the packages of requirements/LOCK.txt, checked by hash."""
    if not PYTHON.exists():
        with step("virtual environment .venv"):
            try:
                call(sys.executable, "-m", "venv", "--clear", VENV, quiet=True)
            except Stop:
                version = f"{sys.version_info.major}.{sys.version_info.minor}"
                install((f"python{version}-venv",), "Python's venv module is not complete.")
                call(sys.executable, "-m", "venv", "--clear", VENV, quiet=True)
    # The tests' packages include those that the product runs with.
    wanted = {name: lock_digest(name) for name in ("run", "test")}
    stamp = VENV / "installed-lock"
    installed = stamp.read_text() if stamp.exists() else ""
    if installed == wanted["test"] or installed == wanted[lock]:
        return
    with step(f"packages of requirements/{lock}.txt"):
        stamp.unlink(missing_ok=True)
        call(
            PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--require-hashes",
            "--only-binary", ":all:", "-r", HOUSE / "requirements" / f"{lock}.txt", quiet=True,
        )  # fmt: skip
        stamp.write_text(wanted[lock])


def lock_digest(name: str) -> str:
    return hashlib.sha256((HOUSE / "requirements" / f"{name}.txt").read_bytes()).hexdigest()


def catalogues() -> None:
    """Compiles locale/*/LC_MESSAGES/*.po, where one is newer than its .mo."""
    waiting = [
        po for po in sorted((HOUSE / "locale").glob("*/LC_MESSAGES/*.po")) if is_older(po.with_suffix(".mo"), po)
    ]
    if waiting:
        with step("languages"):
            for po in waiting:
                call(VENV / "bin" / "pybabel", "compile", "-i", po, "-o", po.with_suffix(".mo"), quiet=True)


def is_older(made: Path, source: Path) -> bool:
    return not made.exists() or made.stat().st_mtime < source.stat().st_mtime


def manage(*words: str, env: dict[str, str] | None = None, quiet: bool = False) -> None:
    call(PYTHON, "manage.py", *words, env=env, quiet=quiet)


# --- make demo, make run -------------------------------------------------------------------------------------------------

DEMONSTRATION = {"VOICE_DEMONSTRATION": "1"}


def demo(*, serve: bool, port: int) -> None:
    """From nothing to the three reports, and to the site unless asked to stop before."""
    began = time.monotonic()
    environment("run")
    pdf_libraries()
    catalogues()
    VAR.mkdir(parents=True, exist_ok=True)
    with step("database"):
        manage("migrate", "--verbosity=0", env=DEMONSTRATION)
        manage("createcachetable", env=DEMONSTRATION)
    static_files()
    with step("demonstration country (kept, if there is one)"):
        manage("demo", "--if-empty", env=DEMONSTRATION, quiet=True)
    reports()
    say()
    say((VAR / "demo-sign-ins.txt").read_text(encoding="utf-8").strip())
    say()
    say(f"Ready after {time.monotonic() - began:.0f} s.")
    if serve:
        run_site(port)


def reports() -> None:
    """The annual report of the last full year, in three languages; made again when anything it is made of has changed."""
    year = datetime.date.today().year - 1
    files = [VAR / "reports" / f"voice-of-the-child-{year}-{language}.pdf" for language in LANGUAGES]
    stamp = VAR / "reports" / ".made-of"
    # What shapes the report besides the data, which a publication keeps frozen.
    made_of = digest_of(*TYPED, "templates", "static", "locale")
    if all(file.exists() for file in files) and stamp.exists() and stamp.read_text() == made_of:
        say(f"→ annual report {year}: already there")
    else:
        with step(f"annual report {year} in three languages"):
            manage("build_report", str(year), "--all", "--anew", env=DEMONSTRATION)
            stamp.write_text(made_of)
    for file in files:
        say(f"  {file.relative_to(HOUSE) if file.is_relative_to(HOUSE) else file}")


def static_files() -> None:
    """Style sheets, fonts and scripts under the names that a browser may keep; collected again when one has changed."""
    stamp = VAR / "static" / ".made-of"
    made_of = digest_of("static", "requirements", "ombudsman")
    if stamp.exists() and stamp.read_text() == made_of:
        return
    with step("style sheets, fonts and scripts"):
        manage("collectstatic", "--noinput", "--verbosity=0", env=DEMONSTRATION)
        stamp.write_text(made_of)


def digest_of(*folders: str) -> str:
    """A digest of everything in these folders of the house that people wrote."""
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted((HOUSE / folder).rglob("*")):
            if file.is_file() and file.suffix not in (".pyc", ".mo"):
                digest.update(str(file.relative_to(HOUSE)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def run_site(port: int) -> None:
    """Web and worker on this machine alone, until interrupted or until one of them ends."""
    gunicorn = [
        VENV / "bin" / "gunicorn", "ombudsman.wsgi", f"--bind=127.0.0.1:{port}", "--workers=2", "--threads=4",
        "--log-level=warning",
    ]  # fmt: skip
    keep_running([[str(word) for word in gunicorn], worker()], port)


def worker() -> list[str]:
    return [str(PYTHON), "manage.py", "db_worker"]


def run(*, port: int) -> None:
    """The site as a developer wants it: restarts itself when code changes."""
    environment("test")
    catalogues()
    debug = {**DEMONSTRATION, "VOICE_DEBUG": "1"}
    VAR.mkdir(parents=True, exist_ok=True)
    with step("database"):
        manage("migrate", "--verbosity=0", env=debug)
        manage("createcachetable", env=debug)
    keep_running([[str(PYTHON), "manage.py", "runserver", f"127.0.0.1:{port}"], worker()], port, VOICE_DEBUG="1")


def keep_running(commands: list[list[str]], port: int, **extra: str) -> None:
    env = {**os.environ, **DEMONSTRATION, **extra}
    running = [subprocess.Popen(words, cwd=HOUSE, env=env, stdin=subprocess.DEVNULL) for words in commands]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    say(f"Voice of the Child: http://127.0.0.1:{port}/  (Ctrl-C ends it)")
    try:
        while all(process.poll() is None for process in running):
            time.sleep(0.5)
        raise Stop("The site ended by itself; its last lines say why.")
    except KeyboardInterrupt:
        say()
    finally:
        for process in running:
            process.terminate()
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
                process.wait(timeout=20)


# --- make test -----------------------------------------------------------------------------------------------------------


def test(extra: list[str]) -> None:
    """The suite on SQLite, then on PostgreSQL and in a browser where they are installed."""
    environment("test")
    pdf_libraries()
    catalogues()
    failed, skipped = [], []
    with tempfile.TemporaryDirectory(prefix="voice-tests-") as folder:
        env = {"VOICE_VAR_DIR": folder}
        sqlite = {**env, "VOICE_DATABASE": "sqlite:///"}
        rooms = ["-n", "auto", "--dist", "loadfile", "-m", "not browser", *extra]
        with step("tests on SQLite"):
            failed += pytest("SQLite", *rooms, env=sqlite)
        server = postgres_programs()
        if url := os.environ.get("VOICE_TEST_DATABASE"):
            with step("tests on the PostgreSQL of VOICE_TEST_DATABASE"):
                failed += pytest("PostgreSQL", *rooms, env={**env, "VOICE_DATABASE": url})
        elif server:
            with step("tests on PostgreSQL"), temporary_postgres(server) as url:
                failed += pytest("PostgreSQL", *rooms, env={**env, "VOICE_DATABASE": url})
        else:
            skipped.append(("PostgreSQL", "apt-get install -y postgresql"))
        if any(shutil.which(name) for name in BROWSERS):
            with step("tests in a browser"):
                failed += pytest("browser", "-m", "browser", *extra, env=sqlite)
        else:
            skipped.append(("browser", "apt-get install -y chromium"))
    for what, command in skipped:
        say(f"Skipped: {what}, which is not installed here. To test with it: {command}")
        if os.environ.get(f"VOICE_REQUIRE_{what.upper().replace('POSTGRESQL', 'POSTGRES')}") == "1":
            failed.append(f"{what} (missing)")
    if failed:
        raise Stop(f"Failed: {', '.join(failed)}")


def pytest(name: str, *words: str, env: dict[str, str]) -> list[str]:
    """Runs pytest, its own output untouched; returns [name] when it failed. Collecting nothing is a failure too."""
    done = subprocess.run(
        [str(PYTHON), "-m", "pytest", *words],
        cwd=HOUSE,
        # What is compiled is kept, even where the machine is told not to: every worker would compile everything again.
        env={**os.environ, **env, "PYTHONDONTWRITEBYTECODE": ""},
        stdin=subprocess.DEVNULL,
    )
    return [name] if done.returncode else []


def postgres_programs() -> Path | None:
    """The folder of the newest installed server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    here = shutil.which("initdb")
    return Path(here).resolve().parent if here else None


@contextlib.contextmanager
def temporary_postgres(programs: Path) -> Iterator[str]:
    """A PostgreSQL cluster of its own: on a socket only, never on a port, gone afterwards. Yields its URL.

    The server refuses to run as root; then the account `postgres`, which its package makes, runs it.
    """
    owner = "postgres" if is_root() else None
    # The path of a socket must be short and, in a URL, in lower case.
    folder = Path(tempfile.mkdtemp(prefix="voice-pg-", dir="/tmp"))
    try:
        if owner:
            shutil.chown(folder, owner, owner)
        data = folder / "data"
        call(
            programs / "initdb", "-D", data, "-U", "voice", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
            quiet=True, user=owner,
        )  # fmt: skip
        # Nothing here has to survive a power cut.
        options = f"-c listen_addresses='' -k {folder} -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        control = programs / "pg_ctl"
        call(control, "-D", data, "-l", folder / "log", "-w", "-o", options, "start", quiet=True, user=owner)
        try:
            yield f"postgresql://voice@{str(folder).replace('/', '%2F')}/postgres"
        finally:
            call(control, "-D", data, "-m", "immediate", "-w", "stop", quiet=True, user=owner)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# --- make check ----------------------------------------------------------------------------------------------------------


def check() -> None:
    """Everything that can be said of the code without running it. Changes nothing."""
    environment("test")
    catalogues()
    programs = VENV / "bin"
    templates = [str(path) for path in sorted((HOUSE / "templates").rglob("*.html"))]
    with tempfile.TemporaryDirectory(prefix="voice-check-") as folder:
        settings = {"VOICE_VAR_DIR": folder, "VOICE_DEMONSTRATION": "1"}
        checks: list[tuple[str, list[str | Path]]] = [
            ("style (ruff)", [programs / "ruff", "check", "--no-fix", *CODE]),
            ("format (ruff)", [programs / "ruff", "format", "--check", *CODE]),
            ("types (mypy, strict)", [programs / "mypy", *TYPED, "benchmarks"]),
            ("templates (djade)", [programs / "djade", "--check", "--target-version", "5.2", *templates]),
            ("layers (import-linter)", [programs / "lint-imports", "--no-cache"]),
            ("migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"]),
            ("the framework's own checks", [PYTHON, "manage.py", "check", "--fail-level", "WARNING"]),
            ("translations", [PYTHON, "-m", "pytest", "tests/test_languages.py"]),
            ("generated documents", [PYTHON, "-m", "pytest", "tests/architecture/test_docs.py"]),
        ]
        failed = []
        for name, command in checks:
            with step(name):
                try:
                    call(*command, env=settings)
                except Stop as stop:
                    say(str(stop))
                    failed.append(name)
    if failed:
        raise Stop(f"Not in order: {', '.join(failed)}")


# --- make messages, make lock --------------------------------------------------------------------------------------------


def messages() -> None:
    """Collects the sentences of code and templates into locale/."""
    environment("test")
    with step("messages"):
        call(PYTHON, ".ci/messages.py")
    catalogues()


def lock() -> None:
    """Writes the locks anew. Only addresses of packages' hashes go in: no index, no host."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(VENV / "bin"))
    if not uv:
        raise Stop("uv is missing. Install it with: .venv/bin/python -m pip install uv")
    for name in ("run", "test", "pdfcheck"):
        with step(f"requirements/{name}.txt"):
            call(
                uv, "pip", "compile", f"requirements/{name}.in", "--output-file", f"requirements/{name}.txt",
                "--generate-hashes", "--no-emit-index-url", "--no-header", "--python-version", "3.11", quiet=True,
            )  # fmt: skip


# --- the way in ----------------------------------------------------------------------------------------------------------


def right_python() -> None:
    """Goes on with a newer Python when this one is too old and another one is installed."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(14, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])
    raise Stop(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    acts = parser.add_subparsers(dest="act", required=True)
    for name in ("demo", "test", "check", "run", "messages", "lock"):
        acts.add_parser(name)
    acts.choices["demo"].add_argument("--serve", default="yes", choices=["yes", "no"])
    for name in ("demo", "run"):
        acts.choices[name].add_argument("--port", type=int, default=8000)
    acts.choices["test"].add_argument("words", nargs="*", help="passed on to pytest, after --")
    asked = parser.parse_args()
    try:
        right_python()
        if asked.act == "demo":
            demo(serve=asked.serve == "yes", port=asked.port)
        elif asked.act == "run":
            run(port=asked.port)
        elif asked.act == "test":
            test(asked.words)
        else:
            {"check": check, "messages": messages, "lock": lock}[asked.act]()
    except Stop as stop:
        sys.exit(str(stop))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

"""Where a benchmark works: a folder of its own, databases of its own, servers of its own; all gone afterwards."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).resolve().parent.parent
PATIENCE = 60.0


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that is removed with everything in it."""
    made = Path(tempfile.mkdtemp(prefix="voice-benchmark-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def databases(within: Path) -> Iterator[dict[str, str]]:
    """Name -> address. SQLite always; PostgreSQL where its programs are installed: a server of our own on a socket."""
    found = {"SQLite": f"sqlite:///{within / 'benchmark.sqlite3'}"}
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not programs:
        yield found
        return
    with postgres(programs[-1].parent) as address:
        yield {**found, "PostgreSQL": address}


@contextmanager
def postgres(programs: Path) -> Iterator[str]:
    """A PostgreSQL that listens on a socket only. It will not run as root; then the account `postgres` runs it."""
    owner = "postgres" if os.geteuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="voice-pg-"))
    home.chmod(0o700)
    if owner:
        shutil.chown(home, owner)
    data = home / "data"

    def run(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, user=owner, cwd=home)

    options = f"-c listen_addresses= -k {home} -c shared_buffers=512MB -c work_mem=64MB -c max_connections=60"
    try:
        run(str(programs / "initdb"), "-D", str(data), "-U", "voice", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        run(str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(home / "log"), "-o", options, "start")
        yield f"postgresql://voice@{str(home).replace('/', '%2F')}/postgres"
    finally:
        if data.exists():
            subprocess.run(
                [str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"],
                check=False,
                capture_output=True,
                user=owner,
                cwd="/",
            )
        shutil.rmtree(home, ignore_errors=True)


def environment(within: Path, address: str) -> dict[str, str]:
    """What the product needs to know to run here."""
    (within / "static").mkdir(exist_ok=True)
    keys = within / "secret"
    if not keys.exists():
        keys.write_text(secrets.token_urlsafe(40), encoding="ascii")
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "ombudsman.settings"),
        "VOICE_DATABASE": address,
        "VOICE_DEMONSTRATION": "1",
        "VOICE_DEBUG": "0",
        # A benchmark is one very busy person.
        "VOICE_DELIVERIES_PER_MINUTE": "1000000",
        "VOICE_LOG_LEVEL": "WARNING",
        "VOICE_SECRET_KEY": keys.read_text(encoding="ascii"),
        "VOICE_VAR_DIR": str(within),
    }


def worker(module: str, *arguments: str, env: dict[str, str]) -> dict[str, Any]:
    """Runs a module of ours in a process of its own; its last line is JSON."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], env=env, cwd=HOUSE, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed:\n{done.stderr[-3000:]}")
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


@contextmanager
def server(
    application: str, env: dict[str, str], probe: str, workers: int = 2, more: tuple[str, ...] = ()
) -> Iterator[int]:
    """gunicorn with sync workers on a free port of 127.0.0.1; ready when `probe` answers."""
    port = free_port()
    # Many workers are forked from one that has loaded everything.
    process = serve(application, env, port, workers, *(["--preload"] if workers > 2 else []), *more)
    try:
        wait_for(f"http://127.0.0.1:{port}{probe}", process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def serve(application: str, env: dict[str, str], port: int, workers: int, *more: str) -> "subprocess.Popen[bytes]":
    """Starts gunicorn in a process group of its own."""
    command = [sys.executable, "-m", "gunicorn", "-w", str(workers), "-k", "sync", "-b", f"127.0.0.1:{port}"]
    return subprocess.Popen(
        [*command, "--log-level", "critical", *more, application], env=env, cwd=HOUSE, start_new_session=True
    )


def wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    """Until the server answers anything at all; raises RuntimeError when it ends or takes too long."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("The server ended before it answered.")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The server did not answer in time.")

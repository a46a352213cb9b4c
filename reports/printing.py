"""The act of printing: a publication's book in one language, kept in the reports folder and entered in the ledger.

Called by commands and background tasks; above services and book.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

import django
from django.conf import settings

from ombudsman.people.models import User

from . import book, services
from .models import Publication, ReleasedFile


def reports_folder() -> Path:
    """Where the printed books lie."""
    return Path(settings.VAR_DIR) / "reports"


def print_publication(*, publication: Publication, language: str, by: User | None, at: datetime) -> Path:
    """Prints the frozen figures of `publication`; returns the file. Raises pdf.NoPrinter without Pango.

    The file appears whole or not at all, and the ledger knows it only when it lies there.
    """
    return _keep(publication, language, _made(publication, language), by, at)


def print_languages(
    *, publication: Publication, languages: Sequence[str], by: User | None, at: datetime
) -> Iterator[Path]:
    """The same for several languages side by side, a process for each: a book is work for one processor.

    Yields the files in the order of `languages`.
    """
    workers = min(len(languages), os.cpu_count() or 1)
    if workers < 2:
        for language in languages:
            yield print_publication(publication=publication, language=language, by=by, at=at)
        return
    frozen = publication.frozen
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=django.setup) as presses:
        coming = [
            presses.submit(
                book.build,
                frozen.content,
                language=language,
                fingerprint=frozen.sha256,
                edition=publication.edition,
            )
            for language in languages
        ]
        for language, written in zip(languages, coming, strict=True):
            yield _keep(publication, language, written.result(), by, at)


def already_printed(publication: Publication, language: str) -> Path | None:
    """The file of the book if it lies in its place exactly as the ledger knows it; None if it must be printed."""
    path = reports_folder() / book.name_of(publication.year, language, publication.edition)
    if not path.exists():
        return None
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    known = ReleasedFile.objects.filter(publication=publication, language=language, sha256=sha256).exists()
    return path if known else None


def _made(publication: Publication, language: str) -> bytes:
    frozen = publication.frozen
    return book.build(frozen.content, language=language, fingerprint=frozen.sha256, edition=publication.edition)


def _keep(publication: Publication, language: str, written: bytes, by: User | None, at: datetime) -> Path:
    name = book.name_of(publication.year, language, publication.edition)
    path = reports_folder() / name
    put(path, written)
    services.register_file(publication=publication, language=language, name=name, content=written, by=by, at=at)
    return path


def put(path: Path, written: bytes) -> None:
    """Writes a file beside its place and moves it there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(written)
    draft.replace(path)

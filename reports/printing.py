"""The act of printing: a publication's book in one language, kept in the reports folder and entered in the ledger.

Called by commands and background tasks; above services and book.
"""

import os
from datetime import datetime
from pathlib import Path

from ombudsman.people.models import User

from . import book, services
from .models import Publication
from .shelf import reports_folder


def print_publication(*, publication: Publication, language: str, by: User | None, at: datetime) -> Path:
    """Prints the frozen figures of `publication`; returns the file. Raises pdf.NoPrinter without Pango.

    The file appears whole or not at all, and the ledger knows it only when it lies there.
    """
    content = publication.frozen.content
    written = book.build(content, language=language, fingerprint=publication.frozen.sha256, edition=publication.edition)
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

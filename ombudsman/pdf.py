"""The press: HTML to a tagged PDF with our own fonts. Only this file and `press` know WeasyPrint. Cellar.

WeasyPrint needs Pango, a library of the system. It is imported when something is printed, never before: without Pango the site
runs, and printing raises `NoPrinter` with a sentence for people.
"""

import hashlib
import importlib
import io
import logging
import os
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

from . import press

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
SHELF = "https://book.invalid/"  # a place that does not exist: what is printed is handed over, never fetched
FONTS = "fonts/"
PIXELS = 96 / 25.4  # the printer's unit in a millimetre


class NoPrinter(Exception):
    """Pango is missing: the sentence says what to install."""


def printer() -> Any:
    """WeasyPrint. Raises NoPrinter where the system lacks its libraries."""
    try:
        return importlib.import_module("weasyprint")
    except (OSError, ImportError) as why:
        raise NoPrinter(
            _(
                "Nothing can be printed because the Pango library is missing."
                " On Debian or Ubuntu: apt-get install %(packages)s"
            )
            % {"packages": PACKAGES}
        ) from why


class Press:
    """One thing to print: a page, its style sheet (a static file), its drawings by name.

    It may load our fonts and these drawings, and nothing else. Raises NoPrinter without Pango.
    """

    def __init__(self, html: str, *, style: str, drawings: Mapping[str, bytes] | None = None) -> None:
        self.weasyprint = printer()
        logging.getLogger("weasyprint").setLevel(logging.ERROR)
        fetcher = own_files_only(self.weasyprint, drawings or {})
        self.fonts = self.weasyprint.text.fonts.FontConfiguration()
        self.page = press.page(self.weasyprint, html, base_url=SHELF, url_fetcher=fetcher)
        text = static_file(style).read_text(encoding="utf-8")
        self.style = self.weasyprint.CSS(
            string=text, base_url=f"{SHELF}{style}", url_fetcher=fetcher, font_config=self.fonts
        )

    def heights(self) -> dict[str, float]:
        """How high each element with an id is, in millimetres."""
        document = self.page.render(stylesheets=[self.style], font_config=self.fonts)
        return {
            name: (bottom - top) / PIXELS
            for page in document.pages
            for name, (_left, top, _right, bottom) in page.anchors.items()
        }

    def write(self, *, variant: str, attachments: Iterable[Any] = ()) -> bytes:
        """The PDF, tagged, of this variant. The same input gives the same bytes: nothing is read from the clock."""
        with press.quick(self.weasyprint):
            written: bytes = self.page.write_pdf(
                stylesheets=[self.style],
                font_config=self.fonts,
                attachments=list(attachments),
                pdf_variant=variant,
                pdf_tags=True,
                pdf_identifier=b"voice-of-the-child",
            )
        return written


def static_file(name: str) -> Path:
    """Where one of our static files lies."""
    found = finders.find(name)
    if not found:
        raise FileNotFoundError(name)
    return Path(found)


@cache
def font_file(name: str) -> bytes:
    """A font as the printer wants it in the end: unpacked once, then kept beside the books."""
    packed = static_file(name).read_bytes()
    kept = Path(settings.VAR_DIR) / "unpacked-fonts" / f"{hashlib.sha256(packed).hexdigest()}.ttf"
    if kept.exists():
        return kept.read_bytes()
    from fontTools.ttLib import woff2

    unpacked = io.BytesIO()
    woff2.decompress(io.BytesIO(packed), unpacked)
    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_name(f".{kept.name}.{os.getpid()}")
    draft.write_bytes(unpacked.getvalue())
    draft.replace(kept)
    return unpacked.getvalue()


def own_files_only(weasyprint: Any, drawings: Mapping[str, bytes]) -> Any:
    """What is printed may load our fonts and its own drawings and nothing else: no network, no other file."""

    class Fetcher(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix(SHELF)
            if name in drawings:
                return weasyprint.urls.URLFetcherResponse(url, drawings[name], {"Content-Type": "image/svg+xml"})
            if name == url or not name.startswith(FONTS) or ".." in name:
                raise weasyprint.urls.FatalURLFetchingError(f"What is printed may not load {url}")
            return weasyprint.urls.URLFetcherResponse(url, font_file(name), {"Content-Type": "font/ttf"})

    return Fetcher()

"""The printed book: HTML to a tagged, archivable PDF with the open data inside. Only this file and `press` know WeasyPrint.

WeasyPrint needs Pango, a library of the system. It is imported when a book is made, never before: without Pango the site runs,
the check below says what to install, and making a book raises `NoPrinter` with a sentence for people.
May be imported by commands, services and views of reports.
"""

import hashlib
import importlib
import io
import logging
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Warning, register
from django.utils.translation import gettext as _

from . import press

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
STYLE = "css/report.css"
FONTS = "fonts/"
SHELF = "https://book.invalid/"  # a place that does not exist: what the book loads is handed to it, never fetched
DRAWINGS = "drawings/"
_DRAWING = re.compile(
    r'(<svg xmlns="[^"]*" class="chart" role="img" [^>]*>)<title>([^<]*)</title>(.*?)</svg>', re.DOTALL
)


class NoPrinter(Exception):
    """Pango is missing: the sentence says what to install."""


@dataclass(frozen=True)
class Enclosed:
    """A file inside the PDF: the open data."""

    name: str
    description: str
    data: bytes


def printer() -> Any:
    """WeasyPrint. Raises NoPrinter where the system lacks its libraries."""
    try:
        return importlib.import_module("weasyprint")
    except (OSError, ImportError) as why:
        raise NoPrinter(
            _(
                "The report cannot be printed because the Pango library is missing."
                " On Debian or Ubuntu: apt-get install %(packages)s"
            )
            % {"packages": PACKAGES}
        ) from why


@register()
def pango_is_there(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A warning, not an error: everything but the printed report works without Pango."""
    try:
        printer()
    except NoPrinter:
        return [
            Warning(
                "WeasyPrint cannot load Pango, so annual reports cannot be printed.",
                hint=f"On Debian or Ubuntu: apt-get install {PACKAGES}",
                id="reports.W001",
            )
        ]
    return []


def print_book(html: str, *, made_on: date, enclosed: Sequence[Enclosed] = ()) -> bytes:
    """PDF/A-3a and PDF/UA-1 in one file, every font embedded, the outline and the enclosed files with it.

    The same html, day and files give the same bytes: nothing is read from the clock. Raises NoPrinter without Pango.
    """
    weasyprint = printer()
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    html, drawings = drawings_apart(html)
    fetcher = _own_files_only(weasyprint, drawings)
    moment = datetime.combine(made_on, time())
    attachments = [
        weasyprint.Attachment(
            file_obj=io.BytesIO(file.data),
            name=file.name,
            description=file.description,
            relationship="Data",
            created=moment,
            modified=moment,
        )
        for file in enclosed
    ]
    fonts = weasyprint.text.fonts.FontConfiguration()
    document = press.page(weasyprint, html, base_url=SHELF, url_fetcher=fetcher)
    style = weasyprint.CSS(
        string=_static(STYLE).read_text(encoding="utf-8"),
        base_url=f"{SHELF}{STYLE}",
        url_fetcher=fetcher,
        font_config=fonts,
    )
    with press.quick(weasyprint):
        written = document.write_pdf(
            stylesheets=[style],
            font_config=fonts,
            attachments=attachments,
            pdf_variant="pdf/a-3a",
            pdf_tags=True,
            pdf_identifier=b"voice-of-the-child",
        )
    return mark_as_accessible(written)


def _static(name: str) -> Path:
    found = finders.find(name)
    if not found:
        raise FileNotFoundError(name)
    return Path(found)


def drawings_apart(html: str) -> tuple[str, dict[str, bytes]]:
    """The page with every chart as a picture, and the pictures by name; a chart's title becomes the text alternative.

    The printer styles every part of a drawing that stands in the page as if it were text. Taken out, equal drawings are
    read once and none of their parts is styled, which saves a third of the work.
    """
    names: dict[str, str] = {}

    def taken_out(found: re.Match[str]) -> str:
        drawn = f"{found[1]}{found[3]}</svg>"
        name = names.setdefault(drawn, f"{DRAWINGS}{len(names)}.svg")
        return f'<img src="{SHELF}{name}" alt="{found[2]}">'

    page = _DRAWING.sub(taken_out, html)
    return page, {name: drawn.encode() for drawn, name in names.items()}


@cache
def _font(name: str) -> bytes:
    """A font as the printer wants it in the end: unpacked once, then kept beside the books."""
    packed = _static(name).read_bytes()
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


def _own_files_only(weasyprint: Any, drawings: Mapping[str, bytes]) -> Any:
    """The book may load its own fonts and drawings and nothing else: no network, no other file."""

    class Fetcher(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix(SHELF)
            if name in drawings:
                return weasyprint.urls.URLFetcherResponse(url, drawings[name], {"Content-Type": "image/svg+xml"})
            if name == url or not name.startswith(FONTS) or ".." in name:
                raise weasyprint.urls.FatalURLFetchingError(f"The book may not load {url}")
            return weasyprint.urls.URLFetcherResponse(url, _font(name), {"Content-Type": "font/ttf"})

    return Fetcher()


# PDF/UA-1 wants its mark in the metadata; PDF/A allows a mark it does not know only with a description of its schema.
_ACCESSIBLE = b"""<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 rdf:about=""><pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
 rdf:about="">
<pdfaExtension:schemas>
<rdf:Bag>
<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property>
<rdf:Seq>
<rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li>
</rdf:Seq>
</pdfaSchema:property>
</rdf:li>
</rdf:Bag>
</pdfaExtension:schemas>
</rdf:Description>
"""


def mark_as_accessible(written: bytes) -> bytes:
    """The PDF/A-3a file with the mark of PDF/UA-1 beside it. Changes no page; the same bytes in give the same bytes out."""
    import pikepdf

    with pikepdf.open(io.BytesIO(written)) as pdf:
        metadata = pdf.Root.Metadata
        xmp = metadata.read_bytes()
        head, closing, tail = xmp.rpartition(b"</rdf:RDF>")
        if not closing:
            raise ValueError("The PDF carries no XMP metadata to mark.")
        metadata.write(head + _ACCESSIBLE + closing + tail)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, linearize=False, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def csv_bytes(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV for everybody's spreadsheet: UTF-8 with its mark, CRLF, None left empty."""
    import csv

    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")

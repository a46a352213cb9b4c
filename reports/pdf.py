"""The printed book: HTML to a tagged, archivable PDF with the open data inside. The printer itself: `ombudsman/pdf.py`.

Without Pango the site runs, the check below says what to install, and making a book raises `NoPrinter` with a sentence for people.
May be imported by commands, services and views of reports.
"""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.checks import CheckMessage, Warning, register

from ombudsman.pdf import PACKAGES, SHELF, NoPrinter, Press, printer

STYLE = "css/report.css"
DRAWINGS = "drawings/"
_DRAWING = re.compile(
    r'(<svg xmlns="[^"]*" class="chart" role="img" [^>]*>)<title>([^<]*)</title>(.*?)</svg>', re.DOTALL
)


@dataclass(frozen=True)
class Enclosed:
    """A file inside the PDF: the open data."""

    name: str
    description: str
    data: bytes


@register()
def pango_is_there(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A warning, not an error: everything but the printed report works without Pango."""
    try:
        printer()
    except NoPrinter:
        return [
            Warning(
                "WeasyPrint cannot load Pango, so neither annual reports nor sheets can be printed.",
                hint=f"On Debian or Ubuntu: apt-get install {PACKAGES}",
                id="reports.W001",
            )
        ]
    return []


def print_book(html: str, *, made_on: date, enclosed: Sequence[Enclosed] = ()) -> bytes:
    """PDF/A-3a and PDF/UA-1 in one file, every font embedded, the outline and the enclosed files with it.

    The same html, day and files give the same bytes: nothing is read from the clock. Raises NoPrinter without Pango.
    """
    html, drawings = drawings_apart(html)
    moment = datetime.combine(made_on, time())
    attachments = [
        printer().Attachment(
            file_obj=io.BytesIO(file.data),
            name=file.name,
            description=file.description,
            relationship="Data",
            created=moment,
            modified=moment,
        )
        for file in enclosed
    ]
    book = Press(html, style=STYLE, drawings=drawings)
    return mark_as_accessible(book.write(variant="pdf/a-3a", attachments=attachments))


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

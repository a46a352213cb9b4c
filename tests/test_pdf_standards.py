"""PDF/A-3a and PDF/UA-1, checked by veraPDF. Skipped, and it says so, where requirements/pdfcheck.txt is not installed.

All that is printed, in one file: the validator takes longer to begin than to read.
"""

import io
from datetime import date

import pikepdf
import pytest

from reports import pdf
from tests.cast import Cast
from tests.reports import pdf_validator
from tests.reports.book_content import printed
from tests.visits.test_sheets import printed as printed_sheets

pytestmark = [
    pytest.mark.pdfcheck,
    pytest.mark.skipif(
        not pdf_validator.is_installed(),
        reason="the PDF validator is not installed: pip install -r requirements/pdfcheck.txt",
    ),
]
FLAVOURS = ("PDFUA_1", "PDFA_3_A")


@pytest.fixture(scope="module")
def leaf() -> bytes:
    """One page from the press of the book: in it a planted fault is found as in a whole book, and sooner."""
    page = '<html lang="kk"><head><title>Бала үні</title></head><body><h1>Бала үні</h1><p>Бір бет.</p></body></html>'
    return pdf.print_book(page, made_on=date(2026, 3, 1))


def without(written: bytes, key: str) -> bytes:
    """The file with one entry of its catalogue taken out: a planted fault."""
    with pikepdf.open(io.BytesIO(written)) as file:
        del file.Root[key]
        out = io.BytesIO()
        file.save(out)
    return out.getvalue()


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_book_passes(flavour: str) -> None:
    assert pdf_validator.failures(printed("kk"), flavour) == []


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_planted_fault_does_not_pass(leaf: bytes, flavour: str) -> None:
    assert pdf_validator.failures(leaf, flavour) == []
    assert pdf_validator.failures(without(leaf, "/MarkInfo"), flavour)


def test_a_book_without_its_language_is_no_accessible_book(leaf: bytes) -> None:
    assert pdf_validator.failures(without(leaf, "/Lang"), "PDFUA_1")


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["checklist", "questionnaire"])
def test_sheets_are_accessible_pdf(cast: Cast, what: str) -> None:
    _sheets, written = printed_sheets(cast, what)
    assert pdf_validator.failures(written, "PDFUA_1") == []
    assert pdf_validator.failures(without(written, "/MarkInfo"), "PDFUA_1")

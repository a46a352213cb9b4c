"""PDF/A-3a and PDF/UA-1, checked by veraPDF. Skipped, and it says so, where requirements/pdfcheck.txt is not installed."""

import io

import pikepdf
import pytest

from . import pdf_validator
from .book_content import printed as printed_in

pytestmark = [
    pytest.mark.pdfcheck,
    pytest.mark.skipif(
        not pdf_validator.is_installed(),
        reason="the PDF validator is not installed: pip install -r requirements/pdfcheck.txt",
    ),
]
FLAVOURS = ("PDFUA_1", "PDFA_3_A")


@pytest.fixture(scope="module")
def printed() -> bytes:
    return printed_in("kk")


def without(written: bytes, key: str) -> bytes:
    """The file with one entry of its catalogue taken out: a planted fault."""
    with pikepdf.open(io.BytesIO(written)) as file:
        del file.Root[key]
        out = io.BytesIO()
        file.save(out)
    return out.getvalue()


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_book_passes_and_a_planted_fault_does_not(printed: bytes, flavour: str) -> None:
    assert pdf_validator.failures(without(printed, "/MarkInfo"), flavour)
    assert pdf_validator.failures(printed, flavour) == []


def test_a_book_without_its_language_is_no_accessible_book(printed: bytes) -> None:
    assert pdf_validator.failures(without(printed, "/Lang"), "PDFUA_1")

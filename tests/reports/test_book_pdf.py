"""The printed book: its words in three languages, its tags, its pages, what lies inside it, and that it is always the same."""

import csv
import gc
import io
import json
import re
import threading
from copy import deepcopy
from functools import cache
from html import unescape
from typing import Any

import pikepdf
import pypdfium2
import pytest
from django.core.management import call_command

from ombudsman import pdf as house_pdf
from ombudsman import press
from reports import book, pdf, printing
from reports.models import ReleasedFile

from .book_content import FINGERPRINT, KAZAKH, LANGUAGES, content, printed, thin


@cache
def pages(language: str) -> tuple[str, ...]:
    document = pypdfium2.PdfDocument(printed(language))
    return tuple(page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document)


def numbers_of_the_contents(language: str) -> list[int]:
    """What stands in the first column of the contents, above the folio."""
    contents = pypdfium2.PdfDocument(printed(language))[2]
    column = contents.get_textpage().get_text_bounded(left=0, right=55 / 25.4 * 72, bottom=60)
    return [int(word) for word in column.split() if word.isdigit()]


def text(language: str) -> str:
    return re.sub(r"\s+", " ", " ".join(pages(language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_kazakh_letters_are_read_back_from_the_text_layer(language: str) -> None:
    assert f"{KAZAKH} ё ₸ №" in text(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_font_is_ours_and_embedded(language: str) -> None:
    with pikepdf.open(io.BytesIO(printed(language))) as file:
        fonts = [
            one for one in file.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
        ]
        assert fonts
        assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(one.keys()) for one in fonts)
        assert all("Plex" in str(one.FontName) or "Voice" in str(one.FontName) for one in fonts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_contents_name_the_page_on_which_a_chapter_begins(language: str) -> None:
    with pikepdf.open(io.BytesIO(printed(language))) as file, file.open_outline() as outline:
        place = {page.objgen: at for at, page in enumerate(file.pages, 1)}
        begins = [place[item.destination[0].objgen] for item in outline.root[3:]]
    assert numbers_of_the_contents(language) == begins
    assert len(begins) >= 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_tagged_says_its_language_and_has_an_outline(language: str) -> None:
    with pikepdf.open(io.BytesIO(printed(language))) as file:
        assert file.Root.Lang == language
        assert file.Root.MarkInfo.Marked
        assert file.Root.StructTreeRoot
        assert file.Root.ViewerPreferences.DisplayDocTitle
        with file.open_outline() as outline:
            assert len(outline.root) >= 12
        with file.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "A"
            assert metadata["pdfuaid:part"] == "1"


def test_the_frozen_figures_lie_inside() -> None:
    with pikepdf.open(io.BytesIO(printed("kk"))) as file:
        assert set(file.attachments) == {"figures-2025.csv", "figures-2025.json"}
        held = {name: spec.get_file().read_bytes() for name, spec in file.attachments.items()}
        assert all(spec.relationship == "/Data" and spec.description for spec in file.attachments.values())
    assert json.loads(held["figures-2025.json"]) == thin()
    rows = list(csv.DictReader(io.StringIO(held["figures-2025.csv"].decode("utf-8-sig"))))
    assert {row["key"] for row in rows} == set(thin()["figures"])
    for row in rows:
        assert row["percent"] == str(book.c(thin()["figures"][row["key"]]["percent"]))


def test_the_same_figures_give_the_same_bytes() -> None:
    assert book.build(thin(), language="en", fingerprint=FINGERPRINT) == printed("en")


def test_a_number_changed_in_the_figures_changes_the_text() -> None:
    changed = deepcopy(thin())
    one = next(line for line in changed["indicators"] if line["code"] == changed["key_findings"][0]["code"])
    one["unfavourable"], one["base"] = 7771, 7772
    before = book.book_html(thin(), language="ru", fingerprint=FINGERPRINT)
    after = book.book_html(changed, language="ru", fingerprint=FINGERPRINT)
    assert "7\u00a0771" in after
    assert "7\u00a0771" not in before


def test_a_hidden_number_prints_the_sign_and_the_key_explains_it() -> None:
    hidden = deepcopy(thin())
    for one in hidden["indicators"]:
        one.update(
            protection="hidden",
            counts=dict.fromkeys(one["counts"]),
            base=None,
            favourable=None,
            partly=None,
            unfavourable=None,
            percent=None,
            percent_not_met=None,
            base_all=None,
            percent_all=None,
            institutions=None,
        )
    hidden["most_unmet"], hidden["key_findings"] = [], []
    html = book.book_html(hidden, language="kk", fingerprint=FINGERPRINT)
    assert html.count("◊") > 20 * len(hidden["indicators"]) / 20


def test_a_question_with_too_few_answers_prints_no_answer() -> None:
    few = deepcopy(thin())
    few["questions"][3].update(protection="too_few", cells=[], base=None, institutions=None, beside={})
    few["voices"] = []
    few["key_findings"] = []
    html = book.book_html(few, language="en", fingerprint=FINGERPRINT)
    assert "Too few answers to print." in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_but_the_cover_is_marked_as_demonstration(language: str) -> None:
    mark = {"kk": "КӨРСЕТІЛІМ", "ru": "ДЕМОНСТРАЦИЯ", "en": "DEMONSTRATION"}[language]
    assert all(mark in page for page in pages(language))
    real = deepcopy(thin())
    real["demonstration"] = False
    assert mark not in book.book_html(real, language=language, fingerprint=FINGERPRINT)


# Words in Latin letters that Kazakh and Russian books print, too.
LATIN = {
    **dict.fromkeys(
        ("Voice", "of", "the", "Child", "Children’s", "Ombudsman"), "the cover names the book in three languages"
    ),
    **dict.fromkeys(("PDF", "UA-1", "A-3a", "CSV", "JSON", "SHA-256"), "formats of files have no other name"),
    **dict.fromkeys(("XII", "XIII", "XIV", "XV", "XVI", "XVII"), "sections of a standard are numbered so"),
}
# Codes of indicators and questions, groups of the fingerprint, letters of paragraphs: 24(2)(c).
NO_WORDS = re.compile(r"\b[A-Z]{3}-\d\d\b|\bQ-\d\d\b|\b(?=[a-f]*\d)[0-9a-f]{4}\b|\bcdef\b|\((?:[a-h]|[ivx]+)\)")


def latin_words(shown: str) -> set[str]:
    return set(re.findall(r"[A-Za-z](?:[\w’'-]*\w)?", NO_WORDS.sub(" ", shown)))


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_word_of_the_text_layer_is_left_in_latin_letters(language: str) -> None:
    assert latin_words(text(language)) - set(LATIN) == set()


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_word_of_a_full_year_is_left_in_latin_letters(language: str) -> None:
    html = book.book_html(content(), language=language, fingerprint=FINGERPRINT)
    spoken = " ".join(re.findall(r"<title>([^<]*)</title>", html))
    shown = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html.partition("<body>")[2], flags=re.DOTALL)
    assert latin_words(unescape(f"{spoken} {shown}")) - set(LATIN) == set()


def test_a_word_in_latin_letters_is_found() -> None:
    assert latin_words("CPT24 contact: telephone, 37(b), SEP-01, 0123 89ab cdef") == {"CPT24", "contact", "telephone"}


def test_the_sentence_of_limits_stands_with_the_childrens_answers() -> None:
    assert text("en").count("the figure is not an estimate for all") >= 4


def test_missing_pango_is_said_in_a_sentence_and_the_site_is_only_warned(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError("cannot load library 'libpango-1.0-0'")

    assert pdf.pango_is_there(None) == []
    monkeypatch.setattr(house_pdf.importlib, "import_module", missing)
    with pytest.raises(pdf.NoPrinter, match=re.escape("libpango-1.0-0")):
        book.build(thin(), language="en", fingerprint=FINGERPRINT)
    (warning,) = pdf.pango_is_there(None)
    assert warning.id == "reports.W001"
    assert "libpango-1.0-0" in str(warning.hint)
    assert not warning.is_serious()


def test_the_book_loads_nothing_but_its_own_fonts() -> None:
    weasyprint = pdf.printer()
    fetcher = house_pdf.own_files_only(weasyprint, {"drawings/0.svg": b"<svg/>"})
    assert fetcher.fetch(f"{pdf.SHELF}fonts/IBMPlexSans-Regular.woff2").read(4) == b"\x00\x01\x00\x00"  # unpacked
    assert fetcher.fetch(f"{pdf.SHELF}drawings/0.svg").read() == b"<svg/>"
    for address in (
        "https://example.org/a.png",
        "file:///etc/hostname",
        f"{pdf.SHELF}css/base.css",
        f"{pdf.SHELF}drawings/1.svg",
        f"{pdf.SHELF}fonts/../css/base.css",
    ):
        with pytest.raises(weasyprint.urls.FatalURLFetchingError):
            fetcher.fetch(address)


def test_the_file_is_written_and_entered_in_the_ledger_once(
    cast: Any, tmp_path: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.utils import timezone

    from reports.models import FrozenFigures, Publication, canonical

    made = printed("en")

    def build(content: Any, *, language: str, fingerprint: str, edition: int) -> bytes:
        assert (content, language, fingerprint, edition) == (thin(), "en", FINGERPRINT, 1)
        return made

    monkeypatch.setattr(book, "build", build)
    settings.VAR_DIR = tmp_path
    publication = Publication.objects.create(year=2025, created_at=timezone.now())
    frozen = FrozenFigures.objects.create(
        publication=publication, content=thin(), sha256=FINGERPRINT, frozen_at=timezone.now()
    )
    assert canonical(frozen.content)
    at = timezone.now()
    path = printing.print_publication(publication=publication, language="en", by=None, at=at)
    assert path == tmp_path / "reports" / "voice-of-the-child-2025-en.pdf"
    assert path.read_bytes() == printed("en")
    assert printing.already_printed(publication, "en") == path
    assert printing.already_printed(publication, "kk") is None
    printing.print_publication(publication=publication, language="en", by=None, at=at)
    entry = ReleasedFile.objects.get()
    assert (entry.name, entry.size) == (path.name, len(printed("en")))
    path.write_bytes(b"another book")
    assert printing.already_printed(publication, "en") is None


def test_the_command_refuses_a_year_without_accepted_visits(db: None) -> None:
    from django.core.management.base import CommandError

    with pytest.raises(CommandError):
        call_command("build_report", "1999", "--all")


def test_the_quick_press_prints_what_the_careful_one_does() -> None:
    """A line under a cell, a box with four sides, a rounded one: every pixel but the edges of the lines is the same."""
    weasyprint = pdf.printer()
    page = """<style>@page { size: 60mm 40mm } td { border-bottom: 2pt solid #14252a; width: 20mm } p { border: 1pt solid red }
        i { display: block; border-top: 3pt solid blue; border-radius: 4pt } b { display: block; border-top: 3pt solid green }
        </style><table><tr><td>1<td>2</table><p>3</p><i>4</i><b>5</b>"""
    careful = weasyprint.HTML(string=page).write_pdf()
    drawing = weasyprint.draw.draw_border
    with press.quick(weasyprint):
        quick = press.page(weasyprint, page).write_pdf()
    assert weasyprint.draw.draw_border is drawing
    assert gc.isenabled()
    seen = [pypdfium2.PdfDocument(file)[0].render(scale=8).to_numpy().astype(int) for file in (careful, quick)]
    assert seen[0].shape == seen[1].shape
    assert (abs(seen[0] - seen[1]).max(axis=2) > 60).mean() < 0.002
    assert quick != careful


def test_the_quick_press_packs_every_part_once_and_writes_the_same_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page without lines: nothing else about it is drawn otherwise, so not one byte may differ."""
    weasyprint = pdf.printer()
    pydyf, packed = weasyprint.pdf.pydyf, []
    pack, asked = pydyf.zlib.compressobj, pydyf.Stream.data

    def counted(**how: Any) -> Any:
        packed.append(how)
        return pack(**how)

    def written() -> bytes:
        packed.clear()
        page = press.page(weasyprint, "<html lang=en><title>1</title><h1>1</h1><p>2</p>")
        return bytes(page.write_pdf(pdf_variant="pdf/a-3a", pdf_identifier=b"1"))

    monkeypatch.setattr(pydyf.zlib, "compressobj", counted)
    careful, often = written(), len(packed)
    with press.quick(weasyprint):
        assert written() == careful
    assert 0 < len(packed) < often
    assert pydyf.Stream.data is asked


def test_two_at_once_print_one_after_the_other_and_leave_the_press_as_it_was() -> None:
    """What is changed for a book is changed for the whole process."""
    weasyprint = pdf.printer()
    before = (weasyprint.draw.draw_border, weasyprint.pdf.pydyf.PDF.write)
    begun = threading.Event()

    def other() -> None:
        with press.quick(weasyprint):
            begun.set()

    thread = threading.Thread(target=other)
    with press.quick(weasyprint):
        thread.start()
        assert not begun.wait(0.2)
    thread.join(10)
    assert begun.is_set()
    assert (weasyprint.draw.draw_border, weasyprint.pdf.pydyf.PDF.write) == before
    assert gc.isenabled()

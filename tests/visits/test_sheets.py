"""Printed sheets: boxes stand where the plan says, the plan never changes, and nothing on them leads to a place or a person."""

import io
import re
from collections.abc import Iterator
from functools import cache
from unittest import mock

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from ombudsman import pdf as press
from tests import factories as make
from visits.models import SheetPlan
from visits.paper import drawing, grid, printing, questionnaire
from visits.paper.code import code_of
from visits.paper.grid import Block, Rule, Sheet, Text, as_json, fill, from_json
from visits.paper.wording import plain
from visits.questionnaire import questions_for
from visits.services.paper import plan_sheets

from .printed_page import darkness, frames, ink, words

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def equal_texts_are_measured_once() -> Iterator[None]:
    """Most tests print the same two editions. The measuring itself is a test of its own; without the printer nothing is known."""
    measure = printing.measure

    @cache
    def once(lines, language):
        return measure(dict(lines), language)

    def measured(lines, language):
        press.printer()
        return once(tuple(lines.items()), language)

    with mock.patch.object(printing, "measure", measured):
        yield


def printed(cast, what: str = "checklist", language: str = "kk", visit: bool = True) -> tuple[list[Sheet], bytes]:
    edition = getattr(cast, what)
    sheets = from_json(plan_sheets(edition=edition, family="police", language=language).pages)
    number = cast.visit.pk if visit else None
    return sheets, printing.print_sheets(edition, "police", language, sheets, place="Police", visit=number)


def framed(sheet: Sheet) -> list[grid.Box]:
    return [box for box in sheet.boxes if box.part != "note"]


# --- the plan and the paper ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["checklist", "questionnaire"])
def test_every_box_is_drawn_where_the_plan_says(cast, what):
    sheets, written = printed(cast, what)
    for sheet, drawn in zip(sheets, frames(written), strict=True):
        planned = {(round(b.x, 2), round(b.y, 2), round(b.w, 2), round(b.h, 2)) for b in framed(sheet)}
        assert planned
        for box in planned:
            nearest = min(max(abs(a - b) for a, b in zip(box, other, strict=True)) for other in drawn)
            assert nearest <= 0.2, box
        assert len(drawn) == len(planned)


def test_what_is_seen_on_the_page_is_what_was_planned(cast):
    """The picture of the page: ink on the frame of each box and in the corner marks, none just outside."""
    sheets, written = printed(cast)
    picture = ink(written, 1)
    for box in framed(sheets[0]):
        middle, half = box.y + box.h / 2, drawing.FRAME / 2
        assert darkness(picture, box.x + half, middle) > 0.6
        assert darkness(picture, box.x + box.w - half, middle) > 0.6
        assert darkness(picture, box.x + box.w / 2, box.y + half) > 0.6
        if box.part == "answer":
            assert darkness(picture, box.x - 0.4, middle) < 0.1
            assert darkness(picture, box.x + 0.8, box.y + 0.8) < 0.1
    for x, y in grid.MARKS:
        assert darkness(picture, x, y, half=2.3) > 0.95
        assert darkness(picture, x + 3, y + 3) < 0.05


def test_answers_stand_in_the_same_columns_and_order_on_every_line(cast):
    sheets, _written = printed(cast)
    lines: dict[str, list[tuple[str, float, int]]] = {}
    for box in (box for sheet in sheets for box in sheet.boxes if box.part == "answer"):
        lines.setdefault(box.code, []).append((box.choice, box.x, box.digit))
        assert min(box.w, box.h) >= 5
    assert set(lines) == {"AA-01", "AA-02", "BB-02"}
    assert len({tuple(line) for line in lines.values()}) == 1
    assert [digit for _choice, _x, digit in lines["AA-01"]] == [1, 2, 3, 4, 5, 6]
    scale = cast.checklist.choices.filter(question=None).order_by("order").values_list("code", flat=True)
    assert [choice for choice, _x, _digit in lines["AA-01"]] == list(scale)


def test_an_indicator_that_does_not_apply_keeps_its_number_and_has_no_box(cast):
    sheets, written = printed(cast, language="en")
    assert [code for sheet in sheets for code in sheet.codes()] == ["AA-01", "AA-02", "BB-01", "BB-02"]
    assert not [box for sheet in sheets for box in sheet.boxes if box.code == "BB-01"]
    assert "2.1 Bunks are safe. Does not apply to this kind of place." in words(written)[0]


def test_sheets_carry_the_words_of_their_language(cast):
    text = words(printed(cast)[1])[0]
    assert "Every child is in the register. (kk)" in text
    assert "Met (kk)" in text
    assert "Қазақша" in text


@pytest.mark.parametrize("what", ["checklist", "questionnaire"])
def test_every_text_is_measured_as_wide_as_it_is_set(cast, what):
    edition = getattr(cast, what)
    lines = printing.room_of(edition).lines_of(edition, "police")
    for sheet in printed(cast, what)[0]:
        for text in sheet.texts:
            assert text.w == pytest.approx(lines[text.key].w), text.key


def test_a_text_is_as_high_wherever_it_is_measured():
    """Hundreds of texts are measured one below the other, over many pages: none is torn by the end of one."""
    text = plain("Every child is in the register on the day of the visit and knows it. " * 3, "statement", 90)
    heights = set(printing.measure({f"{place}": text for place in range(150)}, "en").values())
    assert len({round(height, 3) for height in heights}) == 1
    assert heights.pop() > 12


def test_a_plan_is_made_once_and_holds_when_the_layout_changes(cast):
    first = plan_sheets(edition=cast.checklist, family="police", language="kk")
    with mock.patch.object(grid, "ANSWER", 9.0), mock.patch.object(printing, "lay_out") as laid_out:
        again = plan_sheets(edition=cast.checklist, family="police", language="kk")
    assert again.pk == first.pk
    assert again.pages == first.pages
    laid_out.assert_not_called()
    assert SheetPlan.objects.count() == 1
    assert as_json(from_json(first.pages)) == first.pages


def test_the_same_sheets_are_the_same_bytes(cast):
    assert printed(cast)[1] == printed(cast)[1]


# --- the codes -------------------------------------------------------------------------------------------------------------


def test_each_side_says_visit_edition_and_page_in_its_qr_code(cast):
    _sheets, written = printed(cast)
    short = code_of(cast.visit.pk).replace("-", "")
    text = f"VOC1:{short}:CHECKLIST.1:POLICE:KK:1"
    modules = drawing.qr_modules(text)
    left, top, size = grid.QR
    step, picture = size / len(modules), ink(written, 1)
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            seen = darkness(picture, left + (x + 0.5) * step, top + (y + 0.5) * step)
            assert (seen > 0.5) == dark


def test_the_short_code_is_easy_to_read_and_belongs_to_the_visit(cast):
    code = code_of(cast.visit.pk)
    assert re.fullmatch("[0-9]{4}-[0-9]{4}-[0-9]{4}", code)
    assert code != code_of(cast.other_visit.pk)


@pytest.mark.parametrize("what", ["checklist", "questionnaire"])
def test_nothing_on_a_sheet_leads_to_a_place_a_person_or_a_day(cast, what):
    _sheets, written = printed(cast, what, "en")
    text = " ".join(words(written))
    with pikepdf.open(io.BytesIO(written)) as pdf:
        about = str(dict(pdf.docinfo)) + pdf.Root.Metadata.read_bytes().decode()
    for secret in ("Centre 1", "Karaganda", "Umit", "Bek", "2025", str(cast.visit.pk)):
        assert secret not in text
        assert secret not in about


def test_copies_of_the_questionnaire_cannot_be_told_apart(cast):
    assert printed(cast, "questionnaire")[1] == printed(cast, "questionnaire")[1]


# --- the questionnaire -------------------------------------------------------------------------------------------------------


def test_an_answer_that_leads_past_a_question_says_where_to_go_on(cast):
    questions = questions_for(cast.questionnaire, "police")
    first = questions[0]
    ways = {choice.code: questionnaire.goes_on_with(questions, first, choice) for choice in first.choices}
    assert ways == {"yes": None, "no": 3, "dont_know": 3, "prefer_not_to_say": 3}
    text = " ".join(words(printed(cast, "questionnaire", "en")[1]))
    assert "No → 3" in text
    assert "Only if 1 was answered: Yes." in text
    assert "Several answers are possible." in text


# --- setting blocks ----------------------------------------------------------------------------------------------------------


def block(height: float, key: str, *, stays: bool = False) -> Block:
    return Block(height=height, texts=[Text(f"{key}.number", "number", 0, 0, 10)], rules=[Rule(0, 0, 10)], stays=stays)


def test_a_block_is_never_torn_and_a_heading_stays_with_its_first_line():
    room = grid.BOTTOM - grid.TOP
    sheets = fill(
        [block(room - 20, "A"), block(10, "B", stays=True), block(15, "C"), block(5, "D")], columns=[grid.LEFT]
    )
    assert [sheet.codes() for sheet in sheets] == [["A"], ["B", "C", "D"]]
    assert all(text.y + 5 <= grid.BOTTOM for sheet in sheets for text in sheet.texts)


def test_columns_are_filled_one_after_the_other_below_the_head():
    room = grid.BOTTOM - grid.TOP
    sheets = fill([block(room / 2 - 5, key) for key in "ABCDE"], columns=[15, 109], head=Block(height=40))
    places = [(text.key[0], text.x, round(text.y - grid.TOP)) for text in sheets[0].texts]
    assert places[0] == ("A", 15, 40)
    assert [x for _key, x, _y in places] == [15, 109]
    assert sheets[1].texts[0].y == grid.TOP


# --- doors -------------------------------------------------------------------------------------------------------------------


def client(person) -> Client:
    signed_in = Client()
    signed_in.force_login(person)
    return signed_in


def test_a_member_prints_both_sheets_of_the_visit(cast):
    for what in ("checklist", "questionnaire"):
        answer = client(cast.ana).get(reverse("visit_sheets_file", args=[cast.visit.pk, what, "ru"]))
        assert answer["Content-Type"] == "application/pdf"
        code = getattr(cast, what).instrument.code
        assert answer["Content-Disposition"] == f'inline; filename="{code}-1-police-ru.pdf"'
        assert answer.content.startswith(b"%PDF-1.7")


def test_another_team_prints_nothing_of_this_visit(cast):
    assert client(cast.oleg).get(reverse("visit_sheets", args=[cast.visit.pk])).status_code == 404
    url = reverse("visit_sheets_file", args=[cast.visit.pk, "checklist", "en"])
    assert client(cast.oleg).get(url).status_code == 404


def test_blank_sheets_without_a_visit_carry_no_code(cast):
    url = reverse("edition_sheets", args=[cast.checklist.instrument.code, 1])
    answer = client(cast.ana).get(url, {"family": "colony", "language": "en"})
    assert answer.status_code == 200
    assert "Visit" not in " ".join(words(answer.content))
    assert client(cast.ana).get(url, {"family": "nowhere"}).status_code == 404


def test_the_page_of_the_edition_offers_blank_sheets(cast):
    page = client(cast.ana).get(reverse("edition", args=[cast.checklist.instrument.code, 1])).content.decode()
    assert reverse("edition_sheets", args=[cast.checklist.instrument.code, 1]) in page


def test_without_the_printers_library_the_page_says_what_to_install(cast):
    with mock.patch.object(press.importlib, "import_module", side_effect=OSError):
        url = reverse("visit_sheets_file", args=[cast.visit.pk, "checklist", "en"])
        page = client(cast.ana).get(url, follow=True)
    assert "libpango-1.0-0" in page.content.decode()
    assert not SheetPlan.objects.exists()


# --- the standard --------------------------------------------------------------------------------------------------------------


def test_sheets_are_tagged_with_title_and_language(cast):
    _sheets, written = printed(cast, language="ru")
    with pikepdf.open(io.BytesIO(written)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "ru"
        assert "Checklist (ru)" in pdf.Root.Metadata.read_bytes().decode()
        assert "/StructTreeRoot" in pdf.Root


def test_a_tiny_checklist_fits_one_side(cast):
    sheets, _written = printed(cast)
    assert len(sheets) == 1
    assert make.SCALE[0][0] == sheets[0].boxes[0].choice

"""Loading the product's own reference data."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from institutions.models import Authority, InstitutionKind, OfficialFigure, Region
from ombudsman.people.access import Refused
from ombudsman.people.models import TrailEntry
from tests.factories import NOON
from visits.instrument_content import DATA, BadContent, digest, read_file, read_rows
from visits.layout import length, pack, unpack
from visits.models import Choice, Edition, Indicator, Provision, Question, Standard
from visits.services.instruments import load_edition, publish_edition, revise_edition
from visits.services.reference import load_reference

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def reference(django_db_setup, django_db_blocker):
    """Loaded once for all tests of this file; each test's own changes are rolled back to here."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_reference(at=NOON)
        transaction.set_rollback(True)


@pytest.fixture
def loaded(reference, db):
    return reference


def test_every_provision_has_a_number_or_a_heading_in_three_languages(loaded):
    for provision in Provision.objects.select_related("standard"):
        headed = provision.heading_kk and provision.heading_ru and provision.heading_en
        assert provision.place if provision.number[0] in "123456789XVI" else headed, str(provision)


def test_everything_the_product_brings_along_is_there(loaded):
    assert Region.objects.count() == 20
    assert Authority.objects.filter(code="general_prosecutor").exists()
    assert InstitutionKind.objects.count() == 15
    assert Standard.objects.count() == 20
    assert Provision.objects.count() == 365
    checklist, questions = loaded.editions
    assert (checklist.sections.count(), checklist.indicators.count()) == (16, 130)
    assert checklist.indicators.filter(criticality="critical").count() == 47
    assert questions.questions.count() == 48
    assert questions.questions.filter(sensitive=True).count() == 22
    assert len(questions.preamble) == 4
    assert OfficialFigure.objects.count() == 133


def test_every_text_stands_in_three_languages(loaded):
    for model, stems in [
        (Region, ["name", "short"]),
        (Authority, ["name"]),
        (InstitutionKind, ["name", "plural", "why", "legal_basis"]),
        (Standard, ["title", "short"]),
        (Provision, ["gist"]),
        (Indicator, ["statement"]),
        (Question, ["text"]),
        (Choice, ["label"]),
        (OfficialFigure, ["label", "source"]),
    ]:
        for stem in stems:
            for code in ("kk", "ru", "en"):
                assert not model.objects.filter(**{f"{stem}_{code}": ""}).exists(), (model, stem, code)


def test_loading_twice_changes_nothing(loaded):
    entries = TrailEntry.objects.count()
    again = load_reference(at=NOON)
    assert (again.rows, again.editions) == (0, ())
    assert TrailEntry.objects.count() == entries


def test_loading_again_asks_little_of_the_database(loaded):
    with CaptureQueriesContext(connection) as captured:
        load_reference(at=NOON)
    assert len(captured) <= 25


def test_the_command_says_what_it_did(loaded, capsys):
    call_command("load_reference")
    assert "0 rows made or changed, 0 editions published." in capsys.readouterr().out


def test_a_corrected_gist_is_loaded_again(loaded):
    Provision.objects.filter(standard__code="CRC", number="2").update(gist_en="Something else.")
    assert load_reference(at=NOON).rows == 1
    assert "Every child" in Provision.objects.get(standard__code="CRC", number="2").gist_en


def test_regions_know_since_when_they_exist(loaded):
    since = dict(Region.objects.values_list("iso", "valid_from"))
    assert since["KZ-10"] == since["KZ-33"] == since["KZ-62"] == date(2022, 6, 8)
    assert since["KZ-61"] == since["KZ-79"] == date(2018, 6, 19)
    assert since["KZ-35"] is None


def test_regions_stand_in_kazakh_alphabetical_order(loaded):
    names = list(Region.objects.order_by("sort_key").values_list("name_kk", flat=True))
    assert names[:3] == ["Абай облысы", "Ақмола облысы", "Ақтөбе облысы"]
    assert names.index("Қызылорда облысы") < names.index("Маңғыстау облысы")
    assert names.index("Түркістан облысы") < names.index("Ұлытау облысы") < names.index("Шымкент қаласы")


def test_every_region_has_its_own_place_on_the_tile_map(loaded):
    assert len(set(Region.objects.values_list("tile_column", "tile_row"))) == 20


def test_kinds_say_how_often_they_are_visited_and_where_the_24_hour_mark_applies(loaded):
    kinds = {kind.number: kind for kind in InstitutionKind.objects.all()}
    assert {number for number, kind in kinds.items() if kind.tells_prosecutor_in_24h} == {1, 5, 6}
    assert {number for number, kind in kinds.items() if kind.to_be_confirmed} == {14, 15}
    assert {number for number, kind in kinds.items() if kind.visit_interval_months == 6} == {1, 2, 3, 4, 5, 15}
    families = {number: kind.family for number, kind in kinds.items()}
    assert [families[number] for number in (1, 5, 6, 7, 9, 10, 12, 13)] == [
        "police",
        "remand",
        "colony",
        "special_school",
        "adaptation_centre",
        "care_home",
        "disability_home",
        "psychiatric",
    ]


def test_a_number_a_child_gives_is_a_band(loaded):
    bands = {
        question.code: [choice.code for choice in question.choices.order_by("order") if choice.role == "answer"]
        for question in Question.objects.filter(code__in=["Q-01", "Q-20", "Q-28", "Q-30", "Q-33", "Q-34"])
    }
    assert bands == {
        "Q-01": ["10_12", "13_14", "15_16", "17_plus"],
        "Q-20": ["0", "1", "2", "3_plus"],
        "Q-28": ["0", "1_2", "3_4", "5_plus"],
        "Q-30": ["0", "under_1", "1_2", "over_2"],
        "Q-33": ["0", "1_2", "3_plus"],
        "Q-34": ["0", "1", "2_plus"],
    }


def test_every_choice_has_its_role(loaded):
    roles = dict(Choice.objects.exclude(question=None).values_list("code", "role"))
    assert roles["dont_know"] == roles["prefer_not_to_say"] == "no_answer"
    assert roles["i_was_not_questioned"] == roles["i_have_no_lawyer"] == "not_asked"
    assert roles["yes"] == roles["never"] == roles["none_of_these"] == "answer"
    assert Choice.objects.filter(excludes=True).values_list("question__code", "code").get() == ("Q-14", "none_of_these")
    assert set(Choice.objects.filter(favourable=True).values_list("code", flat=True)) == {"met"}


def test_the_question_about_how_long_is_asked_only_after_a_yes(loaded):
    assert Question.objects.get(code="Q-08").ask_if == {"question": "Q-07", "choices": ["yes"]}


def test_merging_always_ends_with_two_cells_or_fewer_steps_than_cells(loaded):
    """Rule R7 needs an order: every question with more than two answers can be merged down to two or three cells."""
    for question in Question.objects.filter(kind="single").prefetch_related("choices"):
        cells = [{choice.code} for choice in question.choices.all() if choice.role == "answer"]
        several = len(cells) > 2
        for step in question.merge_order:
            for group in step:
                joined = set().union(*(cell for cell in cells if cell & set(group)))
                cells = [cell for cell in cells if not cell & set(group)] + [joined]
        assert len(cells) == 2, question.code
        assert bool(question.merge_order) == several


def test_indicators_that_rest_on_childrens_words_are_marked(loaded):
    marked = set(Indicator.objects.filter(children_only=True).values_list("code", flat=True))
    assert marked == {"REC-05", "SAF-03", "COM-01", "COM-06", "COM-07", "LEG-07"}
    assert "SEP-01" in set(Indicator.objects.filter(computed=True).values_list("code", flat=True))


def test_an_edition_packs_and_unpacks_by_its_stored_layout(loaded):
    checklist, questions = loaded.editions
    assert length(checklist.layout) == 130
    row = pack(questions.layout, {"Q-01": "15_16", "Q-14": ["hit_or_hurt_me", "threatened_me"]}, asked={"Q-02"})
    assert unpack(questions.layout, row) == {
        "Q-01": "15_16",
        "Q-02": None,
        "Q-14": ["hit_or_hurt_me", "threatened_me"],
    }


def test_the_stored_hash_is_the_hash_of_the_file_and_of_the_rows(loaded):
    for edition, name in zip(loaded.editions, ["checklist-1.yaml", "children-1.yaml"], strict=True):
        assert edition.content_hash == digest(read_file(DATA / name)) == digest(read_rows(edition))
    Indicator.objects.filter(code="SEP-01").update(statement_kk="басқа")
    assert digest(read_rows(loaded.editions[0])) != loaded.editions[0].content_hash


def test_a_changed_file_of_a_published_edition_is_refused(loaded):
    content = read_file(DATA / "checklist-1.yaml")
    content["indicators"][0]["statement"]["kk"] += "!"
    with pytest.raises(Refused, match="new edition"):
        load_edition(content=content, by=None, at=NOON)


def test_a_published_edition_is_not_published_again(loaded):
    with pytest.raises(Refused, match="published already"):
        publish_edition(edition=loaded.editions[0], by=None, at=NOON)


def test_a_corrected_translation_is_a_new_edition_that_may_be_compared(loaded):
    older = loaded.editions[0]
    newer = revise_edition(
        edition=older,
        texts={"SEP-01": {"statement": {"ru": "Иначе."}}, "ADM-02": {"measure_unit": {"ru": "ч."}}},
        by=None,
        at=NOON,
    )
    assert (newer.number, newer.state) == (2, Edition.State.DRAFT)
    assert newer.indicators.get(code="SEP-01").statement_ru == "Иначе."
    assert newer.indicators.get(code="ADM-02").measure_unit_ru == "ч."
    assert older.indicators.get(code="SEP-01").statement_ru != "Иначе."
    assert newer.older_links.filter(older=older).count() == 130
    assert publish_edition(edition=newer, by=None, at=NOON).content_hash != older.content_hash
    assert digest(read_rows(older)) == older.content_hash


@pytest.mark.parametrize(
    ("texts", "why"),
    [({"XXX-99": {"statement": {"ru": "…"}}}, "no XXX-99"), ({"SEP-01": {"criticality": {"ru": "…"}}}, "texts only")],
)
def test_a_revision_changes_known_texts_only(loaded, texts, why):
    with pytest.raises(Refused, match=why):
        revise_edition(edition=loaded.editions[0], texts=texts, by=None, at=NOON)


def test_a_file_that_names_an_unknown_section_or_choice_says_where(loaded, tmp_path):
    source = (DATA / "children-1.yaml").read_text(encoding="utf-8")
    bad = tmp_path / "bad.yaml"
    bad.write_text(source.replace("section: ADM\n", "section: NOWHERE\n", 1), encoding="utf-8")
    with pytest.raises(BadContent, match="Q-01 names an unknown section, NOWHERE"):
        read_file(bad)
    bad.write_text(source.replace("merge: [[[often, always]]", "merge: [[[often, perhaps]]", 1), encoding="utf-8")
    with pytest.raises(BadContent, match="merges something"):
        read_file(bad)
    bad.write_text("just words", encoding="utf-8")
    with pytest.raises(BadContent, match="cannot be read"):
        read_file(bad)

"""Where numbers are looked at: whose figures, which tables are refused, what files hold, what a figure's page says."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from reports.sheets import harmless
from tests import factories as make
from tests.cast import assemble
from tests.replayed import Replay
from tests.reports.test_figures import two_unjoined_editions, visit_with

YEAR = "2025"


def cells(client, **asked):
    """The CSV's lines below its notes, by their labels."""
    response = client.get(reverse("statistics_csv"), {"first": YEAR, "last": YEAR, **asked})
    text = b"".join(response).decode("utf-8-sig") if response.streaming else response.content.decode()
    lines = list(csv.reader(StringIO(text)))
    return response.status_code, {line[0]: line[1:] for line in lines[lines.index([]) + 1 :]} if [] in lines else text


def make_here_and_there():
    """The cast; seven institutions in Karaganda, four of them colonies; five in Abai, one of them a colony; one in Astana."""
    cast = assemble()
    colony, astana = make.kind("colony", 2), make.region("KZ-71", "Astana")
    for number in range(7):
        kind = colony if number < 4 else make.kind()
        visit_with(cast, number, {"AA-02": "met" if number < 4 else "not_met"}, kind=kind)
    for number in range(7, 12):
        visit_with(cast, number, {"AA-02": "partly_met"}, region=cast.there, kind=colony if number == 7 else None)
    visit_with(cast, 12, {"AA-02": "not_met"}, region=astana)
    return cast


HERE_AND_THERE = Replay(make_here_and_there)


@pytest.fixture
def here_and_there(db):
    return HERE_AND_THERE.give()


@pytest.fixture
def signed_in(client, here_and_there):
    client.force_login(here_and_there.dan)
    return client


def test_places_that_are_too_small_stand_together(signed_in):
    status, table = cells(signed_in, measure="indicators", subject="AA-02", by="region")
    assert status == 200
    assert table["Karaganda"][:5] == ["57", "4", "0", "3", "7"]
    assert "Abai" not in table
    assert "Astana" not in table
    assert table["Abai, Astana"][:5] == ["0", "0", "5", "1", "6"]
    assert table["All"][:5] == ["31", "4", "5", "4", "13"]


def test_a_filter_that_leaves_too_few_of_a_wider_one_is_refused(signed_in):
    """All colonies less those of Karaganda are one institution; all places less Karaganda and Abai are one, too."""
    asked = {"measure": "indicators", "subject": "AA-02", "by": "indicator"}
    status, table = cells(signed_in, **asked, region="KZ-35")
    assert (status, table["AA-02. Rights are explained."][:2]) == (200, ["57", "4"])
    for narrow in ({"region": "KZ-35", "kind": "kind_2"}, {"region": "KZ-10"}, {"region": "KZ-71"}):
        status, sentence = cells(signed_in, **asked, **narrow)
        assert status == 422
        assert "Fewer than 3 institutions" in sentence


def test_all_visits_are_refused_where_one_institution_was_seen_twice(signed_in, here_and_there):
    asked = {"measure": "indicators", "subject": "AA-02", "by": "region", "visits": "all"}
    latest = cells(signed_in, **asked | {"visits": "latest"})
    assert cells(signed_in, **asked) == latest
    place = make.institution("Twice")
    for days in (0, 30):
        visit = visit_with(here_and_there, 20 + days, {"AA-02": "not_met"})
        visit.institution, visit.first_day, visit.last_day = place, *[make.DAY + timedelta(days=days)] * 2
        visit.save()
    assert cells(signed_in, **asked)[0] == 422
    assert cells(signed_in, **asked | {"visits": "latest"})[1]["Karaganda"][:5] == ["50", "4", "0", "4", "8"]


def test_childrens_words_are_never_split_by_place(signed_in):
    status, sentence = cells(signed_in, measure="indicators", subject="BB-02", by="region")
    assert status == 422
    assert "children said" in sentence or "No accepted visit" in sentence


def test_an_indicator_too_few_were_judged_on_is_hidden_among_the_others(signed_in, here_and_there):
    visit_with(here_and_there, 30, {"AA-01": "met", "AA-02": "met"})
    _status, table = cells(signed_in, measure="indicators", by="indicator", subject="AA")
    assert set(table["AA-01. Every child is in the register."]) == {"c"}
    assert table["AA-02. Rights are explained."][4] == "14"


@pytest.mark.parametrize(
    ("name", "seen"), [("saule", "13"), ("dan", "13"), ("clara", "7"), ("rauan", "7"), ("ruslan", "5"), ("bek", "13")]
)
def test_everybody_counts_within_their_own_reach(client, here_and_there, name, seen):
    client.force_login(here_and_there.people[name])
    status, table = cells(client, measure="coverage", by="region")
    assert (status, table["All"][1]) == (200, seen)


@pytest.mark.parametrize("name", ["gulnar", "aigerim", "sergey", "dina", "eve"])
def test_whoever_reads_released_reports_only_is_turned_away(client, here_and_there, name):
    client.force_login(here_and_there.people[name])
    for door in ("statistics", "statistics_csv", "statistics_xlsx", "statistics_figure"):
        assert client.get(reverse(door), {"measure": "coverage"}).status_code == 403
    assert "/statistics/" not in client.get(reverse("home")).content.decode()


def test_a_figure_opens_its_visits_for_those_who_may_read_them(client, here_and_there):
    asked = {"measure": "indicators", "subject": "AA-02", "by": "region", "row": "KZ-35", "first": YEAR, "last": YEAR}
    client.force_login(here_and_there.clara)
    page = client.get(reverse("statistics_figure"), asked).content.decode()
    assert "Place 3" in page
    assert "not open to you" not in page
    client.force_login(here_and_there.dan)
    page = client.get(reverse("statistics_figure"), asked).content.decode()
    assert "Place 3" not in page
    assert "7 visits behind it are not open to you" in page
    assert client.get(reverse("statistics_figure"), asked | {"row": "KZ-71"}).status_code == 404


def test_page_and_files_hold_the_same_cells_and_the_link_asks_again(signed_in):
    asked = {"measure": "indicators", "subject": "AA-02", "by": "region", "first": YEAR, "last": YEAR}
    page = signed_in.get(reverse("statistics"), asked)
    table = page.context["table"]
    book = load_workbook(BytesIO(signed_in.get(reverse("statistics_xlsx"), asked).content), read_only=True)
    rows = [row for row in book.active.iter_rows(values_only=True) if row and row[0]]
    by_label = {row[0]: list(row[1:]) for row in rows}
    _status, from_csv = cells(signed_in, **asked)
    for row in (*table.rows, table.total):
        assert by_label[row.label][: len(row.values)] == list(row.values)
        assert from_csv[row.label] == [str(value) for value in row.values]
    again = signed_in.get(f"{reverse('statistics')}?{page.context['answer'].address}")
    assert again.context["table"] == table


def test_files_begin_no_formula(signed_in, here_and_there):
    assert [harmless(text) for text in ("=1+1", "+7", "-1", "@x", "\t=1", "Abai")] == [
        "'=1+1", "'+7", "'-1", "'@x", "'\t=1", "Abai",
    ]  # fmt: skip
    here_and_there.here.name_en = '=HYPERLINK("http://example.org")'
    here_and_there.here.save()
    asked = {"measure": "coverage", "by": "region"}
    _status, table = cells(signed_in, **asked)
    assert '\'=HYPERLINK("http://example.org")' in table
    book = load_workbook(BytesIO(signed_in.get(reverse("statistics_xlsx"), asked).content))
    assert not [cell for row in book.active.iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize(
    "asked",
    [{"first": "2026", "last": "2025"}, {"by": "moon"}, {"region": "KZ-99"}, {"first": "x"}, {"visits": "some"}],
)
def test_what_cannot_be_asked_is_said_in_the_form(signed_in, asked):
    response = signed_in.get(reverse("statistics"), {"measure": "indicators", **asked})
    assert response.status_code == 422
    assert response.context["answer"].form.errors
    assert signed_in.get(reverse("statistics"), {"measure": "moon"}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "queries"),
    [
        ({"measure": "indicators", "by": "indicator"}, 26),
        ({"measure": "indicators", "subject": "AA-02", "by": "region"}, 26),
        ({"measure": "ratings", "by": "section"}, 24),
        ({"measure": "coverage", "by": "region"}, 20),
        ({"measure": "recommendations", "by": "authority"}, 20),
        ({"measure": "headcounts", "by": "kind"}, 18),
        ({"measure": "urgent", "by": "category"}, 16),
        ({"measure": "voices", "subject": "Q-1", "by": "answer"}, 16),
    ],
)
def test_the_number_of_queries_does_not_grow_with_the_visits(
    signed_in, here_and_there, django_assert_max_num_queries, asked, queries
):
    asked |= {"first": YEAR, "last": YEAR}
    signed_in.get(reverse("statistics"), asked)
    with django_assert_max_num_queries(queries) as before:
        signed_in.get(reverse("statistics"), asked)
    for number in range(40, 60):
        visit_with(here_and_there, number, {"AA-02": "met", "AA-01": "met"})
    with django_assert_max_num_queries(len(before)):
        signed_in.get(reverse("statistics"), asked)


def test_unjoined_editions_with_one_code_keep_rows_of_their_own(client, cast):
    client.force_login(cast.saule)
    two_unjoined_editions(cast)
    asked = {"measure": "indicators", "by": "indicator", "subject": "AA"}
    status, rows = cells(client, **asked)
    assert status == 200
    found = {label: line for label, line in rows.items() if label.startswith("AA-02")}
    assert len(found) == 2
    assert sum("Checklist, 1" in label for label in found) == 1
    text = client.get(reverse("statistics"), {"first": YEAR, "last": YEAR, **asked}).content.decode()
    assert "row=checklist.AA-02.1" in text

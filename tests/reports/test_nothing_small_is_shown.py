"""Whoever looks wherever: no page, file, answer, header or log tells of a small group. And where a guard is missing, it is found.

`canaries.py` plants the groups. Every number between 101 and 199 in this year counts few children; nothing else does.
"""

import html
import io
import re
from dataclasses import dataclass, field, replace

import numpy as np
import pikepdf
import pypdfium2
import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from reports import book, breaking, figures, gate, printing, services
from reports.disclosure.protecting import Method
from reports.measures.catalogue import MEASURES
from reports.models import canonical
from tests import cast as people
from tests import doors
from tests.doors import COLUMNS
from visits.models import Visit

from .canaries import AGES, FEW, KINDS, REGIONS, SEXES, YEAR, canaries, guarded, plant, planted

pytestmark = pytest.mark.django_db

# Between digits: what groups thousands in our three languages.
GROUPED = re.compile(r"(?<=\d)[\u00a0\u202f\u2009, ](?=\d{3}(?!\d))")
# Whole numbers that may be among the few: these begin with 1 and have three digits.
NUMBER = re.compile(r"(?<![\w.#-])0*1\d\d(?![\w.]|-\d)")
# What a reader sees or hears of an attribute; the others hold addresses, drawings and secrets of forms.
HEARD = re.compile(r'\b(?:title|alt|aria-[a-z]+|summary|placeholder|content)="([^"]*)"')
FOR_PROGRAMS = re.compile(r'\bdata-[a-z-]+="([^"]*)"|<(?:progress|meter)([^>]*)>')
TAG = re.compile(r"<style.*?</style>|<[^>]*>", re.DOTALL)
# Headers that are made of nothing that was counted.
OWN = {"content-length", "set-cookie", "content-security-policy", "date", "last-modified"}


def told(text, *, grouped=True):
    """The small numbers in a text; `grouped`: it is for people, who write 1,144 and do not mean 144."""
    numbers = NUMBER.findall(GROUPED.sub("", text) if grouped else text)
    return {int(number) for number in numbers if int(number) in FEW}


def told_in_page(page):
    """Everything a page says: its text, its titles and labels, its meters, and what lies in it for programs."""
    said = [*map(html.unescape, HEARD.findall(page)), html.unescape(TAG.sub("\n", page))]
    hidden = [html.unescape(" ".join(found).replace('"', " ")) for found in FOR_PROGRAMS.findall(page)]
    return set().union(*map(told, said), *(told(one, grouped=False) for one in hidden))


def told_by(response):
    """The small numbers in an answer of the house: its body, whatever it is, and its headers."""
    body = b"".join(response) if response.streaming else response.content
    sort = response.headers.get("Content-Type", "")
    found = {n for name, value in response.headers.items() if name.lower() not in OWN for n in told(value)}
    if "html" in sort:
        return found | told_in_page(body.decode())
    if "spreadsheet" in sort:
        sheets = load_workbook(io.BytesIO(body))
        properties = [
            str(value) for name, value in vars(sheets.properties).items() if name not in ("created", "modified")
        ]
        cells = [
            str(cell)
            for sheet in sheets
            for row in sheet.iter_rows(values_only=True)
            for cell in row
            if cell is not None
        ]
        return found.union(*map(told, [*properties, *cells]))
    if "pdf" in sort and body.rstrip().endswith(b"%%EOF"):
        return found | told_in_book(body)
    return found | told(body.decode("utf-8-sig"), grouped=False)


def told_in_book(pdf):
    """The small numbers in a book: its pages, its text alternatives, its metadata, the files enclosed."""
    found = set()
    for page in pypdfium2.PdfDocument(pdf):
        found |= told(page.get_textpage().get_text_range())
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for one in opened.objects:
            if isinstance(one, pikepdf.Dictionary):
                found |= {n for key in ("/Alt", "/ActualText", "/E") if key in one for n in told(str(one[key]))}
        for enclosed in opened.attachments.values():
            found |= told(enclosed.get_file().read_bytes().decode("utf-8-sig"), grouped=False)
        found |= {n for value in opened.docinfo.values() for n in told(str(value))}
    return found


# --- the year, and everybody who looks -------------------------------------------------------------------------------------


@dataclass
class Sight:
    """What was looked at, and where small numbers stood."""

    looked: int = 0
    leaks: dict[str, set[int]] = field(default_factory=dict)

    def at(self, where, found):
        self.looked += 1
        if found:
            self.leaks[where] = self.leaks.get(where, set()) | found


@pytest.fixture(scope="module")
def year(django_db_setup, django_db_blocker, unwatched_templates):
    """The planted year, frozen, printed and released, with the cast and something behind every other door."""
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        translation.override("en"),
        pytest.MonkeyPatch.context() as monkey,
    ):
        guarded(monkey)
        world = doors.furnish(people.assemble())
        plant(world.cast)
        freeze(world)
        yield world
        transaction.set_rollback(True)


def freeze(world):
    """Counts the year as the product does, and puts it before everybody."""
    made = services.freeze(year=YEAR, by=world.cast.timur, at=timezone.now())
    world.planted = services.release(publication=made, by=world.cast.saule, at=timezone.now())


@pytest.fixture
def watched(year, monkeypatch, caplog):
    guarded(monkeypatch)
    with transaction.atomic():
        yield year
        transaction.set_rollback(True)
    assert (
        told(" ".join(record.getMessage() for record in caplog.records if record.name.startswith("django.request")))
        == set()
    )


def statistics():
    """Every table of the statistics page, and some that nobody should ask for."""
    period = {"first": YEAR, "last": YEAR}
    for code, measure in MEASURES.items():
        subjects = {"voices": ["Q-10", "Q-31", "Q-33"], "indicators": ["", "AA-02"], "ratings": [""]}
        for subject in subjects.get(code, [""]):
            for by in measure.by:
                yield {"measure": code, "subject": subject, "by": by, **period}
        yield {
            "measure": code,
            "by": measure.by[-1],
            "visits": "all",
            "base": "all",
            "region": "KZ-10",
            "kind": "kind_1",
            **period,
        }
    for wrong in (
        {"measure": "voices", "subject": "Q-10", "by": "institution"},
        {"measure": "voices", "subject": "Q-10.d", "by": "region", "region": "KZ-10"},
        {"measure": "voices", "subject": "Q-10' OR 1=1 --", "by": "age"},
        {"measure": "voices", "subject": "Q-10", "by": "region", "first": "1", "last": "9999"},
        {"measure": "urgent", "by": "category", "region": "KZ-10"},
        {"measure": "headcounts", "by": "sex", "kind": "kind_6"},
    ):
        yield {**period, **wrong}


def guesses(frozen):
    """The keys of all figures, and those that somebody would try who looks for a hidden one."""
    yield from list(frozen["figures"])[::5]
    for question in planted()[::3]:
        yield f"question.{question.code}"
        for choice in question.choices:
            yield f"question.{question.code}.{choice}"
        for place in (REGIONS[0][0], f"kind_{KINDS[0][1]}", AGES[0], SEXES[0]):
            yield f"question.{question.code}.{question.choices[-1]}.{place}"
    yield "question.Q-32.c+d"


def look(world, sight, everybody=True):
    """Everything the world is shown: by the public, and by everybody of the cast (one of them will do where leaks are sought)."""
    frozen = world.planted.frozen.content
    public, editor, regional = (world.client(name) for name in ("anonymous", "dan", "clara"))
    sight.at("frozen figures", told(canonical(frozen).decode(), grouped=False))
    report, figure = reverse("report", args=[YEAR]), reverse("figure", args=[YEAR])
    for language in ("kk", "ru", "en"):
        asked = {"headers": {"Accept-Language": language}}
        sight.at(f"report in {language}", told_by(public.get(report, **asked)))
        page = book.book_html(frozen, language=language, fingerprint=world.planted.frozen.sha256)
        sight.at(f"book in {language}", told_in_page(page))
    for key in guesses(frozen):
        sight.at("page of a figure", told_by(public.get(figure, {"key": key})))
    robot = world.client("robot")
    for query in ({}, {"year": YEAR}, {"year": YEAR, "key": "question.Q-1"}, {"key": "question.Q-10.d"}, {"year": "x"}):
        for page in (1, 2, 3):
            sight.at("api figures", told_by(robot.get(reverse("figure-list"), {**query, "page": page})))
    for name in COLUMNS if everybody else ["dan"]:
        client = world.client(name)
        for door in ("home", "report_list", "institution_list", "recommendation_list"):
            sight.at(f"{door} of {name}", told_by(client.get(reverse(door))))
        for address in (reverse("report_hidden", args=[YEAR]), reverse("statistics"), reverse("trail")):
            sight.at(f"{address} of {name}", told_by(client.get(address)))
        sight.at(f"a figure of {name}", told_by(client.get(figure, {"key": "question.Q-10"})))
    for asked in statistics():
        for client in (editor,) if asked["measure"] == "voices" else (editor, regional):
            sight.at(f"table {asked}", told_by(client.get(reverse("statistics_csv"), asked)))
        if asked["by"] == "region" and asked.get("subject") in ("Q-33", "AA-02"):
            sight.at(f"page {asked}", told_by(editor.get(reverse("statistics"), asked)))
            sight.at(f"workbook {asked}", told_by(editor.get(reverse("statistics_xlsx"), asked)))
            for row in ("all", "KZ-10", "KZ-71", "a"):
                sight.at(f"row {asked}", told_by(editor.get(reverse("statistics_figure"), {**asked, "row": row})))
    return sight


# Doors behind which no number was counted, and why they are not walked through.
NOT_COUNTED = {"api-schema": "the longest text that a field takes, and what a request looks like"}
# Sheets of paper are printed from an edition, the same for everybody: one reader and a stranger will do.
ON_PAPER = {"edition_sheets": ("anonymous", "bek"), "visit_sheets_file": ("anonymous", "bek")}
# Others of the cast stand in the same columns.
DOUBLES = {"oleg", "ruslan", "mira"}
WRONG = dict.fromkeys(
    ("page", "year", "key", "measure", "subject", "by", "row", "first", "edition", "q", "region"), "zz"
)


def among_the_planted(world):
    """The same doors, before a planted institution, its visit and the planted report."""
    visit = Visit.objects.filter(questionnaire__instrument__code="planted").order_by("institution__sort_key", "pk")[0]
    cast = replace(world.cast, visit=visit, centre=visit.institution)
    return replace(world, cast=cast, released=world.planted)


def walk(world, sight, names=tuple(sorted(COLUMNS.keys() - DOUBLES)), only=()):
    """Every door of the house, for everybody, with its own question and, for two of them, with a wrong one; and every button,
    pressed by those who work on reports, with nothing kept. No page of a visit is left out: its readers may read each
    answer, and none of them is shown a sum.
    """
    there = among_the_planted(world)
    for door in doors.listed():
        if door.name in NOT_COUNTED or (only and door.name not in only):
            continue
        for name in names:
            if name not in doors.knockers(door) or name not in ON_PAPER.get(door.name, COLUMNS):
                continue
            if door.method == "GET":
                address = doors.address(there, door, "own")
                sight.at(f"{door.name} of {name}", told_by(there.client(name).get(address)))
                if name in ("anonymous", "dan") and door.name not in ON_PAPER:
                    sight.at(
                        f"{door.name} asked wrongly", told_by(there.client(name).get(address.split("?")[0], WRONG))
                    )
            elif name in ("anonymous", "dan", "saule"):
                sight.at(f"{door.name} pressed", told_by(doors.knock(there, name, door)))
    return sight


# --- what a reader can work out ----------------------------------------------------------------------------------------------


def worked_out(content):
    """The planted groups that follow from what is printed by adding and subtracting, one question at a time.

    Every printed number is a sum over the finest cells; a group is told if it is a combination of such sums.
    """
    found = []
    for line in content["questions"]:
        own = [one for one in canaries() if one.code == line["code"]]
        for side in (("age",), ("sex",), ("kind", "region")) if own and line["cells"] else ():
            _left, sizes, known = np.linalg.svd(_statements(line, side), full_matrices=False)
            known = known[sizes > 1e-9]
            for canary in own:
                if {name for name, _code in canary.where} <= set(side):
                    wanted = _group(side, canary)
                    if np.abs(wanted - known.T @ (known @ wanted)).max() < 1e-6:
                        found.append(canary)
    return found


PLACES = {
    "age": AGES,
    "sex": SEXES,
    "kind": tuple(f"kind_{n}" for _f, n in KINDS),
    "region": tuple(i for i, _n in REGIONS),
}
EVERY = sorted({choice for one in planted() for choice in one.choices})


def _vector(side, where, choices):
    """The finest cells in these places with these answers; no places named = all."""
    shape = [len(PLACES[one]) for one in side] + [len(EVERY)]
    cells = np.zeros(shape)
    index = [[PLACES[one].index(code) for code in where.get(one, PLACES[one])] for one in side]
    cells[np.ix_(*index, [EVERY.index(choice) for choice in choices])] = 1
    return cells.ravel()


def _statements(line, side):
    """Everything printed: the national cells, and the rows of the dimensions."""
    every = [choice for cell in line["cells"] for choice in cell["codes"]]
    rows = [_vector(side, {}, every), *(_vector(side, {}, cell["codes"]) for cell in line["cells"])]
    for one in line["breakdowns"]:
        for row in one["rows"] if one["by"] in side else ():
            where = {one["by"]: row["codes"]}
            if row["base"] is not None:
                rows.append(_vector(side, where, every))
            for cell, n in zip(line["cells"], row["cells"], strict=True):
                if n is not None:
                    rows.append(_vector(side, where, cell["codes"]))
    # Answers that the question does not have are known to be given by nobody.
    nobody = [choice for choice in EVERY if choice not in every]
    return np.array(
        rows + [row for choice in nobody for row in np.eye(len(rows[0])) if row @ _vector(side, {}, [choice])]
    )


def _group(side, canary):
    where = {name: [code] for name, code in canary.where}
    return _vector(side, where, [one for one in EVERY if one != canary.choice] if canary.rest else [canary.choice])


# --- the tests ---------------------------------------------------------------------------------------------------------------


def test_hundreds_of_small_groups_are_planted():
    by = [len(one.where) for one in canaries()]
    assert len(by) >= 200
    assert sum(len(one.where) < 2 and ("institution" not in dict(one.where)) for one in canaries()) >= 15
    assert {one.rest for one in canaries()} == {False, True}


@pytest.mark.parametrize(
    "page",
    [
        "<td>144</td>",
        "<td>144&nbsp;of 1,296</td>",
        '<progress value="144" max="1296">',
        '<svg><title>d: 144</title><path d="M1 1"/></svg>',
        '<p aria-label="144 children">',
        '<div data-cells="[22,144,300]">',
        "<script>{&quot;n&quot;:144}</script>",
    ],
)
def test_the_scan_reads_what_a_page_says(page):
    assert told_in_page(page) == {144}


def test_the_scan_does_not_take_large_numbers_and_addresses_for_small_ones():
    page = '<a href="/institutions/144/">1,144 · 12\u00a0144 · 2025-09-144 · 14.4</a><path d="M144 2"/>'
    assert told_in_page(page) == set()
    assert told("d,144,5184", grouped=False) == {144}


def test_nobody_is_shown_a_small_group(watched):
    sight = look(watched, Sight())
    assert sight.leaks == {}
    assert sight.looked > 250


def test_no_door_of_the_house_shows_a_small_group(watched, monkeypatch):
    # A book that is ordered here is given to nobody; the one that is given out is read below.
    monkeypatch.setattr(printing, "print_languages", lambda **order: ())
    sight = walk(watched, Sight())
    assert sight.leaks == {}
    assert sight.looked > 1000


def test_the_doors_that_are_left_out_exist():
    there = {door.name for door in doors.listed()}
    assert there >= {*NOT_COUNTED, *ON_PAPER}


def test_the_printed_book_tells_of_no_small_group(watched, monkeypatch, tmp_path):
    """As it is given out: pages, text alternatives, metadata and the files enclosed."""
    frozen, some = watched.planted.frozen, ("Q-10", "Q-31", "Q-32", "Q-33")
    content = {
        **frozen.content,
        "questions": [line for line in frozen.content["questions"] if line["code"] in some],
        "voices": [code for code in frozen.content["voices"] if code in some],
        "key_findings": [one for one in frozen.content["key_findings"] if one["code"] in some],
    }
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path)
    made, name = book.build(content, language="en", fingerprint=frozen.sha256), book.name_of(YEAR, "en", 1)
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / name).write_bytes(made)
    services.register_file(
        publication=watched.planted, language="en", name=name, content=made, by=None, at=timezone.now()
    )
    given = watched.client("anonymous").get(reverse("report_file", args=[YEAR, "en"]))
    assert given.status_code == 200
    assert told_by(given) == set()


def test_no_small_group_can_be_worked_out(watched):
    assert worked_out(watched.planted.frozen.content) == []


def test_without_thresholds_the_scan_finds_small_groups_behind_every_door(watched, monkeypatch):
    guarded(monkeypatch, threshold=0)
    with translation.override("en"):
        watched.planted.frozen.delete()
        watched.planted.delete()
        freeze(watched)
    sight = look(watched, Sight(), everybody=False)
    sorts = {where.split(" ")[0] for where in sight.leaks}
    assert sorts >= {"frozen", "report", "book", "page", "api", "table", "workbook", "row", "a"}
    walked = walk(watched, Sight(), names=("anonymous", "robot"), only=("report", "figure-list"))
    assert {where.split(" ")[0] for where in walked.leaks} == {"report", "figure-list"}
    assert len(worked_out(watched.planted.frozen.content)) >= 15


class PrimaryOnly:
    """An engine that hides the small cells and nothing else."""

    method = Method.GREEDY

    def __init__(self, release):
        self.release = release

    def shows(self, table, at):
        own = next(one for one in self.release.tables if one.code == table)
        cells = [
            sum(atom.n for atom in self.release.atoms if _inside(own, atom, place)) for place in (at, (at[0], "*"))
        ]
        return cells[0] >= 200 and (at[1] == "*" or cells[1] - cells[0] >= 200)


def _inside(table, atom, at):
    return all(code in ("*", atom.at[name]) for name, code in zip(table.by, at, strict=True))


def test_hiding_small_cells_alone_is_found_out_by_subtraction_and_held_back_by_the_gate(watched, monkeypatch):
    monkeypatch.setattr(breaking, "protect", lambda release, rules: PrimaryOnly(release))
    before, attacked = [], gate.attacked

    def listened(content, *known):
        before.append(content | {})
        return attacked(content, *known)

    monkeypatch.setattr(gate, "attacked", listened)
    after = figures.year_content(YEAR)
    assert told(canonical(before[0]).decode(), grouped=False) == set()
    assert worked_out(before[0]) != []
    assert worked_out(after) == []

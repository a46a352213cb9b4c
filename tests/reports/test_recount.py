"""Every figure of a year equals a recount in plain loops; the order of rows never matters, nor does the database."""

import hashlib
from datetime import date

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from reports import breaking, gate
from reports.disclosure import Rules
from reports.disclosure.protecting import Method
from reports.figures import year_content
from reports.measures.catalogue import MEASURES
from reports.measures.reach import reached_by
from reports.measures.table import EMPTY
from reports.measures.wanted import Wanted
from reports.models import canonical, fingerprint
from tests import factories as make

from .invented import JOINS, YEAR, Sizes, ground, invent, write
from .recounted import Limits, Recount, bare, differences
from .recounted_tables import CODES, Tables, of_visit

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 1)
# Nothing hidden; everything hidden that can be in a small year; the published limits.
LIMITS = {
    "open": Limits(0, 0, 0, 100, 100, 0),
    "small": Limits(2, 3, 2, 80, 95, 6),
    "published": Limits(5, 10, 3, 70, 90, 30),
}
FEW = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # A smaller year would be found in minutes; the sizes that failed say enough.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
years = st.builds(
    Sizes,
    seed=st.integers(0, 10**6),
    places=st.integers(0, 24),
    trips=st.sampled_from([0, 3, 20, 40]),
    talks=st.sampled_from([0, 2, 6]),
    joins=st.integers(0, len(JOINS) - 1),
    steep=st.sampled_from([1.0, 1.7]),
)


def rules_of(limits):
    return Rules(
        threshold=limits.k,
        of_sensitive=limits.of_sensitive,
        institutions=limits.institutions,
        largest_percent=limits.largest,
        two_largest_percent=limits.two_largest,
        percentages_from=limits.percentages_from,
    )


@pytest.fixture
def stage(db):
    return ground()


class NothingHidden:
    """What the engine would say of a table in which nothing is small."""

    method = Method.NONE

    def shows(self, table, at):
        return True


@pytest.fixture
def engine_off(monkeypatch):
    """Tables by place and age as they were counted, before anything is hidden in them."""
    monkeypatch.setattr(breaking, "protect", lambda release, rules, seconds: NothingHidden())


class Standing:
    """A year in the database, taken out again at the end."""

    def __init__(self, year, stage, shuffle=0):
        self.year, self.stage, self.shuffle, self.room = year, stage, shuffle, transaction.atomic()

    def __enter__(self):
        self.room.__enter__()
        write(self.year, self.stage, self.shuffle)

    def __exit__(self, *raised):
        transaction.set_rollback(True)
        self.room.__exit__(*raised)


def counted(content):
    """The parts of the content that a recount knows, without their words; breakdowns by the codes of their rows."""
    parts = ("coverage", "places", "indicators", "sections", "questions", "recommendations", "most_unmet", "figures")
    found = {part: bare(content[part]) for part in parts}
    found["recommendations"].pop("labels")
    for line in found["questions"]:
        # Whether a sample was drawn and how sure the shares are is no count: tests/reports/statistics.
        line.pop("drawn", None)
        for cell in line["cells"]:
            cell.pop("interval", None)
        line["breakdowns"] = [
            {"by": one["by"], "rows": {tuple(row.pop("codes")): row for row in one["rows"]}}
            for one in line["breakdowns"]
        ]
    return found


@pytest.fixture
def attack_off(monkeypatch):
    """Without the attack on what is to be printed, which may hold back more than the rules say."""
    monkeypatch.setattr(gate, "attacked", lambda *known: gate.Verdict())


@pytest.fixture
def readers(stage):
    """Whoever sees the statistics of the whole country, and of Abai."""
    there = make.person("there@example.test", "reviewer", region_code="KZ-10")
    return {"": reached_by(make.person("all@example.test", "report_editor")), "KZ-10": reached_by(there)}


@FEW
@given(years, st.sampled_from(["latest", "all"]))
def test_every_raw_figure_of_a_year_equals_a_recount(stage, engine_off, sizes, choice):
    year = invent(sizes)
    with Standing(year, stage):
        content = year_content(YEAR, choice_of_visits=choice, on=TODAY, rules=rules_of(LIMITS["open"]))
    assert differences(counted(content), Recount(year, YEAR, choice, LIMITS["open"], TODAY).content()) == []


@FEW
@given(years, st.sampled_from(["latest", "all"]), st.sampled_from(["small", "published"]))
def test_what_is_printed_equals_a_recount_under_the_published_rules(stage, attack_off, sizes, choice, limits):
    """National figures are those that the rules, applied again, let through; a printed row by place or age is the true one."""
    year = invent(sizes)
    with Standing(year, stage):
        content = year_content(YEAR, choice_of_visits=choice, on=TODAY, rules=rules_of(LIMITS[limits]))
    recount = Recount(year, YEAR, choice, LIMITS[limits], TODAY)
    found, expected = counted(content), recount.content()
    divided = [line.pop("breakdowns") for line in found["questions"]]
    for line in expected["questions"]:
        line.pop("breakdowns")
    assert differences(found, expected) == []
    for line, tables in zip(recount.lines, divided, strict=True):
        for one in tables:
            for codes, row in one["rows"].items():
                true = recount.rows_together(line, one["by"], codes, with_untold=row["with_untold"])
                assert differences(printed(row), printed(true, like=row)) == []


def printed(row, like=None):
    """The base and the cells of a row; what is hidden in `like` is left out."""
    shown = like or row
    cells = [n for n, other in zip(row["cells"], shown["cells"], strict=True) if other is not None]
    percents = [n for n, other in zip(row["percents"], shown["percents"], strict=True) if other is not None]
    return [row["base"]] * (shown["base"] is not None) + cells + percents


MEASURES_BY = [
    *[("indicators", by) for by in ("indicator", "region", "kind", "authority", "year")],
    *[("ratings", by) for by in ("section", "region", "kind", "authority", "year")],
    *[("coverage", by) for by in ("region", "kind", "authority", "year")],
    *[("recommendations", by) for by in ("authority", "region", "kind", "severity", "year")],
    *[("headcounts", by) for by in ("region", "kind", "authority", "year")],
]
asked = st.builds(
    dict,
    first=st.sampled_from([YEAR - 1, YEAR]),
    subject=st.sampled_from(["AA-01", "AA-02", "BB-01"]),
    visits=st.sampled_from(["latest", "all"]),
    base=st.sampled_from(["judged", "all"]),
    narrowed=st.sampled_from([{}, {}, {"region": "KZ-35"}, {"kind": "kind_1", "authority": "mia"}]),
    reader=st.sampled_from(["", "", "KZ-10"]),
    limits=st.sampled_from(["open", "small"]),
)


@settings(FEW, max_examples=6)
@given(years, asked)
def test_every_table_of_the_statistics_page_equals_a_recount(stage, readers, sizes, asked):
    year, shown = invent(sizes), 0
    with Standing(year, stage):
        for measure, by in MEASURES_BY:
            own = asked["subject"] if measure == "indicators" and by != "indicator" else ""
            own = asked["subject"][:2] if measure == "ratings" and by != "section" else own
            wanted = Wanted(
                measure,
                asked["first"],
                YEAR,
                subject=own,
                by=by,
                visits=asked["visits"],
                base=asked["base"],
                **asked["narrowed"],
            )
            reached = readers[asked["reader"]]
            table = MEASURES[measure].count(wanted, reached, rules_of(LIMITS[asked["limits"]]))
            again = Tables(
                year,
                tuple(wanted.years),
                wanted.visits,
                wanted.base,
                wanted.narrowed,
                asked["reader"],
                timezone.localdate(),
            )
            shown += compared(table, again, wanted, asked["limits"] == "open")
    event(f"rows compared: {min(shown, 40) // 10 * 10} or more")


def compared(table, again, wanted, everything):
    """Every printed row beside its recount; with `everything` no row may be missing. Says how many."""
    lines = [*enumerate(table.rows), *([(-1, table.total)] if table.total else [])]
    lines = [(at, row) for at, row in lines if row.protection != "hidden"]
    for at, row in lines:
        found = dict(zip((column.code for column in table.columns), row.values, strict=True))
        expected = recounted_row(again, wanted, row, at)
        assert found == {code: EMPTY if value is None else value for code, value in expected.items()}, (wanted, row)
    if everything and not table.refused:
        known = expected_rows(again, wanted)
        assert known is None or sorted(code for row in table.rows for code in (row.places or (row.key,))) == sorted(
            known
        )
    return len(lines)


def recounted_row(again, wanted, row, at):
    places = {wanted.by: row.places} if row.places else None
    years = [int(row.key)] if wanted.by == "year" and row.key.isdigit() else again.years
    match wanted.measure:
        case "indicators":
            line = again.answered()[at] if wanted.by == "indicator" else again.newest_answered(wanted.subject)
            return again.indicator(line[1], line[2], again.trips(places, years))
        case "ratings":
            return again.rating(row.key if wanted.by == "section" else wanted.subject, again.trips(places, years))
        case "coverage":
            return again.coverage(places, years)
        case "recommendations":
            return again.advised(wanted.by, row.key)
        case _:
            return again.held(places, years)


def expected_rows(again, wanted):
    """The rows of a table by place in which something was counted; None where another rule says which there are."""
    if wanted.measure not in ("indicators", "ratings") or wanted.by not in CODES:
        return None
    trips = again.trips(None)
    if wanted.measure == "ratings":
        return {of_visit(trip)[wanted.by] for trip in trips if wanted.subject in trip.ratings}
    editions = again.newest_answered(wanted.subject)[2]
    return {
        of_visit(trip)[wanted.by] for trip in trips if trip.edition in editions and trip.answers.get(wanted.subject)
    }


# --- the order of rows, and the database -----------------------------------------------------------------------------------


@settings(FEW, max_examples=4)
@given(years, st.integers(1, 10**6))
def test_the_order_of_rows_never_matters(stage, sizes, shuffle):
    year, found = invent(sizes), []
    for order in (0, shuffle):
        with Standing(year, stage, order):
            found.append(year_content(YEAR, on=TODAY, rules=rules_of(LIMITS["small"])))
    assert differences(*found) == []
    assert fingerprint(found[0]) == fingerprint(found[1])


FIXED = Sizes(seed=2025, places=24, trips=40, talks=8, joins=2, steep=1.7)
SHA256 = "62b7d6c96a2244d3b3497b894e135c6144d77dbb71279a0e6bead024021c48f2"


def test_both_databases_count_the_same_bytes(stage):
    """One invented year and the hash of all its figures: it stands here, and every database has to come to it.

    Where figures get a new shape on purpose, the new hash is the one that this test names, on SQLite and on PostgreSQL alike.
    """
    with Standing(invent(FIXED), stage):
        content = year_content(YEAR, on=TODAY, rules=rules_of(LIMITS["small"]))
    assert hashlib.sha256(canonical(content)).hexdigest() == SHA256

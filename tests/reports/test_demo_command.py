"""`manage.py demo`: where it refuses to be, what its seed decides, and the sign-ins it leaves."""

import hashlib
import os
import stat
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from institutions.models import Headcount, Institution
from ombudsman.people.models import User
from reports.demonstration import pour as pouring
from reports.demonstration import whole
from reports.demonstration.people import write_sign_ins
from reports.demonstration.pour import pour, pour_instances
from reports.demonstration.whole import already_there, make_demonstration
from visits.models import (
    Answer,
    DeviceCopy,
    Difference,
    Finding,
    Interview,
    Recommendation,
    UrgentConcern,
    Visit,
    VisitTally,
)

from .. import factories as make

DAY = date(2026, 5, 20)
SMALL = {"visits": 24, "interviews": 60, "year": 2025, "day": DAY}


@pytest.fixture
def no_reports(monkeypatch):
    """The reports of earlier years are counted from what is drawn, and no test below reads them; `test_demo.py` does."""
    monkeypatch.setattr(whole, "publish", lambda year, people: None)


def content():
    """Every id and every byte that the seed decides."""
    whole = hashlib.sha256()
    rows = [
        Institution.objects.order_by("uid").values_list("uid", "name_kk", "capacity"),
        Visit.objects.order_by("id").values_list("id", "first_day", "state", "access", "institution__uid"),
        VisitTally.objects.order_by("visit_id").values_list("visit_id", "answers", "measurements", "child_only"),
        Interview.objects.order_by("id").values_list("id", "visit_id", "answers", "excluded"),
        Finding.objects.order_by("id").values_list("id", "text", "state"),
        Recommendation.objects.order_by("id").values_list("number", "text_kk", "response", "verification"),
        UrgentConcern.objects.order_by("id").values_list("id", "visit_id", "category", "seen", "pressed_at", "outcome"),
        Difference.objects.order_by("id").values_list("id", "visit_id", "mine", "by__email", "received_at"),
        DeviceCopy.objects.order_by("id").values_list("id", "user__email", "taken_at", "unsent"),
        Headcount.objects.order_by("institution__uid", "on", "source").values_list(
            "institution__uid", "on", "children"
        ),
    ]
    for values in rows:
        for row in values:
            whole.update(repr([bytes(cell) if isinstance(cell, memoryview) else cell for cell in row]).encode())
    return whole.hexdigest()


def test_the_same_seed_gives_the_same_country(db, settings, no_reports):
    settings.DEMONSTRATION = True
    found = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            make_demonstration(**SMALL, seed=seed)
            found.append(content())
            transaction.set_rollback(True)
    assert found[0] == found[1] != found[2]


def test_one_institution_gets_better_and_a_second_run_changes_nothing(db, settings, no_reports, capsys):
    settings.DEMONSTRATION = True
    make_demonstration(**{**SMALL, "visits": 60, "interviews": 0}, seed=7)
    centre = Institution.objects.get(kind__number=9, region__iso="KZ-35")
    shares = []
    for year in (2023, 2024, 2025):
        judged = Answer.objects.filter(visit__in=Visit.objects.accepted().filter(institution=centre, year=year))
        met = judged.filter(choice__code="met").count()
        shares.append(met / judged.filter(choice__role="judged").count())
    assert shares[0] + 0.1 < shares[1] < shares[2] - 0.05
    before = content()
    call_command("demo", if_empty=True)
    assert "here already" in capsys.readouterr().out
    with pytest.raises(CommandError, match="already here"):
        call_command("demo")
    assert content() == before


def test_it_refuses_a_place_that_is_not_for_demonstrations(db, settings):
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="not set up for a demonstration"):
        call_command("demo", visits=10, interviews=0)
    assert not User.objects.exists()


def test_it_refuses_a_database_with_real_people_or_visits(cast, settings):
    settings.DEMONSTRATION = True
    with pytest.raises(CommandError, match="people who are not of the demonstration"):
        call_command("demo", visits=10, interviews=0)
    assert not already_there()
    assert Visit.objects.count() == 3


def test_the_command_keeps_the_sign_ins_for_the_owner_alone(db, settings, no_reports, tmp_path, capsys):
    settings.DEMONSTRATION, settings.VAR_DIR = True, tmp_path
    call_command("demo", visits=12, interviews=20, year=2025)
    kept = tmp_path / "demo-sign-ins.txt"
    assert stat.S_IMODE(os.stat(kept).st_mode) == 0o600
    lines = dict(line.split("\t") for line in kept.read_text(encoding="utf-8").splitlines())
    assert lines["reviewer@demo.example"] in capsys.readouterr().out
    write_sign_ins({"a@demo.example": "new"}, kept)
    assert kept.read_text(encoding="utf-8") == "a@demo.example\tnew\n"


def test_poured_rows_take_the_defaults_of_what_is_not_named(cast):
    names = ("visit_id", "indicator_id", "by_id", "at", "sources")
    indicator = cast.checklist.indicators.get(code="AA-01")
    pour(Answer, names, [(cast.visit.pk, indicator.pk, cast.bek.pk, make.NOON, ("seen", "child"))])
    answer = Answer.objects.get(visit=cast.visit)
    assert (answer.sources, answer.note, answer.version, answer.at) == (["seen", "child"], "", 1, make.NOON)


def test_poured_instances_are_stored_as_they_are(cast, monkeypatch):
    monkeypatch.setattr(pouring, "AT_ONCE", 2)
    strange = "\\N\tтаб\r\nжол \\t \\ 'тырнақша' \"қос\" \\."
    visits = [make.visit(cast.centre, cast.bek, first_day=date(2025, 3, day)) for day in (1, 2, 3, 4, 5)]
    tallies = [
        VisitTally(visit=visit, edition=cast.checklist, answers=bytes(range(256)), measurements=b"", child_only=b"\\x")
        for visit in visits
    ]
    pour_instances(tallies)
    found = VisitTally.objects.filter(visit__in=visits)
    assert [(bytes(each.answers), bytes(each.measurements), bytes(each.child_only)) for each in found] == [
        (bytes(range(256)), b"", b"\\x")
    ] * 5
    findings = [
        Finding(
            visit=visit,
            text=strange,
            severity="high",
            sources=["seen", strange],
            state="draft",
            by=cast.bek,
            at=make.NOON,
        )
        for visit in visits
    ]
    pour_instances(findings)
    for finding in findings:
        stored = Finding.objects.get(pk=finding.pk)
        assert (stored.text, stored.sources, stored.at, stored.by) == (strange, ["seen", strange], make.NOON, cast.bek)
        assert stored.decided_by is None
    pour_instances([])


def test_whoever_makes_the_rows_may_ask_the_database_in_between(cast, monkeypatch):
    monkeypatch.setattr(pouring, "AT_ONCE", 1)
    names = ("visit_id", "indicator_id", "by_id", "at")

    def rows():
        for indicator in list(cast.checklist.indicators.all()):
            assert cast.checklist.indicators.count() == 4
            yield cast.visit.pk, indicator.pk, cast.bek.pk, make.NOON

    pour(Answer, names, rows())
    assert Answer.objects.filter(visit=cast.visit, choice=None).count() == 4

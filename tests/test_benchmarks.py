"""The benchmarks: their arithmetic, what they print, and that floor and product do the same work. Nothing here is timed."""

import json
import shutil
import socket
import threading
from collections import Counter
from contextlib import nullcontext
from functools import partial

import numpy as np
import pytest
from django.db import connection

from benchmarks import __main__ as command
from benchmarks import fill, pages, year, year_product, year_report
from benchmarks.floors import year as floor
from benchmarks.load import Load, press
from benchmarks.measure import Goal, Result, alternately, ratio, spread
from benchmarks.places import databases, environment, folder, server, worker
from benchmarks.sets import Layout
from reports.demonstration.answers import draw, tallies
from reports.demonstration.country import make_country
from reports.demonstration.interviews import make_interviews
from reports.demonstration.people import make_people
from reports.demonstration.visits import make_visits
from reports.demonstration.whole import newest
from tests import migrated
from visits.models import Interview, Visit, VisitTally


def test_a_goal_holds_on_its_own_side_of_the_bound():
    assert Goal("a", 0.9, 0.9, "at least").holds
    assert not Goal("a", 0.89, 0.9, "at least").holds
    assert Goal("a", 1.5, 1.5, "at most").holds
    assert not Goal("a", 1.51, 1.5, "at most").holds
    assert Goal("a", 2, 1.5, "at most").said() == "a: 2.00 (at most 1.5): MISSED"


def test_a_result_is_one_line_of_json():
    result = Result("year", {"size": 3}, [Goal("a", 1.23456, 1.5, "at most"), Goal("b", 1, 2, "at least")])
    assert "\n" not in result.line()
    assert json.loads(result.line()) == {
        "name": "year",
        "figures": {"size": 3},
        "goals": [
            {"name": "a", "value": 1.2346, "bound": 1.5, "sense": "at most", "holds": True},
            {"name": "b", "value": 1, "bound": 2, "sense": "at least", "holds": False},
        ],
    }
    assert not result.holds


def test_medians_are_compared_and_rounds_alternate():
    order = []
    runs = {name: lambda name=name: order.append(name) or len(order) for name in ("floor", "product")}
    assert alternately(runs, 2) == {"floor": [1, 3], "product": [2, 4]}
    assert order == ["floor", "product", "floor", "product"]
    assert ratio([9, 1, 3], [2, 100, 1]) == 1.5
    assert spread([3.0, 1.0, 2.0]) == "2.0 [1.0–3.0]"


def test_a_load_counts_good_answers_and_percentiles():
    load = Load(2.0, [0.001 * number for number in range(1, 101)], Counter({200: 90, 500: 10}))
    assert load.per_second == 45
    assert load.percentile(0.5) == pytest.approx(51)
    assert load.percentile(0.95) == pytest.approx(96)


@pytest.mark.parametrize("head", ["Content-Length: 5\r\n", "Connection: close\r\nContent-Length: 5\r\n"])
def test_the_client_reads_whole_answers_and_dials_again_when_it_must(head):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        asked = []

        def serve():
            while True:
                try:
                    caller, _ = listening.accept()
                except OSError:
                    return
                while data := caller.recv(4096):
                    asked.append(data)
                    caller.sendall(f"HTTP/1.1 200 OK\r\n{head}\r\nhello".encode())
                    if "close" in head:
                        break
                caller.close()

        threading.Thread(target=serve, daemon=True).start()
        load = press(listening.getsockname()[1], "/x", clients=2, seconds=0.2, cookie="a=b", warm=0.0)
    assert set(load.codes) == {200}
    assert load.size == 5
    assert b"GET /x HTTP/1.1" in asked[0]
    assert b"Cookie: a=b" in asked[0]


def test_without_a_name_it_lists_names_and_goals(capsys):
    assert command.main([]) == 0
    told = capsys.readouterr().out
    assert "pages" in told
    assert "at least 0.9 x" in told
    assert "at most 1.5 x" in told


def test_check_fails_when_a_goal_is_missed_and_json_comes_last(monkeypatch, capsys):
    asked = []

    def run(size, repeats, say):
        asked.append(size)
        say("some figures")
        return Result("year", {}, [Goal("a", 2, 1.5, "at most")])

    monkeypatch.setattr(year, "run", run)
    assert command.main(["year", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["name"] == "year"
    assert command.main(["year", "--size", "7", "--check"]) == 1
    assert asked == [None, 7]


def test_floor_and_product_count_the_same_year(db, settings):
    from django.utils import timezone

    from benchmarks.fill import SEED, YEAR, many
    from visits.services.reference import load_reference

    settings.DEMONSTRATION = True
    load_reference(at=timezone.now())
    country, people = many(make_country(SEED, YEAR), 40), make_people(SEED, YEAR)
    editions = (newest("checklist"), newest("questionnaire"))
    day = timezone.localdate().replace(year=YEAR + 1)
    trips = make_visits(SEED, 40, YEAR, day, country, people, editions, (0.0, 0.0, 1.0))
    assert Visit.objects.count() == Visit.objects.values("institution").distinct().count() == 40
    sheets = draw(SEED, YEAR, trips, country, editions[0])
    VisitTally.objects.bulk_create(tallies(trips, sheets))
    make_interviews(SEED, 120, YEAR, trips, country, editions[1])
    checklist = Layout.read(editions[0].layout, [each.section.order for each in sheets.indicators])
    with connection.cursor() as cursor:
        bare = floor.count(cursor, YEAR, checklist, Layout.read(editions[1].layout, []))
    ours = year_product.count(YEAR, checklist)
    assert bare.digest == ours.digest
    assert bare.arrays["A"].sum() == len(VisitTally.objects.exclude(visit__access="refused")) * 130
    one = Interview.objects.filter(excluded="", visit__state="accepted").first()
    Interview.objects.filter(pk=one.pk).update(answers=bytes(len(one.answers)))
    assert year_product.count(YEAR, checklist).digest != ours.digest


def test_a_year_is_filled_piece_by_piece_and_its_report_told_in_numbers(db, settings, monkeypatch):
    from django.utils import timezone

    from reports import disclosure, gate
    from visits.services.reference import load_reference

    settings.DEMONSTRATION = True
    load_reference(at=timezone.now())
    monkeypatch.setattr(fill, "AT_ONCE", 20)
    facts = fill.fill_year(60)
    assert (facts["visits"], facts["interviews"]) == (60, 300)
    assert Visit.objects.values("institution").distinct().count() == 60
    assert VisitTally.objects.filter(visit__year=facts["year"]).count() > 50
    protect, attacked = disclosure.protect, gate.attacked
    report = year_report.main(facts["year"])
    assert (disclosure.protect, gate.attacked) == (protect, attacked)
    assert report["broken"] == 0
    assert report["cells"] > report["tables"] > 48
    assert report["seconds"] >= report["protecting"] + report["auditing"] > 0
    assert f"{report['cells']} cells" in year.said(report)


def test_the_largest_size_is_held_against_the_smallest(monkeypatch):
    seconds, raw, report = {1: 2.0, 10: 9.0, 100: 3.5}, {1: 4, 10: 90, 100: 30}, {1: 30, 10: 40, 100: 60}

    def of_size(size, *_where):
        told = {"cells": 1, "per_1000_cells": seconds[size], "peak_mb": 100 + report[size], "idle_mb": 100}
        return {"report": told, "product_peak_mb": 70 + raw[size], "product_idle_mb": 70}

    said = []
    monkeypatch.setattr(year, "_of_size", of_size)
    monkeypatch.setattr(year, "databases", lambda here: nullcontext({"SQLite": "none"}))
    monkeypatch.setattr(year, "SIZES", (1, 10, 100))
    result = year.run(None, 1, said.append)
    assert [(goal.value, goal.bound, goal.holds) for goal in result.goals] == [
        (30, year.MEMORY * 4 + year.FREE, False),
        (60, year.MEMORY * 30 + year.FREE, True),
        (1.75, year.GROWTH, False),
    ]
    assert "90 at 10" in said[0]
    assert "60 at 100" in said[1]
    assert list(result.figures["10"]) == ["SQLite"]
    assert year.run(10, 1, print).goals == []


def test_the_section_sets_are_sums_of_their_indicators():
    layout = Layout(3, [0, 1, 2], 3, [], [1, 1, 2])
    packed = np.array([[2, 2, 1], [2, 0, 1]], np.uint8)
    cube = floor.tabulate(packed, np.array([0, 1]), 2, layout)
    assert cube.tolist() == [[[0, 0, 1], [0, 0, 1], [0, 1, 0]], [[0, 0, 1], [1, 0, 0], [0, 1, 0]]]


def test_the_list_pages_of_floor_and_product_hold_the_same_visits_and_bytes(monkeypatch):
    # One page is read from each side; whether one worker writes it or two is the same to it.
    monkeypatch.setattr(pages, "server", partial(server, workers=1))
    with folder() as here:
        env = environment(here, f"sqlite:///{here / 'pages.sqlite3'}")
        if (kept := migrated.kept_at()).exists():
            # Filling applies what is missing; nothing is, of the migrations that this run of the tests has applied already.
            shutil.copy(kept, here / "pages.sqlite3")
        facts = worker("benchmarks.fill", "pages", "60", env=env)
        # `both` compares rows and bytes itself and raises where they differ.
        with pages.both(here, env, facts) as (ports, size):
            sent = {side: pages.read(port, facts[side]) for side, port in ports.items()}
    assert pages.ROW.findall(sent["floor"]) == pages.ROW.findall(sent["product"])
    assert len(pages.ROW.findall(sent["floor"])) == 50
    assert size == len(sent["product"])
    assert abs(len(sent["floor"]) - size) < 0.01 * size
    assert not here.exists()


def test_a_worker_that_fails_says_why(tmp_path):
    with pytest.raises(RuntimeError, match="FileNotFoundError"):
        worker("benchmarks.year_worker", "floor", str(tmp_path / "none"), "1", env=environment(tmp_path, "sqlite:///x"))


def test_sqlite_is_always_measured(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.places.Path.glob", lambda self, pattern: iter(()))
    with databases(tmp_path) as found:
        assert list(found) == ["SQLite"]

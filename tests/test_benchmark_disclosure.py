"""The benchmark of disclosure: what it draws, marks, blanks and writes. Nothing here is timed."""

import json
import shutil
from pathlib import Path

import pytest
from django.conf import settings

from benchmarks import __main__ as command
from benchmarks import disclosure
from benchmarks.disclosure_editions import SHAPES, draw
from benchmarks.disclosure_instances import falls
from benchmarks.disclosure_patterns import Counts, document, primary_only, small, targets, truth, two_per_line
from benchmarks.places import environment
from reports.attacker import breaks, read, read_truth
from reports.disclosure.rules import Rules
from reports.disclosure.tables import Atom, Dimension, Edition, Release, Table, every_cell
from tests import migrated

RULES = Rules()


def release(counts, *, zeros=()):
    """Region by answer, each cell spread over four institutions as evenly as it goes."""
    region = Dimension("region", tuple(counts), (("both", tuple(counts)[:2]),))
    answer = Dimension("answer", ("yes", "no"))
    atoms = []
    for name, row in counts.items():
        for said, n in zip(answer.categories, row, strict=True):
            by = {f"{name} {turn}": n // 4 + (turn < n % 4) for turn in range(4)}
            atoms.append(
                Atom("p1", {"region": name, "answer": said}, n, {home: held for home, held in by.items() if held})
            )
    table = Table("t", "e1", ("region", "answer"), every_cell(region, answer), answer="answer")
    return Release((region, answer), ("p1",), (Edition("e1", ("p1",)),), (table,), tuple(atoms), zeros)


def test_an_edition_is_drawn_the_same_every_time_and_holds_something_small():
    for number in range(1, len(SHAPES) + 1):
        drawn = draw(4, number)
        assert drawn == draw(4, number)
        assert drawn != draw(5, number)
        assert drawn.shape is SHAPES[number - 1]
        assert any(small(Counts(drawn.release), RULES).values())


def test_small_cells_complements_and_cells_of_two_institutions_are_marked():
    counts = Counts(release({"A": (3, 20), "B": (20, 20), "C": (8, 40)}))
    marked = small(counts, RULES)["t"]
    assert marked == {("A", "yes"): "cell", ("A", "no"): "complement"}
    lone = Counts(release({"A": (20, 20), "B": (20, 20), "C": (2, 40)}))
    lone.held["t"]["B", "yes"].clear()
    lone.held["t"]["B", "yes"].update({"B 1": 15, "B 2": 5})
    assert small(lone, RULES)["t"]["B", "yes"] == "spread"


def test_a_structural_zero_is_not_small():
    zero = {"region": "A", "answer": "yes"}
    assert ("A", "yes") in small(Counts(release({"A": (0, 20), "B": (20, 20)})), RULES)["t"]
    counts = Counts(release({"A": (0, 20), "B": (20, 20)}, zeros=(zero,)))
    assert ("A", "yes") not in small(counts, RULES)["t"]


def test_the_document_gives_the_true_numbers_and_small_cells_alone_fall():
    counts = Counts(release({"A": (3, 20), "B": (20, 20), "C": (8, 40)}))
    known = truth(counts, targets(counts, RULES))
    open_ = read(document(counts, {}, 5))
    assert {breach.where for breach in breaks(open_, read_truth(known, open_))} == {
        "t: A × yes",
        "t: A × * less t: A × no",
    }
    naive = read(document(counts, primary_only(counts, RULES), 5))
    assert breaks(naive, read_truth(known, naive), with_insiders=False)
    pairs = two_per_line(counts, RULES)
    assert pairs["t"] > primary_only(counts, RULES)["t"]
    paired = read(document(counts, pairs, 5))
    assert not breaks(paired, read_truth(known, paired), with_insiders=False)


def test_two_blanks_in_every_line_fall_on_both_tables_of_the_literature():
    assert falls("I1")
    assert falls("I4")


def already_migrated(within: Path, address: str) -> dict[str, str]:
    """As a benchmark works, in a database to which this run of the tests has applied the migrations already."""
    if (kept := migrated.kept_at()).exists():
        shutil.copy(kept, within / address.rpartition("/")[2])
    return environment(within, address)


@pytest.fixture
def tried(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(disclosure, "VISITS", 40)
    monkeypatch.setattr(disclosure, "environment", already_migrated)
    code = command.main(["disclosure", "--size", "2", "--export", str(tmp_path), "--json"])
    told = capsys.readouterr().out
    return code, told, tmp_path


def test_what_is_exported_is_published_document_and_truth_apart(tried):
    code, told, there = tried
    assert code == 0
    line = json.loads(told.splitlines()[-1])
    assert line["figures"]["editions"] == 2
    assert {goal["name"] for goal in line["goals"]} >= {
        "hidden cells recovered",
        "withheld, %",
        "a whole report, seconds",
    }
    assert line["figures"]["report"]["broken"] == 0
    assert sorted(path.name for path in there.iterdir()) == [
        "README.txt",
        "edition-0001.json",
        "edition-0002.json",
        "truth",
    ]
    for path in there.glob("*.json"):
        published = read(json.loads(path.read_text()))
        known = read_truth(json.loads((there / "truth" / path.name).read_text()), published)
        assert known.targets
        assert breaks(published, known, with_insiders=False) == []
        assert "by" not in json.loads(path.read_text())


def test_what_the_protector_raises_is_a_finding_and_no_end(monkeypatch):
    def fail(*_asked):
        raise ArithmeticError("no")

    monkeypatch.setattr(disclosure, "protect", fail)
    tried = disclosure._one(1, None)
    assert tried.method == "failed"
    assert tried.found == {"failed": 1}


def test_a_protector_that_blanks_small_cells_only_is_found_out(monkeypatch):
    drawn = draw(disclosure.SEED, 1)
    monkeypatch.setattr(
        disclosure,
        "protect",
        lambda release, rules, seconds: disclosure.Protected(
            release, primary_only(Counts(drawn.release), rules), disclosure.Method.EXACT, ()
        ),
    )
    tried = disclosure._one(1, None)
    assert tried.found["target"] >= 1
    assert tried.primary_only


def test_export_belongs_to_disclosure(capsys):
    with pytest.raises(SystemExit):
        command.main(["year", "--export", "/tmp/nowhere"])
    assert "belongs to disclosure" in capsys.readouterr().err


def test_the_page_of_measurements_names_every_one():
    page = (Path(settings.BASE_DIR) / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    for name in command.BENCHMARKS:
        assert f"`{name}`" in page

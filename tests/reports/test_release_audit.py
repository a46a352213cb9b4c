"""Figures are attacked when they are frozen and when they are released; what a reader could break does not go out."""

import hashlib

import pytest

from ombudsman.people.access import Refused
from reports import figures, gate, rules, services, voices
from reports.models import FrozenFigures, ReleaseAudit, canonical
from tests import factories as make

from .test_release import AT, YEAR, change_a_visit, counted, frozen, released  # noqa: F401

CANNOT_BE_TAKEN = {"label": {"kk": "", "ru": "", "en": ""}, "with_untold": False, "percents": [None, None]}


def breakable(lines):
    """Question Q-1 by region with one blank, which its row gives away."""
    rows = [
        {**CANNOT_BE_TAKEN, "codes": ["KZ-11"], "base": 40, "cells": [None, 37]},
        {**CANNOT_BE_TAKEN, "codes": ["KZ-39"], "base": 40, "cells": [37, 3]},
    ]
    return [
        {**line, "breakdowns": [{"by": "region", "protection": "partly", "rows": rows}]}
        if line["code"] == "Q-1"
        else line
        for line in lines
    ]


def plant(publication, content):
    """Puts content in place of the frozen one, with the hash and the verdict that belong to it."""
    sha256 = hashlib.sha256(canonical(content)).hexdigest()
    FrozenFigures.objects.filter(publication=publication).update(content=content, sha256=sha256)
    ReleaseAudit.objects.filter(publication=publication).update(sha256=sha256)


def test_the_verdict_is_kept_with_the_hash_of_the_figures(counted):  # noqa: F811
    made = frozen(counted)
    audit = ReleaseAudit.objects.get(publication=made)
    assert (audit.sha256, audit.passed, audit.earlier) == (made.frozen.sha256, True, 0)
    assert (audit.recovered, audit.breaches) == (0, 0)
    assert audit.tables > 0
    assert audit.cells > 0


def test_the_verdict_says_nothing_of_what_is_small():
    """Numbers of tables, cells and blanks, which every reader can count; no list, no text, no code of a question."""
    kinds = {field.name: field.get_internal_type() for field in ReleaseAudit._meta.fields}
    assert {name for name, kind in kinds.items() if kind in ("JSONField", "TextField")} == set()
    assert [name for name, kind in kinds.items() if kind == "CharField"] == ["sha256"]


def test_planted_figures_that_a_reader_can_break_are_refused(counted):  # noqa: F811
    made = frozen(counted)
    plant(made, {**made.frozen.content, "questions": breakable(made.frozen.content["questions"])})
    made.refresh_from_db()
    with pytest.raises(Refused, match="A reader could work out"):
        services.release(publication=made, by=counted.timur, at=AT)
    made.refresh_from_db()
    assert made.state == "draft"


def test_without_the_gate_the_same_figures_would_go_out(counted, monkeypatch):  # noqa: F811
    """What the test above rests on: nothing else stops these figures."""
    made = frozen(counted)
    plant(made, {**made.frozen.content, "questions": breakable(made.frozen.content["questions"])})
    monkeypatch.setattr(rules, "obstacles_found_by_attacking", lambda publication: [])
    assert services.release(publication=made, by=counted.timur, at=AT).state == "released"


def test_percentages_with_decimals_are_refused_with_what_to_do(counted):  # noqa: F811
    made = frozen(counted)
    content = made.frozen.content
    line = next(one for one in content["questions"] if one["code"] == "Q-1")
    line["cells"][0]["percent"] += 0.4
    plant(made, content)
    made.refresh_from_db()
    with pytest.raises(Refused, match=r"Q-1: a percentage is printed only as a whole number.* Freeze the figures anew"):
        services.release(publication=made, by=counted.timur, at=AT)


def test_figures_without_a_verdict_are_refused(counted):  # noqa: F811
    made = frozen(counted)
    ReleaseAudit.objects.filter(publication=made).delete()
    with pytest.raises(Refused, match="It was not tested yet"):
        services.release(publication=made, by=counted.timur, at=AT)
    again = frozen(counted)
    assert again.pk == made.pk
    assert services.release(publication=again, by=counted.timur, at=AT).state == "released"


@pytest.mark.parametrize("spoilt", [{"passed": False}, {"sha256": "0" * 64}])
def test_a_verdict_that_failed_or_is_about_other_figures_is_no_verdict(counted, spoilt):  # noqa: F811
    made = frozen(counted)
    ReleaseAudit.objects.filter(publication=made).update(**spoilt)
    with pytest.raises(Refused, match="It was not tested yet"):
        services.release(publication=made, by=counted.timur, at=AT)


def test_figures_that_were_touched_after_freezing_are_refused(counted):  # noqa: F811
    made = frozen(counted)
    content = made.frozen.content
    content["figures"]["question.Q-1.yes"]["numerator"] += 1
    FrozenFigures.objects.filter(publication=made).update(content=content)
    with pytest.raises(Refused, match="not those that were frozen"):
        services.release(publication=made, by=counted.timur, at=AT)
    plant(made, content)
    with pytest.raises(Refused, match="not those that were frozen"):
        services.release(publication=made, by=counted.timur, at=AT)


def test_what_does_not_hold_when_frozen_is_withheld(counted, monkeypatch):  # noqa: F811
    """A protector that fails: only the unsafe cell is blank. The table is withheld, the question stays."""
    count = voices.voices

    def careless(*given):
        found = count(*given)
        found.questions = breakable(found.questions)
        return found

    monkeypatch.setattr(voices, "voices", careless)
    content, verdict = figures.counted(YEAR)
    (line,) = (line for line in content["questions"] if line["code"] == "Q-1")
    assert verdict.passed
    assert (line["protection"], line["breakdowns"]) == (
        "shown",
        [{"by": "region", "protection": "withheld", "rows": []}],
    )
    assert "37" not in str(line["breakdowns"])
    assert gate.attacked(content).passed


def test_a_correction_that_tells_of_a_few_is_not_released_beside_what_was_public(counted):  # noqa: F811
    """Two talks more in one visit: the question would tell of them. It is withheld in the new edition."""
    released(counted)
    from visits.models import Interview, Visit

    visit = Visit.objects.filter(institution__name_en="Place 1").get()
    first = Interview.objects.filter(visit=visit).first()
    for _more in range(2):
        Interview.objects.create(visit=visit, edition=first.edition, answers=bytes(first.answers))
    second = frozen(counted)
    (line,) = (line for line in second.frozen.content["questions"] if line["code"] == "Q-1")
    assert (second.edition, line["protection"], line["cells"]) == (2, "too_few", [])
    assert ReleaseAudit.objects.get(publication=second).earlier == 1
    stale = figures.year_content(YEAR)
    assert not gate.attacked(stale, rules.once_public(YEAR)).passed


def test_a_correction_of_the_checklist_goes_out_as_a_new_edition(counted):  # noqa: F811
    first = released(counted)
    change_a_visit(counted)
    second = frozen(counted)
    services.withdraw(publication=first, by=counted.saule, at=AT)
    assert services.release(publication=second, by=counted.timur, at=make.NOON).state == "released"

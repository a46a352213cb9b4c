"""The fifteen juvenile justice indicators: what is known of each and from whom, and what is missing, never estimated."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from institutions import reference_files
from institutions.models import Headcount, InstitutionKind, OfficialFigure
from ombudsman.yaml_files import read_yaml
from reports.disclosure import Rules
from reports.juvenile_justice import juvenile_justice, own
from reports.measured import Measured
from tests import factories as make
from tests.replayed import Replay
from visits.services.instruments import load_standards

YEAR = 2025
RULES = Rules()
MANUAL = Path(settings.BASE_DIR) / "visits/data/standards.yaml"


def words(text: str) -> dict[str, str]:
    return {"kk": f"{text} (kk)", "ru": f"{text} (ru)", "en": text}


def line(code: str, number: str, **more):
    """An indicator of the checklist as the report holds it, that refers to a juvenile justice indicator."""
    return {
        "code": code, "statement": words("It is so."), "protection": "shown", "percent": 40, "favourable": 4, "base": 10,
        "institutions": 10, "standards": [{"code": "CRC", "number": "37(c)"}, {"code": "JJI", "number": number}], **more,
    }  # fmt: skip


def asked(code: str, cells, base: int | None = 100):
    return {
        "code": code, "text": words("Asked?"), "base": base, "institutions": 5,
        "cells": [{"codes": codes, "label": words("+".join(codes)), "n": n} for codes, n in cells],
    }  # fmt: skip


def content(*, indicators=(), questions=(), by_kind=()):
    return {
        "year": YEAR, "indicators": list(indicators), "questions": list(questions), "coverage": {"by_kind": list(by_kind)},
    }  # fmt: skip


def found(number: int, *, year: int = YEAR, **parts):
    with override("en"):
        return juvenile_justice(year, content=content(**parts), rules=RULES)[number - 1]


def load_manual() -> None:
    """The Manual's own definitions, and the official figures the product comes with."""
    standards = read_yaml(MANUAL)["standards"]
    load_standards(rows=[one for one in standards if one["code"] == "JJI"], by=None, at=make.NOON)
    OfficialFigure.objects.bulk_create(reference_files.official_figures())


LOADED = Replay(load_manual)


@pytest.fixture
def manual(db) -> None:
    LOADED.give()


def test_there_are_fifteen_in_their_order_with_names_and_definitions_in_three_languages(manual):
    said = {}
    for language in ("kk", "ru", "en"):
        with override(language):
            said[language] = juvenile_justice(YEAR, content=content(), rules=RULES)
    assert [one.number for one in said["en"]] == list(range(1, 16))
    assert [one.number for one in said["en"] if one.core] == [2, 3, 9, 10, 14]
    assert [one.number for one in said["en"] if one.policy] == [12, 13, 14, 15]
    for kk, ru, en in zip(said["kk"], said["ru"], said["en"], strict=True):
        assert len({kk.name, ru.name, en.name}) == len({kk.definition, ru.definition, en.definition}) == 3
        assert kk.definition
        for lacks in zip(kk.missing, ru.missing, en.missing, strict=True):
            assert len(set(lacks)) == 3


def test_an_office_that_just_opened_knows_nothing_and_says_so_fifteen_times(db):
    with override("en"):
        opened = juvenile_justice(YEAR, rules=RULES)
    assert {one.status for one in opened} == {"missing"}
    assert all(one.missing and not one.values for one in opened)


def test_official_figures_are_printed_with_their_year_and_source(manual):
    arrested = found(1)
    [value] = arrested.values
    assert (arrested.status, value.year, value.value, value.own) == ("part", 2017, 8386, False)
    assert "Sana Sezim" in value.source
    assert {(one.year, one.value) for one in found(2).values} == {(2017, 176), (2017, 8)}
    [adults] = found(7).values
    assert (adults.year, adults.value, adults.unit) == (2016, 65, "percent")
    assert [one.value for one in found(10).values] == [581, 972, 1790, 1872]
    assert {(one.year, one.value) for one in found(12).values} == {(2023, 461), (2013, 165)}


def test_the_share_of_custody_keeps_its_two_numbers_and_says_whose_it_is(manual):
    *convicted, custody = found(9).values
    assert [one.value for one in convicted] == [160, 121, 125, 95]
    assert (custody.value, custody.numerator, custody.base, custody.year) == (74, 325, 438, 2015)
    assert custody.note


def test_figures_of_later_years_are_not_known_yet(manual):
    assert found(1, year=2016).status == "missing"
    assert [one.year for one in found(9, year=2012).values] == [2011, 2012]


def test_what_nobody_publishes_or_measures_is_missing_with_its_reason(manual):
    for number in (5, 14, 15):
        one = found(number)
        assert (one.status, one.values) == ("missing", ())
        assert one.missing


# What monitors judged and children said


def test_indicators_of_the_checklist_stand_where_they_refer_to(db):
    one = found(13, indicators=[line("COM-01", "13"), line("SEP-01", "7")])
    [value] = one.values
    assert (value.value, value.numerator, value.base, value.institutions) == (40, 4, 10, 10)
    assert value.label.startswith("COM-01. It is so.")
    assert (value.year, value.own, one.status) == (YEAR, True, "part")


def test_a_hidden_indicator_is_named_as_missing_and_nothing_more(db):
    hidden = line("SEP-01", "7", protection="hidden", percent=None, favourable=None, base=None, institutions=None)
    one = found(7, indicators=[hidden])
    assert (one.status, one.values) == ("missing", ())
    assert any("SEP-01" in sentence for sentence in one.missing)


def test_visits_of_the_family_are_the_children_who_had_any(db):
    cells = [(["0"], 40), (["1_2"], 25), (["3_plus"], 35)]
    one = found(8, questions=[asked("Q-33", cells)])
    [value] = one.values
    assert (value.value, value.numerator, value.base) == (60, 60, 100)
    assert "not an estimate" in value.note
    # Merged among themselves the two still answer.
    assert found(8, questions=[asked("Q-33", [(["0"], 40), (["1_2", "3_plus"], 60)])]).values[0].numerator == 60


@pytest.mark.parametrize(
    "question",
    [
        asked("Q-33", [(["0", "1_2"], 65), (["3_plus"], 35)]),  # merged with those who had no visit
        asked("Q-33", [], base=None),  # too few
        asked("Q-33", [(["0", "1_2", "3_plus"], 100)]),
    ],
)
def test_answers_that_protection_merged_or_hid_are_not_taken_apart(db, question):
    one = found(8, questions=[question])
    assert (one.status, one.values) == ("missing", ())
    assert any("Q-33" in sentence for sentence in one.missing)


def test_children_held_with_adults_stand_beside_the_published_65_percent(manual):
    one = found(
        7, questions=[asked("Q-07", [(["yes"], 31), (["no"], 69)]), asked("Q-10", [(["yes"], 12), (["no"], 88)])]
    )
    assert [(value.own, value.year, value.value) for value in one.values] == [
        (True, YEAR, 31), (True, YEAR, 12), (False, 2016, 65),
    ]  # fmt: skip


def test_places_inspected_are_those_of_detention_only(db):
    remand, home = make.kind("remand", 5), make.kind("care_home", 10)
    InstitutionKind.objects.filter(pk=home.pk).update(basis="de_facto")
    kinds = [{"code": remand.code, "visited": 9, "register": 16}, {"code": home.code, "visited": 80, "register": 80}]
    [value] = found(12, by_kind=kinds).values
    assert (value.value, value.numerator, value.base) == (56, 9, 16)


# Children present


def count_children(cast, kind, children, *, first=0, on=date(YEAR, 9, 15)):
    """Places of one kind, visited and counted, with so many children each."""
    for number, present in enumerate(children, start=first):
        place = make.institution(f"{kind.code} {number}", region=cast.here, kind=kind)
        make.visit(place, cast.bek, checklist=cast.checklist, first_day=on, state="accepted")
        Headcount.objects.create(institution=place, on=on, children=present, source="visit")


@pytest.fixture
def kinds(cast):
    """Police, remand, special school; and a care home, which is no detention in the Manual's sense."""
    made = {
        "remand": make.kind("remand", 5), "school": make.kind("special_school", 7), "home": make.kind("care_home", 10),
    }  # fmt: skip
    InstitutionKind.objects.filter(pk=made["school"].pk).update(basis="court_educational")
    InstitutionKind.objects.filter(pk=made["home"].pk).update(basis="de_facto")
    for one in made.values():
        one.refresh_from_db()
    return made


def test_children_in_detention_are_counted_where_monitors_counted_them(cast, kinds):
    count_children(cast, kinds["remand"], [10, 12, 14])
    count_children(cast, kinds["school"], [20, 25, 30])
    count_children(cast, kinds["home"], [40, 40, 40])
    detained, before = found(2), found(3)
    assert [(one.value, one.institutions) for one in detained.values] == [(111, 6)]
    assert [(one.value, one.institutions) for one in before.values] == [(36, 3)]
    # One police place of the cast's country stands in the register and was not counted.
    assert detained.status == before.status == "part"
    assert any("6 of" in sentence for sentence in detained.missing)


def test_the_newest_count_of_a_place_counts_and_returns_of_the_institution_do_not(cast, kinds):
    count_children(cast, kinds["remand"], [10, 12, 14])
    place = kinds["remand"].institutions.first()
    Headcount.objects.create(institution=place, on=date(YEAR, 9, 20), children=11, source="visit")
    Headcount.objects.create(institution=place, on=date(YEAR, 9, 30), children=99, source="institution")
    assert sum(one.value for one in found(2).values) == 37


@pytest.mark.parametrize(
    ("remand", "school", "home", "told", "before"),
    [
        ([10, 12, 14], [20, 25, 30], [], 111, 36),
        ([10, 12, 14], [], [], 36, 36),
        ([10, 12, 14], [6], [], 42, None),  # all may be told, but the school would be the rest
        ([10, 12], [], [], None, None),  # two places
        ([90, 3, 3], [], [], None, None),  # one place holds 94 %
        ([1, 1, 1], [], [], None, None),  # three children
        ([10, 12, 14], [], [40], None, None),  # the home would be the rest of all children present
        ([0, 0, 0], [], [], None, None),
    ],
)
def test_a_count_that_would_tell_of_single_places_is_not_printed(cast, kinds, remand, school, home, told, before):
    for name, children in (("remand", remand), ("school", school), ("home", home)):
        count_children(cast, kinds[name], children)
    held = own.held(YEAR, RULES)
    assert (held.children, held.before_sentence) == (told, before)
    if told is None:
        assert any("single places" in sentence for sentence in found(2).missing)


def test_a_rate_needs_every_place_and_the_children_of_the_country(cast, kinds):
    count_children(cast, kinds["remand"], [10, 12, 14])
    count_children(cast, kinds["school"], [20, 25, 30])
    population = OfficialFigure.objects.create(
        series="child_population", year=2024, value=Decimal(6_000_000), unit="children", row=1, **make.names("label", "All"),
        **make.names("source", "Bureau of statistics"),
    )  # fmt: skip
    assert found(2).status == "part"
    assert [one.unit for one in found(2).values] == ["children"]
    uncounted = [place for kind in InstitutionKind.objects.all() for place in kind.institutions.filter(headcounts=None)]
    for place in uncounted:
        place.closed_on = date(2020, 1, 1)
        place.save()
    detained, before = found(2), found(3)
    assert (detained.status, before.status) == ("known", "known")
    assert detained.missing == before.missing == ()
    assert [(one.unit, one.value) for one in detained.values][1] == ("per_100_000", Decimal("1.9"))
    assert [(one.unit, one.value) for one in before.values][1] == ("per_100_000", Decimal("0.6"))
    assert "Bureau of statistics" in detained.values[1].source
    population.delete()
    assert found(2).status == "part"


# What institutions measured


def measured_as(monkeypatch, **values):
    """The places' numbers by key."""
    held = {key: Measured(tuple(Fraction(one) for one in values.get(key, ()))) for key in own.MEASURED}
    monkeypatch.setattr(own, "measured", lambda year, keys, bases: held)


def test_time_before_sentence_is_the_middle_of_the_places_medians(db, monkeypatch):
    measured_as(monkeypatch, days_pretrial=[30, 47, 90], share_aftercare=[0, "12.5", 50, 100])
    [days], [after] = found(4).values, found(11).values
    assert (days.value, days.unit, days.institutions) == (Decimal("47.0"), "days", 3)
    assert (after.value, after.unit, after.institutions) == (Decimal("31.3"), "percent", 4)
    assert found(4).status == "part"


def test_deaths_are_told_as_places_never_as_children(db, monkeypatch):
    measured_as(monkeypatch, deaths_36_months=[0, 0, 2, 1])
    [deaths] = found(6).values
    assert (deaths.value, deaths.numerator, deaths.base, deaths.unit) == (2, 2, 4, "institutions")


def test_two_places_are_too_few_to_tell(db, monkeypatch):
    measured_as(monkeypatch, days_pretrial=[30, 47], deaths_36_months=[1, 0], share_aftercare=[1, 2])
    for number in (4, 6, 11):
        one = found(number)
        assert (one.status, one.values) == ("missing", ())
        assert any("Too few of the institutions" in sentence for sentence in one.missing)


def test_the_whole_stands_on_the_year_of_the_report(cast, manual):
    with override("en"):
        assert [one.number for one in juvenile_justice(YEAR)] == list(range(1, 16))

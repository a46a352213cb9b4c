"""Does a free text look as if it named somebody?"""

from datetime import date
from time import perf_counter

import pytest

from visits.textguard import Sort, suspicions

TODAY = date(2026, 11, 22)


def found(text):
    return [(suspicion.sort, suspicion.text) for suspicion in suspicions(text, today=TODAY)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The room is locked. A girl, Aliya, was inside.", "Aliya"),
        ("We met John Smith at the gate.", "John Smith"),
        ("Әңгімелесуден кейін Айгүлге көмек керек болды.", "Айгүлге"),
        ("Асланның бөлмесі құлыптаулы.", "Асланның"),
        ("Серікқызы келді.", "Серікқызы"),
        ("Балалар бөлмесінде Нұрлан Әбенұлы кезекші болған.", "Нұрлан Әбенұлы"),
        ("Мальчик Тимур не спал две ночи.", "Тимур"),
        ("Марат рассказал, что дверь заперта.", "Марат"),
        ("Дежурил Петров А. Н. всю ночь.", "Петров А. Н."),
        ("Начальник А. Сериков отказался.", "А. Сериков"),
        ("Его зовут «Санжар».", "Санжар"),
        ("Ночью дежурила Ольга Ивановна.", "Ольга Ивановна"),
    ],
)
def test_a_name_is_seen(text, name):
    assert (Sort.NAME, name) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Екінші қабатта балалардың жатын бөлмелері мен уақытша ұсталған ересектердің бөлмесі бір дәлізде. Балалар"
        " бөлмесінің есігі іштен жабылмайды. Түнде дәлізде кезекші болмаған.",
        "На втором этаже нет света. Журнал ведётся с 12.03.2026, последняя запись 5 мая.",
        "Two beds have no mattress. The register of 14.10.2026 has 43 lines.",
        "ИВС: камера № 4, 12 кв. м. ЖСН талап етіледі.",
        "Қарағанды облысының полиция департаменті. Гавана ережелері сақталмайды.",
        "В Алматинской области. Министерство ответило 3 мая.",
        "The Havana Rules hang on the wall in Kazakh and Russian.",
        "- Дверь заперта\n- Окно разбито\n1. Света нет",
        "Ответ: «Нет воды». Причина: Ремонт.",
    ],
)
def test_an_ordinary_note_is_left_alone(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("ЖСН 080315500123 журналда жазылған", Sort.NUMBER),
        ("ИИН 0803 1550 0123", Sort.NUMBER),
        ("тел. +7 701 123 45 67", Sort.PHONE),
        ("звонить 8(701)123-45-67", Sort.PHONE),
        ("call 87011234567", Sort.PHONE),
        ("girl, 15.03.2011, second floor", Sort.BIRTH),
        ("дата рождения 01.02.1999", Sort.BIRTH),
        ("2012-04-30 туған", Sort.BIRTH),
    ],
)
def test_numbers_that_lead_to_a_person_are_seen(text, sort):
    assert sort in [found_sort for found_sort, _ in found(text)]


def test_each_piece_is_said_once_in_the_order_of_the_text():
    assert found("Мальчик Тимур и +7 701 123 45 67. Потом Тимур ушёл.") == [
        (Sort.NAME, "Тимур"),
        (Sort.PHONE, "+7 701 123 45 67"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "(" + "1" * 9000 + " x Abc",
        "«" + "- . " * 2500 + "x Abc",
        "Слово и дело. " * 700,
        "8 (701) " * 1200,
        "А. Б. " * 1600,
        "1 " * 5000,
        "a-" * 5000,
        " " * 5000 + "Abc",
    ],
)
def test_the_longest_note_is_looked_through_at_once(text):
    began = perf_counter()
    found(text[:10_000])
    assert perf_counter() - began < 1

"""Shares of children in what people write: each stands beside its exact base, or it is not printed (R5, I8)."""

import time

import pytest

from ombudsman.shares import Refusal, shares_refused

K = 10


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("65 % of the children said that they had been beaten.", Refusal.NO_BASE),
        ("Избивали 65 процентов опрошенных.", Refusal.NO_BASE),
        ("Балалардың 65%-ы ұрылғанын айтты.", Refusal.NO_BASE),
        ("64.7 % of the girls (11 of 17) were afraid.", Refusal.DECIMALS),
        ("64,7 % девочек боялись.", Refusal.DECIMALS),
        ("65 % of the boys, 11 of 17, were afraid.", Refusal.SMALL_BASE),
        ("8 % of 50 children, 4 of them, were beaten.", Refusal.SMALL_COUNT),
        ("92% воспитанников, 46 из 50, сыты.", Refusal.SMALL_COUNT),
        ("65 % of 200 children were asked.", Refusal.NO_BASE),
    ],
)
def test_a_share_of_children_without_enough_behind_it_is_refused(text, why):
    assert [one for _words, one in shares_refused(text, k=K)] == [why]


@pytest.mark.parametrize(
    "text",
    [
        "Train 80 % of the staff by May. The children shall be told.",
        "Обучить 80 % сотрудников. Детям сообщить.",
        "Қызметкерлердің 80%-ын оқыту.",
        "42 % of the children, 178 of 421, wait for a doctor.",
        "42 % детей (1 178 из 2 805) ждут врача.",
        "100 % of the children get a bed of their own.",
        "All children are asked; 3 of the rooms are mended.",
    ],
)
def test_what_tells_of_nobody_is_let_through(text):
    assert list(shares_refused(text, k=K)) == []


def test_the_words_that_are_wrong_are_named_as_they_were_written():
    text = "Of the children 65 % and 12,5 процента were cold."
    assert [words for words, _why in shares_refused(text, k=K)] == ["65 %", "12,5 процент"]


def test_a_text_full_of_numbers_is_read_in_no_time():
    text = "Of the children " + " ".join(f"{n} % {n}7" for n in range(1, 60_000))
    began = time.process_time()
    assert len(list(shares_refused(text, k=K))) > 50_000
    assert time.process_time() - began < 20

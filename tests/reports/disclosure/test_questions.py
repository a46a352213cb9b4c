"""Rules R1 to R7 of the disclosure room: what passes, what merges, what is too few; and what could be worked out."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.disclosure import (
    TOO_FEW,
    Asked,
    Group,
    Protection,
    Rules,
    Spread,
    Told,
    enough,
    follow_parents,
    groupings,
    indicator_protection,
    interviews_may_be_counted,
    passes,
    pooled,
    protect,
    well_spread,
)

RULES = Rules()


def asked(shares, merge_order=(), *, no_answer=(), not_asked=(), sensitive=False):
    """A single question. `shares`: choice -> children per institution, place by place."""
    places = max(len(counts) for counts in shares.values())

    def at(code, place):
        return shares[code][place] if place < len(shares[code]) else 0

    base = [sum(at(code, place) for code in shares) for place in range(places)]

    def count(codes):
        inside = [sum(at(code, place) for code in codes) for place in range(places)]
        rest = [whole - part for whole, part in zip(base, inside, strict=True)]
        return Group(codes, Spread.over(inside), Spread.over(rest))

    return Asked(
        tuple(shares), merge_order, count, Spread.over(base), Spread.over(no_answer), Spread.over(not_asked), sensitive
    )


def several(children, merge_order=(), *, sensitive=False, excluding="none", no_answer=(), not_asked=()):
    """A multiple question. `children`: (institution, set of choices), one each."""
    choices = tuple(dict.fromkeys(code for _place, chosen in children for code in sorted(chosen)))
    places = sorted({place for place, _chosen in children})

    def count(codes):
        inside = [sum(p == place and bool(set(codes) & chosen) for p, chosen in children) for place in places]
        outside = [sum(p == place and not set(codes) & chosen for p, chosen in children) for place in places]
        return Group(codes, Spread.over(inside), Spread.over(outside))

    base = Spread.over([sum(p == place for p, _chosen in children) for place in places])
    return Asked(
        choices, merge_order, count, base, Spread.over(no_answer), Spread.over(not_asked), sensitive, True, excluding
    )


def spread_out(total, places=10):
    """A count laid evenly over institutions."""
    return [total // places + (place < total % places) for place in range(places)]


def test_a_question_with_enough_answers_everywhere_is_shown_with_its_base():
    told = protect(asked({"yes": spread_out(20), "no": spread_out(30)}, no_answer=spread_out(7)), RULES)
    assert told.protection is Protection.SHOWN
    assert [(cell.codes, cell.inside.total) for cell in told.cells] == [(("yes",), 20), (("no",), 30)]
    assert (told.base, told.institutions, told.no_answer, told.not_asked) == (50, 10, 7, 0)


@pytest.mark.parametrize(
    ("sensitive", "yes", "shown"), [(False, 5, True), (False, 4, False), (True, 10, True), (True, 9, False)]
)
def test_the_threshold_is_five_and_ten_for_sensitive_questions(sensitive, yes, shown):
    told = protect(asked({"yes": spread_out(yes), "no": spread_out(60)}, sensitive=sensitive), RULES)
    assert (told.protection is Protection.SHOWN) is shown
    assert shown or told == TOO_FEW


def test_almost_all_is_hidden_like_almost_nobody():
    assert protect(asked({"yes": spread_out(60), "no": spread_out(4)}), RULES) == TOO_FEW


@pytest.mark.parametrize("sensitive", [True, False])
def test_zero_and_all_are_fewer_than_the_threshold(sensitive):
    assert protect(asked({"yes": [0], "no": spread_out(60)}, sensitive=sensitive), RULES) == TOO_FEW
    assert not enough(Spread(), 1)


def test_a_lower_setting_for_sensitive_questions_does_not_undercut_the_general_one():
    assert Rules(threshold=8, of_sensitive=3).k(sensitive=True) == 8


@pytest.mark.parametrize(
    ("shares", "fine"),
    [
        ([7, 2, 1], True),  # largest exactly 70 %, two largest exactly 90 %
        ([71, 15, 14], False),
        ([5, 5], False),  # two institutions
        ([50, 41, 9], False),  # two largest 91 %
        ([4, 3, 3], True),
        ([], False),
    ],
)
def test_a_cell_lies_over_three_institutions_and_none_or_two_hold_it(shares, fine):
    assert well_spread(Spread.over(shares), RULES) is fine


def test_the_complement_must_be_spread_too():
    inside, outside = Spread.over([10] * 5), Spread.over([30, 1, 1])
    assert not passes(inside, outside, 5, RULES)
    assert not passes(outside, inside, 5, RULES)
    assert passes(inside, inside, 5, RULES)


def test_no_percentage_stands_on_fewer_than_thirty_answers():
    assert protect(asked({"yes": spread_out(14), "no": spread_out(15)}), RULES) == TOO_FEW
    assert protect(asked({"yes": spread_out(15), "no": spread_out(15)}), RULES).base == 30


def test_choices_merge_in_the_stored_order_only_as_far_as_needed():
    shares = {"never": spread_out(20), "sometimes": spread_out(20), "often": spread_out(20), "always": spread_out(2)}
    order = [[["often", "always"]], [["never", "sometimes"]]]
    told = protect(asked(shares, order), RULES)
    assert told.protection is Protection.MERGED
    assert [cell.codes for cell in told.cells] == [("never",), ("sometimes",), ("often", "always")]


def test_when_no_merging_helps_the_whole_question_is_too_few():
    shares = {"never": spread_out(60), "often": spread_out(1), "always": spread_out(1)}
    told = protect(asked(shares, [[["often", "always"]], [["never", "often", "always"]]]), RULES)
    assert told == TOO_FEW
    assert (told.base, told.institutions, told.cells) == (None, None, ())


def test_steps_build_on_one_another_and_ignore_what_is_merged_already():
    order = [[["b", "c"]], [["b", "c"]], [["a", "b"]], [["nobody"]]]
    assert list(groupings("abc", order)) == [
        (("a",), ("b",), ("c",)),
        (("a",), ("b", "c")),
        (("a",), ("b", "c")),
        (("a", "b", "c"),),
        (("a", "b", "c"),),
    ]


def test_beside_counts_are_withheld_together_when_one_is_small():
    told = protect(
        asked({"yes": spread_out(30), "no": spread_out(30)}, no_answer=spread_out(2), not_asked=spread_out(9)), RULES
    )
    assert (told.protection, told.no_answer, told.not_asked) == (Protection.SHOWN, None, None)


def test_beside_counts_of_one_institution_are_withheld():
    told = protect(asked({"yes": spread_out(30), "no": spread_out(30)}, no_answer=[12]), RULES)
    assert (told.base, told.no_answer, told.not_asked) == (60, None, None)


def test_nothing_is_shown_when_interviews_less_base_would_be_small():
    """The number of interviews is printed: 63 interviews and a base of 60 would tell of three."""
    shares = {"yes": spread_out(30), "no": spread_out(30)}
    assert protect(asked(shares, no_answer=[1, 1, 1]), RULES) == TOO_FEW
    assert protect(asked(shares, no_answer=[1, 1, 1], not_asked=[1, 1]), RULES).base == 60
    assert protect(asked(shares), RULES).base == 60


def talks(**groups):
    """Children over ten institutions; hit_and_shouted=3 means three children with both."""
    children = [frozenset(name.split("_and_")) for name, count in groups.items() for _ in range(count)]
    return [(place % 10, chosen) for place, chosen in enumerate(children)]


def test_several_answers_are_each_a_yes_or_no_over_all_who_answered():
    told = protect(several(talks(hit=20, shouted=20, hit_and_shouted=20, none=40)), RULES)
    assert told.protection is Protection.SHOWN
    assert {cell.codes[0]: cell.inside.total for cell in told.cells} == {"hit": 40, "shouted": 40, "none": 40}


@pytest.mark.parametrize(
    "groups",
    [
        {"hit": 20, "shouted": 20, "hit_and_shouted": 4, "none": 40},  # both = 24 + 24 - (100 - none): four
        {"hit": 20, "shouted": 20, "none": 40},  # nobody said both: zero
        {"hit": 20, "shouted": 4, "hit_and_shouted": 20, "none": 40},  # shouted only: anything less hit
    ],
)
def test_what_two_answers_share_cannot_be_worked_out_where_it_is_small(groups):
    assert protect(several(talks(**groups)), RULES) == TOO_FEW


def test_merged_into_any_of_these_it_is_shown():
    told = protect(several(talks(hit=20, shouted=20, hit_and_shouted=4, none=40), [[["hit", "shouted"]]]), RULES)
    assert told.protection is Protection.MERGED
    assert {cell.codes: cell.inside.total for cell in told.cells} == {("hit", "shouted"): 44, ("none",): 40}


def test_without_none_of_these_the_overlap_is_told_by_the_base():
    assert protect(several(talks(a=20, b=20, a_and_b=2), excluding=""), RULES) == TOO_FEW
    assert protect(several(talks(a=20, b=20, a_and_b=9), excluding=""), RULES).protection is Protection.SHOWN


def test_a_child_in_two_merged_choices_is_counted_once():
    question = several(talks(hit=20, shouted=20, hit_and_shouted=4, none=40))
    assert question.count(("hit", "shouted")).inside.total == 44


def test_a_question_asked_after_a_hidden_one_is_hidden_with_it():
    shown = Told(Protection.SHOWN, (), 60, 10)
    after = {"Q-2": ["Q-1"], "Q-3": ["Q-2"], "Q-5": ["Q-6"], "Q-6": ["Q-5"]}
    told = follow_parents({"Q-1": TOO_FEW, "Q-2": shown, "Q-3": shown, "Q-4": shown, "Q-5": shown, "Q-6": shown}, after)
    assert [code for code, figure in told.items() if figure == TOO_FEW] == ["Q-1", "Q-2", "Q-3"]


def test_of_joined_editions_the_questions_before_are_followed_in_each():
    shown = Told(Protection.SHOWN, (), 60, 10)
    told = follow_parents({"new": shown, "old": TOO_FEW, "after": shown}, {"after": ["new", "old"]})
    assert told["after"] == TOO_FEW


def test_the_number_of_interviews_is_printed_from_five_in_three_institutions():
    assert interviews_may_be_counted(Spread(5, 3, 2, 2), RULES)
    assert not interviews_may_be_counted(Spread(4, 3, 2, 1), RULES)
    assert not interviews_may_be_counted(Spread(50, 2, 25, 25), RULES)


def test_a_finding_on_institutions_needs_three_of_them_and_any_numerator():
    assert indicator_protection([], Spread(3, 3), RULES, sensitive=False) is Protection.SHOWN
    assert indicator_protection([], Spread(90, 2), RULES, sensitive=False) is Protection.HIDDEN


def test_childrens_words_in_a_checklist_follow_the_childrens_rules():
    def cell(inside, outside):
        return Group(("not_met",), Spread(inside, inside, 1, 1), Spread(outside, outside, 1, 1))

    base = Spread(60, 60)
    assert indicator_protection([cell(20, 40)], base, RULES, sensitive=True) is Protection.SHOWN
    assert indicator_protection([cell(9, 51)], base, RULES, sensitive=True) is Protection.HIDDEN
    assert indicator_protection([cell(9, 51)], base, RULES, sensitive=False) is Protection.SHOWN
    assert indicator_protection([cell(4, 56)], base, RULES, sensitive=False) is Protection.HIDDEN
    assert indicator_protection([cell(57, 3)], base, RULES, sensitive=False) is Protection.HIDDEN
    assert indicator_protection([cell(14, 15)], Spread(29, 29), RULES, sensitive=False) is Protection.HIDDEN


def held(counts):
    """So many institutions in each place, none in two."""
    numbers = iter(range(sum(counts.values())))
    return {place: {next(numbers) for _ in range(count)} for place, count in counts.items()}


def test_places_with_fewer_than_three_institutions_are_pooled():
    assert pooled(held({"a": 5, "b": 2, "c": 1, "d": 0}), RULES) == [("a",), ("b", "c")]
    assert pooled(held({"a": 5, "b": 3}), RULES) == [("a",), ("b",)]
    assert pooled(held({}), RULES) == []


def test_a_pool_that_is_too_small_takes_in_the_smallest_other_place():
    assert pooled(held({"a": 5, "b": 4, "c": 1}), RULES) == [("a",), ("b", "c")]
    assert pooled(held({"a": 1, "b": 1}), RULES) == [("a", "b")]


def test_an_institution_that_moved_is_one_institution_in_a_pool():
    assert pooled({"a": {1, 2}, "b": {2}, "c": {3, 4, 5}}, RULES) == [("a", "b", "c")]


# --- for any answers whatever ---------------------------------------------------------------------------------------------

counts = st.lists(st.integers(0, 25), min_size=0, max_size=8)
shares = st.fixed_dictionaries({code: counts.filter(len) for code in "abcd"})
orders = st.sampled_from(
    [(), ([["a", "b"]],), ([["a", "b"]], [["c", "d"]]), ([["c", "d"]], [["b", "c"]], [["a", "b"]])]
)


@given(shares, orders, counts, counts, st.booleans())
def test_no_published_cell_breaks_a_rule(shares, order, no_answer, not_asked, sensitive):
    question = asked(shares, order, no_answer=no_answer, not_asked=not_asked, sensitive=sensitive)
    told = protect(question, RULES)
    k = 10 if sensitive else 5
    if told.protection is Protection.TOO_FEW:
        assert told == TOO_FEW
        return
    assert told.base >= 30
    assert sorted(code for cell in told.cells for code in cell.codes) == sorted(shares)
    assert sum(cell.inside.total for cell in told.cells) == told.base
    # Any union of printed cells can be added up by a reader.
    for size in range(1, len(told.cells)):
        for union in itertools.combinations(told.cells, size):
            held = [
                sum(place)
                for place in itertools.zip_longest(*(shares[c] for cell in union for c in cell.codes), fillvalue=0)
            ]
            held.sort(reverse=True)
            assert k <= sum(held) <= told.base - k
            assert sum(map(bool, held)) >= 3
            assert held[0] <= 0.7 * sum(held)
            assert held[0] + held[1] <= 0.9 * sum(held)
    outside = sum(no_answer) + sum(not_asked)
    assert outside == 0 or outside >= k
    for printed in (told.no_answer, told.not_asked):
        assert printed is None or printed == 0 or printed >= k
    assert (told.no_answer is None) == (told.not_asked is None)


@given(shares, orders)
def test_merging_only_ever_adds_to_a_cell(shares, order):
    question = asked(shares, order)
    before = None
    for cells in groupings(question.choices, order):
        now = {code: question.count(cell).inside for cell in cells for code in cell}
        assert before is None or all(now[code].total >= before[code].total for code in now)
        assert before is None or all(now[code].institutions >= before[code].institutions for code in now)
        before = now


@given(shares, orders, st.permutations(range(8)), st.booleans())
def test_the_order_of_institutions_never_matters(shares, order, places, sensitive):
    padded = {code: [*given_, *[0] * (8 - len(given_))] for code, given_ in shares.items()}
    shuffled = {code: [given_[place] for place in places] for code, given_ in padded.items()}
    assert protect(asked(padded, order, sensitive=sensitive), RULES) == protect(
        asked(shuffled, order, sensitive=sensitive), RULES
    )


subsets = st.sets(st.sampled_from(["a", "b", "c"]), min_size=1) | st.just({"none"})


@given(st.lists(st.tuples(st.integers(0, 5), subsets), min_size=30, max_size=120), st.booleans())
def test_nothing_small_can_be_worked_out_of_several_answers(children, sensitive):
    told = protect(several(children, [[["a", "b"]], [["a", "b", "c"]]], sensitive=sensitive), RULES)
    if told.protection is Protection.TOO_FEW:
        return
    k = 10 if sensitive else 5
    cells = {
        cell.codes: {at for at, (_place, chosen) in enumerate(children) if chosen & set(cell.codes)}
        for cell in told.cells
    }
    assert all(k <= len(inside) <= len(children) - k for inside in cells.values())
    named = [inside for codes, inside in cells.items() if codes != ("none",)]
    anything = set().union(*named)
    if len(named) > 1:
        assert sum(map(len, named)) - len(anything) >= k
        assert all(len(anything - inside) >= k for inside in named)

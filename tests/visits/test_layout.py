"""Packing answers into tallies and back."""

import pytest

from visits.layout import UnknownCode, length, pack, unpack


def test_what_is_packed_comes_back(cast):
    layout = cast.questionnaire.layout
    answers = {"Q-1": "yes", "Q-3": ["hit", "none_of_these"]}
    row = pack(layout, answers, asked={"Q-1", "Q-2", "Q-3"})
    assert len(row) == length(layout) == 4
    assert unpack(layout, row) == {"Q-1": "yes", "Q-2": None, "Q-3": ["hit", "none_of_these"]}


def test_never_asked_differs_from_skipped(cast):
    row = pack(cast.questionnaire.layout, {"Q-1": "no"}, asked={"Q-1"})
    assert unpack(cast.questionnaire.layout, row) == {"Q-1": "no"}


def test_an_unknown_choice_is_refused(cast):
    with pytest.raises(UnknownCode, match="Q-1: perhaps"):
        pack(cast.questionnaire.layout, {"Q-1": "perhaps"}, asked=set())


def test_people_see_the_visits_the_matrix_says(cast):
    from visits.models import Visit

    def seen(name):
        return set(Visit.objects.visible_to(cast.people[name]))

    assert seen("ana") == seen("bek") == {cast.visit}
    assert seen("gulnar") == {cast.visit}
    assert seen("clara") == set()
    assert seen("saule") == {cast.visit, cast.other_visit, cast.far_visit}
    assert seen("eve") == seen("sergey") == seen("dan") == set()
    cast.has_conflict("saule")
    assert seen("saule") == {cast.far_visit}

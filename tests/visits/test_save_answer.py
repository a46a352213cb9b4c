"""Saving answers: versions, conflicts, bad input, a whole section at once."""

from decimal import Decimal

import pytest

from ombudsman.people.access import Refused
from ombudsman.people.models import TrailEntry
from tests import factories as make
from visits.kinds import parse_measurement, write_measurement
from visits.models import Answer, AnswerVersion, Difference, ReviewComment, Visit
from visits.services.answers import (
    Conflict,
    Entry,
    mark_rest_not_seen,
    reply_to_comment,
    save_answer,
    save_section,
    undo_not_seen,
)


def save(cast, indicator="AA-01", **extra):
    return save_answer(visit=cast.visit, indicator=indicator, by=extra.pop("by", cast.ana), at=make.NOON, **extra)


def test_an_answer_and_what_it_was_before_are_kept(cast):
    save(cast, choice="not_met", measurement="3", note="Second floor.", sources=["child", "seen"], base_version=0)
    answer = Answer.objects.get()
    assert (answer.choice.code, answer.measurement, answer.sources) == ("not_met", Decimal(3), ["seen", "child"])
    save(cast, choice="met", by=cast.bek, base_version=1)
    answer.refresh_from_db()
    assert (answer.version, answer.by, answer.note) == (2, cast.bek, "")
    earlier = AnswerVersion.objects.get()
    assert (earlier.version, earlier.by) == (1, cast.ana)
    assert earlier.value == {
        "choice": "not_met",
        "measurement": "3.000",
        "note": "Second floor.",
        "sources": ["seen", "child"],
        "anyway": False,
        "confirmed": False,
    }
    assert TrailEntry.objects.count() == 0


def test_nothing_is_written_when_nothing_changed(cast):
    save(cast, choice="met", base_version=0)
    again = save(cast, choice="met", base_version=0)
    assert again.version == 1
    assert AnswerVersion.objects.count() == 0
    assert save(cast, "AA-02", base_version=0).version == 0
    assert Answer.objects.count() == 1


def test_a_stale_answer_overwrites_nothing_and_shows_what_stands(cast):
    save(cast, choice="met", base_version=0)
    save(cast, choice="partly_met", by=cast.bek, base_version=1)
    with pytest.raises(Conflict) as caught:
        save(cast, choice="not_met", base_version=1)
    assert caught.value.current.choice.code == "partly_met"
    assert caught.value.current.by == cast.bek
    assert Answer.objects.get().choice.code == "partly_met"
    assert AnswerVersion.objects.count() == 1
    kept = Difference.objects.get()
    assert (kept.by, kept.mine["choice"], kept.base["choice"], kept.state) == (cast.ana, "not_met", "met", "open")


def test_without_a_base_version_the_last_word_stands(cast):
    save(cast, choice="met")
    save(cast, choice="not_met")
    assert Answer.objects.get().choice.code == "not_met"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"indicator": "ZZ-99"}, "no indicator “ZZ-99”"),
        ({"choice": "perhaps"}, "not one of the choices"),
        ({"choice": 7}, "not one of the choices"),
        ({"measurement": "-1"}, "below zero"),
        ({"measurement": "NaN"}, "Write a number"),
        ({"measurement": "Infinity"}, "Write a number"),
        ({"measurement": "many"}, "Write a number"),
        ({"measurement": True}, "Write a number"),
        ({"measurement": ["3"]}, "Write a number"),
        ({"measurement": "1.2345"}, "three digits"),
        ({"measurement": "1234567890"}, "too large"),
        ({"measurement": "1e400"}, "too large"),
        ({"indicator": "AA-02", "measurement": "3"}, "No number is asked"),
        ({"sources": ["rumour"]}, "known sources"),
        ({"sources": "seen"}, "known sources"),
        ({"sources": None}, "known sources"),
        ({"note": 5}, "must be text"),
        ({"note": "a" * 10_001}, "longer than"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(cast, wrong, sentence):
    with pytest.raises(Refused, match=sentence):
        save(cast, **{"choice": "met", **wrong})
    assert Answer.objects.count() == 0


def test_faults_are_said_in_the_readers_language(cast):
    from django.utils import translation

    with translation.override("ru"), pytest.raises(Refused) as caught:
        save(cast, choice="met", measurement="-1")
    assert caught.value.obstacles


@pytest.mark.parametrize(
    ("written", "read"),
    [("12,5", "12.5"), ("1 200", "1200"), ("1,200", "1200"), ("1,200.5", "1200.5"), ("1\u00a0200", "1200"), (3, "3")],
)
def test_numbers_are_read_as_people_write_them(cast, written, read):
    assert save(cast, choice="met", measurement=written).measurement == Decimal(read)


def test_a_comma_is_a_decimal_sign_in_kazakh_and_russian():
    from django.utils import translation

    for language in ("kk", "ru"):
        with translation.override(language):
            assert parse_measurement("1,200") == Decimal("1.2")
            assert parse_measurement(write_measurement(Decimal("1200.500"))) == Decimal("1200.5")


def test_an_indicator_that_does_not_apply_is_answered_on_purpose_only(cast):
    with pytest.raises(Refused, match="does not apply"):
        save(cast, "BB-01", choice="met")
    assert save(cast, "BB-01", choice="met", anyway=True).anyway


def test_a_computed_number_is_not_typed_in(cast):
    cast.checklist.indicators.filter(code="AA-01").update(computed=True)
    with pytest.raises(Refused, match="counted from the interviews"):
        save(cast, choice="met", measurement="3")


@pytest.mark.parametrize("state", ["submitted", "accepted", "void"])
def test_a_closed_visit_takes_no_answer(cast, state):
    Visit.objects.filter(pk=cast.visit.pk).update(state=state)
    with pytest.raises(Refused, match="closed for changes"):
        save(cast, choice="met")


def test_a_visit_refused_at_the_gate_takes_no_answer(cast):
    Visit.objects.filter(pk=cast.visit.pk).update(access="refused")
    with pytest.raises(Refused, match="refused at the gate"):
        save(cast, choice="met")


def test_a_confirmed_note_must_be_confirmed_anew_when_it_changes(cast):
    assert save(cast, note="Rosa is a flower", note_confirmed=True).note_confirmed
    assert not save(cast, note="Rosa is a girl").note_confirmed


def test_a_section_keeps_what_is_sound_and_gives_back_the_rest(cast):
    refused = save_section(
        visit=cast.visit,
        entries=[Entry("AA-01", "met", "-4"), Entry("AA-02", "partly_met", base_version=0)],
        by=cast.ana,
        at=make.NOON,
    )
    assert list(refused) == ["AA-01"]
    assert "below zero" in str(refused["AA-01"])
    assert Answer.objects.get().indicator.code == "AA-02"


def test_the_rest_of_a_section_is_not_seen_and_can_be_taken_back(cast):
    section = cast.checklist.sections.get(code="AA")
    save(cast, choice="met")
    save(cast, "AA-02", note="Asked two children.")
    codes = mark_rest_not_seen(visit=cast.visit, section=section, by=cast.ana, at=make.NOON)
    assert codes == ["AA-02"]
    second = Answer.objects.get(indicator__code="AA-02")
    assert (second.choice.code, second.note) == ("not_seen", "Asked two children.")
    assert (
        undo_not_seen(visit=cast.visit, section=section, codes=["AA-01", "AA-02"], by=cast.ana, at=make.NOON) == codes
    )
    second.refresh_from_db()
    assert (second.choice, second.note) == (None, "Asked two children.")
    assert Answer.objects.get(indicator__code="AA-01").choice.code == "met"


def test_the_rest_leaves_out_what_does_not_apply(cast):
    section = cast.checklist.sections.get(code="BB")
    assert mark_rest_not_seen(visit=cast.visit, section=section, by=cast.ana, at=make.NOON) == ["BB-02"]


def test_undo_leaves_an_answer_that_was_changed_meanwhile(cast):
    section = cast.checklist.sections.get(code="AA")
    codes = mark_rest_not_seen(visit=cast.visit, section=section, by=cast.ana, at=make.NOON)
    save(cast, "AA-02", choice="met")
    assert undo_not_seen(visit=cast.visit, section=section, codes=codes, by=cast.ana, at=make.NOON) == ["AA-01"]
    assert Answer.objects.get(indicator__code="AA-02").choice.code == "met"


def test_the_team_replies_to_a_question_of_a_returned_visit(cast):
    comment = ReviewComment.objects.create(visit=cast.visit, text="Which floor?", by=cast.clara, at=make.NOON)
    with pytest.raises(Refused, match="awaits no reply"):
        reply_to_comment(visit=cast.visit, comment=comment.pk, reply="The second.", by=cast.ana, at=make.NOON)
    Visit.objects.filter(pk=cast.visit.pk).update(state="returned")
    with pytest.raises(Refused, match="Write a reply"):
        reply_to_comment(visit=cast.visit, comment=comment.pk, reply="  ", by=cast.ana, at=make.NOON)
    reply_to_comment(visit=cast.visit, comment=comment.pk, reply="The second.", by=cast.ana, at=make.NOON)
    comment.refresh_from_db()
    assert comment.reply == "The second."

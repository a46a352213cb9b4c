"""Taking deliveries in: one delivery, one receipt (promises P1 to P6 and P9 of synchronisation, server side)."""

import json
import uuid
import zlib
from collections import deque
from datetime import timedelta
from decimal import Decimal
from threading import Thread
from time import monotonic

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ombudsman.people.access import Refused
from ombudsman.people.models import TrailEntry
from tests import factories as make
from visits.api_deliveries import DeliveryThrottle
from visits.deliveries import Unreadable
from visits.models import (
    Answer,
    AnswerVersion,
    Delivery,
    DeviceCopy,
    Difference,
    Edition,
    Finding,
    FinishRequest,
    Interview,
    LateTalk,
    Participation,
    SectionRating,
    TalkMarks,
    UrgentConcern,
    Visit,
)
from visits.services.deliveries import OtherBody, OutOfSight, take_in
from visits.services.differences import settle
from visits.services.fieldwork import leave_team, rate_sections, submit_visit
from visits.services.interviews import read_bundle, remove_interview, set_late_aside, take_in_late

from .sending import TALK, answer, at_once, body, finding, new_seal_key, send, talk


def outcomes(receipt):
    return [result["outcome"] for result in receipt["results"]]


def deliver(cast, *changes, by=None, visit=None, **extra):
    return send(by or cast.ana, visit or cast.visit, *changes, at=make.NOON, **extra)


# --- one delivery, one receipt --------------------------------------------------------------------------------------------


def test_a_whole_delivery_is_kept_and_says_what_became_of_each_change(cast):
    sent = body(
        cast.visit,
        answer("AA-01", "not_met", measurement="2", note="Two are missing.", sources=["seen", "document"]),
        answer("ZZ-09", "met"),
        answer("AA-02", "perhaps"),
        {"do": "dance"},
        talks=[talk(cast.visit)],
    )
    receipt = take_in(body=sent, by=cast.ana, at=make.NOON).document
    assert outcomes(receipt) == ["saved", "faulty", "faulty", "faulty"]
    assert "no indicator “ZZ-09”" in receipt["results"][1]["faults"][0]
    assert [one["outcome"] for one in receipt["talks"]] == ["kept"]
    stands = Answer.objects.get()
    assert (stands.choice.code, stands.measurement, stands.version) == ("not_met", Decimal(2), 1)
    assert (stands.sources, stands.by, stands.note) == (["seen", "document"], cast.ana, "Two are missing.")
    kept = Delivery.objects.get()
    assert kept.receipt == {key: value for key, value in receipt.items() if key != "talks"}
    assert json.loads(zlib.decompress(bytes(kept.body)))["changes"] == json.loads(sent)["changes"]
    assert AnswerVersion.objects.count() == 0
    entry = TrailEntry.objects.get()
    assert (entry.act, entry.detail) == ("visit.deliver", {"saved": 1, "faulty": 3})


def test_sent_twice_it_is_stored_once_and_gets_the_same_receipt(cast):
    sent = body(cast.visit, answer(), talks=[talk(cast.visit)])
    first = take_in(body=sent, by=cast.ana, at=make.NOON).document
    again = take_in(body=sent, by=cast.ana, at=make.NOON + timedelta(hours=3)).document
    assert again == first
    assert (Delivery.objects.count(), TrailEntry.objects.count(), Answer.objects.get().version) == (1, 1, 1)
    assert len(read_bundle(visit=cast.visit, member=cast.ana)[1]) == 1


def test_the_same_number_with_another_body_changes_nothing(cast):
    number = uuid.uuid4()
    deliver(cast, answer(choice="met"), number=number)
    with pytest.raises(OtherBody):
        deliver(cast, answer(choice="not_met", base=1), number=number)
    with pytest.raises(OtherBody):
        deliver(cast, answer(choice="met"), number=number, by=cast.bek)
    assert (Delivery.objects.count(), Answer.objects.get().choice.code) == (1, "met")


def test_the_receipt_carries_the_hash_of_the_bytes_as_sent(cast):
    from hashlib import sha256

    sent = b"  " + body(cast.visit, answer()) + b"\n"
    assert take_in(body=sent, by=cast.ana, at=make.NOON).document["hash"] == sha256(sent).hexdigest()


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_leave_one_delivery_and_one_receipt(transactional_db):
    """P1: the database's uniqueness decides, not a question before."""
    from tests.cast import assemble

    cast = assemble()
    sent = body(cast.visit, answer(), talks=[talk(cast.visit)])
    found = at_once(8, sent, cast.ana.pk)
    assert len(found) == 8
    assert len({json.dumps(receipt, sort_keys=True) for receipt in found}) == 1
    assert (Delivery.objects.count(), Answer.objects.count(), TrailEntry.objects.count()) == (1, 1, 1)
    assert len(read_bundle(visit=cast.visit, member=cast.ana)[1]) == 1


def test_without_the_constraint_a_second_copy_really_gets_in(cast):
    """The test above must be able to fail: nothing but the database refuses a number twice."""
    only = Delivery._meta.constraints[0]
    sent = body(cast.visit, answer())
    take_in(body=sent, by=cast.ana, at=make.NOON)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with connection.schema_editor() as editor:
            editor.remove_constraint(Delivery, only)
        take_in(body=sent, by=cast.ana, at=make.NOON)
        assert Delivery.objects.count() == 2
    else:
        # SQLite rebuilds a table for this, which it does not within a test's transaction; the statement itself says it.
        with CaptureQueriesContext(connection) as queries:
            take_in(body=sent, by=cast.ana, at=make.NOON)
        first = next(one["sql"] for one in queries if "visits_delivery" in one["sql"])
        assert first.startswith("INSERT INTO visits_delivery")
        assert "ON CONFLICT DO NOTHING" in first


def test_nothing_of_a_delivery_stays_when_its_transaction_fails(cast, monkeypatch):
    """P2: no receipt without a commit, and no half of a delivery."""
    from visits.services import deliveries

    def fail(**_given):
        raise RuntimeError

    monkeypatch.setattr(deliveries, "record", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        deliver(cast, answer(), finding(uuid.uuid4()), talks=[talk(cast.visit)])
    assert not Delivery.objects.exists()
    assert not Answer.objects.exists()
    assert not Finding.objects.exists()
    assert read_bundle(visit=cast.visit, member=cast.ana)[1] == []


def test_a_whole_visit_costs_as_many_statements_as_a_single_answer(cast):
    """P3: in bulk; a statement per answer would make a slow server slower with every indicator."""
    deliver(cast, answer("AA-02", "met"))

    def statements(*changes):
        with CaptureQueriesContext(connection) as queries:
            deliver(cast, *changes)
        return len(queries)

    one = statements(answer("AA-01", "met"))
    many = statements(answer("AA-01", "not_met", base=1), answer("AA-02", "not_met", base=1), answer("BB-02", "met"))
    assert many <= one + 1  # and one for what stood before


def plainly(code="AA-01", choice="met", **extra):
    """A change with every part said, as devices send it: such changes are taken together."""
    said = {"measurement": None, "note": "", "sources": [], "anyway": False, "confirmed": False, "origin": "browser"}
    return answer(code, choice, **{**said, "made": "2025-09-15T10:00:00Z", **extra})


def test_a_whole_visit_goes_to_a_server_of_databases_and_back_as_seldom_as_it_can(cast):
    """On PostgreSQL every statement is a way there and back; what only writes goes with the next question."""
    fresh = make.visit(cast.centre, cast.ana, questionnaire=cast.visit.questionnaire)
    # What a process reads once is read.
    deliver(cast, plainly("AA-01"), talks=[talk(cast.visit)])
    with CaptureQueriesContext(connection) as queries:
        receipt = deliver(cast, plainly("AA-01"), plainly("AA-02", "not_met"), visit=fresh, talks=[talk(fresh)])
    assert [one["outcome"] for one in (*receipt["results"], *receipt["talks"])] == ["saved", "saved", "kept"]
    # Without the grants of the sender, which a request has read by then.
    asked = [one["sql"] for one in queries if "SAVEPOINT" not in one["sql"] and "people_grant" not in one["sql"]]
    assert len(asked) == (4 if connection.vendor == "postgresql" else 10), asked


@pytest.mark.parametrize(
    "changes",
    [
        [
            plainly(),
            plainly("AA-02", "not_met", note="  Темно.\r\nХолодно. ", sources=["staff", "seen"], confirmed=True),
        ],
        [plainly(choice=None, note="Later."), plainly("AA-02", choice=None), plainly("BB-02", confirmed=True)],
        [plainly(sources=["other", "document", "staff", "child", "seen"], origin="paper", anyway=True)],
        [plainly(), plainly("AA-02", measurement="2"), plainly("AA-01", "not_met")],
        [plainly(measurement="3"), plainly("AA-02"), {"do": "dance"}, plainly("BB-02", note="x" * 10_000)],
        [plainly("ZZ-09"), plainly()],
        [plainly(base=1), plainly("AA-02")],
        [
            plainly(choice="perhaps"),
            plainly("AA-02", note="half \ud83d of it"),
            plainly("BB-02", sources=["seen", "seen"]),
        ],
        [plainly(), finding(uuid.UUID(int=5)), plainly("AA-02")],
    ],
)
def test_answers_taken_together_become_what_each_would_alone(cast, monkeypatch, changes):
    from visits.services import deliveries

    def told():
        with transaction.atomic():
            results = deliver(cast, *changes)["results"]
            rows = Answer.objects.order_by("indicator").values(
                *("indicator__code", "choice__code", "measurement", "note", "sources", "anyway", "note_confirmed"),
                *("version", "origin", "by", "at"),
            )
            assert Delivery.objects.get().receipt["results"] == results
            # A difference gets a random number.
            said = [{key: value for key, value in result.items() if key != "difference"} for result in results]
            found = said, list(rows)
            transaction.set_rollback(True)
        return found

    together = told()
    monkeypatch.setattr(deliveries, "first_rows", lambda *given: None)
    assert told() == together


def test_what_was_seen_before_the_lock_is_looked_at_again(cast, monkeypatch):
    """P4: on SQLite a delivery is worked out before the lock is taken; what somebody saved in between still counts."""
    from visits.services import deliveries

    looks = []
    look = deliveries._glance

    def meanwhile(number, by):
        seen = look(number, by)
        looks.append(seen)
        if connection.vendor == "sqlite" and len(looks) == 1:
            deliver(cast, plainly(choice="not_met"), by=cast.bek)
        return seen

    monkeypatch.setattr(deliveries, "_glance", meanwhile)
    receipt = deliver(cast, plainly(choice="met"))
    if connection.vendor == "sqlite":
        assert outcomes(receipt) == ["difference"]
        assert Answer.objects.get().choice.code == "not_met"
    else:
        # PostgreSQL locks the visit alone and looks once, under that lock.
        assert (outcomes(receipt), len(looks)) == (["saved"], 1)


def test_where_nobody_wrote_meanwhile_one_look_is_enough(cast, monkeypatch):
    from visits.services import deliveries

    looks = []
    look = deliveries._glance
    monkeypatch.setattr(deliveries, "_glance", lambda number, by: looks.append(number) or look(number, by))
    assert outcomes(deliver(cast, plainly())) == ["saved"]
    assert looks == [cast.visit.pk]


@pytest.mark.django_db(transaction=True)
def test_what_another_connection_wrote_is_noticed_before_the_lock_is_trusted(transactional_db):
    """P4: SQLite counts on for every other connection, whatever it wrote; other databases do not count and always look."""
    from tests.cast import assemble
    from visits.services.deliveries import _changes_so_far

    cast = assemble()

    def elsewhere():
        Visit.objects.filter(pk=cast.far_visit.pk).update(access="partial")
        connection.close()

    before = _changes_so_far()
    if connection.vendor != "sqlite":
        assert before is None
        return
    assert _changes_so_far() == before
    other = Thread(target=elsewhere)
    other.start()
    other.join()
    assert _changes_so_far() != before


# --- merging ----------------------------------------------------------------------------------------------------------------


def test_only_one_side_changed(cast):
    deliver(cast, answer(choice="met"))
    deliver(cast, answer(choice="not_met", base=1), by=cast.bek)
    again = deliver(cast, answer(choice="met", base=1))
    assert outcomes(again) == ["theirs"]
    standing = again["results"][0]["standing"]
    assert (standing["choice"], standing["version"], standing["by"]) == ("not_met", 2, "Bek")
    assert not Difference.objects.exists()


def test_both_say_the_same(cast):
    deliver(cast, answer(choice="met"))
    assert outcomes(deliver(cast, answer(choice="met"), by=cast.bek)) == ["same"]
    assert Answer.objects.get().by == cast.ana


def test_both_differ_and_both_are_kept(cast):
    deliver(cast, answer(choice="met", note="All of them."))
    receipt = deliver(cast, answer(choice="not_met", note="Three are missing."), by=cast.bek)
    assert outcomes(receipt) == ["difference"]
    kept = Difference.objects.get(pk=receipt["results"][0]["difference"])
    assert (kept.by, kept.mine["choice"], kept.mine["note"], kept.base) == (
        cast.bek,
        "not_met",
        "Three are missing.",
        None,
    )
    assert (Answer.objects.get().choice.code, Answer.objects.get().note) == ("met", "All of them.")
    assert kept.delivery == Delivery.objects.get(by=cast.bek)


def test_an_earlier_value_is_kept_with_who_and_when(cast):
    deliver(cast, answer(choice="met", note="Seen at nine."))
    deliver(cast, answer(choice="not_met", base=1), by=cast.bek)
    earlier = AnswerVersion.objects.get()
    assert (earlier.version, earlier.by, earlier.value["note"]) == (1, cast.ana, "Seen at nine.")
    stands = Answer.objects.get()
    assert (stands.version, stands.by, stands.note) == (2, cast.bek, "")


def test_two_changes_of_one_answer_in_one_delivery_leave_the_later(cast):
    receipt = deliver(cast, answer(choice="met"), answer(choice="not_met"))
    assert outcomes(receipt) == ["saved", "saved"]
    assert (Answer.objects.get().choice.code, Answer.objects.get().version) == ("not_met", 1)


def test_a_later_word_of_the_same_author_replaces_their_own_difference(cast):
    deliver(cast, answer(choice="met"))
    deliver(cast, answer(choice="not_met"), by=cast.bek)
    deliver(cast, answer(choice="partly_met"), by=cast.bek)
    states = dict(Difference.objects.values_list("mine__choice", "state"))
    assert states == {"not_met": "replaced", "partly_met": "open"}


def test_the_same_difference_again_is_the_same_one(cast):
    deliver(cast, answer(choice="met"))
    for _again in range(3):
        deliver(cast, answer(choice="not_met"), by=cast.bek)
    assert Difference.objects.count() == 1


@pytest.mark.parametrize(("choice", "state"), [("not_met", "mine"), ("met", "theirs"), ("partly_met", "other")])
def test_choosing_on_the_device_settles_ones_own_difference(cast, choice, state):
    deliver(cast, answer(choice="met"))
    deliver(cast, answer(choice="not_met"), by=cast.bek)
    deliver(cast, answer(choice=choice, base=1), by=cast.bek)
    kept = Difference.objects.get()
    assert (kept.state, kept.settled_by) == (state, cast.bek)
    assert Answer.objects.get().choice.code == choice


def test_a_base_that_nobody_knows_overwrites_nothing(cast):
    deliver(cast, answer(choice="met"))
    assert outcomes(deliver(cast, answer(choice="not_met", base=77))) == ["difference"]


def test_paper_stays_on_the_answer(cast):
    deliver(cast, answer(choice="met", origin="paper"))
    assert Answer.objects.get().origin == "paper"


# --- who may ---------------------------------------------------------------------------------------------------------------


def test_a_visit_out_of_sight_is_not_there(cast):
    with pytest.raises(OutOfSight):
        deliver(cast, answer(), visit=cast.other_visit)
    with pytest.raises(OutOfSight):
        deliver(cast, answer(), visit=uuid.uuid4())
    assert not Delivery.objects.exists()


def test_a_reader_who_was_never_on_the_team_is_refused(cast):
    Visit.objects.filter(pk=cast.visit.pk).update(state="submitted")
    with pytest.raises(PermissionDenied):
        deliver(cast, answer(), by=cast.clara)
    assert not Delivery.objects.exists()


def test_a_declared_tie_closes_the_door(cast):
    cast.has_conflict("ana")
    with pytest.raises(OutOfSight):
        deliver(cast, answer())


def test_what_a_former_member_recorded_waits_for_the_reviewer_and_shows_nothing(cast):
    deliver(cast, answer(choice="met", note="Only for the team."), by=cast.bek)
    leave_team(visit=cast.visit, user=cast.ana, by=cast.bek, at=make.NOON)
    for choice in ("not_met", "met"):
        receipt = deliver(cast, answer(choice=choice))
        assert outcomes(receipt) == ["late"]
        assert "Only for the team." not in json.dumps(receipt)
    assert Answer.objects.get().choice.code == "met"
    assert set(Difference.objects.values_list("state", flat=True)) == {"replaced", "late"}


def test_what_comes_after_submission_waits_for_the_reviewer(cast):
    deliver(cast, answer(choice="met"), by=cast.bek)
    Visit.objects.filter(pk=cast.visit.pk).update(state="submitted")
    number = uuid.uuid4()
    receipt = deliver(
        cast,
        answer(choice="not_met"),
        answer("AA-02", "met"),
        finding(number),
        {"do": "rating", "section": "AA", "base": None, "step": 2},
    )
    assert outcomes(receipt) == ["late"] * 4
    assert Answer.objects.count() == 1
    assert not Finding.objects.exists()
    assert Difference.objects.late().count() == 4
    assert outcomes(deliver(cast, answer(choice="met"))) == ["same"]


# --- findings, ratings, concerns, finishing ---------------------------------------------------------------------------------


def test_a_finding_is_raised_under_the_number_of_the_device_and_once(cast):
    number = uuid.uuid4()
    assert outcomes(deliver(cast, finding(number))) == ["saved"]
    assert outcomes(deliver(cast, finding(number))) == ["same"]
    raised = Finding.objects.get()
    assert (raised.pk, raised.by, raised.state, raised.version) == (number, cast.ana, "draft", 1)


def test_the_leader_changes_a_finding_and_the_wording_before_stays(cast):
    number = uuid.uuid4()
    deliver(cast, finding(number))
    assert outcomes(deliver(cast, finding(number, "Nobody is registered.", base=1), by=cast.bek)) == ["saved"]
    raised = Finding.objects.get()
    assert (raised.text, raised.version, raised.by, raised.changed_by) == (
        "Nobody is registered.",
        2,
        cast.ana,
        cast.bek,
    )
    earlier = raised.versions.get()
    assert (earlier.version, earlier.by, earlier.value["text"]) == (1, cast.ana, "The register has gaps.")


def test_a_member_cannot_change_a_finding_but_what_they_wrote_is_kept_for_the_leader(cast):
    number = uuid.uuid4()
    deliver(cast, finding(number))
    assert outcomes(deliver(cast, finding(number, "Nobody is registered.", base=1))) == ["difference"]
    assert Finding.objects.get().text == "The register has gaps."


def test_two_wordings_of_a_finding_are_both_kept(cast):
    number = uuid.uuid4()
    deliver(cast, finding(number), by=cast.bek)
    deliver(cast, finding(number, "One.", base=1), by=cast.bek)
    receipt = deliver(cast, finding(number, "Two.", base=1), by=cast.bek)
    assert outcomes(receipt) == ["difference"]
    kept = Difference.objects.get()
    assert (kept.mine["text"], kept.base["text"], Finding.objects.get().text) == (
        "Two.",
        "The register has gaps.",
        "One.",
    )


def test_a_finding_of_another_visit_is_not_reached_by_its_number(cast):
    number = uuid.uuid4()
    send(cast.oleg, cast.other_visit, finding(number), at=make.NOON)
    assert outcomes(deliver(cast, finding(number, "Mine now.", base=1))) == ["faulty"]
    assert Finding.objects.get().text == "The register has gaps."


def test_ratings_are_the_leaders_and_a_critical_indicator_bars_the_best(cast):
    def rate(step, base=None, **who):
        return outcomes(deliver(cast, {"do": "rating", "section": "AA", "base": base, "step": step}, **who))[0]

    assert rate(3) == "faulty"
    assert rate(3, by=cast.bek) == "saved"
    assert rate(2, base=None, by=cast.bek) == "difference"
    assert rate(2, base=3, by=cast.bek) == "saved"
    assert rate(2, base=3, by=cast.bek) == "same"
    deliver(cast, answer("AA-01", "not_met"))
    assert rate(4, base=2, by=cast.bek) == "faulty"
    assert SectionRating.objects.get().step == 2


def test_a_child_at_risk_is_heard_even_when_the_visit_is_closed(cast):
    Visit.objects.filter(pk=cast.visit.pk).update(state="submitted")
    number, pressed = uuid.uuid4(), "2025-09-15T06:30:00+00:00"
    change = {"do": "concern", "concern": str(number), "category": "injury", "seen": "A burn.", "pressed_at": pressed}
    sent = body(cast.visit, change)
    assert outcomes(take_in(body=sent, by=cast.ana, at=make.NOON).document) == ["saved"]
    take_in(body=sent, by=cast.ana, at=make.NOON)
    raised = UrgentConcern.objects.get()
    assert (raised.pk, raised.seen, raised.pressed_at.isoformat()) == (number, "A burn.", pressed)


def test_finishing_is_a_request_that_the_server_completes(cast):
    """The visit is submitted when every change is in and nothing is open; not before."""
    device = uuid.uuid4()
    DeviceCopy.objects.create(
        user=cast.ana,
        visit=cast.visit,
        device=device,
        taken_at=make.NOON,
        expires_at=make.NOON,
        heard_at=make.NOON,
        unsent=2,
        unsent_since=make.NOON,
    )
    rate_sections(visit=cast.visit, steps={"AA": 2, "BB": 2}, by=cast.bek, at=make.NOON)
    deliver(cast, answer("AA-01", "met"), talks=[talk(cast.visit)])
    waiting = deliver(cast, answer("AA-01", "partly_met"), {"do": "finish", "sampling": "all"}, by=cast.bek)
    assert outcomes(waiting) == ["difference", "waiting"]
    assert len(waiting["results"][1]["faults"]) == 2
    settle(difference=Difference.objects.get(), stands="theirs", by=cast.bek, at=make.NOON)
    cast.visit.refresh_from_db()
    assert cast.visit.state == "open"  # Ana's device still holds something.
    deliver(cast, answer("AA-02", "met"), device={"id": str(device), "unsent": 0})
    cast.visit.refresh_from_db()
    assert (cast.visit.state, cast.visit.submitted_by, cast.visit.sampling) == ("submitted", cast.bek, "all")
    assert not FinishRequest.objects.exists()
    assert Interview.objects.count() == 1
    assert outcomes(deliver(cast, {"do": "finish", "sampling": "all"}, by=cast.bek)) == ["done"]


def test_talks_of_the_very_delivery_that_finishes_are_submitted_with_it(cast):
    Visit.objects.filter(pk=cast.visit.pk).update(access="refused")
    receipt = deliver(cast, {"do": "finish", "sampling": "all"}, by=cast.bek, talks=[talk(cast.visit)])
    assert outcomes(receipt) == ["done"]
    assert (Interview.objects.count(), LateTalk.objects.count()) == (1, 0)


def test_only_the_leader_asks_to_finish(cast):
    assert outcomes(deliver(cast, {"do": "finish", "sampling": "all"})) == ["faulty"]
    assert not FinishRequest.objects.exists()


# --- a visit that was opened on the device ------------------------------------------------------------------------------------


def opening(cast, **extra):
    return {
        "institution": str(cast.centre.uid),
        "kind": "periodic",
        "announced": False,
        "first_day": "2025-09-15",
        "last_day": "2025-09-15",
        "arrived_at": "09:00",
        "entered_at": "09:20",
        "access": "granted",
        "access_note": "",
        "early_reason": "",
        **extra,
    }


def test_a_visit_is_opened_under_the_number_of_the_device_and_once(cast):
    number = uuid.uuid4()
    deliver(cast, answer(), visit=number, open=opening(cast))
    deliver(cast, answer("AA-02", "met"), visit=number, open=opening(cast))
    opened = Visit.objects.get(pk=number)
    assert (opened.opened_by, opened.answers.count()) == (cast.ana, 2)
    assert Participation.objects.get(visit=opened).part == "leader"


def test_a_retired_edition_is_taken_and_a_draft_is_not(cast):
    """P9: whatever was ever published is accepted."""
    Edition.objects.filter(pk=cast.checklist.pk).update(state="retired")
    make.tiny_checklist(number=2)
    number = uuid.uuid4()
    receipt = deliver(cast, answer(), visit=number, open=opening(cast, checklist=["checklist", 1]))
    assert outcomes(receipt) == ["saved"]
    assert Visit.objects.get(pk=number).checklist == cast.checklist
    Edition.objects.create(instrument=cast.checklist.instrument, number=3)
    with pytest.raises(Refused):
        deliver(cast, visit=uuid.uuid4(), open=opening(cast, checklist=["checklist", 3]))


def test_nobody_opens_a_visit_where_they_may_not_visit(cast):
    with pytest.raises(OutOfSight):
        deliver(cast, answer(), visit=uuid.uuid4(), open=opening(cast, institution=str(cast.far_centre.uid)))
    with pytest.raises(OutOfSight):
        deliver(cast, answer(), by=cast.clara, visit=uuid.uuid4(), open=opening(cast))
    cast.has_conflict("ana")
    with pytest.raises(OutOfSight):
        deliver(cast, answer(), visit=uuid.uuid4(), open=opening(cast))


def test_a_number_that_another_team_uses_does_not_open_their_visit(cast):
    with pytest.raises(OutOfSight):
        deliver(cast, answer(), visit=cast.other_visit, open=opening(cast))
    assert not Answer.objects.exists()


# --- talks ------------------------------------------------------------------------------------------------------------------


def test_a_delivery_of_talks_alone_is_not_stored_at_all(cast):
    for _again in range(2):
        receipt = deliver(cast, talks=[talk(cast.visit)])
        assert (receipt["results"], [one["outcome"] for one in receipt["talks"]]) == ([], ["kept"])
    assert (Delivery.objects.count(), TrailEntry.objects.count()) == (0, 0)
    assert len(read_bundle(visit=cast.visit, member=cast.ana)[1]) == 2


def test_a_talk_that_was_taken_out_is_not_brought_back_by_its_device(cast):
    sent = talk(cast.visit)
    deliver(cast, talks=[sent])
    remove_interview(visit=cast.visit, place=0, base_version=1, by=cast.ana)
    assert deliver(cast, talks=[sent])["talks"][0]["outcome"] == "kept"
    assert read_bundle(visit=cast.visit, member=cast.ana)[1] == []


def test_a_talk_of_any_edition_ever_published_is_taken(cast):
    old, new = cast.visit.questionnaire, make.tiny_questionnaire(number=2)
    Edition.objects.filter(pk=old.pk).update(state="retired")
    cast.visit.questionnaire = new
    cast.visit.save()
    theirs = talk(cast.visit)
    cast.visit.questionnaire = old
    assert [one["outcome"] for one in deliver(cast, talks=[talk(cast.visit), theirs])["talks"]] == ["kept", "kept"]
    Visit.objects.filter(pk=cast.visit.pk).update(access="refused")
    submit_visit(visit=cast.visit, by=cast.bek, at=make.NOON, sampling="all")
    assert set(Interview.objects.values_list("edition__number", flat=True)) == {1, 2}


@pytest.mark.parametrize("wrong", ["visit", "byte", "short", "key", "words", "edition", "choice", "base64"])
def test_a_talk_that_does_not_open_is_said_to_be_faulty(cast, wrong):
    from base64 import b64decode, b64encode

    sent = talk(cast.visit)
    raw = bytearray(b64decode(sent["sealed"]))
    if wrong == "visit":
        sent = talk(cast.other_visit)
    elif wrong == "byte":
        raw[-1] ^= 1
    elif wrong == "short":
        raw = raw[:90]
    elif wrong == "key":
        raw[1] ^= 1
    elif wrong == "edition":
        cast.visit.questionnaire.number = 9
        sent = talk(cast.visit)
    elif wrong == "choice":
        sent = talk(cast.visit, {"Q-1": "perhaps"})
    elif wrong == "words":
        sent = talk(cast.visit, {"Q-1": {"a": []}})
    if wrong in ("byte", "short", "key"):
        sent["sealed"] = b64encode(bytes(raw)).decode()
    if wrong == "base64":
        sent["sealed"] = "?!"
    receipt = deliver(cast, answer(), talks=[sent])
    assert receipt["talks"] == [{"id": sent["id"], "outcome": "faulty"}]
    assert outcomes(receipt) == ["saved"]


def submitted_with(cast, *talks):
    Visit.objects.filter(pk=cast.visit.pk).update(access="refused")
    deliver(cast, talks=list(talks))
    submit_visit(visit=cast.visit, by=cast.bek, at=make.NOON, sampling="all")


def test_a_talk_sent_again_after_submission_is_recognised_and_a_new_one_waits(cast):
    before, late = talk(cast.visit), talk(cast.visit, {"Q-1": "no"})
    submitted_with(cast, before)
    for _again in range(2):
        receipt = deliver(cast, talks=[before, late])
        assert [one["outcome"] for one in receipt["talks"]] == ["kept", "late"]
    assert (Interview.objects.count(), LateTalk.objects.count(), TalkMarks.objects.count()) == (1, 1, 1)


def test_a_former_members_talk_waits_too(cast):
    leave_team(visit=cast.visit, user=cast.ana, by=cast.bek, at=make.NOON)
    assert deliver(cast, talks=[talk(cast.visit)])["talks"][0]["outcome"] == "late"


def test_late_talks_are_taken_in_under_fresh_ids_for_all(cast):
    before, late = talk(cast.visit), talk(cast.visit, {"Q-1": "no"})
    submitted_with(cast, before)
    deliver(cast, talks=[late])
    Interview.objects.update(excluded="duplicate")
    stood = Interview.objects.get().pk
    take_in_late(visit=cast.visit, by=cast.clara)
    assert Interview.objects.count() == 2
    assert not Interview.objects.filter(pk=stood).exists()
    assert sorted(Interview.objects.values_list("excluded", flat=True)) == ["", "duplicate"]
    assert not LateTalk.objects.exists()
    assert deliver(cast, talks=[late])["talks"][0]["outcome"] == "kept"
    assert Interview.objects.count() == 2


def test_late_talks_set_aside_do_not_come_back(cast):
    late = talk(cast.visit)
    submitted_with(cast)
    deliver(cast, talks=[late])
    set_late_aside(visit=cast.visit, by=cast.clara)
    assert deliver(cast, talks=[late])["talks"][0]["outcome"] == "kept"
    assert (Interview.objects.count(), LateTalk.objects.count()) == (0, 0)


def test_no_talk_is_taken_in_after_acceptance_nor_by_anybody_else(cast):
    submitted_with(cast)
    deliver(cast, talks=[talk(cast.visit)])
    for nobody in ("ana", "bek", "ruslan", "dan"):
        with pytest.raises(PermissionDenied):
            take_in_late(visit=cast.visit, by=cast.people[nobody])
    Visit.objects.filter(pk=cast.visit.pk).update(state="accepted")
    with pytest.raises(Refused):
        take_in_late(visit=cast.visit, by=cast.clara)


def test_an_older_key_of_the_server_still_opens(cast, settings):
    sent = talk(cast.visit)
    settings.SEAL_KEYS = [new_seal_key(), *settings.SEAL_KEYS]
    newer = talk(cast.visit)
    assert [one["outcome"] for one in deliver(cast, talks=[sent, newer])["talks"]] == ["kept", "kept"]
    settings.SEAL_KEYS = settings.SEAL_KEYS[:1]
    assert deliver(cast, talks=[talk(cast.visit), sent])["talks"][0]["outcome"] == "kept"


def test_what_a_child_said_is_coded_as_the_questionnaire_codes_it(cast):
    from visits.layout import unpack

    deliver(cast, talks=[talk(cast.visit)])
    kept = read_bundle(visit=cast.visit, member=cast.ana)[1][0]
    assert unpack(cast.questionnaire.layout, kept.packed) == TALK


# --- the door ---------------------------------------------------------------------------------------------------------------


ADDRESS = "/api/deliveries/"


def post(client, sent, **headers):
    return client.post(ADDRESS, sent, content_type="application/json", **headers)


def test_the_door_gives_the_receipt(client, cast):
    client.force_login(cast.ana)
    sent = body(cast.visit, answer())
    first = post(client, sent)
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-store")
    assert post(client, sent).json() == first.json()


def test_the_door_says_what_is_wrong(client, cast, settings):
    assert post(client, body(cast.visit)).status_code == 401
    client.force_login(cast.ana)
    assert post(client, b"<html>").status_code == 400
    assert post(client, body(cast.other_visit, answer())).status_code == 404
    number = uuid.uuid4()
    post(client, body(cast.visit, answer(), number=number))
    assert post(client, body(cast.visit, answer("AA-02"), number=number)).status_code == 409
    assert client.post(ADDRESS, {"a": "b"}).status_code == 415
    refused = post(client, body(uuid.uuid4(), open=opening(cast, first_day="2125-01-01", last_day="2125-01-01")))
    assert (refused.status_code, len(refused.json()["obstacles"])) == (409, 1)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 500
    assert post(client, body(cast.visit, answer(note="a" * 600))).status_code == 413
    client.force_login(cast.aigerim)
    assert post(client, body(cast.visit, answer())).status_code == 403


def test_without_a_form_token_the_door_stays_shut(cast):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(cast.ana)
    assert post(careful, body(cast.visit, answer())).status_code == 403
    assert not Delivery.objects.exists()


def test_too_many_at_once_are_asked_to_wait(client, cast, settings):
    settings.DELIVERIES_PER_MINUTE = 2
    client.force_login(cast.ana)
    codes = [post(client, body(cast.visit, answer())).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    client.force_login(cast.bek)
    assert post(client, body(cast.visit, answer())).status_code == 200


def test_whoever_sent_too_many_may_send_again_when_a_minute_is_over(client, cast, settings, monkeypatch):
    from visits import api_deliveries

    settings.DELIVERIES_PER_MINUTE = 1
    client.force_login(cast.ana)
    begin = monotonic()
    codes = []
    for seconds in (0, 20, 59, 61):
        monkeypatch.setattr(api_deliveries, "monotonic", lambda seconds=seconds: begin + seconds)
        response = post(client, body(cast.visit, answer()))
        codes.append((response.status_code, response.headers.get("Retry-After")))
    assert codes == [(200, None), (429, "40"), (429, "1"), (200, None)]


def test_people_who_sent_nothing_for_a_minute_are_forgotten_by_the_limit(client, cast, monkeypatch):
    throttle = DeliveryThrottle
    monkeypatch.setattr(throttle, "MOST", 2)
    long_ago, now = monotonic() - 61, monotonic()
    throttle.sent.update({-1: deque([long_ago]), -2: deque([long_ago, now])})
    client.force_login(cast.ana)
    assert post(client, body(cast.visit, answer())).status_code == 200
    assert set(throttle.sent) == {-2, cast.ana.pk}


def test_a_program_fills_the_visits_it_opened_and_no_others(client, cast):
    key = {"headers": {"Authorization": f"Token {cast.robot_key}"}}
    number = uuid.uuid4()
    opened = post(client, body(number, answer(), open=opening(cast)), **key)
    assert (opened.status_code, outcomes(opened.json())) == (200, ["saved"])
    again = post(client, body(number, answer(choice="not_met", base=1)), **key)
    assert outcomes(again.json()) == ["saved"]
    assert post(client, body(cast.visit, answer()), **key).status_code == 404
    far = body(uuid.uuid4(), answer(), open=opening(cast, institution=str(cast.far_centre.uid)))
    assert post(client, far, **key).status_code == 404
    assert Visit.objects.get(pk=number).opened_by == cast.robot


def test_unreadable_bodies_are_named(cast):
    for wrong in (b"", b"[]", b"{}", b"null", b'"a"', b"{\xff}", b"[" * 100_000, b'{"format": 2}'):
        with pytest.raises(Unreadable):
            take_in(body=wrong, by=cast.ana, at=make.NOON)


def test_the_schema_tells_a_program_all_there_is_to_know(client, cast):
    client.force_login(cast.ana)
    schema = client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).content.decode()
    for word in ("/api/deliveries/", "deliver", "pressed_at", "received_at", "'429'", "'413'", "'409'"):
        assert word.strip("'") in schema
    assert "Read-only" not in schema

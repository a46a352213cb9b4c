"""The canary: nothing in the database orders, dates or signs a conversation, before submission or after it.

Talks of 40 visits are saved in a known order. For every order that the database could show, the rank correlation with the
true order must look like chance (permutation test). The same detector must fire when the shuffle is taken away.
"""

import itertools
import json
import random
import uuid
import zlib

import numpy as np
import pytest
from django.apps import apps
from django.db import connection, models

from ombudsman.people.models import TrailEntry
from tests import factories as make
from visits import bundles
from visits.layout import pack
from visits.models import (
    Answer,
    AnswerVersion,
    Delivery,
    Interview,
    InterviewBundle,
    LateTalk,
    TalkMarks,
    Visit,
    VisitKey,
)
from visits.services import interviews
from visits.services.fieldwork import submit_visit
from visits.services.interviews import read_bundle, save_interview
from visits.talks import read_talk

from .sending import answer, send, talk

VISITS, TALKS = 40, 8
# In a known order fewer visits already show it, and show that the detector needs no more.
ENOUGH = 8
LIMIT = 0.01
# One run in a hundred looks ordered by chance alone; three in a row do so once in a million.
TRIES = 3
ASKED = {"Q-1", "Q-2", "Q-3"}
KINDS_OF_TALK = [
    {"Q-1": first, "Q-3": second}
    for first, second in itertools.product(["yes", "no", "dont_know"], [["hit"], ["shouted"], ["none_of_these"], []])
]


def p_value(orders: np.ndarray) -> float:
    """Two-sided permutation p of the mean Spearman correlation between true order and found place.

    `orders`: one row per visit; in it, at each found place, the true rank of the talk standing there.
    """
    places = np.arange(orders.shape[1])
    spread = places - places.mean()

    def mean_rho(rows: np.ndarray) -> np.ndarray:
        """Over the visits of each round; `rows` are one round, or several of them."""
        return ((rows - spread.size / 2 + 0.5) @ spread).mean(axis=-1) / (spread @ spread)

    others = np.random.default_rng(2026).permuted(np.broadcast_to(orders, (2000, *orders.shape)), axis=2)
    return (1 + int((abs(mean_rho(others)) >= abs(mean_rho(orders))).sum())) / 2001


def save_here(visit, said, by):
    """Typed in the browser."""
    save_interview(visit=visit, answers=said, asked=ASKED, by=by)


def send_alone(visit, said, by):
    """Sealed by a device, each talk in a delivery of its own."""
    send(by, visit, talks=[talk(visit, said)], at=make.NOON)


def send_late(visit, said, by):
    """Sealed by a device, and received after submission only."""
    Visit.objects.filter(pk=visit.pk).update(state="submitted", interviews_submitted=True)
    send_alone(visit, said, by)


def play(cast, prefix, keep=save_here, visits=VISITS):
    """Saves and submits talks of many visits. Gives for every kind of order the true ranks as they were found."""
    found: dict[str, list[list[int]]] = {"bundle": [], "rows": [], "ids": [], "physical": []}
    for number in range(visits):
        place = make.institution(f"{prefix} {number}")
        visit = make.visit(
            place, cast.bek, cast.ana, checklist=cast.checklist, questionnaire=cast.questionnaire, access="granted"
        )
        talks = random.Random(number).sample(KINDS_OF_TALK, TALKS)
        for said in talks:
            keep(visit, said, cast.ana)
        true = {pack(cast.questionnaire.layout, said, ASKED): rank for rank, said in enumerate(talks)}
        if keep is send_late:
            found["bundle"].append(late_order(visit, true))
            interviews.take_in_late(visit=visit, by=cast.clara)
        else:
            found["bundle"].append([true[one.packed] for one in read_bundle(visit=visit, member=cast.ana)[1]])
            Visit.objects.filter(pk=visit.pk).update(access="refused", sampling="all")
            submit_visit(visit=visit, by=cast.bek, at=make.NOON)
        table, key = Interview._meta.db_table, visit.pk
        for name, order in [
            ("rows", ""),
            ("ids", " ORDER BY id"),
            ("physical", " ORDER BY rowid" if connection.vendor == "sqlite" else " ORDER BY ctid"),
        ]:
            with connection.cursor() as cursor:
                shown = key.hex if connection.vendor == "sqlite" else str(key)
                cursor.execute(f"SELECT answers FROM {table} WHERE visit_id = %s{order}", [shown])
                found[name].append([true[bytes(row[0])] for row in cursor.fetchall()])
    return {name: p_value(np.array(rows)) for name, rows in found.items()}


def late_order(visit, true):
    """The true ranks of late talks in the order in which they lie in the database."""
    column = "rowid" if connection.vendor == "sqlite" else "ctid"
    key = visit.pk.hex if connection.vendor == "sqlite" else str(visit.pk)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, sealed FROM visits_latetalk WHERE visit_id = %s ORDER BY {column}", [key])
        rows = [(uuid.UUID(str(number)), bytes(sealed)) for number, sealed in cursor.fetchall()]
    return [true[read_talk(visit.pk, number, sealed).packed] for number, sealed in rows]


@pytest.mark.parametrize("keep", [save_here, send_alone, send_late])
def test_nothing_orders_the_talks(cast, keep):
    suspects = {"bundle", "rows", "ids", "physical"}
    for number in range(TRIES):
        values = play(cast, f"Try {number}", keep)
        suspects &= {name for name, value in values.items() if value <= LIMIT}
        if not suspects:
            return
    assert suspects == set()


@pytest.mark.parametrize("keep", [save_here, send_alone])
def test_without_the_shuffle_the_detector_fires(cast, monkeypatch, keep):
    monkeypatch.setattr(bundles, "shuffled", list)
    values = play(cast, "Unshuffled", keep, ENOUGH)
    assert {name for name, value in values.items() if value <= LIMIT} >= {"bundle", "rows", "physical"}


def test_ids_made_in_order_would_be_seen(cast, monkeypatch):
    counter = itertools.count(1)
    monkeypatch.setattr(bundles, "shuffled", list)
    monkeypatch.setattr(interviews, "new_id", lambda: uuid.UUID(int=next(counter)))
    assert play(cast, "Numbered", visits=ENOUGH)["ids"] <= LIMIT


def test_no_table_of_interviews_holds_a_time_an_author_or_a_sequence():
    timed = (models.DateField, models.DateTimeField, models.TimeField, models.DurationField)
    counted = (models.AutoField, models.BigAutoField, models.SmallAutoField)
    for model in (Interview, InterviewBundle, VisitKey, TalkMarks, LateTalk):
        fields = list(model._meta.get_fields())
        assert not [field.name for field in fields if isinstance(field, (*timed, *counted))]
    assert {field.name for field in Interview._meta.get_fields()} == {"id", "visit", "edition", "answers", "excluded"}
    people = apps.get_model("people", "User")
    signed = [
        (model.__name__, field.name)
        for model in (Interview, VisitKey, TalkMarks, LateTalk)
        for field in model._meta.get_fields()
        if field.related_model is people
    ]
    assert signed == []
    # Nothing else points at a conversation.
    assert [field.name for field in Interview._meta.related_objects] == []


def test_saving_a_talk_writes_the_bundle_and_nothing_else(cast):
    def rows():
        return {
            model: model.objects.count()
            for label in ("people", "institutions", "visits", "reports")
            for model in apps.get_app_config(label).get_models()
        }

    before, visit = rows(), Visit.objects.filter(pk=cast.visit.pk).values().get()
    save_interview(visit=cast.visit, answers={"Q-1": "yes"}, asked=ASKED, by=cast.ana)
    changed = {model for model, count in rows().items() if count != before[model]}
    assert changed == {InterviewBundle, VisitKey}
    save_interview(visit=cast.visit, answers={"Q-1": "no"}, asked=ASKED, by=cast.ana)
    assert InterviewBundle.objects.count() == 1
    assert Visit.objects.filter(pk=cast.visit.pk).values().get() == visit
    assert TrailEntry.objects.count() == Answer.objects.count() == AnswerVersion.objects.count() == 0


def test_a_delivery_of_talks_alone_writes_the_bundle_and_nothing_else(cast):
    def rows():
        return {
            model: model.objects.count()
            for label in ("people", "institutions", "visits", "reports")
            for model in apps.get_app_config(label).get_models()
        }

    before, visit = rows(), Visit.objects.filter(pk=cast.visit.pk).values().get()
    send_alone(cast.visit, {"Q-1": "yes"}, cast.ana)
    assert {model for model, count in rows().items() if count != before[model]} == {InterviewBundle, VisitKey}
    assert Visit.objects.filter(pk=cast.visit.pk).values().get() == visit


def test_what_is_kept_of_a_delivery_says_nothing_of_the_talks_in_it(cast, caplog):
    sent = [talk(cast.visit, {"Q-1": "yes"}), talk(cast.visit, {"Q-1": "no"})]
    receipt = send(cast.ana, cast.visit, answer(), talks=sent, at=make.NOON)
    assert len(receipt["talks"]) == 2
    kept = Delivery.objects.get()
    whole = json.dumps([kept.receipt, zlib.decompress(bytes(kept.body)).decode(), caplog.text])
    whole += json.dumps([entry.detail for entry in TrailEntry.objects.all()])
    assert "talk" not in whole
    for one in sent:
        assert one["id"] not in whole
        assert one["sealed"][:40] not in whole


def test_what_stays_of_a_devices_numbers_is_sorted_and_leads_to_no_interview(cast):
    sent = [talk(cast.visit) for _ in range(6)]
    send(cast.ana, cast.visit, talks=sent, at=make.NOON)
    Visit.objects.filter(pk=cast.visit.pk).update(access="refused", sampling="all")
    submit_visit(visit=cast.visit, by=cast.bek, at=make.NOON)
    stored = bytes(TalkMarks.objects.get().marks)
    marks = [stored[at : at + 16] for at in range(0, len(stored), 16)]
    assert marks == sorted(marks)
    assert set(marks) == {bundles.mark_of(cast.visit.pk, uuid.UUID(one["id"])) for one in sent}
    assert not {one["id"] for one in sent} & {str(row.pk) for row in Interview.objects.all()}


def test_the_bundle_keeps_its_size_and_holds_no_plain_answer(cast):
    sizes = set()
    for _ in range(5):
        bundle = save_interview(visit=cast.visit, answers={"Q-1": "yes"}, asked=ASKED, by=cast.ana)
        sizes.add(len(bundle.ciphertext))
        assert pack(cast.questionnaire.layout, {"Q-1": "yes"}, ASKED) not in bytes(bundle.ciphertext)
    assert len(sizes) == 1


def test_a_bundle_opens_for_its_own_visit_and_member_only(cast):
    key = bundles.new_key()
    sealed = bundles.seal(key, [b"abcd", b"efgh"], visit=cast.visit.pk, member=1)
    assert bundles.unseal(key, sealed, visit=cast.visit.pk, member=1) == [b"abcd", b"efgh"]
    for wrong in (
        {"visit": cast.visit.pk, "member": 2},
        {"visit": cast.other_visit.pk, "member": 1},
    ):
        with pytest.raises(bundles.Unreadable):
            bundles.unseal(key, sealed, **wrong)
    with pytest.raises(bundles.Unreadable):
        bundles.unseal(bundles.new_key(), sealed, visit=cast.visit.pk, member=1)


def test_the_wrapped_key_carries_no_time(cast):
    save_interview(visit=cast.visit, answers={"Q-1": "yes"}, asked=ASKED, by=cast.ana)
    import base64

    token = base64.urlsafe_b64decode(bytes(VisitKey.objects.get().wrapped))
    assert int.from_bytes(token[1:9], "big") == 0


def test_an_older_installation_key_still_opens(cast, settings):
    from cryptography.fernet import Fernet

    save_interview(visit=cast.visit, answers={"Q-1": "yes"}, asked=ASKED, by=cast.ana)
    settings.BUNDLE_KEYS = [Fernet.generate_key().decode(), *settings.BUNDLE_KEYS]
    assert len(read_bundle(visit=cast.visit, member=cast.ana)[1]) == 1


def test_members_talks_are_mixed_and_all_arrive(cast):
    save_interview(visit=cast.visit, answers={"Q-1": "yes"}, asked=ASKED, by=cast.ana)
    save_interview(visit=cast.visit, answers={"Q-1": "no"}, asked=ASKED, by=cast.bek)
    assert len(read_bundle(visit=cast.visit, member=cast.ana)[1]) == 1
    Visit.objects.filter(pk=cast.visit.pk).update(access="refused", sampling="all")
    submit_visit(visit=cast.visit, by=cast.bek, at=make.NOON)
    assert Interview.objects.filter(visit=cast.visit).count() == 2
    assert not InterviewBundle.objects.exists()
    assert not VisitKey.objects.exists()


def test_a_talk_is_corrected_and_removed_at_its_present_place_only(cast):
    save_interview(visit=cast.visit, answers={"Q-1": "yes"}, asked=ASKED, by=cast.ana)
    save_interview(visit=cast.visit, answers={"Q-1": "no"}, asked=ASKED, by=cast.ana)
    version, talks = read_bundle(visit=cast.visit, member=cast.ana)
    place = [talk.packed for talk in talks].index(pack(cast.questionnaire.layout, {"Q-1": "no"}, ASKED))
    save_interview(
        visit=cast.visit, answers={"Q-1": "dont_know"}, asked=ASKED, by=cast.ana, replaces=place, base_version=version
    )
    now, talks = read_bundle(visit=cast.visit, member=cast.ana)
    said = {pack(cast.questionnaire.layout, {"Q-1": code}, ASKED) for code in ("yes", "dont_know")}
    assert {talk.packed for talk in talks} == said
    with pytest.raises(interviews.Moved):
        interviews.remove_interview(visit=cast.visit, place=0, base_version=version, by=cast.ana)
    interviews.remove_interview(visit=cast.visit, place=0, base_version=now, by=cast.ana)
    assert read_bundle(visit=cast.visit, member=cast.ana)[1] == [talks[1]]
    with pytest.raises(interviews.Moved):
        interviews.remove_interview(visit=cast.visit, place=5, base_version=now + 1, by=cast.ana)

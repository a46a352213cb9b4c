"""What other systems of this field lost, and how: one test after each incident that a server could have prevented.

The incidents are public; each name is that of the report. Those of the device are in tests/browser.
"""

import json
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from tests import factories as make
from visits.layout import unpack
from visits.models import (
    Answer,
    Delivery,
    Difference,
    Finding,
    Interview,
    InterviewBundle,
    Participation,
    SectionRating,
    UrgentConcern,
    Visit,
)
from visits.services.deliveries import OtherBody, take_in
from visits.services.fieldwork import submit_visit
from visits.services.interviews import read_bundle

from .sending import answer, at_once, body, finding, send, talk

ADDRESS = "/api/deliveries/"


def test_formhub_678_one_form_ten_rows_on_a_slow_server(client, cast):
    """The server was slow, the device gave up waiting and sent again, ten times: ten rows."""
    client.force_login(cast.ana)
    sent = body(cast.visit, answer(), finding(uuid.uuid4()), talks=[talk(cast.visit)])
    receipts = [client.post(ADDRESS, sent, content_type="application/json").json() for _ in range(10)]
    assert receipts == receipts[:1] * 10
    assert (Delivery.objects.count(), Answer.objects.count(), Finding.objects.count()) == (1, 1, 1)
    assert len(read_bundle(visit=cast.visit, member=cast.ana)[1]) == 1


@pytest.mark.django_db(transaction=True)
def test_kobocat_470_five_posts_at_once_passed_the_check_before_the_insert(transactional_db):
    """Each asked whether the row was there, none found it, all inserted it."""
    from tests.cast import assemble

    cast = assemble()
    sent = body(cast.visit, answer(), finding(uuid.uuid4()), talks=[talk(cast.visit)])
    receipts = at_once(5, sent, cast.ana.pk)
    assert len({json.dumps(one, sort_keys=True) for one in receipts}) == 1
    assert (Delivery.objects.count(), Answer.objects.count(), Finding.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("model", [Delivery, Answer, SectionRating, InterviewBundle, Participation])
def test_kpi_6729_an_edit_hit_the_first_of_several_rows_with_one_number(cast, model):
    """Old duplicates stayed, and edits went to whichever came first: here the database knows each thing once."""
    send(cast.bek, cast.visit, answer(), {"do": "rating", "section": "AA", "base": None, "step": 2}, at=make.NOON)
    send(cast.bek, cast.visit, talks=[talk(cast.visit)], at=make.NOON)
    row = model.objects.first()
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    names, table = ", ".join(f'"{column}"' for column in columns), model._meta.db_table
    key, number = "", ""
    if not model._meta.pk.get_internal_type().endswith("AutoField"):
        key = model._meta.pk.column + ", "
        number = f"'{uuid.uuid4().hex if connection.vendor == 'sqlite' else uuid.uuid4()}', "
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({key}{names}) SELECT {number}{names} FROM {table} LIMIT 1")
    assert model.objects.get() == row if model is not Participation else model.objects.filter(pk=row.pk).exists()


def test_enketo_1405_and_collect_5317_the_same_number_was_sent_again_with_other_content(client, cast):
    """The first part had been accepted, the person went on writing, and the second sending was taken for the first."""
    client.force_login(cast.ana)
    number = uuid.uuid4()
    first = body(cast.visit, answer(note="In the morning."), number=number)
    edited = body(cast.visit, answer(note="In the morning and at night."), number=number)
    assert client.post(ADDRESS, first, content_type="application/json").status_code == 200
    refused = client.post(ADDRESS, edited, content_type="application/json")
    assert refused.status_code == 409
    assert Answer.objects.get().note == "In the morning."
    # The later words go in a delivery of their own.
    later = body(cast.visit, answer(note="In the morning and at night.", base=1))
    assert client.post(ADDRESS, later, content_type="application/json").json()["results"][0]["outcome"] == "saved"
    assert Answer.objects.get().note == "In the morning and at night."
    with pytest.raises(OtherBody):
        take_in(body=first, by=cast.bek, at=make.NOON)


def test_enketo_1463_an_encrypted_record_arrived_without_what_was_encrypted(cast):
    """It was said to be received, and nobody could open it: here a talk is opened before it is said to be kept."""
    whole = talk(cast.visit, {"Q-1": "no"})
    cut = talk(cast.visit)
    cut["sealed"] = cut["sealed"][:200]
    empty = {"id": str(uuid.uuid4()), "sealed": ""}
    receipt = send(cast.ana, cast.visit, answer(), talks=[whole, cut, empty], at=make.NOON)
    assert [one["outcome"] for one in receipt["talks"]] == ["kept", "faulty", "faulty"]
    Visit.objects.filter(pk=cast.visit.pk).update(access="refused")
    submit_visit(visit=cast.visit, by=cast.bek, at=make.NOON, sampling="all")
    submitted = Interview.objects.get()
    assert unpack(submitted.edition.layout, bytes(submitted.answers))["Q-1"] == "no"


def test_getodk_1017_a_record_was_deleted_after_a_failed_sending(client, cast, settings):
    """Whatever is not a receipt must not look like one: no number and no hash in any refusal."""
    answers = [client.post(ADDRESS, body(cast.visit, answer()), content_type="application/json")]
    client.force_login(cast.ana)
    number = uuid.uuid4()
    client.post(ADDRESS, body(cast.visit, answer(), number=number), content_type="application/json")
    for sent in (b"{", body(cast.other_visit, answer()), body(cast.visit, answer("AA-02"), number=number)):
        answers.append(client.post(ADDRESS, sent, content_type="application/json"))
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answers.append(client.post(ADDRESS, body(cast.visit, answer(note="a" * 200)), content_type="application/json"))
    assert [one.status_code for one in answers] == [401, 400, 404, 409, 413]
    for one in answers:
        assert set(one.json()) <= {"detail", "obstacles"}


def test_eventra_2744_an_upgrade_lost_what_older_versions_had_kept(cast):
    """A delivery of every format ever released is still taken, whole."""
    stored = (Path(settings.BASE_DIR) / "tests/cases/delivery-format-1.json").read_text(encoding="utf-8")
    receipt = take_in(body=stored.replace("VISIT", str(cast.visit.pk)).encode(), by=cast.bek, at=make.NOON).document
    assert [one["outcome"] for one in receipt["results"]] == ["saved"] * 5
    assert set(Answer.objects.values_list("note", "origin")) == {
        ("Two are missing.", "browser"),
        ("Asked tomorrow.", "paper"),
    }
    assert (Finding.objects.count(), SectionRating.objects.get().step, UrgentConcern.objects.count()) == (1, 2, 1)


def test_nothing_of_two_hands_is_overwritten_in_silence(cast):
    """The last writer won, and the first never knew."""
    send(cast.ana, cast.visit, answer(choice="met", note="Ana was here."), at=make.NOON)
    send(cast.bek, cast.visit, answer(choice="not_met", note="Bek was there."), at=make.NOON)
    everything = {Answer.objects.get().note, *(kept.mine["note"] for kept in Difference.objects.all())}
    assert everything == {"Ana was here.", "Bek was there."}

"""Any JSON at all: a delivery is taken in or refused with a reason; the program never breaks on it."""

import json
import uuid
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ombudsman.people.access import Refused
from tests import factories as make
from visits import deliveries
from visits.deliveries import Unreadable, read
from visits.services.deliveries import OtherBody, OutOfSight, take_in

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=10), inside, max_size=4),
    max_leaves=8,
)
CODES = st.sampled_from(
    ["AA-01", "AA-02", "BB-01", "BB-02", "AA", "met", "not_met", "high", "seen", "injury", "all", ""]
)
NUMBERS = st.uuids().map(str) | st.sampled_from([1, 2, 3, 4, 0, -1, 2**31, 10**30, True])
MOMENTS = st.sampled_from(
    ["2025-09-15T06:40:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "25:00", ""]
)
WORDS = st.sampled_from(["\x00", "\ud800", "a" * 10_001, "’", "12,5", "1e400", "-3", "NaN"]) | st.text(max_size=30)
VALUE = ANY | CODES | NUMBERS | MOMENTS | WORDS | st.lists(CODES | WORDS, max_size=3)
KEYS = [
    *("indicator", "base", "choice", "measurement", "note", "sources", "anyway", "confirmed", "origin", "made"),
    *("finding", "text", "severity", "indicators", "section", "step", "concern", "category", "seen", "told", "told_at"),
    *("pressed_at", "sampling"),
]
CHANGE = st.builds(
    lambda do, sound, rest: {"do": do, **sound, **rest},
    st.sampled_from(["answer", "finding", "rating", "concern", "finish", "dance"]) | VALUE,
    st.fixed_dictionaries(
        {},
        optional={
            "indicator": st.sampled_from(["AA-01", "AA-02", "BB-01"]),
            "choice": st.sampled_from(["met", "not_met", None]),
            "base": st.sampled_from([0, 1, 2]),
            "note": WORDS,
            "measurement": WORDS,
            "finding": st.uuids().map(str),
            "text": WORDS,
            "severity": st.just("high"),
            "indicators": st.just(["AA-01"]),
            "section": st.just("AA"),
            "step": st.sampled_from([1, 4, None]),
            "concern": st.uuids().map(str),
            "category": st.just("injury"),
            "seen": WORDS,
        },
    ),
    st.dictionaries(st.sampled_from(KEYS), VALUE, max_size=2),
)
TALK = st.fixed_dictionaries({"id": st.uuids().map(str), "sealed": st.binary(max_size=200).map(lambda raw: raw.hex())})
OPENING = st.dictionaries(
    st.sampled_from(["institution", "kind", "first_day", "last_day", "access", "arrived_at", "checklist"]), VALUE
)
FREELY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
EXPECTED = (Unreadable, OutOfSight, OtherBody, PermissionDenied, Refused)


def tried(cast, sent):
    """Takes it in and undoes it; gives the receipt, or nothing when it was refused with a reason."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                receipt = take_in(body=json.dumps(sent).encode(), by=cast.bek, at=make.NOON).document
        except EXPECTED:
            receipt = None
        transaction.set_rollback(True)
    return receipt


@FREELY
@given(changes=st.lists(CHANGE, max_size=4), talks=st.lists(TALK, max_size=2))
def test_every_change_gets_a_result(cast, changes, talks):
    sent = {"format": 1, "id": str(uuid.uuid4()), "visit": str(cast.visit.pk), "changes": changes, "talks": talks}
    receipt = tried(cast, sent)
    assert receipt is not None
    assert len(receipt["results"]) == len(changes)
    known = {"saved", "same", "theirs", "difference", "late", "faulty", "waiting", "done"}
    assert {result["outcome"] for result in receipt["results"]} <= known
    assert all(result["faults"] for result in receipt["results"] if result["outcome"] == "faulty")
    json.dumps(receipt)


@FREELY
@given(
    st.dictionaries(st.sampled_from(["format", "id", "visit", "open", "device", "changes", "talks"]), VALUE)
    | st.fixed_dictionaries(
        {"format": st.just(1), "id": st.uuids().map(str), "visit": st.uuids().map(str)}, optional={"open": OPENING}
    )
)
def test_a_body_of_another_shape_is_refused_with_a_sentence(cast, sent):
    tried(cast, sent)


@given(st.binary(max_size=200) | ANY.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_break_the_reading(sent):
    with pytest.raises(Unreadable) as caught:
        read(sent)
    assert str(caught.value)


@FREELY
@given(plain=ANY | st.fixed_dictionaries({"edition": st.just(["children", 1]), "answers": ANY, "asked": ANY}))
def test_whatever_is_sealed_is_kept_or_called_faulty(cast, plain):
    from base64 import b64encode

    from .sending import seal

    number = uuid.uuid4()
    sealed = seal(json.dumps(plain).encode(), cast.visit.pk, number)
    talk = {"id": str(number), "sealed": b64encode(sealed).decode()}
    sent = {"format": 1, "id": str(uuid.uuid4()), "visit": str(cast.visit.pk), "talks": [talk]}
    receipt = tried(cast, sent)
    assert receipt is not None
    assert receipt["talks"][0]["outcome"] in ("kept", "faulty")


MEMBER = st.tuples(
    st.sampled_from(['"changes"', '"device"', '"talks"', '"t\\u0061lks"', '"x"']),
    st.one_of(
        st.just("[]"),
        st.just('["talks"]'),
        st.just('"a \\"talks\\": ["'),
        st.just('{"talks":[1],"y":2}'),
        st.just('[{"do":"dance","talks":[]}]'),
        st.just('[{"id":"01999999-0000-7000-8000-000000000000","sealed":"QQ=="}]'),
        st.just("[1"),
        st.just("]"),
        st.just("\x0b1"),
    ),
)


@given(
    st.lists(MEMBER, max_size=5),
    st.sampled_from([",", " ,\n", ",,"]),
    st.sampled_from(["", " ", "\n", "\ufeff", "}", " x"]),
)
def test_a_body_says_the_same_whether_it_is_read_whole_or_looked_through(members, comma, end):
    """Devices name the talks last; such a body is kept as it was received, any other one is written anew."""
    number = "01999999-0000-7000-8000-000000000000"
    first = [('"format"', "1"), ('"id"', f'"{number}"'), ('"visit"', f'"{number}"')]
    body = ("{" + comma.join(f"{name}:{value}" for name, value in [*first, *members]) + "}" + end).encode()

    parcel = read_both_ways(body)
    # A talk is kept under no name of its own; what a body says elsewhere is kept as it says it, also if it says it twice.
    elsewhere = any("QQ==" in value for name, value in members if json.loads(name) != "talks")
    assert parcel is None or elsewhere or b"QQ==" not in parcel.kept


def read_both_ways(body):
    """The parcel; None for a body that is no delivery."""

    def said():
        try:
            return read(body)
        except Unreadable as unreadable:
            return str(unreadable)

    now = said()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deliveries, "read_whole", lambda body: None)
        then = said()
    if isinstance(then, str):
        assert now == then
        return None
    assert now.changes == then.changes
    assert replace(now, kept=b"", plain=None, others={}) == replace(then, kept=b"", plain=None, others={})
    assert json.loads(now.kept) == json.loads(then.kept)
    assert "talks" not in json.loads(now.kept)
    return now


SOUND = {
    "do": "answer",
    "indicator": "AA-01",
    "base": 0,
    "choice": "met",
    "measurement": None,
    "note": "",
    "sources": ["seen"],
    "anyway": False,
    "confirmed": False,
    "origin": "browser",
    "made": "2025-09-15T06:40:00Z",
}
OTHERWISE = st.dictionaries(
    st.sampled_from([*SOUND, "x"]), VALUE | st.sampled_from([1.0, "a" * 61, "12\x005"]), max_size=2
)
NEARLY_SOUND = st.tuples(OTHERWISE, st.sets(st.sampled_from(list(SOUND)), max_size=1)).map(
    lambda changed: {key: value for key, value in {**SOUND, **changed[0]}.items() if key not in changed[1]}
)


@given(
    st.lists(st.just(SOUND) | NEARLY_SOUND | CHANGE, max_size=4),
    st.lists(
        TALK | st.fixed_dictionaries({"id": st.uuids().map(str), "sealed": VALUE | st.sampled_from(["QQ", "QUJD="])}),
        max_size=2,
    ),
    st.sampled_from([{}, {"device": {"id": "01999999-0000-7000-8000-000000000000"}}, {"device": 5}, {"open": {}}]),
    st.booleans(),
)
def test_changes_say_the_same_whether_they_are_read_whole_or_looked_through(changes, talks, more, escaped):
    number = "01999999-0000-7000-8000-000000000000"
    sent = {"format": 1, "id": number, "visit": number, "changes": changes, **more, "talks": talks}
    read_both_ways(json.dumps(sent, ensure_ascii=escaped).encode("utf-8", "surrogatepass"))


def test_a_sound_delivery_is_read_whole():
    number = "01999999-0000-7000-8000-000000000000"
    finding = {"do": "finding", "finding": number, "base": 0, "text": "Text", "severity": "high"}
    measured = {**SOUND, "measurement": "12,5"}
    sent = {"format": 1, "id": number, "visit": number, "changes": [SOUND, finding, measured], "talks": []}
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(deliveries, "_looked_through")
        parcel = read(json.dumps(sent).encode())
    assert (parcel.plain.places, sorted(parcel.others)) == ([0], [1, 2])
    assert [type(one).__name__ for one in parcel.changes.values()] == ["AnswerChange", "FindingChange", "AnswerChange"]

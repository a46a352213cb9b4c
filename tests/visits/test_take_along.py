"""Taking a visit along: who may, what the device is given, until when, what the office knows of it, when it must be erased."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ombudsman.people.access import Refused
from ombudsman.people.devices import closed_account, owner_number
from ombudsman.people.models import TrailEntry
from ombudsman.worklists import day_of
from tests import factories as make
from visits.models import Answer, Choice, DeviceCopy, Difference, Finding, Recommendation
from visits.services import copies, fieldwork
from visits.services.urgent import close_concern, raise_concern, take_concern

pytestmark = pytest.mark.django_db
DEVICE = uuid4()


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def taken(cast, *, by="ana", device=DEVICE, at=None):
    return copies.take_along(visit=cast.visit, device=device, by=getattr(cast, by), at=at or timezone.now())


def posted(client, visit, **body):
    return client.post(reverse("visit_along", args=[visit.pk]), json.dumps(body), content_type="application/json")


def session_of(client, query=""):
    return client.get(reverse("session") + query).json()


def answer(cast, code="AA-01", choice="not_met", **extra):
    return Answer.objects.create(
        visit=cast.visit,
        indicator=cast.checklist.indicators.get(code=code),
        choice=Choice.objects.get(edition=cast.checklist, question=None, code=choice),
        by=cast.bek,
        at=make.NOON,
        **extra,
    )


def test_the_device_is_given_what_the_contract_names(cast):
    answer(cast, note="Two beds.", sources=["seen"], measurement="2.500")
    response = posted(signed_in(cast.ana), cast.visit, device=str(DEVICE))
    said = response.json()
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert said["answers"]["AA-01"] == {
        "choice": "not_met",
        "measurement": "2.5",
        "note": "Two beds.",
        "sources": ["seen"],
        "anyway": False,
        "confirmed": False,
        "version": 1,
    }
    assert said["checklist"]["document"]["ru"] == reverse("blank_checklist", args=["checklist", 1, "police", "ru"])
    assert said["questionnaire"]["document"]["kk"] == reverse("blank_questionnaire", args=["children", 1, "kk"])
    assert said["about"]["institution"] == "Centre 1"
    assert {one["name"] for one in said["about"]["team"]} == {"Ana", "Bek"}
    assert said["mine"] == {"sections": [], "leads": False}
    assert said["user"] == owner_number(cast.ana)
    assert len(bytes.fromhex(said["seal"]["id"])) == 8
    assert timezone.datetime.fromisoformat(said["copy"]["until"]) > timezone.now() + timedelta(days=13)


def test_what_earlier_visits_found_comes_along_only_for_those_who_may_read_it(cast):
    earlier = make.visit(
        cast.centre, cast.bek, checklist=cast.checklist, state="accepted", first_day=make.DAY - timedelta(days=300)
    )
    others = make.visit(
        cast.centre, cast.oleg, checklist=cast.checklist, state="accepted", first_day=make.DAY - timedelta(days=200)
    )
    for visit, text in ((earlier, "No beds."), (others, "No light.")):
        finding = Finding.objects.create(
            visit=visit, text=text, severity="high", state="accepted", by=visit.opened_by, at=make.NOON
        )
        Recommendation.objects.create(
            number=f"{text[3]}-1",
            finding=finding,
            authority=make.authority(),
            issued_on=make.DAY,
            year=2025,
            deadline=make.DAY,
            by=cast.timur,
            **make.names("text", text),
        )
    said = signed_in(cast.bek).get(reverse("visit_along", args=[cast.visit.pk])).json()
    assert [one["text"] for one in said["earlier"]] == ["No beds."]
    assert [one["text"] for one in said["recommendations"]] == ["No beds."]


def test_an_open_difference_comes_along_with_both_sides(cast):
    answer(cast, note="One.")
    Difference.objects.create(
        visit=cast.visit,
        indicator=cast.checklist.indicators.get(code="AA-01"),
        mine={"choice": "met"},
        base=None,
        by=cast.ana,
        made_at=make.NOON,
        received_at=make.NOON,
    )
    (row,) = signed_in(cast.ana).get(reverse("visit_along", args=[cast.visit.pk])).json()["differences"]
    assert (row["indicator"], row["mine"]["choice"], row["standing"]["choice"], row["by"]) == (
        "AA-01",
        "met",
        "not_met",
        "Ana",
    )


def test_looking_registers_nothing(cast):
    said = signed_in(cast.ana).get(reverse("visit_along", args=[cast.visit.pk])).json()
    assert said["copy"] == {"until": None}
    assert not DeviceCopy.objects.exists()


def test_the_number_of_queries_does_not_grow_with_what_was_recorded(cast, django_assert_max_num_queries):
    client = signed_in(cast.ana)
    address = reverse("visit_along", args=[cast.visit.pk])
    client.get(address)
    for code in ("AA-01", "AA-02", "BB-02"):
        answer(cast, code)
        Finding.objects.create(visit=cast.visit, text=code, severity="high", by=cast.bek, at=make.NOON)
    with django_assert_max_num_queries(30):
        client.get(address)


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"device": 5}', "null", "[" * 5000])
def test_a_device_that_does_not_name_itself_is_told_so(cast, body):
    address = reverse("visit_along", args=[cast.visit.pk])
    assert signed_in(cast.ana).post(address, body, content_type="application/json").status_code == 400
    assert not DeviceCopy.objects.exists()


def test_a_submitted_visit_is_not_taken_along(cast):
    cast.visit.state = "submitted"
    cast.visit.save()
    response = posted(signed_in(cast.bek), cast.visit, device=str(DEVICE))
    assert response.status_code == 409
    assert "submitted" in response.json()["detail"]


def test_only_the_team_takes_a_visit_along(cast):
    with pytest.raises(Refused):
        copies.take_along(visit=cast.visit, device=DEVICE, by=cast.saule, at=timezone.now())


def test_taking_along_leaves_one_entry_a_day_in_the_trail(cast):
    now = timezone.now()
    first = taken(cast, at=now)
    taken(cast, at=now + timedelta(hours=3))
    assert TrailEntry.objects.filter(act="visit.take_along").count() == 1
    later = taken(cast, at=now + timedelta(days=1, hours=1))
    assert TrailEntry.objects.filter(act="visit.take_along").count() == 2
    assert later.pk == first.pk
    assert later.expires_at - now > timedelta(days=15)


def test_the_office_hears_how_much_is_unsent_and_since_when(cast):
    copy = taken(cast)
    since = timezone.now() - timedelta(days=2)
    heard = copies.hear_from(visit=cast.visit, device=DEVICE, unsent=3, since=since, by=cast.ana, at=timezone.now())
    assert (heard.pk, heard.unsent, heard.unsent_since) == (copy.pk, 3, since)
    unknown = copies.hear_from(visit=cast.visit, device=uuid4(), unsent=3, since=since, by=cast.ana, at=timezone.now())
    assert unknown is None


@pytest.mark.parametrize(("who", "sees"), [("gulnar", True), ("saule", True), ("dan", False), ("clara", False)])
def test_who_has_unsent_work_older_than_a_day_is_on_the_coordinators_page(cast, who, sees):
    taken(cast)
    since = timezone.now() - timedelta(hours=30)
    copies.hear_from(visit=cast.visit, device=DEVICE, unsent=3, since=since, by=cast.ana, at=timezone.now())
    lines = [task for task in day_of(getattr(cast, who)).tasks if "Unsent work" in task.title]
    assert [(line.title, line.text) for line in lines] == (
        [("Unsent work: Ana", "3 entries on a device")] if sees else []
    )


def test_unsent_work_of_today_is_not_on_the_coordinators_page(cast):
    taken(cast)
    since = timezone.now() - timedelta(hours=20)
    copies.hear_from(visit=cast.visit, device=DEVICE, unsent=3, since=since, by=cast.ana, at=timezone.now())
    assert not [task for task in day_of(cast.gulnar).tasks if "Unsent work" in task.title]


def test_unsent_work_of_another_organisation_is_not_on_an_ngos_page(cast):
    copies.take_along(visit=cast.other_visit, device=DEVICE, by=cast.oleg, at=timezone.now())
    since = timezone.now() - timedelta(days=3)
    copies.hear_from(visit=cast.other_visit, device=DEVICE, unsent=1, since=since, by=cast.oleg, at=timezone.now())
    assert not [task for task in day_of(cast.gulnar).tasks if "Unsent work" in task.title]
    assert [task for task in day_of(cast.saule).tasks if "Unsent work" in task.title]


def test_who_leaves_the_team_is_told_to_erase_the_copy(cast):
    client = signed_in(cast.ana)
    taken(cast)
    assert session_of(client)["wipe"] == []
    fieldwork.leave_team(visit=cast.visit, user=cast.ana, by=cast.bek, at=timezone.now())
    assert session_of(client)["wipe"] == [str(cast.visit.pk)]


@pytest.mark.parametrize(
    ("state", "erased"), [("open", False), ("returned", False), ("submitted", True), ("void", True)]
)
def test_a_visit_that_is_closed_need_not_stay_on_a_device(cast, state, erased):
    taken(cast)
    cast.visit.state = state
    cast.visit.save()
    assert bool(session_of(signed_in(cast.ana))["wipe"]) is erased


def test_a_declared_tie_takes_the_copy_back(cast):
    taken(cast)
    cast.has_conflict("ana")
    assert session_of(signed_in(cast.ana))["wipe"] == [str(cast.visit.pk)]


def test_a_closed_account_is_erased_from_a_device_at_the_next_contact(cast):
    taken(cast)
    number = owner_number(cast.ana)
    assert session_of(Client(), f"?of={number}") | {"now": ""} == {
        "signed_in": False,
        "user": "",
        "csrf": "",
        "wipe": [],
        "closed": False,
        "now": "",
    }
    cast.ana.is_active = False
    cast.ana.save()
    said = session_of(Client(), f"?of={number}")
    assert (said["closed"], said["wipe"]) == (True, [str(cast.visit.pk)])
    assert closed_account("") is None
    assert not session_of(Client(), "?of=somebody")["closed"]


def test_the_number_of_a_store_stays_when_the_secrets_change(cast, settings):
    before = owner_number(cast.ana)
    settings.SECRET_KEY = "another"
    assert owner_number(cast.ana) == before
    assert owner_number(cast.bek) != before


def test_the_session_is_never_kept_and_says_whose_it_is(cast):
    response = signed_in(cast.ana).get(reverse("session"))
    assert response.headers["Cache-Control"] == "no-store"
    said = response.json()
    assert (said["signed_in"], said["user"], len(said["csrf"]) > 20) == (True, owner_number(cast.ana), True)
    assert Client().get(reverse("session")).headers["Cache-Control"] == "no-store"


def test_a_device_reports_what_it_holds_and_what_it_erased(cast):
    client, copy = signed_in(cast.ana), taken(cast)
    since = (timezone.now() - timedelta(hours=5)).isoformat()
    told = {"device": str(DEVICE), "copies": [{"visit": str(cast.visit.pk), "unsent": 4, "since": since, "ended": ""}]}
    assert client.post(reverse("session"), told, content_type="application/json").status_code == 200
    copy.refresh_from_db()
    assert (copy.unsent, copy.ended) == (4, "")
    told["copies"][0]["ended"] = "cleared"
    assert client.post(reverse("session"), told, content_type="application/json").status_code == 200
    copy.refresh_from_db()
    assert (copy.unsent, copy.unsent_since, copy.ended) == (0, None, "cleared")
    assert TrailEntry.objects.filter(act="visit.end_copy").count() == 1


def test_a_device_reports_for_its_own_person_only(cast):
    copy = taken(cast)
    told = {"device": str(DEVICE), "copies": [{"visit": str(cast.visit.pk), "ended": "cleared"}]}
    assert signed_in(cast.bek).post(reverse("session"), told, content_type="application/json").status_code == 200
    assert Client().post(reverse("session"), told, content_type="application/json").status_code == 401
    copy.refresh_from_db()
    assert copy.ended == ""
    with pytest.raises(Refused):
        copies.end_copy(copy=copy, ended="cleared", by=cast.bek, at=timezone.now())


@pytest.mark.parametrize(
    "told",
    [
        [],
        {},
        {"device": "x", "copies": []},
        {"device": str(DEVICE), "copies": [{"visit": 1}]},
        {"device": str(DEVICE), "copies": [5]},
    ],
)
def test_what_a_device_says_unreadably_changes_nothing(cast, told):
    taken(cast)
    response = signed_in(cast.ana).post(reverse("session"), json.dumps(told), content_type="application/json")
    assert response.status_code == 400
    assert DeviceCopy.objects.get().ended == ""


def test_an_unknown_end_is_refused(cast):
    taken(cast)
    told = {"device": str(DEVICE), "copies": [{"visit": str(cast.visit.pk), "ended": "lost"}]}
    assert signed_in(cast.ana).post(reverse("session"), told, content_type="application/json").status_code == 400


def test_the_page_of_a_visit_says_what_is_kept_and_until_when(cast):
    taken(cast)
    page = signed_in(cast.ana).get(reverse("visit", args=[cast.visit.pk])).content.decode()
    assert f"#take={cast.visit.pk}" in page
    assert "for 14 days" in page
    assert "On one of your devices until" in page
    assert (
        f"#take={cast.visit.pk}"
        not in signed_in(cast.saule).get(reverse("visit", args=[cast.visit.pk])).content.decode()
    )


@pytest.mark.parametrize("name", ["visit", "visit_print", "visit_team", "visit_ratings", "visit_submit", "finding_new"])
def test_no_title_that_a_browser_keeps_in_its_history_names_the_place(cast, name):
    page = signed_in(cast.bek).get(reverse(name, args=[cast.visit.pk])).content.decode()
    assert "Centre 1" in page or name in ("visit_team", "visit_ratings", "visit_submit", "finding_new")
    assert "Centre 1" not in page.partition("<title>")[2].partition("</title>")[0]


# --- What the office did with a child at risk ------------------------------------------------------------------------------


def test_a_device_learns_who_is_at_a_concern_and_not_a_word_of_it(cast):
    now = timezone.now()
    client = signed_in(cast.ana)
    made = {"category": "injury", "seen": "SEENWORD", "told": "TOLDWORD", "told_at": now}
    concern = raise_concern(visit=cast.visit, id=uuid4(), by=cast.ana, pressed_at=now, at=now, **made)
    assert session_of(client)["concerns"] == [], "no copy of the visit is out"
    taken(cast)
    known = {"visit": str(cast.visit.pk), "pressed_at": concern.pressed_at.isoformat()}
    assert session_of(client)["concerns"] == [{**known, "state": "received"}]
    take_concern(concern=concern, by=cast.dina, at=now)
    assert session_of(client)["concerns"] == [{**known, "state": "taken"}]
    close_concern(concern=concern, outcome="safe", note="NOTEWORD", by=cast.dina, at=now - timedelta(days=8))
    assert session_of(client)["concerns"] == []
    # Another team's device hears nothing of it.
    copies.take_along(visit=cast.other_visit, device=DEVICE, by=cast.oleg, at=now)
    assert session_of(signed_in(cast.oleg))["concerns"] == []

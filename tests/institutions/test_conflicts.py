"""A declared conflict of interest shuts a place before anything opens it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from institutions.models import ConflictOfInterest, Institution
from institutions.services.conflicts import declare_conflict, end_conflict
from ombudsman.people.access import Refused
from ombudsman.people.models import User


def sees(cast, name: str) -> bool:
    user = User.objects.get(pk=cast.people[name].pk)
    return Institution.objects.visible_to(user).filter(pk=cast.centre.pk).exists()


def form(cast, **extra) -> dict[str, object]:
    today = timezone.localdate().isoformat()
    return {"institution": cast.centre.pk, "kind": "relative", "starts": today, "until": "", **extra}


def test_anybody_declares_for_themselves_and_the_place_is_gone(client, cast):
    assert sees(cast, "ana")
    client.force_login(cast.ana)
    assert client.post(reverse("conflict_new"), form(cast)).url == reverse("conflict_list")
    assert not sees(cast, "ana")
    assert sees(cast, "bek")
    assert "Centre 1" in client.get(reverse("conflict_list")).content.decode()


def test_the_office_records_for_others(client, cast):
    client.force_login(cast.saule)
    client.post(reverse("conflict_new"), form(cast, person=cast.clara.pk))
    assert not sees(cast, "clara")
    assert sees(cast, "saule")


def test_a_monitor_records_for_nobody_else(client, cast):
    client.force_login(cast.ana)
    client.post(reverse("conflict_new"), form(cast, person=cast.clara.pk))
    assert sees(cast, "clara")
    assert ConflictOfInterest.objects.get().user == cast.ana


def test_own_declarations_and_the_whole_register(client, cast):
    cast.has_conflict("ana")
    cast.has_conflict("oleg")
    client.force_login(cast.ana)
    assert {row["conflict"].user for row in client.get(reverse("conflict_list")).context["rows"]} == {cast.ana}
    for name in ("saule", "aigerim"):
        client.force_login(cast.people[name])
        assert len(client.get(reverse("conflict_list")).context["rows"]) == 2


def test_only_another_officer_ends_it(client, cast):
    conflict = cast.has_conflict("ana")
    client.force_login(cast.ana)
    client.post(reverse("conflict_end", args=[conflict.pk]))
    assert not sees(cast, "ana")
    client.force_login(cast.oleg)
    assert client.post(reverse("conflict_end", args=[conflict.pk])).status_code == 404
    client.force_login(cast.saule)
    client.post(reverse("conflict_end", args=[conflict.pk]))
    assert sees(cast, "ana")
    conflict.refresh_from_db()
    assert conflict.until == timezone.localdate() - timedelta(days=1)


def test_a_coordinator_does_not_end_the_own(cast):
    conflict = cast.has_conflict("saule")
    with pytest.raises(Refused, match="their own"):
        end_conflict(conflict=conflict, by=cast.saule, at=timezone.now())


def test_it_stands_once_in_the_register(cast):
    cast.has_conflict("ana")
    with pytest.raises(Refused, match="already"):
        declare_conflict(
            person=cast.ana,
            institution=cast.centre,
            kind="other",
            starts=timezone.localdate(),
            until=None,
            by=cast.saule,
            at=timezone.now(),
        )

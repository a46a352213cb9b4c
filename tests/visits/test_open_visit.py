"""Opening a visit, its team, its sections."""

from datetime import date, time, timedelta

import pytest

from ombudsman.people.access import Refused
from ombudsman.people.models import TrailEntry
from tests import factories as make
from visits.models import Edition, Participation, Visit
from visits.services import fieldwork


def opened(cast, **extra):
    values = {
        "institution": cast.centre,
        "kind": "periodic",
        "announced": False,
        "first_day": make.DAY,
        "last_day": make.DAY,
        "by": cast.bek,
        "at": make.NOON,
        **extra,
    }
    return fieldwork.open_visit(**values)


def test_who_opens_leads_and_the_day_is_copied(cast):
    visit = opened(cast, arrived_at=time(9, 0), entered_at=time(9, 15))
    assert visit.team.get().user == cast.bek
    assert visit.team.get().part == "leader"
    assert (visit.region, visit.institution_kind, visit.organisation) == (
        cast.here,
        cast.centre.kind,
        cast.bek.organisation,
    )
    assert (visit.checklist, visit.questionnaire, visit.year) == (cast.checklist, cast.questionnaire, 2025)
    cast.centre.region = cast.there
    cast.centre.save()
    visit.refresh_from_db()
    assert visit.region == cast.here
    assert TrailEntry.objects.get(thing_id=str(visit.pk)).act == "visit.open"


def test_the_previous_accepted_visit_is_linked(cast):
    cast.visit.state = "accepted"
    cast.visit.first_day = cast.visit.last_day = make.DAY - timedelta(days=300)
    cast.visit.save()
    assert opened(cast).previous == cast.visit


def test_a_visit_not_accepted_is_nobodys_previous(cast):
    assert opened(cast).previous is None


def test_a_day_before_the_institution_opened_needs_a_reason(cast):
    day = cast.centre.opened_on - timedelta(days=1)
    with pytest.raises(Refused, match="not open yet"):
        opened(cast, first_day=day, last_day=day)
    visit = opened(cast, first_day=day, last_day=day, early_reason="Children were brought before the opening.")
    assert visit.early_reason


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"first_day": date(2025, 9, 16), "last_day": date(2025, 9, 16)}, "not come yet"),
        ({"last_day": make.DAY - timedelta(days=1)}, "before the first"),
        ({"arrived_at": time(10, 0), "entered_at": time(9, 0)}, "before the arrival"),
        ({"access": "refused", "entered_at": time(9, 0)}, "no hour of entry"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(cast, wrong, sentence):
    with pytest.raises(Refused, match=sentence):
        opened(cast, **wrong)
    assert Visit.objects.count() == 3


def test_a_retired_edition_is_accepted_when_named_and_never_taken_by_itself(cast):
    newer = make.tiny_checklist(number=2)
    Edition.objects.filter(pk=cast.checklist.pk).update(state="retired")
    cast.checklist.refresh_from_db()
    assert opened(cast).checklist == newer
    assert opened(cast, checklist=cast.checklist).checklist == cast.checklist


def test_a_draft_edition_is_not_accepted(cast):
    Edition.objects.filter(pk=cast.checklist.pk).update(state="draft")
    cast.checklist.refresh_from_db()
    with pytest.raises(Refused, match="draft"):
        opened(cast, checklist=cast.checklist)


def test_a_declared_tie_closes_the_institution(cast):
    cast.has_conflict("bek")
    with pytest.raises(Refused, match="tie"):
        opened(cast)


def test_a_declared_tie_blocks_the_team(cast):
    visit = opened(cast)
    cast.has_conflict("ana")
    with pytest.raises(Refused, match="Ana has declared a tie"):
        fieldwork.join_team(visit=visit, user=cast.ana, sections=[], by=cast.bek, at=make.NOON)
    assert visit.team.count() == 1


def test_somebody_of_another_region_cannot_join(cast):
    with pytest.raises(Refused, match="no monitor in this region"):
        fieldwork.join_team(visit=cast.far_visit, user=cast.ana, sections=[], by=cast.oleg, at=make.NOON)


def test_members_join_leave_and_come_back(cast):
    visit = opened(cast)
    fieldwork.join_team(visit=visit, user=cast.ana, sections=["BB"], by=cast.bek, at=make.NOON)
    assert Visit.objects.editable_by(cast.ana).filter(pk=visit.pk).exists()
    fieldwork.leave_team(visit=visit, user=cast.ana, by=cast.bek, at=make.NOON)
    assert not Visit.objects.editable_by(cast.people["ana"]).filter(pk=visit.pk).exists()
    fieldwork.join_team(visit=visit, user=cast.ana, sections=[], by=cast.bek, at=make.NOON)
    place = Participation.objects.get(visit=visit, user=cast.ana)
    assert (place.left_on, place.sections) == (None, [])
    fieldwork.change_sections(visit=visit, user=cast.ana, sections=["BB", "AA"], by=cast.bek, at=make.NOON)
    place.refresh_from_db()
    assert place.sections == ["AA", "BB"]


def test_an_unknown_section_is_refused(cast):
    with pytest.raises(Refused, match="no such section"):
        fieldwork.change_sections(visit=cast.visit, user=cast.ana, sections=["ZZ"], by=cast.bek, at=make.NOON)


def test_the_leader_leaves_only_after_handing_over(cast):
    with pytest.raises(Refused, match="Hand over the lead"):
        fieldwork.leave_team(visit=cast.visit, user=cast.bek, by=cast.bek, at=make.NOON)
    fieldwork.hand_over_lead(visit=cast.visit, user=cast.ana, by=cast.bek, at=make.NOON)
    assert cast.visit.team.get(part="leader").user == cast.ana
    fieldwork.leave_team(visit=cast.visit, user=cast.bek, by=cast.ana, at=make.NOON)


def test_a_submitted_visit_keeps_its_team(cast):
    Visit.objects.filter(pk=cast.visit.pk).update(state="submitted")
    with pytest.raises(Refused, match="closed for changes"):
        fieldwork.join_team(visit=cast.visit, user=cast.eve, sections=[], by=cast.bek, at=make.NOON)

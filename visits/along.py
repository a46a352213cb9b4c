"""Everything of one visit that a member of its team takes along: plain data, ready for JSON. Reads only.

How many queries it costs does not depend on how much was recorded.
"""

from base64 import b64encode
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from ombudsman.people.models import User

from .models import Answer, DeviceCopy, Difference, Edition, Finding, Recommendation, Visit
from .sealing import public_key
from .sheet import answers_before
from .team import team_of


def along(visit: Visit, user: User, copy: DeviceCopy | None) -> dict[str, Any]:
    """What the device keeps of this visit for this person. `copy` None: it was looked at, not taken along."""
    number, key = public_key()
    answers = {answer.indicator.code: value_of(answer) for answer in _answers(visit)}
    return {
        "visit": str(visit.pk),
        "copy": {"until": _iso(copy.expires_at) if copy else None},
        "language": get_language(),
        "checklist": checklist(visit.checklist, visit.institution_kind.family),
        "questionnaire": questionnaire(visit.questionnaire),
        "about": about(visit),
        "mine": mine(visit, user),
        "answers": answers,
        "before": before(visit),
        "findings": findings(visit, user),
        "earlier": earlier(visit, user),
        "recommendations": recommendations(visit, user),
        "ratings": {rating.section.code: rating.step for rating in visit.ratings.select_related("section")},
        "differences": [difference(row, answers) for row in _open_differences(visit, user)],
        "seal": {"id": number.hex(), "key": b64encode(key).decode("ascii")},
        "lock_minutes": settings.LOCK_MINUTES,
        "duty_phone": settings.DUTY_PHONE,
    }


def statement(visit: Visit, user: User) -> dict[str, Any]:
    """What the visit's page says before it is taken along: for how many days, and on how many devices it lies until when."""
    out = visit.copies.out().filter(user=user).order_by("-expires_at")
    return {"days": settings.COPY_DAYS, "copies": list(out)}


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def checklist(edition: Edition, family: str) -> dict[str, Any]:
    """Which blank documents belong to the visit's checklist, by language."""
    code, number = edition.instrument.code, edition.number
    return {
        "code": code,
        "number": number,
        "family": family,
        "document": {one: reverse("blank_checklist", args=[code, number, family, one]) for one in _languages()},
        "standards": {one: reverse("blank_standards", args=[code, number, one]) for one in _languages()},
    }


def questionnaire(edition: Edition | None) -> dict[str, Any] | None:
    """The same for the children's questionnaire; None when the visit has none."""
    if edition is None:
        return None
    code, number = edition.instrument.code, edition.number
    return {
        "code": code,
        "number": number,
        "document": {one: reverse("blank_questionnaire", args=[code, number, one]) for one in _languages()},
    }


def about(visit: Visit) -> dict[str, Any]:
    """Where, when and with whom."""
    return {
        "institution": visit.institution.name,
        "region": visit.region.name,
        "kind": visit.institution_kind.name,
        "first_day": visit.first_day.isoformat(),
        "last_day": visit.last_day.isoformat(),
        "state": visit.state,
        "team": [
            {"name": one.place.user.full_name, "part": one.place.part, "sections": one.place.sections}
            for one in team_of(visit)
        ],
    }


def mine(visit: Visit, user: User) -> dict[str, Any]:
    """The reader's own part: sections (empty = all), whether they lead."""
    place = visit.team.filter(user=user, left_on__isnull=True).first()
    return {"sections": place.sections if place else [], "leads": place is not None and place.part == "leader"}


def _answers(visit: Visit) -> list[Answer]:
    return list(visit.answers.select_related("choice", "indicator"))


def value_of(answer: Answer) -> dict[str, Any]:
    """An answer as the device keeps it."""
    return {
        "choice": answer.choice.code if answer.choice else None,
        "measurement": None if answer.measurement is None else f"{answer.measurement.normalize():f}",
        "note": answer.note,
        "sources": answer.sources,
        "anyway": answer.anyway,
        "confirmed": answer.note_confirmed,
        "version": answer.version,
    }


def before(visit: Visit) -> dict[str, Any]:
    """What the accepted visit before answered, by this edition's codes."""
    on = visit.previous.first_day.isoformat() if visit.previous else None
    return {
        code: {"label": choice.label, "choice": choice.code, "on": on} for code, choice in answers_before(visit).items()
    }


def _as_finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": str(finding.pk),
        "version": finding.version,
        "text": finding.text,
        "severity": finding.severity,
        "sources": finding.sources,
        "indicators": [link.indicator.code for link in finding.links.all()],
        "state": finding.state,
    }


def findings(visit: Visit, user: User) -> list[dict[str, Any]]:
    """The visit's findings, each with whether this person may change it."""
    rows = visit.findings.prefetch_related("links__indicator").order_by("at", "pk")
    leads = mine(visit, user)["leads"]
    closed = (Finding.State.ACCEPTED, Finding.State.REJECTED)
    return [{**_as_finding(row), "editable": leads and row.state not in closed} for row in rows]


def earlier(visit: Visit, user: User) -> list[dict[str, Any]]:
    """Accepted findings of earlier visits to the place, as far as this person may read them; newest first."""
    rows = Finding.objects.visible_to(user).filter(visit__institution=visit.institution_id, state="accepted")
    rows = rows.exclude(visit=visit).select_related("visit").prefetch_related("links__indicator")
    return [
        {
            "text": row.text,
            "severity": row.severity,
            "indicators": [link.indicator.code for link in row.links.all()],
            "on": row.visit.first_day.isoformat(),
        }
        for row in rows.order_by("-visit__first_day", "at", "pk")
    ]


def recommendations(visit: Visit, user: User) -> list[dict[str, Any]]:
    """What is still to be done at the place, as far as this person may read it; the first deadline first."""
    rows = Recommendation.objects.visible_to(user).open().filter(finding__visit__institution=visit.institution_id)
    return [
        {
            "number": row.number,
            "text": row.text,
            "authority": str(row.authority),
            "deadline": row.deadline.isoformat(),
        }
        for row in rows.select_related("authority").order_by("deadline", "number")
    ]


def _open_differences(visit: Visit, user: User) -> list[Difference]:
    # One's own: only its author can take a difference back from a device; others' are agreed on online.
    rows = Difference.objects.visible_to(user).filter(visit=visit, by=user, state=Difference.State.OPEN)
    return list(rows.select_related("indicator", "section", "by").order_by("received_at", "pk"))


def difference(row: Difference, answers: dict[str, Any]) -> dict[str, Any]:
    """What somebody recorded and what stands, for the team to agree."""
    return {
        "id": str(row.pk),
        "indicator": row.indicator.code if row.indicator else None,
        "section": row.section.code if row.section else None,
        "finding": str(row.finding) if row.finding else None,
        "mine": row.mine,
        "base": row.base,
        "standing": answers.get(row.indicator.code) if row.indicator else None,
        "by": row.by.full_name,
        "on": _iso(row.received_at),
    }

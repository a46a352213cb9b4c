"""A visit that is ready for review, for the tests of review and follow-up."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from tests import factories as make
from tests.cast import Cast
from visits.models import Answer, Finding, FindingIndicator, Interview, SectionRating, Visit
from visits.services import review


def answer(visit: Visit, code: str, choice: str | None, **extra: Any) -> Answer:
    """An answer straight into the database."""
    return Answer.objects.create(
        visit=visit,
        indicator=visit.checklist.indicators.get(code=code),
        choice=visit.checklist.choices.get(code=choice, question=None) if choice else None,
        by=visit.opened_by,
        at=make.NOON,
        **extra,
    )


def submit(visit: Visit) -> Visit:
    """Into review, as a leader would."""
    visit.state, visit.submitted_by, visit.submitted_at = "submitted", visit.opened_by, make.NOON
    visit.save()
    return visit


def finding(visit: Visit, state: str = "submitted", **extra: Any) -> Finding:
    """A finding on AA-01 by the leader."""
    values = {"text": "The register has gaps.", "severity": "high", "sources": ["seen", "document"], **extra}
    made = Finding.objects.create(
        visit=visit, state=state, by=values.pop("by", visit.opened_by), at=make.NOON, **values
    )
    FindingIndicator.objects.create(finding=made, indicator=visit.checklist.indicators.get(code="AA-01"))
    return made


def interviews(visit: Visit, count: int) -> list[Interview]:
    """Submitted interviews, all alike."""
    from visits.layout import pack

    row = pack(visit.questionnaire.layout, {"Q-1": "yes", "Q-3": ["hit"]}, {"Q-1", "Q-2", "Q-3"})
    return [Interview.objects.create(visit=visit, edition=visit.questionnaire, answers=row) for _number in range(count)]


def in_review(cast: Cast) -> Visit:
    """Bek's visit, submitted: AA-01 not met, AA-02 met, BB-02 told by children only; rated; nothing decided yet."""
    visit = cast.visit
    answer(visit, "AA-01", "not_met", measurement=2, note="Two children stand in no register.", sources=["document"])
    answer(visit, "AA-02", "met", sources=["seen", "child"])
    answer(visit, "BB-02", "partly_met", sources=["child"])
    for section in visit.checklist.sections.all():
        SectionRating.objects.create(visit=visit, section=section, step=2, by=cast.bek, at=make.NOON)
    return submit(visit)


def ready(cast: Cast) -> Visit:
    """As `in_review`, and Clara has looked at everything: it can be accepted."""
    visit = in_review(cast)
    review.look_at(visit=visit, indicators=["AA-01", "AA-02", "BB-02"], by=cast.clara, at=timezone.now())
    review.confirm_ratings(visit=visit, by=cast.clara, at=timezone.now())
    return visit


def at_once(act: Callable[..., Any], **values: Any) -> Any:
    """Does the act now."""
    return act(**values, at=timezone.now())

"""Fills a database with open visits to write to, in a process of its own: `python -m benchmarks.fieldwork_fill VISITS MEMBERS`.

`python -m benchmarks.fieldwork_fill drop` takes the uniqueness of deliveries away, to show what it is good for. Last line: JSON.
"""

import json
import sys
from datetime import date
from typing import Any

import django

from .fill import SEED, YEAR, session

DAY = date(YEAR, 9, 15)
BACKEND = "ombudsman.people.backend.HouseBackend"
TALKS = 20


def fill(size: int, members: int) -> dict[str, Any]:
    """`size` open visits to one special school, all with the same team of `members`; the first of them leads."""
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.utils import timezone

    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("createcachetable", verbosity=0)
    from visits.services.reference import load_reference

    load_reference(at=timezone.now())
    with transaction.atomic():
        told = open_visits(size, members)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return told


def open_visits(size: int, members: int) -> dict[str, Any]:
    """Makes them in bulk and says what a client must know to write to them."""
    from django.utils import timezone

    from institutions.models import Institution, InstitutionKind, Region
    from reports.demonstration.whole import newest
    from visits.models import Participation, Visit

    kind = InstitutionKind.objects.filter(family="special_school").order_by("number").first()
    assert kind is not None
    names = {f"name_{code}": "School" for code in ("kk", "ru", "en")}
    place = Institution.objects.create(
        kind=kind,
        region=Region.objects.get(iso="KZ-35"),
        authority=kind.authority,
        opened_on=date(2000, 1, 1),
        sort_key="school",
        **names,
    )
    team = people(members)
    checklist, questionnaire = newest("checklist"), newest("questionnaire")
    visits = [
        Visit(
            institution=place,
            region=place.region,
            institution_kind=kind,
            organisation=team[0].organisation,
            checklist=checklist,
            questionnaire=questionnaire,
            first_day=DAY,
            last_day=DAY,
            year=YEAR,
            opened_by=team[0],
            opened_at=timezone.now(),
        )
        for _ in range(size)
    ]
    Visit.objects.bulk_create(visits, batch_size=500)
    Participation.objects.bulk_create(
        [
            Participation(visit=visit, user=user, part="leader" if user is team[0] else "member")
            for visit in visits
            for user in team
        ],
        batch_size=500,
    )
    applicable = [row for row in checklist.indicators.order_by("section__order", "order") if row.applies(kind.family)]
    return {
        "visits": [str(visit.pk) for visit in visits],
        "sessions": [session(user, BACKEND) for user in team],
        "floor_sessions": [session(user, "django.contrib.auth.backends.ModelBackend") for user in team],
        "people": [user.pk for user in team],
        "indicators": [row.code for row in applicable],
        "sections": list(checklist.sections.order_by("order").values_list("code", flat=True)),
        "choices": list(checklist.choices.filter(question=None).order_by("order").values_list("code", flat=True)),
        "questionnaire": [questionnaire.instrument.code, questionnaire.number],
        "questions": {
            question.code: list(question.choices.order_by("order").values_list("code", flat=True))
            for question in questionnaire.questions.order_by("order")
        },
        "talks": talks(questionnaire, kind.family),
        "seal": seal(),
    }


def people(number: int) -> list[Any]:
    """Monitors of one organisation, each with an approved grant for the whole country."""
    from ombudsman.people.models import Grant, Organisation, User

    organisation = Organisation.objects.create(
        kind="ngo", **{f"name_{code}": "Organisation" for code in ("kk", "ru", "en")}
    )
    officers = [User.objects.create_user(f"officer{turn}@benchmark.example", full_name="Officer") for turn in (1, 2)]
    team = []
    for turn in range(number):
        user = User.objects.create_user(
            f"monitor{turn}@benchmark.example",
            full_name=f"Monitor {turn}",
            organisation=organisation,
            language="en",
        )
        Grant.objects.create(
            user=user,
            role="monitor",
            starts=date(2020, 1, 1),
            proposed_by=officers[0],
            approved_by=officers[1],
            approved_at=user.date_joined,
        )
        team.append(user)
    return team


def talks(questionnaire: Any, family: str) -> list[dict[str, Any]]:
    """Some talks as a device would send them: answers that follow the questionnaire's own routing."""
    import random

    from visits.questionnaire import is_open, questions_for

    chance = random.Random(SEED)
    found = []
    for _ in range(TALKS):
        answers: dict[str, Any] = {}
        asked = []
        for one in questions_for(questionnaire, family):
            if not is_open(one.question, answers):
                continue
            asked.append(one.question.code)
            choice = chance.choice([choice for choice in one.choices if not choice.excludes])
            answers[one.question.code] = [choice.code] if one.multiple else choice.code
        found.append({"answers": answers, "asked": asked})
    return found


def seal() -> dict[str, str]:
    """The public key to which devices seal talks."""
    from base64 import b64encode

    from visits.sealing import public_key

    number, key = public_key()
    return {"id": number.hex(), "key": b64encode(key).decode("ascii")}


def drop() -> dict[str, Any]:
    """Without the constraint, the same code must let copies in: otherwise it is not the constraint that keeps the promise."""
    from django.db import connection

    from visits.models import Delivery

    constraint = next(one for one in Delivery._meta.constraints if one.name == "delivery_once")
    # SQLite makes the table anew from what the model says.
    Delivery._meta.constraints = [one for one in Delivery._meta.constraints if one is not constraint]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Delivery, constraint)
    return {}


if __name__ == "__main__":
    django.setup()
    done = drop() if sys.argv[1] == "drop" else fill(int(sys.argv[1]), int(sys.argv[2]))
    print(json.dumps(done))

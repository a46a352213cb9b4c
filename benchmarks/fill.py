"""Fills a benchmark's database, in a process of its own: `python -m benchmarks.fill pages|year N`. Last line: JSON.

The visits are those of the demonstration, in bulk; what the benchmark does not read is left out.
"""

import json
import sys
from datetime import date
from typing import Any

import django

SEED, YEAR = 2017, 2025
TALKS_EACH = 5
# Visits that are made one by one; what there are more are copies of them.
AT_ONCE = 1_000


def main(what: str, size: int) -> dict[str, Any]:
    """Makes the tables and the rows; gives what the benchmark needs to know of them."""
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.utils import timezone

    call_command("migrate", run_syncdb=True, verbosity=0)
    from visits.services.reference import load_reference

    load_reference(at=timezone.now())
    with transaction.atomic():
        told = {"pages": fill_pages, "year": fill_year}[what](size)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return told


def fill_pages(size: int) -> dict[str, Any]:
    """Visits without answers; signed in is a coordinator, who sees all of them."""
    from django.core.management import call_command

    from reports.demonstration.country import make_country
    from reports.demonstration.people import make_people
    from reports.demonstration.visits import make_visits
    from reports.demonstration.whole import newest

    country, people = make_country(SEED, YEAR), make_people(SEED, YEAR)
    editions = (newest("checklist"), newest("questionnaire"))
    trips = make_visits(SEED, size, YEAR, date(YEAR + 1, 6, 1), country, people, editions)
    call_command("collectstatic", interactive=False, verbosity=0)
    who = people.officers["coordinator"]
    # The floor prints Kazakh names; so does the product for whoever reads Kazakh.
    type(who).objects.filter(pk=who.pk).update(language="kk")
    return {
        "visits": len(trips),
        "product": session(who, "ombudsman.people.backend.HouseBackend"),
        "floor": session(who, "django.contrib.auth.backends.ModelBackend"),
    }


def session(user: Any, backend: str) -> str:
    """A session in which this person is signed in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = backend
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def fill_year(size: int) -> dict[str, Any]:
    """One accepted visit and five talks for each of `size` institutions, all in one year; tallies only. Where some are there, as
    many more as are missing.
    """
    from reports.demonstration.whole import newest
    from visits.models import Interview, Visit

    from .copies import grow

    editions = (newest("checklist"), newest("questionnaire"))
    if not Visit.objects.exists():
        _fill_block(min(size, AT_ONCE), editions)
    grow(size, AT_ONCE, SEED)
    return {
        "visits": Visit.objects.count(),
        "interviews": Interview.objects.count(),
        "year": YEAR,
        "sections": list(
            editions[0].indicators.order_by("section__order", "order").values_list("section__order", flat=True)
        ),
        "checklist": editions[0].layout,
        "questionnaire": editions[1].layout,
    }


def _fill_block(size: int, editions: tuple[Any, Any]) -> None:
    from reports.demonstration.answers import draw, tallies
    from reports.demonstration.country import make_country
    from reports.demonstration.interviews import make_interviews
    from reports.demonstration.people import make_people
    from reports.demonstration.visits import make_visits
    from visits.models import VisitTally

    country, people = make_country(SEED, YEAR), make_people(SEED, YEAR)
    here = many(country, size)
    trips = make_visits(SEED, size, YEAR, date(YEAR + 1, 6, 1), here, people, editions, (0.0, 0.0, 1.0))
    sheets = draw(SEED, YEAR, trips, here, editions[0])
    VisitTally.objects.bulk_create(tallies(trips, sheets), batch_size=1000)
    make_interviews(SEED, TALKS_EACH * len(trips), YEAR, trips, here, editions[1])


def many(country: Any, size: int) -> Any:
    """`size` institutions that stay open all year, copied from those of the demonstration."""
    import copy

    import numpy as np

    from institutions.models import Institution
    from ombudsman.model_parts import new_id

    rows = []
    lasting = [row for row in country.institutions if row.closed_on is None and row.opened_on < date(YEAR - 3, 1, 1)]
    for number in range(size):
        row = copy.copy(lasting[number % len(lasting)])
        row.pk, row.uid, row._state = None, new_id(), copy.copy(row._state)
        row._state.adding = True
        rows.append(row)
    Institution.objects.bulk_create(rows)
    again = np.resize(np.arange(len(country.institutions)), size)
    return type(country)(rows, country.occupancy[again], country.quality[again], better=0)


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))

"""The whole demonstration in its order, in one transaction, with one entry in the trail."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ombudsman.people.access import Refused
from ombudsman.people.models import Organisation, User
from ombudsman.people.trail import record
from visits.models import Edition, Visit
from visits.services.reference import load_reference

from ..rules import obstacles_to_freezing
from ..services import freeze, release
from .answers import make_answers
from .country import make_country
from .fieldwork import make_fieldwork
from .followup import make_followup
from .interviews import make_interviews
from .people import DOMAIN, People, at_noon, make_people
from .visits import make_visits


@dataclass(frozen=True)
class Made:
    """What was written, and the passwords that exist nowhere else in the clear."""

    institutions: int
    visits: int
    interviews: int
    recommendations: int
    passwords: dict[str, str]


def already_there() -> bool:
    """Whether this database holds a demonstration."""
    return User.objects.filter(email__endswith=f"@{DOMAIN}").exists()


def obstacles_to_demonstrating() -> list[str]:
    """Why no demonstration may be written here; empty = it may. Real work and invented work never share a database."""
    obstacles = []
    if not settings.DEMONSTRATION:
        obstacles.append(_("This installation is not set up for a demonstration (VOICE_DEMONSTRATION)."))
    if User.objects.exclude(email__endswith=f"@{DOMAIN}").exists() or Organisation.objects.exists() != already_there():
        obstacles.append(_("The database holds people who are not of the demonstration."))
    elif already_there():
        obstacles.append(_("A demonstration is already here. A new one needs an empty database."))
    elif Visit.objects.exists():
        obstacles.append(_("The database holds real visits."))
    return obstacles


def make_demonstration(*, visits: int, interviews: int, seed: int, year: int, day: date | None = None) -> Made:
    """Writes the demonstration: three years up to `year` and the work that runs on `day` (today if None).

    The same numbers, seed, year and day give the same content; only passwords differ. Raises Refused.
    """
    if obstacles := obstacles_to_demonstrating():
        raise Refused(obstacles)
    day = day or timezone.localdate()
    load_reference(at=timezone.now())
    checklist, questionnaire = newest("checklist"), newest("questionnaire")
    with transaction.atomic():
        country = make_country(seed, year)
        people = make_people(seed, year)
        trips = make_visits(seed, visits, year, day, country, people, (checklist, questionnaire))
        sheets = make_answers(seed, year, trips, country, checklist)
        talks = make_interviews(seed, interviews, year, trips, country, questionnaire)
        recommendations = make_followup(seed, day, trips, sheets)
        make_fieldwork(seed, day, trips, sheets, people)
        for earlier in (year - 2, year - 1):
            publish(earlier, people)
        record(
            by=None,
            at=timezone.now(),
            act="make_demonstration",
            thing=people.office,
            visits=len(trips),
            interviews=len(talks),
        )
    return Made(len(country.institutions), len(trips), len(talks), len(recommendations), people.passwords)


def publish(year: int, people: People) -> None:
    """Freezes and releases the report of a year in the spring after it, where there was anything to report."""
    spring = at_noon(date(year + 1, 3, 14))
    if obstacles_to_freezing(year):
        return
    publication = freeze(year=year, by=people.officers["editor"], at=spring)
    release(publication=publication, by=people.officers["coordinator"], at=spring + timedelta(days=9))


def newest(kind: str) -> Edition:
    """The newest published edition of the product's own instrument of this kind."""
    return Edition.objects.published().filter(instrument__kind=kind).order_by("-published_on", "-number", "-pk")[0]

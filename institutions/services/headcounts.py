"""The act of recording how many children were present on a day."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from ombudsman.people.access import Refused
from ombudsman.people.models import User
from ombudsman.people.trail import record

from ..models import Headcount, Institution
from ..rules import obstacles_to_count


@transaction.atomic
def record_headcount(
    *,
    institution: Institution,
    on: date,
    children: int,
    girls: int | None = None,
    boys: int | None = None,
    capacity: int | None = None,
    source: str,
    by: User,
    at: datetime,
) -> Headcount:
    """Keeps a headcount. More children than places is accepted and marked (`Headcount.overcrowded`): that is a finding.

    `capacity`: places on that day, the institution's present ones if None. Raises Refused.
    """
    if obstacles := obstacles_to_count(institution, on, source, children, girls, boys):
        raise Refused(obstacles)
    try:
        with transaction.atomic():
            headcount = Headcount.objects.create(
                institution=institution,
                on=on,
                children=children,
                girls=girls,
                boys=boys,
                capacity=institution.capacity if capacity is None else capacity,
                source=source,
            )
    except IntegrityError as error:
        # Two people saved the same day at once: the second learns it as if the first had been long before.
        again = obstacles_to_count(institution, on, source, children, girls, boys)
        if not again:
            raise
        raise Refused(again) from error
    record(by=by, at=at, act="headcount.record", thing=headcount, institution=institution.pk, source=source)
    return headcount

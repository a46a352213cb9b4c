"""A beat of an open page: this person is here now. Overwritten each time; no history, no entry of the trail."""

from datetime import datetime, timedelta

from django.db import transaction

from ombudsman.people.models import User

from ..models import Presence, Visit

# A row that nobody overwrites is gone after a day.
KEPT_FOR = timedelta(days=1)


@transaction.atomic
def beat(*, visit: Visit, section: str, by: User, at: datetime) -> Presence:
    """Notes that this person has the visit open at this section ("" = elsewhere), and removes what is older than a day."""
    row, new = Presence.objects.update_or_create(visit=visit, user=by, defaults={"section": section, "seen_at": at})
    if new:
        Presence.objects.filter(seen_at__lt=at - KEPT_FOR).delete()
    return row

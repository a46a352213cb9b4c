"""What stands in the way of freezing, releasing or withdrawing a report: whole translated sentences. Empty = yes.

Read by services (which refuse) and by pages (which show the sentences beside the grey button).
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from ombudsman.people.models import User
from visits.models import Visit

from .models import Publication


def obstacles_to_freezing(year: int) -> list[str]:
    """A report needs a year that has begun, and something accepted in it."""
    obstacles = []
    if year > timezone.localdate().year:
        obstacles.append(_("The year has not begun."))
    elif not Visit.objects.accepted().in_year(year).exists():
        obstacles.append(_("No visit of this year is accepted yet."))
    return obstacles


def obstacles_to_releasing(publication: Publication, by: User) -> list[str]:
    """A second person releases; and what was once public cannot be set beside other figures of the same year.

    Two frozen publications of one year could be subtracted from one another, which the disclosure rules do not look at yet
    (docs/disclosure.md, rule R12). So only figures that were released before may be released again.
    """
    obstacles = []
    if publication.state != Publication.State.DRAFT:
        obstacles.append(_("Only a draft can be released."))
    if publication.created_by_id == by.pk:
        obstacles.append(_("A second person must release it: whoever froze the figures cannot."))
    others = Publication.objects.filter(year=publication.year).exclude(pk=publication.pk).select_related("frozen")
    before = [other for other in others if other.released_at is not None]
    if any(other.state == Publication.State.RELEASED for other in before):
        obstacles.append(_("A report of this year is released already."))
    if any(other.frozen.fingerprint != publication.frozen.fingerprint for other in before):
        obstacles.append(
            _("Other figures of this year were public before: a child could be found by comparing the two.")
        )
    return obstacles


def obstacles_to_withdrawing(publication: Publication) -> list[str]:
    """Only what is released can be withdrawn."""
    return [] if publication.state == Publication.State.RELEASED else [_("Only a released report can be withdrawn.")]

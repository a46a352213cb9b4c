"""What stands in the way of freezing, releasing or withdrawing a report: whole translated sentences. Empty = yes.

Read by services (which refuse) and by pages (which show the sentences beside the grey button).
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from ombudsman.people.access import may
from ombudsman.people.models import User
from ombudsman.people.roles import Act, Thing
from visits.models import Visit

from . import following
from .content import YearContent
from .figures import figures_by_key, rules_in_force
from .models import Order, Publication, ReleaseAudit


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

    Two publications of one year can be subtracted from one another (rule R12); what was frozen before the other one was
    public was not compared with it.
    """
    obstacles = []
    if publication.state != Publication.State.DRAFT:
        obstacles.append(_("Only a draft can be released."))
    if publication.created_by_id == by.pk:
        obstacles.append(_("A second person must release it: whoever froze the figures cannot."))
    others = Publication.objects.filter(year=publication.year).exclude(pk=publication.pk)
    if others.filter(state=Publication.State.RELEASED).exists():
        obstacles.append(_("A report of this year is released already."))
    audit = ReleaseAudit.objects.filter(publication=publication).first()
    if audit is None or not audit.passed or audit.sha256 != publication.frozen.sha256:
        obstacles.append(
            _("It was not tested yet what a reader could work out from these very figures. Freeze them anew.")
        )
    if told := following.untold(
        publication.frozen.content, once_public(publication.year, publication), rules_in_force()
    ):
        obstacles.append(
            _(
                "Beside figures of this year that were public before, these would tell of a few: %(codes)s. Freeze them anew."
            )
            % {"codes": ", ".join(told)}
        )
    return obstacles


def obstacles_found_by_attacking(publication: Publication) -> list[str]:
    """The frozen figures are attacked as a reader would, beside all that was public of the year (gate.py). Takes seconds."""
    # The solver takes a second to load and is asked only where a report becomes public: pages do without it.
    from . import gate

    frozen = publication.frozen
    if not frozen.intact or figures_by_key(frozen.content) != frozen.content["figures"]:
        return [_("The figures are not those that were frozen. Freeze them anew.")]
    if unfit := gate.unfit_shares(frozen.content):
        return [
            _(
                "%(codes)s: a percentage is printed only as a whole number beside its exact base of %(least)s or more. Freeze the"
                " figures anew."
            )
            % {"codes": ", ".join(unfit), "least": frozen.content["rules"]["percentages_from"]}
        ]
    if gate.attacked(frozen.content, once_public(publication.year, publication)).passed:
        return []
    return [_("A reader could work out from these figures what few children said. Freeze them anew.")]


def once_public(year: int, but: Publication | None = None) -> list[YearContent]:
    """What editions of the year that are or were public hold, but for one."""
    others = Publication.objects.filter(year=year, released_at__isnull=False, frozen__isnull=False)
    if but is not None:
        others = others.exclude(pk=but.pk)
    return [one.frozen.content for one in others.select_related("frozen").order_by("edition")]


def obstacles_to_withdrawing(publication: Publication) -> list[str]:
    """Only what is released can be withdrawn."""
    return [] if publication.state == Publication.State.RELEASED else [_("Only a released report can be withdrawn.")]


def obstacles_to_printing(publication: Publication) -> list[str]:
    """What was withdrawn is not printed any more."""
    if publication.state == Publication.State.WITHDRAWN:
        return [_("A withdrawn report is not printed.")]
    return []


# Whose right each work is.
RIGHT_TO: dict[str, tuple[Act, Thing]] = {
    Order.Work.FREEZE: (Act.CREATE, Thing.REPORT_DRAFT),
    Order.Work.RELEASE: (Act.DECIDE, Thing.REPORT_DRAFT),
    Order.Work.PRINT: (Act.CREATE, Thing.REPORT_DRAFT),
}


def obstacles_to_ordering(order: Order) -> list[str]:
    """What can be said at once, before anything is counted: of the year, the report, and the right of who asks."""
    if not may(order.by, *RIGHT_TO[order.work]):
        return [_("Whoever asked for it may not do it any more.")]
    publication = order.publication
    if publication is None:
        return obstacles_to_freezing(order.year)
    if publication.frozen.sha256 != order.sha256:
        return [_("The figures were frozen anew since this was asked for. Look at them and ask again.")]
    if order.work == Order.Work.RELEASE:
        return obstacles_to_releasing(publication, order.by)
    return obstacles_to_printing(publication)

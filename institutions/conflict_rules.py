"""What stands in the way of declaring or ending a conflict of interest."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ombudsman.people.access import may
from ombudsman.people.models import User
from ombudsman.people.roles import Act, Thing

from .models import ConflictOfInterest, Institution


def keeps_register(user: User) -> bool:
    """The office's coordinators record declarations of others and end them."""
    return may(user, Act.DECIDE, Thing.PEOPLE)


def obstacles_to_declare(*, person: User, institution: Institution, by: User) -> list[Any]:
    """Everybody declares for themselves, the office for others; once per place while it lasts."""
    found = []
    if person.pk != by.pk and not keeps_register(by):
        found.append(_("A declaration for somebody else is recorded by the office."))
    if ConflictOfInterest.objects.filter(user=person, institution=institution, until__isnull=True).exists():
        found.append(_("This conflict of interest stands in the register already."))
    return found


def obstacles_to_end(conflict: ConflictOfInterest, by: User, day: date) -> list[Any]:
    """A declaration shuts a place; the person it shuts out cannot open it again."""
    found = []
    if not keeps_register(by):
        found.append(_("A declaration is ended by the office."))
    if conflict.user_id == by.pk:
        found.append(_("Nobody ends their own declaration. Another coordinator does it."))
    if conflict.until is not None and conflict.until < day:
        found.append(_("This declaration has ended already."))
    return found

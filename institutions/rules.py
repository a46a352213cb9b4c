"""What stands in the way of changing an institution or counting its children. Whole sentences; empty = nothing."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Institution


def obstacles_of_day(institution: Institution, on: date) -> list[str]:
    """A change or a count happens while the place exists, and not tomorrow."""
    if on > timezone.localdate():
        return [_("The day lies in the future.")]
    if institution.opened_on and on < institution.opened_on:
        return [_("The institution opened later than this day.")]
    return []


def obstacles_to_change(institution: Institution, on: date) -> list[str]:
    """Renaming and moving: only an open institution, on a day of its life."""
    if institution.closed_on:
        return [_("The institution is closed. Its past stays as it is.")]
    return obstacles_of_day(institution, on)


def obstacles_to_close(institution: Institution, on: date | None = None) -> list[str]:
    """Closing, on a day or (None) at all."""
    if institution.closed_on:
        return [_("The institution is closed already.")]
    return obstacles_of_day(institution, on) if on else []


def obstacles_to_register(names: Iterable[str], opened_on: date | None) -> list[str]:
    """A new institution needs a name in one language at least, and cannot open in the future."""
    found = []
    if not any(names):
        found.append(_("Write the name in one language at least."))
    if opened_on and opened_on > timezone.localdate():
        found.append(_("The day of opening lies in the future."))
    return found


def obstacles_to_count(
    institution: Institution, on: date, source: str, children: int, girls: int | None, boys: int | None
) -> list[str]:
    """A headcount: once a day and source, girls and boys make the total. Over capacity is no obstacle: it is a finding."""
    found = obstacles_of_day(institution, on)
    if institution.closed_on and on > institution.closed_on:
        found.append(_("The institution was closed before this day."))
    if girls is not None and boys is not None and girls + boys != children:
        found.append(
            ngettext(
                "Girls and boys together make %(sum)s, but %(total)s child is given in all. Put one of them right.",
                "Girls and boys together make %(sum)s, but %(total)s children are given in all. Put one of them right.",
                children,
            )
            % {"sum": girls + boys, "total": children}
        )
    elif (girls or 0) + (boys or 0) > children:
        found.append(_("Girls or boys are more than all children. Put one of them right."))
    if institution.headcounts.filter(on=on, source=source).exists():
        found.append(_("A headcount of this day from this source is recorded already."))
    return found

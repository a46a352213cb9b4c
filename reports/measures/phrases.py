"""Words that several measures say. Pure."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..disclosure import Rules


def head(by: str) -> str:
    """What stands over the labels of a table."""
    return {
        "region": _("Region"),
        "kind": _("Kind"),
        "authority": _("Authority"),
        "year": _("Year"),
        "indicator": _("Indicator"),
        "section": _("Section"),
        "severity": _("Severity"),
        "answer": _("Answer"),
        "age": _("Age"),
        "sex": _("Sex"),
        "category": _("Danger"),
        "outcome": _("Outcome"),
        "hours": _("Until somebody took it"),
    }.get(by, "")


def unknown_place() -> str:
    return _("There is no such region, kind or authority.")


def too_narrow(rules: Rules) -> str:
    """Why a choice of places is refused."""
    return ngettext(
        "Fewer than %(n)s institution stands behind this choice, or behind what it leaves of a wider one: choose a wider one.",
        "Fewer than %(n)s institutions stand behind this choice, or behind what it leaves of a wider one: choose a wider one.",
        rules.institutions,
    ) % {"n": rules.institutions}

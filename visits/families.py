"""Families of kinds of institutions, as checklists name them, in words. Pure."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FAMILIES = {
    "police": gettext_lazy("Police and temporary detention"),
    "remand": gettext_lazy("Remand centres"),
    "colony": gettext_lazy("Juvenile colonies"),
    "special_school": gettext_lazy("Special education organisations"),
    "adaptation_centre": gettext_lazy("Adaptation centres"),
    "care_home": gettext_lazy("Orphanages and infant homes"),
    "disability_home": gettext_lazy("Homes and boarding schools for children with disabilities"),
    "psychiatric": gettext_lazy("Psychiatric wards"),
}
# How an indicator is usually verified.
WAYS = {
    "observation": gettext_lazy("by looking"),
    "documents": gettext_lazy("in documents"),
    "interview_children": gettext_lazy("in talks with children"),
    "interview_staff": gettext_lazy("in talks with staff"),
    "other": gettext_lazy("in another way"),
}


def where(codes: Collection[str]) -> list[str]:
    """The families in words; one sentence for all."""
    if "all" in codes:
        return [_("Every kind of institution")]
    return [str(name) for code, name in FAMILIES.items() if code in codes]


def ways(codes: Collection[str]) -> str:
    """The ways of verifying, with commas."""
    return ", ".join(str(name) for code, name in WAYS.items() if code in codes)

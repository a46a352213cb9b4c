"""Roof: what the components page shows: one form with every kind of field, filled in wrongly, and the other parts' contents."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from ombudsman.templatetags.house import STATES

SWATCHES = [
    ("paper", _lazy("Page")),
    ("shade", _lazy("Set apart")),
    ("deep", _lazy("Track, disabled")),
    ("rule", _lazy("Divides")),
    ("edge", _lazy("Can be operated")),
    ("ink", _lazy("Text")),
    ("ink-soft", _lazy("Second text")),
    ("kok", _lazy("Act, link, met")),
    ("tulip", _lazy("Not met, error")),
    ("grain", _lazy("Partly met, unsent, due")),
    ("iris", _lazy("Focus only")),
]


class SpecimenForm(forms.Form):
    """Every kind of field once."""

    children = forms.IntegerField(
        label=_lazy("Children present on the day"),
        help_text=_lazy("Count the roll yourselves. Write 0 if there are none."),
        error_messages={"invalid": _lazy("Write a whole number, for example 43.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
    )
    arrival = forms.TimeField(
        label=_lazy("Arrival at the gate"),
        error_messages={"invalid": _lazy("Write the hour, for example 09:15.")},
        widget=forms.TextInput(attrs={"class": "short"}),
    )
    day = forms.DateField(
        label=_lazy("First day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "middle"})
    )
    region = forms.ChoiceField(
        label=_lazy("Region"),
        choices=[("1", _lazy("The whole country"))],
        widget=forms.Select(attrs={"class": "middle"}),
    )
    tongue = forms.ChoiceField(
        label=_lazy("Language"),
        choices=[("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")],
        widget=forms.RadioSelect,
    )
    sources = forms.MultipleChoiceField(
        label=_lazy("How do we know?"),
        choices=[("seen", _lazy("Seen by us")), ("child", _lazy("Child")), ("document", _lazy("Document"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    announced = forms.BooleanField(label=_lazy("The visit was announced"), required=False)
    note = forms.CharField(
        label=_lazy("What was seen?"),
        help_text=_lazy("Where, when, how many. No child’s name, telephone or number of a document."),
        widget=forms.Textarea,
        required=False,
    )


def specimens() -> dict[str, Any]:
    """The contents of the components page."""
    wrong = {"children": "43?", "arrival": "-", "day": "2026-11-18", "region": "1", "sources": ["seen"]}
    return {
        "swatches": SWATCHES,
        "form": SpecimenForm(wrong),
        "states": {family: list(codes) for family, codes in STATES.items()},
        "obstacles": [_("Three critical indicators have not been looked at."), _("One question is still open.")],
    }

"""Forms of a child at risk now: short, and nothing in them stands in the way of sending."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from ombudsman.model_parts import new_id

from ..models import UrgentConcern
from .fieldwork import hour_field


def moment_of(hour: Any) -> datetime | None:
    """The latest moment at which the clock showed this hour; None for no hour."""
    if hour is None:
        return None
    now = timezone.localtime()
    moment = timezone.make_aware(datetime.combine(now.date(), hour))
    return moment if moment <= now else moment - timedelta(days=1)


class ConcernForm(forms.Form):
    """Raised by one tap and one button; what can be added is below. The hidden fields carry the press."""

    use_required_attribute = False
    category = forms.ChoiceField(
        label=_("What endangers the child?"),
        choices=UrgentConcern.Category.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what endangers the child.")},
    )
    seen = forms.CharField(
        label=_("What did you see or hear?"),
        required=False,
        max_length=10_000,
        help_text=_("Where, when, how many. No child’s name, phone or ID number."),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )
    told = forms.CharField(
        label=_("Who was told by telephone?"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("It can be added later."),
    )
    told_at = hour_field(_("At what hour?"))
    concern = forms.CharField(required=False, widget=forms.HiddenInput)
    pressed_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_concern(self) -> UUID:
        """The number that the page made; another one when it cannot be read."""
        try:
            return UUID(self.cleaned_data["concern"])
        except ValueError:
            return new_id()

    def clean_pressed_at(self) -> datetime:
        """The moment of the press; now when it cannot be read."""
        try:
            pressed = parse_datetime(self.cleaned_data["pressed_at"])
        except ValueError:
            pressed = None
        return pressed if pressed and timezone.is_aware(pressed) else timezone.now()

    def clean_told_at(self) -> datetime | None:
        return moment_of(self.cleaned_data["told_at"])


class CallForm(forms.Form):
    """Another telephone call."""

    use_required_attribute = False
    told = forms.CharField(
        label=_("Who was told by telephone?"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write who was told.")},
    )
    told_at = hour_field(_("At what hour?"))

    def clean_told_at(self) -> datetime | None:
        return moment_of(self.cleaned_data["told_at"])


class CloseForm(forms.Form):
    """How it ended."""

    use_required_attribute = False
    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        choices=UrgentConcern.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it ended.")},
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=10_000,
        help_text=_("No names. It rests encrypted."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

"""The form of a declaration of conflict of interest."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ombudsman.people.models import User

from .conflict_rules import keeps_register
from .models import ConflictOfInterest, Institution

DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "middle"})


class ConflictForm(forms.Form):
    """A tie to an institution; for oneself, or (office) for somebody else."""

    person = forms.ModelChoiceField(User.objects.none(), label=_("Person"))
    institution = forms.ModelChoiceField(
        Institution.objects.none(),
        label=_("Institution"),
        help_text=_("From the first day on, nothing about this place is shown to the person."),
    )
    kind = forms.ChoiceField(label=_("What ties them"), choices=ConflictOfInterest.Kind.choices)
    starts = forms.DateField(label=_("First day"), widget=DATE, initial=timezone.localdate)
    until = forms.DateField(
        label=_("Last day"), widget=DATE, required=False, help_text=_("Empty means until the office ends it.")
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        if keeps_register(by):
            people = User.objects.visible_to(by).filter(is_active=True, api_tokens__isnull=True)
            self._offer("person", people.order_by("full_name", "pk"))
            self.fields["person"].initial = by.pk
        else:
            del self.fields["person"]
        self._offer("institution", Institution.objects.visible_to(by).in_alphabet())

    def _offer(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, until = data.get("starts"), data.get("until")
        if starts and until and until < starts:
            self.add_error("until", _("The last day lies before the first. Write a later day."))
        return data

    def person_meant(self) -> User:
        """The person chosen, or the one who writes."""
        chosen: User = self.cleaned_data.get("person") or self.by
        return chosen

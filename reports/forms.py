"""Forms of reports: they validate, they never save."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

FIRST_YEAR = 2010


class FreezeForm(forms.Form):
    """Which year to count, and which visits."""

    year = forms.IntegerField(
        label=_("Year"), help_text=_("Its accepted visits are counted and kept."), min_value=FIRST_YEAR, max_value=2100
    )
    choice_of_visits = forms.ChoiceField(
        label=_("Which visits count"),
        help_text=_("Printed under every table."),
        choices=[
            ("latest", _("The latest accepted visit to each institution")),
            ("all", _("All accepted visits")),
        ],
        initial="latest",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year - 1

"""Forms of recommendations, responses and verifications. They check what was typed; services decide and save."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from institutions.models import Authority
from ombudsman.people.models import User
from ombudsman.words import LANGUAGES

from ..models import Recommendation, Visit
from ..rules.followup import obstacles_to_deadline, obstacles_to_words
from ..rules.states import RESPONSE, VERIFICATION


class DayInput(forms.DateInput):
    """The browser's own calendar; without it the day is written as year-month-day."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "middle"})


class RecommendationForm(forms.Form):
    """A recommendation: to whom, what, until when."""

    authority = forms.ModelChoiceField(label=_("Authority"), queryset=Authority.objects.order_by("order", "pk"))
    text_kk = forms.CharField(
        label=_("Text in Kazakh"),
        widget=forms.Textarea(attrs={"lang": "kk", "rows": 4}),
        required=False,
        help_text=_("One language is enough; a missing one is marked wherever the text appears."),
    )
    text_ru = forms.CharField(
        label=_("Text in Russian"), widget=forms.Textarea(attrs={"lang": "ru", "rows": 4}), required=False
    )
    text_en = forms.CharField(
        label=_("Text in English"), widget=forms.Textarea(attrs={"lang": "en", "rows": 4}), required=False
    )
    deadline = forms.DateField(label=_("Deadline"), widget=DayInput(), help_text=_("A day in the future."))

    def clean_deadline(self) -> Any:
        deadline = self.cleaned_data["deadline"]
        if obstacles := obstacles_to_deadline(deadline, timezone.localdate()):
            raise forms.ValidationError(obstacles)
        return deadline

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not any(values.get(f"text_{language}", "").strip() for language in LANGUAGES):
            self.add_error("text_kk", _("Write the recommendation in at least one language."))
        for language in LANGUAGES:
            for obstacle in obstacles_to_words(values.get(f"text_{language}", "")):
                self.add_error(f"text_{language}", obstacle)
        return values

    @property
    def texts(self) -> dict[str, str]:
        return {language: self.cleaned_data[f"text_{language}"] for language in LANGUAGES}


class ResponseForm(forms.Form):
    """What the authority says, from its letter."""

    prefix = "said"
    state = forms.ChoiceField(label=_("The authority says"))
    received_on = forms.DateField(label=_("Day of the letter’s arrival"), widget=DayInput())
    text = forms.CharField(
        label=_("What the letter says"), required=False, widget=forms.Textarea(attrs={"autocomplete": "off", "rows": 4})
    )

    def __init__(self, *args: Any, recommendation: Recommendation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = recommendation.response
        after = {*RESPONSE[held], *([held] if held != "none" else [])}
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            *(pair for pair in Recommendation.Said.choices if pair[0] in after),
        ]


class VerificationForm(forms.Form):
    """What we saw ourselves."""

    prefix = "seen"
    state = forms.ChoiceField(label=_("We saw"))
    visit = forms.ModelChoiceField(
        label=_("On which visit"),
        queryset=Visit.objects.none(),
        required=False,
        empty_label=_("Not on a visit"),
        help_text=_("A later visit to the same institution."),
    )
    seen_on = forms.DateField(
        label=_("On which day"), widget=DayInput(), required=False, help_text=_("Only when it was not on a visit.")
    )
    note = forms.CharField(
        label=_("What was seen"),
        required=False,
        widget=forms.Textarea(attrs={"autocomplete": "off", "rows": 4}),
        help_text=_("No names of children."),
    )

    def __init__(self, *args: Any, recommendation: Recommendation, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = recommendation.verification
        after = {*VERIFICATION[held], *([held] if held != "not_checked" else [])}
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            *(pair for pair in Recommendation.Seen.choices if pair[0] in after),
        ]
        later = Visit.objects.readable_by(reader).filter(
            institution=recommendation.finding.visit.institution_id, last_day__gte=recommendation.issued_on
        )
        field: Any = self.fields["visit"]
        field.queryset = later.exclude(state__in=("open", "void")).select_related("institution").newest_first()

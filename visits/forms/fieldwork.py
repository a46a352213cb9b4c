"""Forms of fieldwork: opening a visit, its team, ratings, submitting, findings; and reading a section's answers."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutions.models import Institution
from ombudsman.people.models import User

from ..kinds import SOURCES
from ..models import Edition, Finding, Indicator, Section, SectionRating, Visit
from ..rules.fieldwork import number_of, outside_its_life
from ..services.answers import Entry
from ..textguard import suspicions

DAY_FORMATS = ["%Y-%m-%d", "%d.%m.%Y"]
NOT_RATED = "none"


def day_field(label: Any, **extra: Any) -> forms.DateField:
    """A day, typed or picked."""
    return forms.DateField(
        label=label,
        input_formats=DAY_FORMATS,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "middle"}),
        error_messages={
            "required": gettext_lazy("Write the day, for example 22.11.2026."),
            "invalid": gettext_lazy("Write the day, for example 22.11.2026."),
        },
        **extra,
    )


def hour_field(label: Any, **extra: Any) -> forms.TimeField:
    """An hour; optional."""
    return forms.TimeField(
        label=label,
        required=False,
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "short"}),
        error_messages={"invalid": gettext_lazy("Write the hour, for example 09:15.")},
        **extra,
    )


class EditionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A published or retired edition, by title and number."""

    def label_from_instance(self, obj: Any) -> str:
        words = {"title": obj.instrument.title, "number": obj.number}
        if obj.state == Edition.State.RETIRED:
            return _("%(title)s, edition %(number)d (retired)") % words
        return _("%(title)s, edition %(number)d") % words


class OpenVisitForm(forms.Form):
    """What is known when a team stands at the gate."""

    use_required_attribute = False
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of visit"),
        choices=Visit.Kind.choices,
        widget=forms.RadioSelect,
        initial="periodic",
        error_messages={"required": gettext_lazy("Choose one.")},
    )
    announced = forms.TypedChoiceField(
        label=gettext_lazy("Was the visit announced?"),
        choices=[("no", gettext_lazy("No")), ("yes", gettext_lazy("Yes"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="no",
        error_messages={"required": gettext_lazy("Choose one.")},
    )
    first_day = day_field(gettext_lazy("First day"))
    last_day = day_field(gettext_lazy("Last day"), help_text=gettext_lazy("The same day if the visit lasted one day."))
    early_reason = forms.CharField(
        label=gettext_lazy("Why the visit was before the institution opened or after it closed"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=gettext_lazy("For example: children were brought before the official opening, or had not left yet."),
    )
    access = forms.ChoiceField(
        label=gettext_lazy("Access"),
        choices=Visit.Access.choices,
        widget=forms.RadioSelect,
        initial="granted",
        error_messages={"required": gettext_lazy("Choose one.")},
    )
    arrived_at = hour_field(gettext_lazy("Arrival at the gate"))
    entered_at = hour_field(gettext_lazy("Entry"))
    access_note = forms.CharField(
        label=gettext_lazy("What was said at the gate"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=gettext_lazy("If the team had to wait or was not let in: who said what, which reason was given."),
    )
    checklist = EditionField(
        label=gettext_lazy("Checklist"),
        queryset=Edition.objects.none(),
        empty_label=None,
        widget=forms.Select(attrs={"class": "middle"}),
        error_messages={
            "required": gettext_lazy("Choose the checklist."),
            "invalid_choice": gettext_lazy("Choose the checklist."),
        },
    )

    def __init__(self, *args: Any, institution: Institution, standing: Edition | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.institution = institution
        editions = Edition.objects.filter(instrument__kind="checklist", state__in=("published", "retired"))
        editions = editions.select_related("instrument").order_by("instrument__code", "-number")
        self.fields["checklist"].queryset = editions  # type: ignore[attr-defined]
        self.fields["checklist"].initial = standing
        self.fields["first_day"].initial = self.fields["last_day"].initial = timezone.localdate()
        if not self._asks_why():
            self.fields["early_reason"].widget = forms.HiddenInput()

    def _asks_why(self) -> bool:
        """The reason is asked for only when the day that was typed lies before the opening."""
        if not self.is_bound:
            return False
        try:
            day = self.fields["first_day"].clean(self.data.get("first_day"))
        except forms.ValidationError:
            return False
        return bool(outside_its_life(self.institution, day))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first_day"), values.get("last_day")
        if first and first > timezone.localdate():
            self.add_error(
                "first_day", _("The first day has not come yet. A visit is opened on the day itself or later.")
            )
        if first and last and last < first:
            self.add_error("last_day", _("The last day is before the first."))
        asked = outside_its_life(self.institution, first) if first else ""
        if asked and not (values.get("early_reason") or "").strip():
            self.add_error("early_reason", asked)
        arrived, entered = values.get("arrived_at"), values.get("entered_at")
        if values.get("access") == Visit.Access.REFUSED and entered:
            self.add_error("entered_at", _("Access was refused, so there is no hour of entry. Leave it empty."))
        elif arrived and entered and entered < arrived and first == last:
            self.add_error("entered_at", _("The entry is before the arrival."))
        return values


class MemberField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A person of the organisation, by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.full_name)


class JoinForm(forms.Form):
    """Somebody for the team, with the sections given to them."""

    use_required_attribute = False
    user = MemberField(
        label=gettext_lazy("Person"),
        queryset=User.objects.none(),
        empty_label="",
        widget=forms.Select(attrs={"class": "middle"}),
        error_messages={
            "required": gettext_lazy("Choose a person."),
            "invalid_choice": gettext_lazy("Choose a person."),
        },
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]


class StepField(forms.ChoiceField):
    """A rating that may still be open when the others are saved; submitting asks for it."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class RatingsForm(forms.Form):
    """One field per section: four written steps, or not rated. Never preselected."""

    use_required_attribute = False

    def __init__(self, *args: Any, sections: Iterable[Section], standing: dict[int, int | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = [(str(step.value), step.label) for step in SectionRating.Step]
        for section in sections:
            initial = None
            if section.pk in standing:
                step = standing[section.pk]
                initial = NOT_RATED if step is None else str(step)
            self.fields[section.code] = StepField(
                label=f"{section.order}. {section.title}",
                choices=[*steps, (NOT_RATED, _("Not rated"))],
                widget=forms.RadioSelect,
                initial=initial,
            )

    def steps(self) -> dict[str, int | None]:
        """What was chosen, by section code; sections left open are absent."""
        return {code: None if value == NOT_RATED else int(value) for code, value in self.cleaned_data.items() if value}


class SubmitForm(forms.Form):
    """What the leader states when handing the visit over. Sampling is asked when there were talks."""

    use_required_attribute = False
    sampling = forms.ChoiceField(
        label=gettext_lazy("How were the children chosen for the talks?"),
        choices=Visit.Sampling.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("State how the children were chosen.")},
    )

    def __init__(self, *args: Any, talks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not talks:
            del self.fields["sampling"]


class IndicatorsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Indicators of the visit's checklist, by number and statement."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{number_of(obj)} {obj.statement}"


class FindingForm(forms.Form):
    """What the team concluded. A text that may name a person is asked about once."""

    use_required_attribute = False
    text = forms.CharField(
        label=gettext_lazy("What did the team conclude?"),
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        max_length=10_000,
        help_text=gettext_lazy("Where, when, how many. No child’s name, phone or ID number."),
        error_messages={"required": gettext_lazy("Write what the team concluded.")},
    )
    confirmed = forms.BooleanField(
        label=gettext_lazy("Nothing in this text names a person or leads to one"),
        required=False,
    )
    severity = forms.ChoiceField(
        label=gettext_lazy("How severe is it?"),
        choices=Finding.Severity.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how severe it is.")},
    )
    sources = forms.MultipleChoiceField(
        label=gettext_lazy("How do we know?"),
        choices=list(SOURCES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Two different kinds of evidence make a finding corroborated."),
    )
    indicators = IndicatorsField(
        label=gettext_lazy("Which indicators does it rest on?"),
        queryset=Indicator.objects.none(),
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Several can be chosen."),
        error_messages={
            "required": gettext_lazy("Choose at least one indicator of this checklist."),
            "invalid_choice": gettext_lazy("Choose at least one indicator of this checklist."),
        },
    )

    # The version this form was made from; a stale one overwrites nothing.
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicators"].queryset = self._likely(visit)  # type: ignore[attr-defined]
        if not self._looks_personal():
            self.fields["confirmed"].widget = forms.HiddenInput()

    def _likely(self, visit: Visit) -> Any:
        """Indicators that are not or only partly met, and those already chosen; all of them while nothing is."""
        rows = visit.checklist.indicators.select_related("section").order_by("section__order", "order")
        sent = self.data.getlist("indicators") if isinstance(self.data, QueryDict) else []
        named = [code.replace("\x00", "") for code in [*self.initial.get("indicators", []), *sent]]
        wrong = visit.answers.filter(choice__role="judged", choice__favourable=False).values("indicator_id")
        likely = rows.filter(Q(pk__in=wrong) | Q(code__in=named))
        return likely if likely.exists() else rows

    def _looks_personal(self) -> bool:
        text = str(self.data.get("text", "")) if self.is_bound else ""
        return bool(suspicions(text, today=timezone.localdate()))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        found = suspicions(values.get("text", ""), today=timezone.localdate())
        if found and not values.get("confirmed"):
            words = ", ".join(f"“{suspicion.text}”" for suspicion in found)
            self.add_error(
                "text",
                _("This text may name a person: %(words)s. Rewrite it, or confirm below that it does not.")
                % {"words": words},
            )
        return values


def read_entries(sent: QueryDict, indicators: Iterable[Indicator]) -> list[Entry]:
    """What a section's form holds. An indicator without its hidden version was not on the form and stays untouched."""
    entries = []
    for code in [indicator.code for indicator in indicators]:
        version = sent.get(f"version-{code}", "")
        if version.isascii() and version.isdigit():
            entries.append(
                Entry(
                    indicator=code,
                    choice=sent.get(f"choice-{code}") or None,
                    measurement=sent.get(f"number-{code}", ""),
                    note=sent.get(f"note-{code}", ""),
                    sources=tuple(sent.getlist(f"source-{code}")),
                    anyway=f"anyway-{code}" in sent,
                    note_confirmed=f"confirmed-{code}" in sent,
                    base_version=min(int(version), 2**31 - 1),
                )
            )
    return entries

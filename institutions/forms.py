"""Forms about institutions. They check shape; whether something may be done now is asked of `rules` by the services."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ombudsman.words import LANGUAGES

from .models import Authority, Headcount, Institution, InstitutionKind, Region
from .services.places import Particulars

# Labels of texts in three languages, by stem; "new" stands for a change of an existing one.
NAME = {"kk": _("Name in Kazakh"), "ru": _("Name in Russian"), "en": _("Name in English")}
PLACE = {
    "kk": _("Town or village in Kazakh"),
    "ru": _("Town or village in Russian"),
    "en": _("Town or village in English"),
}
NEW_NAME = {"kk": _("New name in Kazakh"), "ru": _("New name in Russian"), "en": _("New name in English")}
FROM_LIST = {"required": _("Choose one from the list."), "invalid_choice": _("Choose one from the list.")}


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A calendar day; browsers without a date control take 2026-11-22."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "middle"}),
        error_messages={"invalid": _("Write the day, for example 2026-11-22."), "required": _("Write the day.")},
    )


def number_field(label: Any, *, required: bool = False, highest: int = 100_000, help_text: Any = "") -> Any:
    """A whole number from 0."""
    wrong = _("Write a whole number, for example 43.")
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=0,
        max_value=highest,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
        error_messages={
            "invalid": wrong,
            "min_value": _("Write 0 or more."),
            "max_value": _("Write %(limit_value)s or less."),
            "required": wrong,
        },
    )


def word_fields(stem: str, labels: dict[str, Any]) -> dict[str, forms.Field]:
    """One text in three languages, none of them required by itself."""
    return {
        f"{stem}_{code}": forms.CharField(
            label=label, max_length=300, required=False, widget=forms.TextInput(attrs={"lang": code})
        )
        for code, label in labels.items()
    }


class WordsForm(forms.Form):
    """A form with texts in three languages, placed as `texts` says: stem -> language -> label."""

    texts: ClassVar[dict[str, dict[str, Any]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        made: dict[str, forms.Field] = {}
        for stem, labels in self.texts.items():
            made |= word_fields(stem, labels)
        self.fields = {**made, **self.fields}

    def words(self) -> dict[str, str]:
        """The texts as columns of a row."""
        return {name: value.strip() for name, value in self.cleaned_data.items() if name[:-3] in self.texts}


class InstitutionForm(WordsForm):
    """A new institution, or a correction of its record (then without a region: that is a move)."""

    texts: ClassVar = {"name": NAME, "locality": PLACE}
    kind = forms.ModelChoiceField(
        InstitutionKind.objects.order_by("number"), label=_("Kind"), empty_label=_("Choose"), error_messages=FROM_LIST
    )
    region = forms.ModelChoiceField(
        Region.objects.order_by("sort_key"), label=_("Region"), empty_label=_("Choose"), error_messages=FROM_LIST
    )
    authority = forms.ModelChoiceField(
        Authority.objects.order_by("order"),
        label=_("Authority"),
        empty_label=_("Choose"),
        error_messages=FROM_LIST,
        help_text=_("Who answers for this institution."),
    )
    capacity = number_field(_("Capacity"), help_text=_("Places for children. Leave empty if it is not known."))
    sexes = forms.ChoiceField(label=_("Serves"), choices=Institution.Sexes.choices, error_messages=FROM_LIST)
    age_from = number_field(_("Youngest age"), highest=25)
    age_to = number_field(_("Oldest age"), highest=25)
    opened_on = day_field(_("Opened on"), required=False)

    def __init__(self, *args: Any, institution: Institution | None = None, **kwargs: Any) -> None:
        if institution is not None:
            names = [f"{stem}_{code}" for stem in self.texts for code in LANGUAGES]
            names += ["kind", "authority", "capacity", "sexes", "age_from", "age_to", "opened_on"]
            kwargs.setdefault("initial", {name: getattr(institution, name) for name in names})
        super().__init__(*args, **kwargs)
        if institution is not None:
            del self.fields["region"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        youngest, oldest = data.get("age_from"), data.get("age_to")
        if youngest is not None and oldest is not None and youngest > oldest:
            self.add_error("age_to", ValidationError(_("The oldest age is below the youngest.")))
        return data

    def particulars(self) -> Particulars:
        """What the services take."""
        data = self.cleaned_data
        plain = ("kind", "authority", "capacity", "sexes", "age_from", "age_to", "opened_on")
        return Particulars(texts=self.words(), **{name: data[name] for name in plain})


class RenameForm(WordsForm):
    """A new name from a day on."""

    texts: ClassVar = {"name": NEW_NAME}
    on = day_field(_("From which day"))

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {f"name_{code}": getattr(institution, f"name_{code}") for code in LANGUAGES})
        super().__init__(*args, **kwargs)


class MoveForm(WordsForm):
    """Another place from a day on."""

    texts: ClassVar = {"locality": PLACE}
    region = forms.ModelChoiceField(
        Region.objects.order_by("sort_key"), label=_("Region"), empty_label=_("Choose"), error_messages=FROM_LIST
    )
    on = day_field(_("From which day"))

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"region": institution.region_id})
        super().__init__(*args, **kwargs)


class CloseForm(forms.Form):
    """The day from which the institution is closed."""

    on = day_field(_("Closed from which day"), help_text=_("Past visits and recommendations stay as they are."))

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class HeadcountForm(forms.Form):
    """Children present on a day."""

    on = day_field(_("Day"))
    source = forms.ChoiceField(label=_("Source"), choices=Headcount.Source.choices, error_messages=FROM_LIST)
    children = number_field(
        _("Children present"), required=True, help_text=_("Count the roll yourselves. Write 0 if there are none.")
    )
    girls = number_field(_("Of them girls"))
    boys = number_field(_("Of them boys"))
    capacity = number_field(_("Places on that day"))

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"capacity": institution.capacity, "on": timezone.localdate()})
        super().__init__(*args, **kwargs)

"""Forms about people. They check shape; whether something may be done is asked of `rules` by the services."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import rules
from .account_forms import LONG_PASSWORD
from .models import Organisation, User, telephone_number
from .places import region_names
from .roles import GRANTABLE, ROLE_NAMES, Role

DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "middle"})


class RegionField(forms.ChoiceField):
    """A region by its code, or the whole country; the choices are read when the form is made."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Region"))
        super().__init__(choices=lambda: list(region_names().items()), required=False, **kwargs)


class InvitationForm(forms.Form):
    """Whom to invite, into which organisation, with which role to be approved."""

    email = forms.EmailField(label=_("E-mail"), help_text=_("The link goes to this address alone."))
    organisation = forms.ModelChoiceField(Organisation.objects.order_by("sort_key", "pk"), label=_("Organisation"))
    role = forms.ChoiceField(
        label=_("Role"), required=False, help_text=_("It takes effect when a second person has approved it.")
    )
    region = RegionField()

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = rules.roles_to_invite(by)
        if not offered:
            del self.fields["role"], self.fields["region"]
        else:
            choices = [(role.value, ROLE_NAMES[role]) for role in offered]
            role = self.fields["role"]
            if isinstance(role, forms.ChoiceField):
                role.choices = choices if len(choices) == 1 else [("", _("No role yet")), *choices]
        if rules.invites_to_own_only(by):
            own = self.fields["organisation"]
            if isinstance(own, forms.ModelChoiceField):
                own.queryset = Organisation.objects.filter(people=by)
                own.initial, own.empty_label = by.organisation_id, None


class TelephoneField(forms.CharField):
    """An account's telephone, as its owner writes it; several spaces are one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Telephone"),
            help_text=_("With the country’s code. For the office, when a child is at risk."),
            required=False,
            max_length=30,
            validators=[telephone_number],
            widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "middle"}),
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


class TelephoneForm(forms.Form):
    """One's own telephone; empty takes it away."""

    telephone = TelephoneField()


class AcceptForm(forms.Form):
    """Name, language and password of a person who follows an invitation."""

    full_name = forms.CharField(
        label=_("Full name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    telephone = TelephoneField()
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=LONG_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Password again"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        self.email = email
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        password, again = data.get("password"), data.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two passwords differ. Write the same one twice."))
        elif password:
            try:
                validate_password(password, User(email=self.email, full_name=data.get("full_name", "")))
            except ValidationError as faults:
                self.add_error("password", faults)
        return data


class GrantForm(forms.Form):
    """A role for a person, in a region, for a time."""

    role = forms.ChoiceField(label=_("Role"), choices=[(role.value, ROLE_NAMES[role]) for role in GRANTABLE])
    region = RegionField()
    starts = forms.DateField(label=_("First day"), widget=DATE, initial=timezone.localdate)
    until = forms.DateField(
        label=_("Last day"), widget=DATE, required=False, help_text=_("Empty means until it is ended.")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, until = data.get("starts"), data.get("until")
        if starts and until and until < starts:
            self.add_error("until", _("The last day lies before the first. Write a later day."))
        if data.get("role") in (Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR) and data.get("region"):
            self.add_error("region", _("This role reaches the whole country."))
        return data


class TokenForm(forms.Form):
    """A key for a program."""

    name = forms.CharField(label=_("Which program is it for?"), max_length=100)
    region = RegionField(help_text=_("The key reads this region only."))
    days = forms.IntegerField(
        label=_("Valid for how many days?"),
        min_value=1,
        max_value=90,
        initial=90,
        help_text=_("At most 90."),
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
    )


class PeopleFilterForm(forms.Form):
    """Words of a name or address."""

    q = forms.CharField(label=_("Name or e-mail"), required=False, widget=forms.TextInput(attrs={"type": "search"}))

"""Forms of sign-in, password and second factor: allauth's work, our words."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as factor
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils.translation import gettext_lazy as _


def word(field: forms.Field, label: Any, hint: Any = "") -> None:
    """Gives a field our label and hint and takes the placeholder away (it vanishes when it is needed)."""
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)


LONG_PASSWORD = _("At least 15 characters. Several words are easy to remember.")


class SignInForm(account.LoginForm):  # type: ignore[misc]
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self.fields["login"], _("E-mail"))
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        word(self.fields["password"], _("Password"))


class NewPasswordForm(account.ChangePasswordForm):  # type: ignore[misc]
    """Present password, new password twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self.fields["oldpassword"], _("Present password"))
        word(self.fields["password1"], _("New password"), LONG_PASSWORD)
        word(self.fields["password2"], _("New password again"))


class PasswordAgainForm(account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something weighty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self.fields["password"], _("Password"))


class CodeForm(factor.AuthenticateForm):  # type: ignore[misc]
    """The second factor at sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self.fields["code"], _("Code"), _("Six digits from the app, or one of the recovery codes."))


class CodeAgainForm(factor.ReauthenticateForm):  # type: ignore[misc]
    """The second factor once more, before something weighty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self.fields["code"], _("Code"), _("Six digits from the app, or one of the recovery codes."))


class FirstCodeForm(totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self.fields["code"], _("Code from the app"), _("Six digits."))

"""allauth in our words: sign-up closed, sentences that name no account and that exist in all three languages."""

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth with its front door shut. One sentence answers a wrong password, an unknown and a closed account."""

    error_messages: ClassVar[dict[str, object]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("E-mail and password do not belong together. Check both."),
        "too_many_login_attempts": _("Too many tries. Sign-in with this e-mail opens again in 15 minutes."),
        "enter_current_password": _("This is not the present password."),
        "incorrect_password": _("This is not the password."),
        "rate_limited": _("Too many tries. Wait a few minutes."),
        "incorrect_code": _("This code is not right. Write the six digits the app shows now."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second factor in our words."""

    error_messages: ClassVar[dict[str, object]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. Write the six digits the app shows now."),
        "cannot_delete_authenticator": _("The second factor cannot be switched off for this account."),
        "cannot_generate_recovery_codes": _("Switch on the second factor first."),
        "unverified_email": _("The e-mail address has not been confirmed. Ask the office for a new link."),
    }

"""Sign-up is closed: accounts come by invitation only."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth with its front door shut."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

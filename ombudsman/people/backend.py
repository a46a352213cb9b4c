"""Who is signed in: allauth's door; the person of a session is read together with their grants, without building its SQL anew."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.utils import timezone

from ombudsman.prepared import Prepared

from .access import GRANTED, keep_rights
from .models import User

_ACCOUNT = Prepared(lambda key: User.objects.filter(pk=key), int)


class HouseBackend(AuthenticationBackend):  # type: ignore[misc]
    """Signs people in by e-mail and password."""

    def get_user(self, user_id: Any) -> User | None:
        """The person with this key; None for a closed account."""
        grants = list(GRANTED.rows(user_id, timezone.localdate()))
        # Every request needs both, and nearly everybody who signs in has a grant.
        user = grants[0].user if grants else _ACCOUNT.first(user_id)
        if user is None or not self.user_can_authenticate(user):
            return None
        keep_rights(user, grants)
        return user

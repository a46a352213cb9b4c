"""Who is signed in: allauth's door; the person of a session is read without building its SQL anew."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from ombudsman.prepared import Prepared

from .models import User

_ACCOUNT = Prepared(lambda key: User.objects.filter(pk=key), int)


class HouseBackend(AuthenticationBackend):  # type: ignore[misc]
    """Signs people in by e-mail and password."""

    def get_user(self, user_id: Any) -> User | None:
        """The person with this key; None for a closed account."""
        user = _ACCOUNT.first(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None

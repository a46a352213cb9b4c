"""API keys: `Authorization: Token PREFIX.SECRET`. The key narrows rights to the API client's column."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from .access import Rights
from .models import ApiToken, User, digest
from .roles import Role


class TokenAuthentication(BaseAuthentication):
    """Signs a program in by its key; unknown, expired and closed keys get the same answer."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        if "HTTP_AUTHORIZATION" not in request._request.META:
            return None
        parts = get_authorization_header(request).decode("latin-1").split()
        if len(parts) != 2 or parts[0].lower() != "token":
            return None
        token = ApiToken.objects.select_related("user").filter(secret_digest=digest(parts[1])).first()
        if token is None or not token.user.is_active or not token.in_force(timezone.now()):
            raise AuthenticationFailed(_("This key is not valid. Ask the office for a new one."))
        regions = frozenset({token.region_code}) if token.region_code else None
        token.user._rights = Rights(user_id=token.user_id, roles={Role.API_CLIENT: regions})  # type: ignore[attr-defined]
        today = timezone.localdate()
        if token.last_used_on != today:
            ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"

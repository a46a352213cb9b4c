"""Under which number a device knows a person: opaque, the same on every device, and known to this server only."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

from .models import TrailActor, User
from .trail import actor_of


def _derived(actor: UUID) -> str:
    return urlsafe_b64encode(sha256(b"owner of a store " + actor.bytes).digest()[:18]).decode("ascii")


def owner_number(user: User) -> str:
    """The number that stands in clear on the person's store. It derives from the random id of the trail, not from the account, so
    that neither an address book nor a list of keys leads from one to the other; it does not change with the server's secrets.
    """
    return _derived(actor_of(user))


def closed_account(number: str) -> User | None:
    """The closed account to which a store belongs, None when the number belongs to none: an open one has to sign in."""
    if not number:
        return None
    for actor in TrailActor.objects.filter(user__is_active=False).select_related("user"):
        if _derived(actor.actor) == number:
            return actor.user
    return None

"""Letters of the house. They say that something waits and where; never what, never about whom."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation


def send_invitation(*, to: str, secret: str, until: datetime, door: Callable[[str], str]) -> None:
    """One letter in all three languages: the reader's is not known yet. Raises OSError when it cannot be sent."""
    link = door(reverse("invitation", args=[secret]))
    parts, subjects = [], []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            parts.append(render_to_string("people/invitation_mail.txt", {"link": link, "until": until}).strip())
            subjects.append(translation.gettext("Invitation"))
    send_mail(" / ".join(subjects), "\n\n".join(parts) + "\n", None, [to])

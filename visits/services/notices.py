"""Letters to people of a visit. They say that something waits; never which institution, never what was seen or said."""

import logging
from functools import partial

from django.core.mail import send_mail
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ombudsman.people.models import User

from ..models import Visit

log = logging.getLogger(__name__)


def tell_leader(visit: Visit) -> None:
    """After the commit, a letter to the leader of the team, in their own language."""
    leader = User.objects.filter(
        participations__visit=visit, participations__part="leader", participations__left_on=None, is_active=True
    ).first()
    if leader is not None:
        transaction.on_commit(partial(send, leader))


def send(person: User) -> None:
    """One letter. A mail server that does not answer undoes nothing that was decided; the log says so."""
    with translation.override(person.language):
        subject = _("Something waits in Voice of the Child")
        text = _("Something waits for you in Voice of the Child. Sign in to see it.")
    try:
        send_mail(subject, text + "\n", None, [person.email])
    except OSError:
        log.warning("A letter to account %s could not be sent.", person.pk)

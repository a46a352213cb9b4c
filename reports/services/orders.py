"""Work on a report that takes longer than a page: it is asked for on a page, and the worker carries it out.

Asking writes the order and the worker's task in one transaction: neither exists without the other. Whoever carries it out takes it
up for a time (`Order.LEASE`); after that a second task, written with the first, or a person at the order's page takes up what a
worker that was killed left behind. The acts themselves are whole or not at all, and doing one twice changes nothing.
"""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, task, task_backends

from ombudsman.pdf import NoPrinter
from ombudsman.people import trail
from ombudsman.people.access import Refused
from ombudsman.people.models import User
from ombudsman.words import LANGUAGES, current_language

from .. import printing, rules
from ..models import Order, Publication
from ..tallies import Choice
from .publications import freeze, release


def ask_to_freeze(*, year: int, choice_of_visits: Choice, by: User, at: datetime) -> Order:
    """Asks for the figures of a year. Raises Refused."""
    return _ask(Order(work=Order.Work.FREEZE, year=year, choice_of_visits=choice_of_visits, by=by, asked_at=at))


def ask_to_release(*, publication: Publication, by: User, at: datetime) -> Order:
    """Asks to make this draft public, as it stands now. Raises Refused."""
    return _ask(_about(publication, Order.Work.RELEASE, by, at))


def ask_to_print(*, publication: Publication, by: User, at: datetime) -> Order:
    """Asks for the book in every language. Raises Refused."""
    return _ask(_about(publication, Order.Work.PRINT, by, at))


def _about(publication: Publication, work: Order.Work, by: User, at: datetime) -> Order:
    sha256 = publication.frozen.sha256
    return Order(work=work, year=publication.year, publication=publication, sha256=sha256, by=by, asked_at=at)


@transaction.atomic
def _ask(order: Order) -> Order:
    """Writes an order and the worker's task; the one that is open already where there is one: pressed twice, done once."""
    if obstacles := rules.obstacles_to_ordering(order):
        raise Refused(obstacles)
    order.language = current_language()
    # The database decides which of two presses at one moment was the first.
    Order.objects.bulk_create([order], ignore_conflicts=True)
    if not Order.objects.filter(pk=order.pk).exists():
        return Order.objects.filter(work=order.work, year=order.year).latest("asked_at")
    trail.record(by=order.by, at=order.asked_at, act=f"report.ask_{order.work}", thing=order, year=order.year)
    if task_backends[DEFAULT_TASK_BACKEND_ALIAS].supports_defer:
        # For the case that the worker is killed at it.
        carry_out.using(run_after=order.asked_at + Order.LEASE).enqueue(str(order.pk))
    carry_out.enqueue(str(order.pk))
    order.refresh_from_db()
    return order


@task()
def carry_out(order: str) -> None:
    """The worker's part: carries out one order, unless somebody else is at it or it has ended."""
    perform(pk=uuid.UUID(order), at=timezone.now())


def perform(*, pk: uuid.UUID, at: datetime) -> None:
    """Carries out an order in the name of whoever asked for it, in their language, and notes how it ended."""
    order = _take(pk, at)
    if order is None:
        return
    state, reasons = Order.State.BROKEN, list[str]()
    try:
        with translation.override(order.language):
            _do(order, at)
        state = Order.State.DONE
    except (Refused, NoPrinter) as refused:
        state = Order.State.REFUSED
        reasons = refused.obstacles if isinstance(refused, Refused) else [str(refused)]
    finally:
        _end(order, state, reasons)


@transaction.atomic
def _take(pk: uuid.UUID, at: datetime) -> Order | None:
    """Takes up an order for the time of a lease; None if it has ended or somebody is at it."""
    order = Order.objects.select_for_update().filter(pk=pk).first()
    if order is None or not order.may_be_taken(at):
        return None
    order.state, order.taken_at = Order.State.WORKING, at
    order.save(update_fields=["state", "taken_at"])
    return order


def _do(order: Order, at: datetime) -> None:
    publication = order.publication
    if publication is not None and order.work == Order.Work.RELEASE and _was_released(publication, order):
        return
    if obstacles := rules.obstacles_to_ordering(order):
        raise Refused(obstacles)
    if publication is None:
        choice: Choice = "all" if order.choice_of_visits == "all" else "latest"
        order.publication = freeze(year=order.year, choice_of_visits=choice, by=order.by, at=at)
    elif order.work == Order.Work.RELEASE:
        release(publication=publication, by=order.by, at=at)
    else:
        missing = [one for one in LANGUAGES if printing.already_printed(publication, one) is None]
        for _path in printing.print_languages(publication=publication, languages=missing, by=order.by, at=at):
            pass


def _was_released(publication: Publication, order: Order) -> bool:
    """Whether somebody who was stopped right afterwards had done it already."""
    released = publication.state == Publication.State.RELEASED and publication.released_by_id == order.by_id
    return released and publication.frozen.sha256 == order.sha256


@transaction.atomic
def _end(order: Order, state: Order.State, reasons: list[str]) -> None:
    """Notes how it ended, unless somebody else has taken it up since."""
    at = timezone.now()
    values: dict[str, Any] = {"state": state, "reasons": reasons, "ended_at": at, "publication": order.publication}
    mine = Order.objects.filter(pk=order.pk, state=Order.State.WORKING, taken_at=order.taken_at)
    if mine.update(**values) and state != Order.State.DONE:
        trail.record(by=order.by, at=at, act=f"report.order_{state}", thing=order, year=order.year, work=order.work)

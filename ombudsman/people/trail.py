"""The trail: one entry per act, in the act's own transaction, hash-chained so that a change or gap shows.

Entries hold ids and codes, never what anybody said. Call `record` last in a service: it locks the head of the chain, and a
lock held for less time lets others write. Interviews never leave an entry (they would be dated and signed by it).
"""

import hashlib
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from ombudsman.statements import Statement, Together

from .models import TrailActor, TrailEntry, TrailHead

if TYPE_CHECKING:
    from .models import User


def actor_of(user: "User") -> uuid.UUID:
    """The random id under which the trail knows this person; made at the first act."""
    actor, _ = TrailActor.objects.get_or_create(user=user)
    return actor.actor


def entry_hash(
    previous: str,
    number: int,
    at: datetime,
    actor: uuid.UUID | None,
    act: str,
    thing: str,
    thing_id: str,
    detail: dict[str, Any],
) -> str:
    """SHA-256 over the previous hash and the entry's canonical JSON (sorted keys, UTC time in microseconds)."""
    body = json.dumps(
        [
            previous,
            number,
            at.astimezone(UTC).isoformat(timespec="microseconds"),
            str(actor or ""),
            act,
            thing,
            thing_id,
            detail,
        ],
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(body.encode()).hexdigest()


def record(
    *,
    by: "User | None",
    at: datetime,
    act: str,
    thing: Any,
    after: Together | None = None,
    **detail: str | int | bool | None | list[str],
) -> None:
    """Appends one act to the trail. `thing` is the model instance acted on; `detail` holds ids, codes and counts only.

    `by=None` is the system itself; `after` is what waits to be written before this. Must run inside a transaction; raises
    TransactionManagementError otherwise.
    """
    database = transaction.get_connection()
    if not database.in_atomic_block:
        raise transaction.TransactionManagementError("The trail is written in the act's own transaction.")
    together = after or Together()
    last, previous, actor = _head(by, together)
    number, kind, key = last + 1, thing._meta.model_name, str(thing.pk)
    now = entry_hash(previous, number, at, actor, act, kind, key, detail)
    written = database.ops.adapt_datetimefield_value(at), _ACTOR.get_db_prep_value(actor, database)
    said = database.ops.adapt_json_value(detail, None)
    together.add(APPEND, [number, *written, act, kind, key, said, previous, now])
    together.add(FORWARD, [number, now])
    together.send()


_ACTOR = TrailEntry._meta.get_field("actor")
# A plain INSERT: a number that is there already is refused by the database.
APPEND = Statement(
    "INSERT INTO people_trailentry (number, at, actor, act, thing, thing_id, detail, previous_hash, hash)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
FORWARD = Statement("UPDATE people_trailhead SET number = %s, hash = %s WHERE id = 1")
HEAD = Statement(
    "SELECT h.number, h.hash, (SELECT actor FROM people_trailactor WHERE user_id = %s)"
    " FROM people_trailhead h WHERE h.id = 1"
)
LOCKED_HEAD = Statement(f"{HEAD.sql} FOR UPDATE OF h")


def _head(by: "User | None", together: Together) -> tuple[int, str, uuid.UUID | None]:
    """Number and hash of the last entry, locked until the transaction ends, and the id under which the trail knows the person."""
    asked = LOCKED_HEAD if connection.vendor == "postgresql" else HEAD
    found = together.row(asked, [by.pk if by is not None else 0])
    if found is None:
        TrailHead.objects.get_or_create(pk=1)
        return _head(by, together)
    number, last, actor = found
    if by is None:
        return number, last, None
    return number, last, uuid.UUID(str(actor)) if actor else actor_of(by)


def faults() -> Iterator[str]:
    """Verifies the whole chain; yields one plain sentence per fault, nothing when it is whole."""
    previous, expected = "0" * 64, 1
    for entry in TrailEntry.objects.order_by("number").iterator(chunk_size=2000):
        if entry.number != expected:
            yield f"Entry {expected} is missing (the next one found is {entry.number})."
        if entry.previous_hash != previous:
            yield f"Entry {entry.number} does not follow the entry before it."
        if entry.hash != entry_hash(
            entry.previous_hash,
            entry.number,
            entry.at,
            entry.actor,
            entry.act,
            entry.thing,
            entry.thing_id,
            entry.detail,
        ):
            yield f"Entry {entry.number} was changed after it was written."
        previous, expected = entry.hash, entry.number + 1
    head = TrailHead.objects.filter(pk=1).first()
    if head is not None and (head.number, head.hash) != (expected - 1, previous):
        yield f"The trail ends at entry {expected - 1}, but {head.number} entries were written."

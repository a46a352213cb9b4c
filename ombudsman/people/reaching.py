"""Rows by a key, as far as the person may reach them. The SQL of that is built once for each set of rights, not each request.

Which rows are reached stays written in the querysets. What is kept is their SQL for people with the same roles, regions and
organisation on one day, with the person and the key left open; nothing that was read is kept.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from django.db import models
from django.http import Http404
from django.utils import timezone

from ombudsman.prepared import Prepared

from .access import Rights, rights_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from .models import User

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Anybody:
    """Stands for everybody with the same rights while the SQL is built. A limit that asks for more than this cannot be prepared."""

    pk: int
    _rights: Rights
    is_authenticated: bool = True
    is_active: bool = True


class Reached(Generic[M]):
    """`Reached(Visit.objects, "readable_by", "region")`: rows of the limit, with what belongs to them; asked for by key.

    `then` puts the rows of one key in order, or takes the first of them.
    """

    # How many sets of rights are remembered; the one asked for longest ago is forgotten.
    MOST = 512

    def __init__(
        self,
        rows: "models.Manager[M]",
        limit: str,
        *related: str,
        by: str = "pk",
        key: type = UUID,
        then: Callable[[Any], Any] = lambda rows: rows,
    ) -> None:
        self.rows, self.limit, self.related, self.by, self.key, self.then = rows, limit, related, by, key, then
        self.asked: OrderedDict[Hashable, Prepared[M]] = OrderedDict()

    def get(self, user: "User | AnonymousUser", key: Any) -> M:
        """The row; Http404 if there is none or it lies out of reach."""
        found = self._found(user, key)
        if found is None:
            raise Http404
        return found

    def all(self, user: "User | AnonymousUser", key: Any) -> Iterator[M]:
        """Every row with this key within reach."""
        return self._question(user).rows(user.pk, key) if user.is_authenticated else iter(())

    def holds(self, user: "User | AnonymousUser", key: Any) -> bool:
        """Whether there is such a row within reach."""
        return user.is_authenticated and self._question(user).any(user.pk, key)

    def _found(self, user: "User | AnonymousUser", key: Any) -> M | None:
        return self._question(user).first(user.pk, key) if user.is_authenticated else None

    def _question(self, user: "User | AnonymousUser") -> Prepared[M]:
        rights, rows = rights_of(user), self.rows.all()
        # The limit itself belongs to what was asked: another one is another question.
        about = (getattr(type(rows), self.limit), _told_apart_by(rights), timezone.localdate())
        # Other threads put in and forget meanwhile: what was found here is used, whatever became of its place.
        question = self.asked.pop(about, None) or Prepared(
            self._asking(rights), int, self.key, some_may_not_matter=True
        )
        self.asked[about] = question
        if len(self.asked) > self.MOST:
            self.asked.popitem(last=False)
        return question

    def _asking(self, rights: Rights) -> Any:
        def asking(person: int, key: Any) -> Any:
            anybody = Anybody(person, replace(rights, user_id=person))
            reached: models.QuerySet[M] = getattr(self.rows.all(), self.limit)(anybody)
            rows = (reached.select_related(*self.related) if self.related else reached).filter(**{self.by: key})
            return self.then(rows)

        return asking


def _told_apart_by(rights: Rights) -> Hashable:
    """Everything in a person's rights but the person."""
    return rights.organisation_id, frozenset(rights.roles.items())

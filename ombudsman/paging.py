"""Pages of lists: for people and for the API. Cellar."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from rest_framework.pagination import PageNumberPagination

PAGE_SIZE = 50


class ApiPages(PageNumberPagination):
    """50 rows a page, up to 200 when asked (`?page_size=`)."""

    page_size = PAGE_SIZE
    page_size_query_param = "page_size"
    max_page_size = 200


@dataclass(frozen=True)
class Stretch:
    """One page of a long list, without counting the whole of it: a list of 20,000 rows opens as fast as one of 100.

    `count` is exact up to `MOST`; beyond that `more` says so, and paging goes on by previous and next.
    """

    MOST = 1000

    rows: list[Any]
    number: int
    count: int
    more: bool
    has_next: bool

    @classmethod
    def cut(cls, rows: "QuerySet[Any, Any]", counted: "QuerySet[Any, Any]", number: str | None) -> "Stretch":
        """Page `number` (1 when it is no number) of `rows`; `counted` holds the same rows, without joins or order."""
        place = max(1, int(number)) if number and number.isdecimal() and len(number) < 8 else 1
        start = (place - 1) * PAGE_SIZE
        found = list(rows[start : start + PAGE_SIZE + 1])
        if place == 1 and len(found) <= PAGE_SIZE:
            count = len(found)
        else:
            count = counted.order_by().values("pk")[: cls.MOST + 1].count()
        return cls(found[:PAGE_SIZE], place, min(count, cls.MOST), count > cls.MOST, len(found) > PAGE_SIZE)

    @property
    def has_previous(self) -> bool:
        return self.number > 1

"""The shape of an indicator of juvenile justice and of its values. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Status = Literal["known", "part", "missing"]
Unit = Literal["children", "cases", "visits", "institutions", "days", "percent", "per_100_000"]


@dataclass(frozen=True)
class JusticeValue:
    """One number with its year and source. Where it is a share, `numerator` and `base` stand with it.

    `own`: from our visits, otherwise published by others. `note`: what has to be read with it.
    """

    label: str
    year: int
    value: int | Decimal
    unit: Unit
    source: str
    own: bool
    numerator: int | None = None
    base: int | None = None
    institutions: int | None = None
    note: str = ""


@dataclass(frozen=True)
class JusticeIndicator:
    """One of the fifteen. `status`: "known" as the Manual defines it, "part" = something near it, "missing" = nothing.

    `missing` says in sentences what keeps it from being known; empty only where it is.
    """

    number: int
    name: str
    definition: str
    core: bool
    policy: bool
    status: Status
    values: tuple[JusticeValue, ...]
    missing: tuple[str, ...]

"""Parts of a whole, each rounded once. Their printed sum may be 99 or 101 and is never forced to 100. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.rounding import percent_with


@dataclass(frozen=True)
class Shares:
    """The parts of a whole in percent. `missing`: the whole less its parts, not 0 where the source's parts do not make it."""

    counts: tuple[int, ...]
    whole: int
    percents: tuple[Decimal | None, ...]

    @property
    def missing(self) -> int:
        return self.whole - sum(self.counts)

    @property
    def printed_sum(self) -> Decimal:
        """What a reader gets who adds the printed percentages up."""
        return sum((share for share in self.percents if share is not None), Decimal(0))

    @property
    def needs_rounding_note(self) -> bool:
        """Whether the parts make the whole and their percentages still do not add up to 100."""
        return bool(self.whole) and not self.missing and self.printed_sum != 100


def shares(counts: Sequence[int], whole: int | None = None, *, places: int = 0) -> Shares:
    """Each count in percent of `whole` (their sum if None), rounded by itself. Raises ValueError below zero."""
    of = sum(counts) if whole is None else whole
    return Shares(tuple(counts), of, tuple(percent_with(count, of, places=places) for count in counts))

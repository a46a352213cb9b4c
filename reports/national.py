"""Every question over all interviews of the year, by institution, before protection. Read by voices.py."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visits.layout import SKIPPED
from visits.models import Choice, Question

from . import tallies
from .disclosure import Asked, Group, Spread
from .listening import Block, Column, Columns
from .spreads import Spreads
from .statistics.intervals import Clusters
from .voices import Heard


def listen(year: int, take: Callable[[Block], None]) -> None:
    """Hands over the interviews of the year that count, some institutions at a time, in the order of their ids."""
    before = 0

    def hand(parts: list[tallies.Rows]) -> None:
        nonlocal before
        block = Block(parts, before)
        before += block.units
        take(block)

    tallies.take_interviews_whole(year, hand)


class Nationally:
    """How each answer, and each group that answers may be merged to, lies over institutions. `squares`: intervals are wanted."""

    def __init__(self, heard: Iterable[Heard], *, squares: bool) -> None:
        self.editions: set[int] = set()
        self._groups: dict[int, dict[tuple[str, ...], int]] = {}
        self._first: dict[int, int] = {}
        columns: list[Column] = []
        for one in heard:
            groups = one.groups()
            self._first[id(one)] = len(columns)
            self._groups[id(one)] = {codes: at for at, codes in enumerate(groups)}
            columns += [Column(one.places, codes) for codes in groups]
            # Whoever answered; whoever answered or said that they would not; whoever skipped it.
            columns.append(Column(one.places, one.answers))
            columns.append(Column(one.places, (*one.codes(Choice.Role.NO_ANSWER), *one.answers)))
            columns.append(Column(one.places, states=(SKIPPED,)))
        self._columns = Columns(columns)
        # The numbers of a question stand where its columns do: its groups, its base, who gave no answer, who was not asked.
        self._inside, self._rest = (Spreads.empty(len(columns), 1) for _each in range(2))
        self._squares = np.zeros((3, len(columns)), np.int64) if squares else None

    def take(self, block: Block) -> None:
        """Counts one block."""
        self.editions |= {part.edition for part in block.parts}
        counts = block.by_institution(block.answers(self._columns))
        rest = np.zeros_like(counts)
        for one, first in self._first.items():
            base = first + len(self._groups[one])
            np.subtract(counts[:, [base]], counts[:, first:base], out=rest[:, first:base])
            # A choice that stands beside counts only where no answer was given; what is left was never put, or routed out.
            counts[:, base + 1] += counts[:, base + 2] - counts[:, base]
            counts[:, base + 2] = block.held - counts[:, base] - counts[:, base + 1]
            if self._squares is not None:
                self._square(counts[:, first:base].astype(np.int64), counts[:, base].astype(np.int64), first)
        self._inside.add(counts)
        self._rest.add(rest)

    def _square(self, inside: NDArray[Any], base: NDArray[Any], first: int) -> None:
        assert self._squares is not None  # noqa: S101
        own = self._squares[:, first : first + inside.shape[1]]
        own += np.stack([(inside**2).sum(axis=0), base @ inside, np.full(inside.shape[1], base @ base)])

    def asked(self, one: Heard) -> Asked:
        """The question in the words of the disclosure room."""
        first, groups = self._first[id(one)], self._groups[id(one)]
        base, no_answer, not_asked = self._spreads(self._inside, first + len(groups), 3)

        def count(codes: tuple[str, ...]) -> Group:
            at = first + groups[codes]
            return Group(codes, *self._spreads(self._inside, at, 1), *self._spreads(self._rest, at, 1))

        return Asked(
            choices=one.answers,
            merge_order=one.question.merge_order,
            count=count,
            base=base,
            no_answer=no_answer,
            not_asked=not_asked,
            sensitive=one.question.sensitive,
            multiple=one.question.kind == Question.Kind.MULTIPLE,
            excluding=one.excluding,
        )

    def clusters(self, one: Heard, codes: tuple[str, ...]) -> Clusters:
        """How a share varies between institutions, where `squares` were counted."""
        assert self._squares is not None  # noqa: S101
        first, groups = self._first[id(one)], self._groups[id(one)]
        at, base = first + groups[codes], first + len(groups)
        held = self._inside
        return Clusters(
            int(held.institutions[base, 0]),
            int(held.total[at, 0]),
            int(held.total[base, 0]),
            *self._squares[:, at].tolist(),
        )

    @staticmethod
    def _spreads(lies: Spreads, at: int, many: int) -> list[Spread]:
        return lies.of_numbers(slice(at, at + many)).together()

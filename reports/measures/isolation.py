"""Which tables of places may stand beside one another: no sum or difference of their rows is about fewer than three institutions.

Pure. An institution's answer is a finding on it; three institutions must stand behind every printed row (disclosure.md). A page
on which anybody chooses region, kind and authority prints many tables, and rows can be subtracted: "region A" less "region A,
kind K". So all boxes (a category or everything, in each dimension) are looked at together, before any is printed.

What is printed of a box is a sum over its institutions. A reader may add and subtract such sums at will, and what comes out
stands for the institutions that do not cancel. Let P be the projector onto what no combination of the boxes let out so far
reaches. A set of atoms (places that no box parts) can be reached alone exactly if the block of P on it is singular. Boxes
come wide before narrow and large before small, and one that would let out a set of fewer than three institutions stays in: it
joins the others in "together", as `disclosure.pooled` joins places.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ..disclosure import Rules

# One category (its number) or everything (None) in each dimension.
Box = tuple[int | None, ...]

NOTHING_LEFT = 1e-9


def safe_boxes(
    institution: NDArray[np.int64],
    places: NDArray[np.int64],
    rules: Rules,
    *,
    width: int = 9,
    among: Iterable[Box] | None = None,
) -> frozenset[Box]:
    """The boxes that may be printed, all of them side by side.

    `institution`: which institution each row is about; `places` [row, dimension]: the category of each. `width`: in how many
    dimensions a box may be narrowed; wide boxes come first, so a smaller `width` gives the same answer for them, sooner.
    `among`: the boxes to choose from (all with three institutions behind them if None).
    """
    if len(np.unique(institution)) < rules.institutions:
        return frozenset()
    everything = (None,) * places.shape[1]
    if width == 0:
        # One box tells of itself only.
        return frozenset({everything}) if among is None or everything in among else frozenset()
    atoms, atom = np.unique(places, axis=0, return_inverse=True)
    pairs = np.unique(np.stack([atom.reshape(-1), institution], axis=1), axis=0)
    boxes = set(_boxes(atoms, width)) if among is None else among
    candidates = _candidates(atoms, pairs, rules, [box for box in boxes if narrowed(box) <= width])
    room = _Room(pairs, len(atoms), rules.institutions)
    safe = {box for box, inside in candidates if room.let_out(inside)}
    # What was too narrow when it was looked at may follow from what came later.
    safe |= {box for box, inside in candidates if box not in safe and room.known(inside)}
    return frozenset(safe)


def narrowed(box: Box) -> int:
    """In how many dimensions the box holds one category only."""
    return sum(category is not None for category in box)


def _candidates(
    atoms: NDArray[np.int64], pairs: NDArray[np.int64], rules: Rules, boxes: Iterable[Box]
) -> list[tuple[Box, NDArray[np.float64]]]:
    """Boxes with enough institutions: the widest first, of equally wide ones the largest. `pairs`: atom and institution."""
    found = []
    for box in boxes:
        inside = np.ones(len(atoms), bool)
        for at, category in enumerate(box):
            if category is not None:
                inside &= atoms[:, at] == category
        held = len(np.unique(pairs[inside[pairs[:, 0]], 1]))
        if held >= rules.institutions:
            found.append(
                ((narrowed(box), -held, tuple(-1 if one is None else one for one in box)), box, inside.astype(float))
            )
    return [(box, inside) for _order, box, inside in sorted(found, key=lambda one: one[0])]


def _boxes(atoms: NDArray[np.int64], width: int) -> Iterator[Box]:
    """Every box that holds something, narrowed in at most `width` dimensions."""
    dimensions = atoms.shape[1]
    for size in range(min(width, dimensions) + 1):
        for chosen in combinations(range(dimensions), size):
            for place in np.unique(atoms[:, list(chosen)], axis=0).tolist():
                box: list[int | None] = [None] * dimensions
                for at, category in zip(chosen, place, strict=True):
                    box[at] = category
                yield tuple(box)


class _Room:
    """What readers know so far, and what they must not be able to work out."""

    def __init__(self, pairs: NDArray[np.int64], atoms: int, enough: int) -> None:
        self.unknown = np.eye(atoms)
        held = np.bincount(pairs[:, 0], minlength=atoms)
        # Atoms with one institution: any `enough - 1` of them together are too few.
        self.single = np.flatnonzero(held == 1)
        small = np.flatnonzero(held < enough).tolist()
        behind = {at: frozenset(pairs[pairs[:, 0] == at, 1].tolist()) for at in small}
        # Other sets of atoms that fewer than three institutions stand behind: by themselves, or sharing institutions.
        self.never: list[NDArray[np.intp]] = [np.array([[at] for at in small], np.intp).reshape(-1, 1)]
        for size in range(2, enough):
            if size == 2 and enough == 3:
                pairs_of_two = [one for one in small if held[one] == 2]
                near = _sharing(behind)
                sets = {tuple(sorted((one, other))) for one in pairs_of_two for other in near(one)}
            else:
                sets = {
                    one
                    for one in combinations(small, size)
                    if len(frozenset().union(*(behind[at] for at in one))) < enough
                }
            if sets:
                self.never.append(np.array(sorted(sets), np.intp))

    def known(self, inside: NDArray[np.float64]) -> bool:
        """Whether it follows from what is out already."""
        return float(inside @ self.unknown @ inside) < NOTHING_LEFT

    def let_out(self, inside: NDArray[np.float64]) -> bool:
        """Lets the box out if that tells nothing of too few; says whether it did."""
        new = self.unknown @ inside
        length = float(inside @ new)
        if length < NOTHING_LEFT:
            return True
        left = self.unknown - np.outer(new, new) / length
        if self._parallel(left) or any(self._told(left, sets) for sets in self.never if len(sets)):
            return False
        self.unknown = left
        return True

    def _parallel(self, unknown: NDArray[np.float64]) -> bool:
        """Whether two atoms of one institution each can be reached by themselves."""
        block = unknown[np.ix_(self.single, self.single)]
        own = np.diag(block)
        volume = np.outer(own, own) - block**2
        np.fill_diagonal(volume, 1)
        return bool((volume < NOTHING_LEFT).any())

    @staticmethod
    def _told(unknown: NDArray[np.float64], sets: NDArray[np.intp]) -> bool:
        blocks = unknown[sets[:, :, None], sets[:, None, :]]
        if sets.shape[1] == 1:
            volume = blocks[:, 0, 0]
        elif sets.shape[1] == 2:
            volume = blocks[:, 0, 0] * blocks[:, 1, 1] - blocks[:, 0, 1] ** 2
        else:
            volume = np.linalg.det(blocks)
        return bool((volume < NOTHING_LEFT).any())


def _sharing(behind: Mapping[int, frozenset[int]]) -> Callable[[int], list[int]]:
    """For an atom, the others that only its own institutions stand behind."""
    atoms_of: dict[int, set[int]] = {}
    for at, held in behind.items():
        for one in held:
            atoms_of.setdefault(one, set()).add(at)

    def near(at: int) -> list[int]:
        others = set().union(*(atoms_of[one] for one in behind[at])) - {at}
        return [other for other in others if behind[other] <= behind[at]]

    return near

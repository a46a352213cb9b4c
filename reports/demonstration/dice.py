"""Chance from a seed: every room throws its own dice, so that a change in one room leaves the others as they were."""

import uuid
import zlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")

Dice = np.random.Generator


def dice_for(seed: int, room: str) -> Dice:
    """The dice of one room; the same seed and room give the same throws on every machine."""
    return np.random.default_rng([seed, zlib.crc32(room.encode())])


def throw_id(dice: Dice) -> uuid.UUID:
    """An identifier of the form of UUID version 4, from the dice."""
    return uuid.UUID(bytes=dice.bytes(16), version=4)


def one_of(dice: Dice, things: Sequence[T]) -> T:
    """One of the things, each as likely."""
    return things[int(dice.integers(len(things)))]

"""Whole percentages: when tables print them. Rule R5; what percentages give away is told in ombudsman/shares.py. Pure."""

from ..rounding import percent
from .rules import Rules


def percentage(n: int, base: int, rules: Rules) -> int | None:
    """The share in whole percent, half up, or nothing numeric: from 30 on, and only if cell and rest are at least k."""
    if base < rules.percentages_from or not all(part >= rules.threshold for part in (n, base - n)):
        return None
    return percent(n, base)

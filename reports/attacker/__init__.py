"""The attacker: what a reader can work out from published tables. Shares no code with what protects them (R8 to R14).

It sees the published document only (`read`) and finds, for each hidden cell, the smallest and the largest number that fits
everything printed (`attack`). Beside the truth, `breaks` names what it found out that it should not have.
Pure: no Django, no database, nothing of `reports` outside this package; a test holds that.
"""

from .asking import Asking
from .atoms import TooLarge
from .attack import Attack, Breach, attack, breaks, insiders
from .percentages import candidates, fractions
from .published import Published, Unreadable, read
from .reach import Range
from .subtraction import subtract
from .system import Contradiction
from .truth import Target, Truth, read_targets, read_truth

__all__ = [
    "Asking",
    "Attack",
    "Breach",
    "Contradiction",
    "Published",
    "Range",
    "Target",
    "TooLarge",
    "Truth",
    "Unreadable",
    "attack",
    "breaks",
    "candidates",
    "fractions",
    "insiders",
    "read",
    "read_targets",
    "read_truth",
    "subtract",
]

"""What may be printed of what children said: rules R1 to R15. Pure: no Django, no database, no bytes.

The only door out: tables, charts, files, sentences and the API show what passed here (docs/disclosure.md says why).
One question at a time goes through `questions`, findings on institutions through `places`; what these rooms offer stands
here. Tables by place, kind and time, linked with one another and with every earlier edition, go through `protecting`:

    from reports.disclosure.protecting import protect
    from reports.disclosure.tables import Dimension, Edition, Release, Table

which asks numpy and scipy, and is therefore imported by whoever needs it.
"""

from .places import indicator_protection, pooled
from .questions import (
    TOO_FEW,
    Asked,
    Count,
    Group,
    Told,
    follow_parents,
    groupings,
    protect,
)
from .rules import Protection, Rules, Spread, enough, interviews_may_be_counted, may_follow, passes, well_spread

__all__ = [
    "TOO_FEW",
    "Asked",
    "Count",
    "Group",
    "Protection",
    "Rules",
    "Spread",
    "Told",
    "enough",
    "follow_parents",
    "groupings",
    "indicator_protection",
    "interviews_may_be_counted",
    "may_follow",
    "passes",
    "pooled",
    "protect",
    "well_spread",
]

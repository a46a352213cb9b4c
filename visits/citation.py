"""How a provision is cited, in the reader's language: "Havana Rules, rule 20". Pure; models and every page may use it."""

import re
from typing import Any

from django.utils.translation import gettext_lazy

# The word that stands before (in Kazakh: after) the number, by Standard.citation_word.
NUMBERED = {
    "article": gettext_lazy("article %(number)s"),
    "guideline": gettext_lazy("guideline %(number)s"),
    "indicator": gettext_lazy("indicator %(number)s"),
    "paragraph": gettext_lazy("paragraph %(number)s"),
    "rule": gettext_lazy("rule %(number)s"),
    "section": gettext_lazy("section %(number)s"),
}
# What kind of text a standard is.
KINDS = {
    "treaty": gettext_lazy("Treaty"),
    "un_rules": gettext_lazy("United Nations rules"),
    "un_guidelines": gettext_lazy("United Nations guidelines"),
    "treaty_body_comment": gettext_lazy("General comment of a treaty committee"),
    "regional_persuasive": gettext_lazy("Standard of another region, persuasive only"),
    "statistical_manual": gettext_lazy("Manual of measurement"),
    "national_law": gettext_lazy("Law of Kazakhstan"),
    "state_report": gettext_lazy("Report of the State"),
}
# Where a provision that was not read with its number comes from.
BASES = {
    "full_text": gettext_lazy("read with its number"),
    "state_report": gettext_lazy("restated in a report of the State"),
    "secondary": gettext_lazy("restated in another document"),
    "memory": gettext_lazy("not checked against the text yet"),
}


def numbered(word: str, number: str) -> str:
    """ "rule 20", "section XII"; empty for a provision that has a heading and no number."""
    if not re.match(r"\d|[IVXLC]+\b", number):
        return ""
    return str(NUMBERED[word]) % {"number": number} if word in NUMBERED else number


def place_in(provision: Any) -> str:
    """The numbered place of a provision in its standard, or its heading; empty where it has neither."""
    return numbered(provision.standard.citation_word, provision.number) or str(provision.heading)


def cite(provision: Any) -> str:
    """The short title of the standard and the place in it: what a reader can look up."""
    place = place_in(provision)
    return f"{provision.standard.short}, {place}" if place else str(provision.standard.short)

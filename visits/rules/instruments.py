"""What stands in the way of changing, publishing or revising an edition. Whole sentences; empty = nothing."""

from typing import Any

from django.utils.translation import gettext as _

from ..models import Edition


def obstacles_to_change(edition: Edition) -> list[str]:
    """A published edition is frozen for ever: answers were given to its words (DESIGN decision 3)."""
    if edition.state == Edition.State.DRAFT:
        return []
    return [
        _("Edition %(number)s is published and can no longer be changed. A change needs a new edition.")
        % {"number": edition.number}
    ]


def obstacles_to_publish(edition: Edition) -> list[str]:
    """Only a draft that asks something can be published."""
    found: list[str] = []
    if edition.state != Edition.State.DRAFT:
        found.append(_("Edition %(number)s is published already.") % {"number": edition.number})
    if not edition.indicators.exists() and not edition.questions.exists():
        found.append(_("The edition has no indicators and no questions."))
    return found


def obstacles_to_revise(edition: Edition, texts: dict[str, Any], kinds_of_text: set[str]) -> list[str]:
    """A revision starts from a published edition and names texts that exist there."""
    found: list[str] = []
    if edition.state == Edition.State.DRAFT:
        found.append(_("The edition is still a draft: it can be changed as it is."))
    known = set(edition.indicators.values_list("code", flat=True)) | set(
        edition.questions.values_list("code", flat=True)
    )
    if unknown := sorted(set(texts) - known):
        found.append(_("The edition has no %(codes)s.") % {"codes": ", ".join(unknown)})
    if strange := sorted({kind for change in texts.values() for kind in change} - kinds_of_text):
        found.append(_("A revision changes texts only, not %(fields)s.") % {"fields": ", ".join(strange)})
    return found

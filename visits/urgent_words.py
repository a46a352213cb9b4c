"""What to do and say while a child is at risk: the same words on the page and in the document on the device."""

from django.utils.translation import gettext as _


def what_to_say() -> list[str]:
    """Line by line, short enough to be read while the telephone rings."""
    return [
        _("Stay with the child, or where the child can see you, if that is safe."),
        _("Call now. Say where you are, what you saw, what the child needs. No name over an open line."),
        _("Ask who is coming and when. Write down who answered."),
        _("Promise the child nothing that is not in your hands."),
    ]

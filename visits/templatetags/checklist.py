"""How the choices of a checklist look: the class of a button and of a word, by the choice's mark. Templates only."""

from django import template

register = template.Library()

# Colour speaks only once a choice is made, and is the third voice after shape and word.
TONES = {"partly": "warn", "not": "bad", "na": "none", "unseen": "none", "refused": "none"}
STATES = {"met": "is-good", "partly": "is-warn", "not": "is-bad"}


@register.filter
def tone(mark: str) -> str:
    """The class of the choice's button."""
    return TONES.get(mark, "")


@register.filter
def state_class(mark: str) -> str:
    """The class of the choice as a word in a text."""
    return STATES.get(mark, "is-none")


@register.filter
def at_key(mapping: dict[object, object], key: object) -> object:
    """What stands under this key; nothing when nothing does."""
    return mapping.get(key)

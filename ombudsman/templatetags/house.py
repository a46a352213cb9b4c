"""Template tags of the house. Cellar."""

from django import template

register = template.Library()

"""What every page's frame needs: rooms of the menu, language links, the demonstration mark. A context processor."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """`demonstration` and `languages` for the frame of every page."""
    return {"demonstration": settings.DEMONSTRATION, "languages": settings.LANGUAGES}

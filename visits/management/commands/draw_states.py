"""Draws docs/states.md from the state tables. A test fails when the drawing is stale."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from visits.states_page import drawn

PAGE = Path(settings.BASE_DIR) / "docs" / "states.md"


class Command(BaseCommand):
    """Writes the page anew."""

    help = "Draws docs/states.md from the state tables."

    def handle(self, *args: Any, **options: Any) -> None:
        PAGE.write_text(drawn(), encoding="utf-8")
        self.stdout.write(f"{PAGE.name} drawn")

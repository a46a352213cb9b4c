"""Draws docs/data.md, what is stored and how private it is, from the models' own declarations. A test fails when it is stale."""

import inspect
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ombudsman.privacy import Level, declared, our_models

PAGE = Path(settings.BASE_DIR) / "docs" / "data.md"

HEAD = """# What is stored, and how private it is

Drawn by `manage.py draw_data` from what each model declares in its `Privacy` class. A field that declares nothing fails a test.

- **Public**: may be printed.
- **Internal**: for staff and the team; never in a publication.
- **Sensitive**: what a child said, or what could lead to a child or a monitor, and every secret: never logged, mailed or exported.
"""


def drawn() -> str:
    """The whole page: one table per app, one row per model."""
    parts = [HEAD]
    app = ""
    for model in our_models():
        if model._meta.app_label != app:
            app = model._meta.app_label
            parts.append(f"## {app}\n\n| Stored | Public | Internal | Sensitive |\n|---|---|---|---|")
        said = declared(model)
        cells = [", ".join(said[level]) for level in (Level.PUBLIC, Level.INTERNAL, Level.SENSITIVE)]
        what = " ".join((inspect.getdoc(model) or "").split("\n\n")[0].split()).replace("|", "/")
        parts.append(f"| **{model.__name__}**: {what} | " + " | ".join(cells) + " |")
    return (
        "\n".join(f"\n{part}" if part.startswith("## ") and number > 1 else part for number, part in enumerate(parts))
        + "\n"
    )


class Command(BaseCommand):
    """Writes the page anew."""

    help = "Draws docs/data.md from the privacy declarations of the models."

    def handle(self, *args: Any, **options: Any) -> None:
        PAGE.write_text(drawn(), encoding="utf-8")
        self.stdout.write(f"{PAGE.name} drawn")

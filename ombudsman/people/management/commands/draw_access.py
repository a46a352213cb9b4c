"""Draws docs/access.md, the manual's access table, from the table of roles.py. A test fails when the drawing is stale."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from ombudsman.people.roles import ROLE_NAMES, TABLE, Role, Thing

PAGE = Path(settings.BASE_DIR) / "docs" / "access.md"

HEAD = """# Who may do what

Drawn by `manage.py draw_access` from `ombudsman/people/roles.py`, the one place where it is decided.

**C** create, **R** read, **U** edit, **X** decide or change state, **E** export, **m** read metadata only (that it exists, no
answers); an empty cell is nothing. How far it reaches: `t` own visit team, `n` own organisation, `g` granted region, `a` all,
`p` released only, `o` one's own. A declared conflict of interest cancels every cell, and is looked at first. Which rows a
person sees within a reach is said by `visible_to` in each `queries.py`; what lies outside is answered as if it were not there.
"""


def drawn() -> str:
    """The whole page."""
    roles = list(Role)
    with translation.override("en"):
        lines = [
            "| | " + " | ".join(str(ROLE_NAMES[role]) for role in roles) + " |",
            "|---|" + "---|" * len(roles),
        ]
    for thing in Thing:
        cells = [TABLE[thing].get(role, "") for role in roles]
        lines.append(f"| {thing.value.replace('_', ' ').capitalize()} | " + " | ".join(cells) + " |")
    return HEAD + "\n" + "\n".join(lines) + "\n"


class Command(BaseCommand):
    """Writes the page anew."""

    help = "Draws docs/access.md from the table of roles."

    def handle(self, *args: Any, **options: Any) -> None:
        PAGE.write_text(drawn(), encoding="utf-8")
        self.stdout.write(f"{PAGE.name} drawn")

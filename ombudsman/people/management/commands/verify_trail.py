"""`manage.py verify_trail`: reads the whole trail and says whether anything was changed, removed or cut off."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ombudsman.people.models import TrailEntry
from ombudsman.people.trail import faults


class Command(BaseCommand):
    """One line per fault and exit code 1, or the number of entries and exit code 0."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(faults())
        for fault in found:
            self.stderr.write(fault)
        if found:
            raise CommandError(f"The trail is not whole: {len(found)} faults.")
        self.stdout.write(f"The trail is whole: {TrailEntry.objects.count()} entries.")

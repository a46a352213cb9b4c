"""`manage.py load_reference`: regions, authorities, kinds, standards, the checklist and the child questionnaire."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ombudsman.people.access import Refused
from visits.instrument_content import BadContent
from visits.services.reference import load_reference


class Command(BaseCommand):
    help = "Loads regions, authorities, kinds, standards and instruments from the product's files. May be repeated."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_reference(at=timezone.now())
        except (Refused, BadContent) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{loaded.rows} rows made or changed, {len(loaded.editions)} editions published.")

"""`manage.py found_office EMAIL EMAIL`: makes the first two coordinators, once, on an empty database."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse
from django.utils import timezone

from ombudsman.people.access import Refused
from ombudsman.people.services import found_office


class Command(BaseCommand):
    """Prints one link per officer; each sets a name and a password there. Hand the links over yourself."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("emails", nargs=2, metavar="EMAIL")
        parser.add_argument("--address", default="http://127.0.0.1:8000", help="address of this site, before the path")

    def handle(self, *args: Any, **options: Any) -> None:
        first, second = (email.strip().lower() for email in options["emails"])
        for email in (first, second):
            try:
                validate_email(email)
            except ValidationError as fault:
                raise CommandError(f"{email} is not an e-mail address.") from fault
        if first == second:
            raise CommandError("Two different people are needed: one proposes, the other approves.")
        try:
            officers = found_office(emails=(first, second), at=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        for person, secret in officers:
            self.stdout.write(f"{person.email}  {options['address'].rstrip('/')}{reverse('invitation', args=[secret])}")
        self.stdout.write(f"The links work once and for {settings.INVITATION_DAYS} days.")

"""`manage.py demo`: an invented country with three years of visits, to look at, to train with and to measure."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ombudsman.people.access import Refused
from reports.demonstration.people import write_sign_ins
from reports.demonstration.whole import already_there, make_demonstration

SIGN_INS = "demo-sign-ins.txt"


class Command(BaseCommand):
    help = "Writes a demonstration: invented institutions, people, visits and interviews in real regions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--visits", type=int, default=600, help="visits in all (600)")
        parser.add_argument("--interviews", type=int, default=3600, help="anonymous interviews in all (3600)")
        parser.add_argument("--seed", type=int, default=2017, help="the same seed gives the same country (2017)")
        parser.add_argument("--year", type=int, help="last of the three years (the last full year)")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where a demonstration is already")

    def handle(self, *args: Any, **options: Any) -> None:
        sign_ins = Path(settings.VAR_DIR) / SIGN_INS
        if options["if_empty"] and already_there():
            self.stdout.write(f"The demonstration is here already. Sign-ins: {sign_ins}")
            return
        try:
            made = make_demonstration(
                visits=options["visits"],
                interviews=options["interviews"],
                seed=options["seed"],
                year=options["year"] or timezone.localdate().year - 1,
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        write_sign_ins(made.passwords, sign_ins)
        self.stdout.write(
            f"{made.institutions} institutions, {made.visits} visits, {made.interviews} interviews, "
            f"{made.recommendations} recommendations."
        )
        for email, password in made.passwords.items():
            self.stdout.write(f"  {email:<28} {password}")
        self.stdout.write(f"Sign-ins are kept in {sign_ins}")

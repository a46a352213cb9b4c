"""`manage.py build_report 2025 --all`: freezes the year's figures, or takes the frozen ones, and prints the report."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ombudsman.pdf import NoPrinter
from ombudsman.people.access import Refused
from ombudsman.words import LANGUAGES
from reports import book, printing, services


class Command(BaseCommand):
    """Prints the annual report of a year."""

    help = "Freeze the figures of a year (or reuse the frozen ones) and print the annual report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int)
        languages = parser.add_mutually_exclusive_group(required=True)
        languages.add_argument("--language", choices=LANGUAGES, help="one language")
        languages.add_argument("--all", action="store_true", help="Kazakh, Russian and English")
        parser.add_argument("--anew", action="store_true", help="print even what lies printed already")
        parser.add_argument("--output", type=Path, help="a further copy of the file (with --language)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"] and options["output"]:
            raise CommandError("--output goes with --language.")
        at = timezone.now()
        try:
            publication = services.freeze(year=options["year"], by=None, at=at)
            asked = list(LANGUAGES) if options["all"] else [options["language"]]
            there = {} if options["anew"] else {one: printing.already_printed(publication, one) for one in asked}
            for path in filter(None, there.values()):
                self.stdout.write(f"{path}  printed already")
            began = time.perf_counter()
            missing = [one for one in asked if not there.get(one)]
            for path in printing.print_languages(publication=publication, languages=missing, by=None, at=at):
                self.stdout.write(f"{path}  {path.stat().st_size:,} bytes, {time.perf_counter() - began:.1f} s")
            if options["output"]:
                name = book.name_of(publication.year, options["language"], publication.edition)
                printing.put(options["output"], (printing.reports_folder() / name).read_bytes())
                self.stdout.write(f"{options['output']}  a copy")
        except Refused as refused:
            raise CommandError(" ".join(str(reason) for reason in refused.obstacles)) from refused
        except NoPrinter as missing:
            raise CommandError(str(missing)) from missing

"""The act of loading everything the product brings along: places, standards, the checklist, the child questionnaire."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from institutions.services.reference import load_places
from ombudsman.people.models import User
from ombudsman.yaml_files import read_yaml

from ..instrument_content import DATA, read_file
from ..models import Edition
from .instruments import load_edition, load_standards


@dataclass(frozen=True)
class Loaded:
    """What a load did: rows of reference data made or changed, and editions published just now."""

    rows: int
    editions: tuple[Edition, ...]


@transaction.atomic
def load_reference(*, by: User | None = None, at: datetime) -> Loaded:
    """Loads the product's own files; a second time changes nothing. `at` becomes the day editions are published on.

    Raises Refused when the file of a published edition was changed, BadContent when a file cannot be read.
    """
    rows = load_places(by=by, at=at)
    standards = read_yaml(DATA / "standards.yaml")["standards"]
    rows += load_standards(rows=standards, by=by, at=at)
    published = []
    for path in sorted([*DATA.glob("checklist-*.yaml"), *DATA.glob("children-*.yaml")]):
        edition, made = load_edition(content=read_file(path), by=by, at=at)
        if made:
            published.append(edition)
    return Loaded(rows, tuple(published))

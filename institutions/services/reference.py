"""The act of loading regions, authorities, kinds and official figures from the product's own files."""

from datetime import datetime

from django.db import transaction

from ombudsman.bulk import merge_rows
from ombudsman.people.models import User
from ombudsman.people.trail import record

from .. import reference_files
from ..models import Authority, InstitutionKind, OfficialFigure, Region


@transaction.atomic
def load_places(*, by: User | None, at: datetime) -> int:
    """Brings regions, authorities, kinds and official figures in line with the files; returns how many rows it made or
    changed (none the second time). Nothing is removed: institutions and recommendations rest on these rows.
    """
    changed = merge_rows(Region, reference_files.regions(), key=("iso",))
    changed += merge_rows(Authority, reference_files.authorities(), key=("code",))
    known = dict(Authority.objects.values_list("code", "pk"))
    changed += merge_rows(InstitutionKind, reference_files.kinds(known), key=("code",))
    changed += merge_rows(OfficialFigure, reference_files.official_figures(), key=("row",))
    if changed:
        record(by=by, at=at, act="load_places", thing=Region.objects.earliest("pk"), rows=changed)
    return changed

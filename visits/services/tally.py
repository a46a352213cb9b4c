"""The tally of a visit: its coded answers packed for counting (DESIGN decision 10). Made at acceptance, rebuildable always."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from django.db import transaction

from ..layout import Layout, pack, pack_measurements
from ..models import Visit, VisitTally
from ..rules.review import applicable

CHILD_ALONE = ["child"]


def pack_child_only(layout: Layout, codes: Collection[str]) -> bytes:
    """One bit per indicator of the layout, lowest bit first: set where the answer rests on children's words alone."""
    row = bytearray((len(layout) + 7) // 8)
    for place, entry in enumerate(layout):
        if entry["code"] in codes:
            row[place // 8] |= 1 << place % 8
    return bytes(row)


def pack_visit(
    layout: Layout,
    measured: Iterable[str],
    answers: Mapping[str, tuple[str | None, Decimal | None, list[str]]],
    asked: Collection[str],
) -> tuple[bytes, bytes, bytes]:
    """Answers, measurements and child-only bits of one visit. `answers`: code -> (choice code, measurement, sources);
    `measured`: codes of indicators with a measurement, in the order of the layout. Raises UnknownCode.
    """
    chosen = {code: choice for code, (choice, _number, _sources) in answers.items()}
    numbers = {code: number for code, (_choice, number, _sources) in answers.items()}
    told = {code for code, (choice, _number, sources) in answers.items() if choice and sources == CHILD_ALONE}
    return (
        pack(layout, chosen, asked),
        pack_measurements(list(measured), numbers),
        pack_child_only(layout, told),
    )


def rebuild_tally(*, visit: Visit) -> VisitTally:
    """Packs the visit's answers anew and stores them in place of what was there."""
    edition = visit.checklist
    layout = edition.layout
    keyed = set(edition.indicators.exclude(measure_key="").values_list("code", flat=True))
    rows = visit.answers.values_list("indicator__code", "choice__code", "measurement", "sources")
    answers, measurements, child_only = pack_visit(
        layout,
        [place["code"] for place in layout if place["code"] in keyed],
        {code: (choice, number, sources) for code, choice, number, sources in rows},
        {indicator.code for indicator in applicable(visit)},
    )
    with transaction.atomic():
        tally, _made = VisitTally.objects.update_or_create(
            visit=visit,
            defaults={"edition": edition, "answers": answers, "measurements": measurements, "child_only": child_only},
        )
    return tally

"""Acts on paper: keep a plan of sheets, key a sheet a second time, decide which of two readings stands.

Keying a sheet the first time is saving answers (`answers.save_section`, origin paper). A second reading changes no answer; only
deciding for it does, and then as any other answer: with a version, and never over a newer one.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from ombudsman.people.access import Refused
from ombudsman.people.models import User

from ..kinds import parse_measurement
from ..models import Answer, Edition, SecondEntry, SheetPlan, Visit
from ..paper import printing
from ..paper.grid import as_json
from ..paper.keyed import same_value
from ..rules.fieldwork import obstacles_to_answering
from .answers import Entry, save_answer


def plan_sheets(*, edition: Edition, family: str, language: str) -> SheetPlan:
    """The plan of an edition's sheets for a family and language: laid out when first printed, the same ever after.

    Nobody's act: it depends on nothing but the edition. Raises NoPrinter the first time, where the printer's library is missing.
    """
    known = SheetPlan.objects.filter(edition=edition, family=family, language=language).first()
    if known is not None:
        return known
    pages = as_json(printing.lay_out(edition, family, language))
    made, _made = SheetPlan.objects.get_or_create(
        edition=edition, family=family, language=language, defaults={"pages": pages}
    )
    return made


def _locked(visit: Visit) -> Visit:
    row = Visit.objects.select_for_update().get(pk=visit.pk)
    if obstacles := obstacles_to_answering(row):
        raise Refused(obstacles)
    return row


@transaction.atomic
def key_again(*, visit: Visit, entries: Iterable[Entry], by: User, at: datetime) -> dict[str, Refused]:
    """Keeps what a second reading of the sheets says, and whether it agrees with the answer that stands; changes no answer.

    Empty entries are passed over. Gives back what could not be kept: indicator code -> why. Raises Refused when closed.
    """
    row = _locked(visit)
    answers = {
        answer.indicator.code: answer
        for answer in row.answers.filter(origin=Answer.Origin.PAPER).select_related("choice", "indicator")
    }
    choices = set(row.checklist.choices.filter(question=None).values_list("code", flat=True))
    refused = {}
    for entry in entries:
        try:
            reading = _read(entry, choices)
            if reading is not None:
                _keep(row, answers.get(entry.indicator), *reading, by=by, at=at)
        except Refused as refusal:
            refused[entry.indicator] = refusal
    return refused


def _read(entry: Entry, choices: set[str]) -> tuple[str, Decimal | None] | None:
    """What an entry says; None when nothing was keyed. Raises Refused."""
    choice = entry.choice or ""
    if choice and choice not in choices:
        raise Refused([_("This answer is not one of the choices.")])
    try:
        measurement = parse_measurement(entry.measurement)
    except ValueError as fault:
        raise Refused([str(fault)]) from fault
    return (choice, measurement) if choice or measurement is not None else None


def _keep(
    visit: Visit, answer: Answer | None, choice: str, measurement: Decimal | None, *, by: User, at: datetime
) -> None:
    if answer is None:
        raise Refused([_("This was not keyed from paper a first time.")])
    SecondEntry.objects.update_or_create(
        visit=visit,
        indicator=answer.indicator,
        defaults={
            "choice": choice,
            "measurement": measurement,
            "first_version": answer.version,
            "agreed": same_value(answer, choice, measurement),
            "stands": "",
            "settled_by": None,
            "settled_at": None,
            "by": by,
            "at": at,
        },
    )


@transaction.atomic
def settle_reading(*, visit: Visit, indicator: str, stands: str, by: User, at: datetime) -> SecondEntry:
    """Decides which of two readings stands: "first" leaves the answer, "second" saves what the second hand read, from paper.

    Raises Refused: nothing differs here any more, the answer was changed meanwhile, or the visit is closed.
    """
    row = _locked(visit)
    second = row.second_entries.filter(indicator__code=indicator, agreed=False, stands="").first()
    answer = row.answers.select_related("choice").filter(indicator__code=indicator).first()
    if second is None or answer is None or stands not in SecondEntry.Hand.values:
        raise Refused([_("Here nothing is to be decided any more.")])
    if answer.version != second.first_version:
        raise Refused([_("The answer was changed meanwhile. Key the sheet a second time again.")])
    if stands == SecondEntry.Hand.SECOND:
        save_answer(
            visit=row,
            indicator=indicator,
            choice=second.choice or None,
            measurement=second.measurement,
            note=answer.note,
            sources=answer.sources,
            anyway=answer.anyway,
            note_confirmed=answer.note_confirmed,
            origin=Answer.Origin.PAPER,
            base_version=answer.version,
            by=by,
            at=at,
        )
    second.stands, second.settled_by, second.settled_at = stands, by, at
    second.save(update_fields=["stands", "settled_by", "settled_at"])
    return second

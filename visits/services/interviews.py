"""Acts on interviews (DESIGN decision 7). No trail, no version, no time, no author: only the bundle of a member, and its end.

Change this file only with docs/adr/0005 in hand.
"""

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from ombudsman.model_parts import new_id
from ombudsman.people.access import Refused
from ombudsman.people.models import User

from .. import bundles
from ..layout import pack
from ..models import Interview, InterviewBundle, Visit, VisitKey
from ..rules.fieldwork import obstacles_to_interviewing


class Moved(Refused):
    """The bundle was saved elsewhere meanwhile, so places in it mean other talks now. Nothing was changed."""

    def __init__(self) -> None:
        super().__init__([_("These talks were changed in another window. Open the list again.")])


def read_bundle(*, visit: Visit, member: User) -> tuple[int, list[bytes]]:
    """Version and packed rows of a member's own bundle, in their present random order; (0, []) when there is none."""
    bundle = InterviewBundle.objects.filter(visit=visit, member=member).first()
    if bundle is None:
        return 0, []
    return bundle.version, _rows(visit, bundle)


def _rows(visit: Visit, bundle: InterviewBundle) -> list[bytes]:
    key = bundles.unwrap(VisitKey.objects.get(visit=visit).wrapped)
    return bundles.unseal(key, bundle.ciphertext, visit=visit.pk, member=bundle.member_id)


def _held(visit: Visit) -> Visit:
    row = Visit.objects.select_for_update().get(pk=visit.pk)
    if obstacles := obstacles_to_interviewing(row):
        raise Refused(obstacles)
    return row


def _write(visit: Visit, member: User, bundle: InterviewBundle | None, rows: Sequence[bytes]) -> InterviewBundle:
    stored, _made = VisitKey.objects.get_or_create(visit=visit, defaults={"wrapped": bundles.wrap(bundles.new_key())})
    sealed = bundles.seal(bundles.unwrap(stored.wrapped), bundles.shuffled(rows), visit=visit.pk, member=member.pk)
    if bundle is None:
        return InterviewBundle.objects.create(visit=visit, member=member, version=1, ciphertext=sealed)
    bundle.version += 1
    bundle.ciphertext = sealed
    bundle.save(update_fields=["version", "ciphertext"])
    return bundle


@transaction.atomic
def save_interview(
    *,
    visit: Visit,
    answers: Mapping[str, str | Collection[str] | None],
    asked: Collection[str],
    by: User,
    replaces: int | None = None,
    base_version: int | None = None,
) -> InterviewBundle:
    """Puts one conversation's coded answers into the member's own bundle, which is then shuffled and sealed anew.

    `replaces` = the place of the talk to correct, valid for `base_version` of the bundle only (else Moved). Raises Refused.
    """
    row = _held(visit)
    if row.questionnaire is None:
        raise Refused(obstacles_to_interviewing(row))
    packed = pack(row.questionnaire.layout, answers, asked)
    bundle = InterviewBundle.objects.select_for_update().filter(visit=row, member=by).first()
    rows = _rows(row, bundle) if bundle else []
    if replaces is not None:
        _check_place(bundle, rows, replaces, base_version)
        rows[replaces] = packed
    else:
        rows.append(packed)
    return _write(row, by, bundle, rows)


@transaction.atomic
def remove_interview(*, visit: Visit, place: int, base_version: int, by: User) -> InterviewBundle:
    """Takes one talk out of the member's own bundle. Raises Refused or Moved."""
    row = _held(visit)
    bundle = InterviewBundle.objects.select_for_update().filter(visit=row, member=by).first()
    rows = _rows(row, bundle) if bundle else []
    _check_place(bundle, rows, place, base_version)
    del rows[place]
    return _write(row, by, bundle, rows)


def _check_place(bundle: InterviewBundle | None, rows: list[bytes], place: int, base_version: int | None) -> None:
    if bundle is None or bundle.version != base_version or not 0 <= place < len(rows):
        raise Moved


def dissolve(*, visit: Visit) -> None:
    """Opens all bundles of a visit, shuffles all talks together and stores them under fresh random ids; then the bundles and
    their key are gone. Part of submitting: runs inside that transaction, with the visit's row locked.
    """
    rows = [row for bundle in visit.bundles.all() for row in _rows(visit, bundle)]
    if rows and visit.questionnaire is not None:
        Interview.objects.bulk_create(
            Interview(id=new_id(), visit=visit, edition=visit.questionnaire, answers=row)
            for row in bundles.shuffled(rows)
        )
    visit.bundles.all().delete()
    VisitKey.objects.filter(visit=visit).delete()

"""Acts on interviews (DESIGN decision 7). No trail, no version, no time, no author: only the bundle of a member, and its end.

Change this file only with docs/adr/0005 in hand.
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ombudsman.model_parts import new_id
from ombudsman.people.access import Refused
from ombudsman.people.models import User
from ombudsman.statements import Statement, Together

from .. import bundles
from ..bundles import Talk
from ..layout import pack
from ..models import Interview, InterviewBundle, LateTalk, TalkMarks, Visit, VisitKey
from ..rules.fieldwork import obstacles_to_interviewing
from ..talks import NoTalk, read_talk


class Moved(Refused):
    """The bundle was saved elsewhere meanwhile, so places in it mean other talks now. Nothing was changed."""

    def __init__(self) -> None:
        super().__init__([_("These talks were changed in another window. Open the list again.")])


def read_bundle(*, visit: Visit, member: User) -> tuple[int, list[Talk]]:
    """Version and talks of a member's own bundle, in their present random order; (0, []) when there is none."""
    bundle = InterviewBundle.objects.filter(visit=visit, member=member).first()
    if bundle is None:
        return 0, []
    return bundle.version, _living(_talks(visit, bundle))


def _living(talks: Sequence[Talk]) -> list[Talk]:
    return [talk for talk in talks if not talk.gone]


def _talks(visit: Visit, bundle: InterviewBundle | None) -> list[Talk]:
    if bundle is None:
        return []
    key = bundles.unwrap(VisitKey.objects.get(visit=visit).wrapped)
    return bundles.talks_of(bundles.unseal(key, bundle.ciphertext, visit=visit.pk, member=bundle.member_id))


def _held(visit: Visit) -> Visit:
    row = Visit.objects.select_for_update().get(pk=visit.pk)
    if obstacles := obstacles_to_interviewing(row):
        raise Refused(obstacles)
    return row


def _bundle_of(visit: Visit, member: User) -> InterviewBundle | None:
    """The member's bundle; the visit's locked row keeps others away."""
    return InterviewBundle.objects.filter(visit=visit, member=member).first()


def _write(visit: Visit, member: User, bundle: InterviewBundle | None, talks: Sequence[Talk]) -> InterviewBundle:
    stored = VisitKey.objects.filter(visit=visit).first()
    if stored is None:
        stored = VisitKey(visit=visit, wrapped=bundles.wrap(bundles.new_key()))
        stored.save(force_insert=True)
    rows = bundles.shuffled(bundles.rows_of(talks))
    sealed = bundles.seal(bundles.unwrap(stored.wrapped), rows, visit=visit.pk, member=member.pk)
    if bundle is None:
        bundle = InterviewBundle(visit=visit, member=member, version=1, ciphertext=sealed)
        bundle.save(force_insert=True)
        return bundle
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
    bundle = _bundle_of(row, by)
    talks = _talks(row, bundle)
    packed = pack(row.questionnaire.layout, answers, asked)
    if replaces is not None:
        before = _placed(bundle, talks, replaces, base_version)
        talks[talks.index(before)] = Talk(before.id, row.questionnaire.pk, packed)
    else:
        talks.append(Talk(new_id(), row.questionnaire.pk, packed))
    return _write(row, by, bundle, talks)


@transaction.atomic
def remove_interview(*, visit: Visit, place: int, base_version: int, by: User) -> InterviewBundle:
    """Takes one talk out of the member's own bundle; its number stays, so that a device cannot bring it back. Raises Refused
    or Moved.
    """
    row = _held(visit)
    bundle = _bundle_of(row, by)
    talks = _talks(row, bundle)
    before = _placed(bundle, talks, place, base_version)
    talks[talks.index(before)] = Talk(before.id, before.edition, b"", gone=True)
    return _write(row, by, bundle, talks)


def _placed(bundle: InterviewBundle | None, talks: Sequence[Talk], place: int, base_version: int | None) -> Talk:
    living = _living(talks)
    if bundle is None or bundle.version != base_version or not 0 <= place < len(living):
        raise Moved
    return living[place]


STORED = Statement(
    "SELECT k.wrapped, b.id, b.ciphertext FROM visits_visit v"
    " LEFT JOIN visits_visitkey k ON k.visit_id = v.id"
    " LEFT JOIN visits_interviewbundle b ON b.visit_id = v.id AND b.member_id = %s WHERE v.id = %s"
)
NEW_KEY = Statement("INSERT INTO visits_visitkey (visit_id, wrapped) VALUES (%s, %s)")
NEW_BUNDLE = Statement(
    "INSERT INTO visits_interviewbundle (id, visit_id, member_id, version, ciphertext) VALUES (%s, %s, %s, 1, %s)"
)
SAME_BUNDLE = Statement("UPDATE visits_interviewbundle SET version = version + 1, ciphertext = %s WHERE id = %s")


def take_talks(
    *, visit: Visit, member: User, talks: Sequence[Talk], first: bool = False, together: Together | None = None
) -> None:
    """Puts talks of a device into the member's bundle; those that came before are left alone. Part of a delivery: inside its
    transaction, with the visit's row locked and the visit still open. Three statements at most, whatever the number; `first` =
    the visit is known to have no bundle yet. Where `together` is given, whoever gave it sends what is written.
    """
    prepared, database = Visit._meta.pk.get_db_prep_value, transaction.get_connection()
    key, writing = prepared(visit.pk, database), together or Together()
    wrapped, number, ciphertext = (STORED.row([member.pk, key]) if not first else None) or (None, None, b"")
    if wrapped is None:
        opened = bundles.new_key()
        writing.add(NEW_KEY, [key, bundles.wrap(opened)])
    else:
        opened = bundles.unwrap(wrapped)
    stored = (
        [] if number is None else bundles.talks_of(bundles.unseal(opened, ciphertext, visit=visit.pk, member=member.pk))
    )
    known = {talk.id for talk in stored}
    new = {talk.id: talk for talk in talks if talk.id not in known}
    if new:
        rows = bundles.shuffled(bundles.rows_of([*stored, *new.values()]))
        sealed = bundles.seal(opened, rows, visit=visit.pk, member=member.pk)
        if number is None:
            writing.add(NEW_BUNDLE, [prepared(new_id(), database), key, member.pk, sealed])
        else:
            writing.add(SAME_BUNDLE, [sealed, number])
    if together is None:
        writing.send()


def known_talks(*, visit: Visit, member: User) -> set[UUID]:
    """Numbers of talks in the member's own bundle, those taken out again included."""
    return {talk.id for talk in _talks(visit, _bundle_of(visit, member))}


def marked(visit: Visit) -> set[bytes]:
    """Marks of talks that came in with the dissolved bundles, or were decided on later."""
    stored = TalkMarks.objects.filter(visit=visit).first()
    return bundles.split_marks(stored.marks) if stored else set()


def _remember(visit: Visit, talks: Collection[UUID]) -> None:
    if talks:
        marks = marked(visit) | {bundles.mark_of(visit.pk, talk) for talk in talks}
        TalkMarks.objects.update_or_create(visit=visit, defaults={"marks": bundles.join_marks(marks)})


def keep_late(*, visit: Visit, sealed: Mapping[UUID, bytes]) -> None:
    """Keeps talks that came after submission, sealed as they were received; all of the visit are written anew in an order that
    says nothing. Part of a delivery, with the visit's row locked.
    """
    stored = {late.pk: bytes(late.sealed) for late in visit.late_talks.all()}
    if set(sealed) <= set(stored):
        return
    every = {**sealed, **stored}
    visit.late_talks.all().delete()
    order = bundles.shuffled([talk.bytes for talk in every])
    LateTalk.objects.bulk_create(
        [LateTalk(id=UUID(bytes=talk), visit=visit, sealed=every[UUID(bytes=talk)]) for talk in order]
    )


def dissolve(*, visit: Visit) -> None:
    """Opens all bundles of a visit, shuffles all talks together and stores them under fresh random ids; then the bundles and
    their key are gone. Part of submitting: runs inside that transaction, with the visit's row locked.
    """
    talks = [talk for bundle in visit.bundles.all() for talk in _talks(visit, bundle)]
    _store(visit, [(talk.edition, talk.packed, "") for talk in _living(talks)])
    _remember(visit, [talk.id for talk in talks])
    visit.bundles.all().delete()
    VisitKey.objects.filter(visit=visit).delete()


def _store(visit: Visit, talks: Sequence[tuple[int, bytes, str]]) -> None:
    """Edition, answers and reason of exclusion of every talk, under fresh ids, in an order that nobody can foresee."""
    order = bundles.shuffled([place.to_bytes(4, "big") for place in range(len(talks))])
    rows = [talks[int.from_bytes(place, "big")] for place in order]
    Interview.objects.bulk_create(
        Interview(id=new_id(), visit=visit, edition_id=edition, answers=packed, excluded=excluded)
        for edition, packed, excluded in rows
    )


def _late_held(visit: Visit, by: User) -> Visit:
    """The visit, held, for somebody who decides on it. Raises PermissionDenied for anybody else."""
    decides = Visit.objects.decidable_by(by).filter(pk=visit.pk)
    if not decides.exists():
        raise PermissionDenied
    return Visit.objects.select_for_update().get(pk=visit.pk)


@transaction.atomic
def take_in_late(*, visit: Visit, by: User) -> None:
    """Takes in all talks that came after submission: every interview of the visit is stored anew, shuffled, under a fresh id, so
    that none of them shows when it came. No trail entry: it would date them. Raises PermissionDenied or Refused.
    """
    row = _late_held(visit, by)
    if row.state not in (Visit.State.SUBMITTED, Visit.State.RETURNED):
        raise Refused([_("Talks can be taken in only while the visit is in review or with its team.")])
    late = list(row.late_talks.all())
    if not late:
        raise Refused([_("No talk waits here any more.")])
    try:
        new = [read_talk(row.pk, one.pk, bytes(one.sealed)) for one in late]
    except NoTalk:
        raise Refused([_("The key of these talks is not with this installation any more.")]) from None
    stored = [(one.edition_id, bytes(one.answers), one.excluded) for one in row.interviews.all()]
    row.interviews.all().delete()
    _store(row, [*stored, *((talk.edition, talk.packed, "") for talk in new)])
    _remember(row, [one.pk for one in late])
    row.late_talks.all().delete()
    if not row.interviews_submitted:
        row.interviews_submitted = True
        row.save(update_fields=["interviews_submitted"])


@transaction.atomic
def set_late_aside(*, visit: Visit, by: User) -> None:
    """Destroys the talks that came after submission; their marks stay, so that no device brings them back. Raises
    PermissionDenied or Refused.
    """
    row = _late_held(visit, by)
    late = list(row.late_talks.values_list("pk", flat=True))
    if not late:
        raise Refused([_("No talk waits here any more.")])
    _remember(row, late)
    row.late_talks.all().delete()

"""Acts on publications: freeze the figures of a year, release them, withdraw them, enter a file in the ledger."""

import hashlib
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from ombudsman.people import trail
from ombudsman.people.access import Refused
from ombudsman.people.models import User

from .. import rules
from ..content import YearContent
from ..figures import counted, dated
from ..models import FrozenFigures, Publication, ReleaseAudit, ReleasedFile, canonical, fingerprint
from ..standing_still import standing_still
from ..tallies import Choice

if TYPE_CHECKING:
    from ..gate import Verdict


def freeze(
    *, year: int, by: User | None, at: datetime, choice_of_visits: Choice = "latest", on: date | None = None
) -> Publication:
    """Counts the year now and keeps the result. `on` is the day it is frozen for (that of `at` if None).

    Where nothing changed since the newest publication of the year, that one is returned. A draft takes the new figures in
    place (its files no longer belong to it and leave the ledger); beside a released or withdrawn one a new edition
    begins, without what would tell of a few beside editions that were public (R12). Counting takes long and holds up
    nobody; what was counted beside is looked at again before it is kept. Raises Refused.
    """
    day = on or at.date()
    with standing_still():
        if obstacles := rules.obstacles_to_freezing(year):
            raise Refused(obstacles)
        beside, earlier = _beside(year), rules.once_public(year)
        newest = Publication.objects.filter(year=year).order_by("-edition").first()
        kept = FrozenFigures.objects.filter(publication=newest).first() if newest else None
        before = date.fromisoformat(kept.content["frozen_on"]) if kept else day
        content, verdict = counted(year, choice_of_visits=choice_of_visits, on=before, earlier=earlier)
    return _keep_counted(content, verdict, year=year, beside=beside, day=day, by=by, at=at)


def _beside(year: int) -> list[tuple[Any, ...]]:
    """What there is of a year: what figures are counted beside, and where they are put."""
    there = Publication.objects.filter(year=year).order_by("edition")
    return list(there.values_list("pk", "edition", "state", "frozen__sha256"))


@transaction.atomic
def _keep_counted(
    content: YearContent,
    verdict: "Verdict",
    *,
    year: int,
    beside: list[tuple[Any, ...]],
    day: date,
    by: User | None,
    at: datetime,
) -> Publication:
    """Keeps what was counted, if nothing was frozen, released or withdrawn since then. Raises Refused."""
    newest = Publication.objects.select_for_update().filter(year=year).order_by("-edition").first()
    if _beside(year) != beside:
        raise Refused([_("The report of this year was changed while its figures were counted. Freeze them anew.")])
    kept = FrozenFigures.objects.filter(publication=newest).first() if newest else None
    earlier = rules.once_public(year)
    if newest and kept and newest.state != Publication.State.WITHDRAWN and kept.fingerprint == fingerprint(content):
        if newest.state == Publication.State.DRAFT:
            _note(newest, kept.sha256, verdict, len(earlier), at)
        return newest
    content = dated(content, day)
    if newest is None or newest.state != Publication.State.DRAFT:
        newest = Publication(year=year, edition=1 + (newest.edition if newest else 0))
    newest.demonstration, newest.created_by, newest.created_at = settings.DEMONSTRATION, by, at
    newest.save()
    newest.files.all().delete()
    _keep(newest, content, at)
    _note(newest, newest.frozen.sha256, verdict, len(earlier), at)
    trail.record(by=by, at=at, act="report.freeze", thing=newest, year=year, sha256=newest.frozen.sha256)
    return newest


def _keep(publication: Publication, content: YearContent, at: datetime) -> None:
    values = {"content": content, "sha256": hashlib.sha256(canonical(content)).hexdigest(), "frozen_at": at}
    publication.frozen = FrozenFigures.objects.update_or_create(publication=publication, defaults=values)[0]


def _note(publication: Publication, sha256: str, verdict: "Verdict", earlier: int, at: datetime) -> None:
    """Keeps the verdict on the figures with this hash; one that is there already stands."""
    if ReleaseAudit.objects.filter(publication=publication, sha256=sha256, passed=True, earlier=earlier).exists():
        return
    values = {
        "sha256": sha256,
        "passed": verdict.passed,
        "earlier": earlier,
        "tables": verdict.tables,
        "cells": verdict.cells,
        "hidden": verdict.hidden,
        "recovered": verdict.recovered,
        "breaches": verdict.breaches,
        "seconds": round(verdict.seconds, 3),
        "made_at": at,
    }
    publication.audit = ReleaseAudit.objects.update_or_create(publication=publication, defaults=values)[0]


def release(*, publication: Publication, by: User, at: datetime) -> Publication:
    """Makes a draft public. The second person: never whoever froze it.

    What is about to be public is attacked once more, as it stands: what a reader could break is refused. That takes long
    and holds up nobody; what was attacked is looked at again before it goes out. Raises Refused.
    """
    with standing_still():
        publication = Publication.objects.select_related("frozen").get(pk=publication.pk)
        beside, sha256 = _beside(publication.year), publication.frozen.sha256
        if obstacles := rules.obstacles_to_releasing(publication, by) or rules.obstacles_found_by_attacking(
            publication
        ):
            raise Refused(obstacles)
    return _let_out(publication, sha256, beside, by, at)


@transaction.atomic
def _let_out(
    publication: Publication, sha256: str, beside: list[tuple[Any, ...]], by: User, at: datetime
) -> Publication:
    """Makes public what was attacked, if it and what it was attacked beside are what they were. Raises Refused."""
    publication = Publication.objects.select_for_update(of=("self",)).select_related("frozen").get(pk=publication.pk)
    frozen = publication.frozen
    if _beside(publication.year) != beside or not frozen.intact or frozen.sha256 != sha256:
        raise Refused([_("The report was changed while it was tested. Try again.")])
    if obstacles := rules.obstacles_to_releasing(publication, by):
        raise Refused(obstacles)
    publication.state, publication.released_by, publication.released_at = Publication.State.RELEASED, by, at
    publication.save(update_fields=["state", "released_by", "released_at"])
    trail.record(by=by, at=at, act="report.release", thing=publication, year=publication.year)
    return publication


@transaction.atomic
def withdraw(*, publication: Publication, by: User, at: datetime) -> Publication:
    """Takes a released report back. What was public stays in the ledger. Raises Refused."""
    publication = Publication.objects.select_for_update().get(pk=publication.pk)
    if obstacles := rules.obstacles_to_withdrawing(publication):
        raise Refused(obstacles)
    publication.state = Publication.State.WITHDRAWN
    publication.save(update_fields=["state"])
    trail.record(by=by, at=at, act="report.withdraw", thing=publication, year=publication.year)
    return publication


@transaction.atomic
def register_file(
    *, publication: Publication, language: str, name: str, content: bytes, by: User | None, at: datetime
) -> ReleasedFile:
    """Enters a file made from the publication in the ledger, by its hash; the same bytes are entered once."""
    sha256 = hashlib.sha256(content).hexdigest()
    entry, new = ReleasedFile.objects.get_or_create(
        publication=publication,
        language=language,
        sha256=sha256,
        defaults={"name": name, "size": len(content), "made_at": at},
    )
    if new:
        trail.record(
            by=by, at=at, act="report.file", thing=publication, year=publication.year, language=language, sha256=sha256
        )
    return entry

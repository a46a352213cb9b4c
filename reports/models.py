"""Publications: one annual report with its frozen figures and released files."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from ombudsman.model_parts import new_id, one_of
from ombudsman.people.models import User

from .queries import OrderQuerySet, PublicationQuerySet


class Publication(models.Model):
    """One annual report. A correction is a new edition, never a change."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RELEASED = "released", _("Released")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    year = models.PositiveSmallIntegerField()
    edition = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    demonstration = models.BooleanField(default=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    released_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Privacy:
        public = ["id", "year", "edition", "state", "demonstration", "created_at", "released_at"]
        internal = ["created_by", "released_by"]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "edition"], name="publication_edition_once"),
            one_of("state", ["draft", "released", "withdrawn"], name="publication_state"),
            models.CheckConstraint(
                condition=models.Q(released_by__isnull=True)
                | models.Q(created_by__isnull=True)
                | ~models.Q(released_by=models.F("created_by")),
                name="publication_needs_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}, {self.edition}"


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one way in which frozen figures are written out to be hashed: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def fingerprint(content: Mapping[str, Any]) -> str:
    """SHA-256 of everything printed but the day it was frozen: equal where a reader would learn nothing new."""
    return hashlib.sha256(canonical({key: value for key, value in content.items() if key != "frozen_on"})).hexdigest()


class FrozenFigures(models.Model):
    """The one artefact that PDF, page, CSV, API, chart and prose render from: protected already, hashed (rule R10)."""

    publication = models.OneToOneField(Publication, models.CASCADE, primary_key=True, related_name="frozen")
    # Protected figures only: nothing that the disclosure engine hid is in here.
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()

    class Privacy:
        public = ["publication", "content", "sha256", "frozen_at"]

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.content)

    @property
    def intact(self) -> bool:
        """Whether the figures are still those that were hashed."""
        return hashlib.sha256(canonical(self.content)).hexdigest() == self.sha256


class ReleaseAudit(models.Model):
    """That a publication's figures were attacked as a reader would, and held. Says how much was looked at, never where something
    is small: no targets, no truth.
    """

    publication = models.OneToOneField(Publication, models.CASCADE, primary_key=True, related_name="audit")
    # Of the figures that were attacked: the verdict is about these and no others.
    sha256 = models.CharField(max_length=64)
    passed = models.BooleanField()
    # Publications of the year that were public already, beside which these were attacked (rule R12).
    earlier = models.PositiveSmallIntegerField()
    tables = models.PositiveIntegerField()
    cells = models.PositiveIntegerField()
    hidden = models.PositiveIntegerField()
    recovered = models.PositiveIntegerField()
    breaches = models.PositiveIntegerField()
    seconds = models.FloatField()
    made_at = models.DateTimeField()

    class Privacy:
        public = ["publication", "sha256", "passed", "earlier", "tables", "cells", "hidden", "recovered", "breaches"]
        internal = ["seconds", "made_at"]


class ReleasedFile(models.Model):
    """A file made from a publication, kept with its hash: the release ledger."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="files")
    language = models.CharField(max_length=2)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Privacy:
        public = ["id", "publication", "language", "name", "sha256", "size", "made_at"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["publication", "language", "sha256"], name="released_file_once")]


class Order(models.Model):
    """Work on a report that takes longer than a page: asked for by a person, carried out by the worker, watched on its page."""

    class Work(models.TextChoices):
        FREEZE = "freeze", _("Freeze the figures")
        RELEASE = "release", _("Make the report public")
        PRINT = "print", _("Print the report")

    class State(models.TextChoices):
        ASKED = "asked", _("Asked for")
        WORKING = "working", _("Being done")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Not done")
        BROKEN = "broken", _("Broken off")

    OPEN = (State.ASKED, State.WORKING)
    # Whoever took it up and has not ended it by then was stopped: another may take it up.
    LEASE = timedelta(minutes=15)
    # So long a worker that runs needs at most to take up what waits, when it is not busy.
    PATIENCE = timedelta(seconds=20)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    work = models.CharField(max_length=10, choices=Work.choices)
    year = models.PositiveSmallIntegerField()
    choice_of_visits = models.CharField(max_length=10, blank=True, default="")
    publication = models.ForeignKey(Publication, models.CASCADE, null=True, blank=True, related_name="orders")
    # Of the figures that whoever asked had before their eyes: others are neither released nor printed for it.
    sha256 = models.CharField(max_length=64, blank=True, default="")
    # In which reasons are said.
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    # Whole sentences, where it was refused.
    reasons = models.JSONField(default=list, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Privacy:
        internal = [
            *("id", "work", "year", "choice_of_visits", "publication", "sha256", "language", "state", "reasons"),
            *("by", "asked_at", "taken_at", "ended_at"),
        ]

    class Meta:
        constraints = [
            # Pressed twice, done once.
            models.UniqueConstraint(
                fields=["work", "year"], condition=models.Q(state__in=["asked", "working"]), name="order_open_once"
            ),
            one_of("work", ["freeze", "release", "print"], name="order_work"),
            one_of("state", ["asked", "working", "done", "refused", "broken"], name="order_state"),
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "working"], ended_at__isnull=True)
                | models.Q(state__in=["done", "refused", "broken"], ended_at__isnull=False),
                name="order_ends_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work} {self.year}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    def may_be_taken(self, at: datetime) -> bool:
        """Whether nobody is at it: it was only asked for, or whoever took it up was stopped."""
        if self.state == self.State.WORKING and self.taken_at is not None:
            return self.taken_at + self.LEASE <= at
        return self.state == self.State.ASKED

    def left_lying(self, at: datetime) -> bool:
        """Whether no worker has come for it in the time a worker needs."""
        return self.may_be_taken(at) and (self.state != self.State.ASKED or self.asked_at + self.PATIENCE <= at)

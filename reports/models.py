"""Publications: one annual report with its frozen figures and released files."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from ombudsman.model_parts import one_of
from ombudsman.people.models import User

from .queries import PublicationQuerySet


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

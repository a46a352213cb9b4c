"""What devices send and keep: deliveries and their receipts, differences between two hands, requests to finish, copies out.

Nothing here may hold what a child said: talks travel in the same request and leave no delivery (docs/adr/0005, 0009).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ombudsman.model_parts import both_or_neither, new_id, one_of
from ombudsman.people.models import User

from ..queries import DeviceCopyQuerySet, DifferenceQuerySet
from .finding import Finding
from .instrument import Indicator, Section
from .visit import Visit


class Delivery(models.Model):
    """One batch of changes as it was received, without its talks, and the receipt that was given for it.

    `number` is made on the device, so the database itself refuses a second copy. Never changed afterwards.
    """

    number = models.UUIDField()
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="deliveries")
    # Nobody asks by sender alone, and every index makes taking a visit in slower.
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    received_at = models.DateTimeField()
    # SHA-256 of the request's body, in hexadecimal: what the receipt repeats.
    hash = models.CharField(max_length=64)
    # The changes as received (UTF-8 JSON, zlib).
    body = models.BinaryField()
    receipt = models.JSONField(default=dict)

    class Privacy:
        internal = ["id", "number", "visit", "by", "received_at", "hash"]
        sensitive = ["body", "receipt"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number"], name="delivery_once")]


class Difference(models.Model):
    """What somebody recorded and what stood already, kept side by side until the team agrees; or came after submission.

    Never deleted: its author can read it for as long as the visit lives.
    """

    class State(models.TextChoices):
        OPEN = "open", _("To be agreed")
        LATE = "late", _("Came after submission")
        MINE = "mine", _("Taken over")
        THEIRS = "theirs", _("The other stands")
        OTHER = "other", _("Agreed on a third")
        REPLACED = "replaced", _("Replaced by its author")
        ASIDE = "aside", _("Set aside")

    WAITING = ("open", "late")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="differences")
    # One of the three says what it is about.
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", null=True, blank=True)
    section = models.ForeignKey(Section, models.PROTECT, related_name="+", null=True, blank=True)
    # Not a key to Finding: a finding that came too late has no row yet.
    finding = models.UUIDField(null=True, blank=True)
    # As AnswerVersion.value, FindingVersion.value or {"step": n}; base = what it was made from (null = nothing stood).
    mine = models.JSONField()
    base = models.JSONField(null=True, blank=True)
    base_version = models.PositiveIntegerField(default=0)
    standing_version = models.PositiveIntegerField(default=0)
    origin = models.CharField(max_length=8, default="browser")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    received_at = models.DateTimeField()
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="differences", null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    reason = models.TextField(blank=True, default="")
    settled_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = DifferenceQuerySet.as_manager()

    class Privacy:
        internal = [
            "id",
            "visit",
            "indicator",
            "section",
            "finding",
            "base_version",
            "standing_version",
            "origin",
            "by",
            "made_at",
            "received_at",
            "delivery",
            "state",
            "settled_by",
            "settled_at",
        ]
        sensitive = ["mine", "base", "reason"]

    class Meta:
        constraints = [
            one_of("state", ["open", "late", "mine", "theirs", "other", "replaced", "aside"], name="difference_state"),
            both_or_neither("settled_by", "settled_at", name="difference_settled"),
        ]
        indexes = [models.Index(fields=["visit", "state"], name="difference_waiting")]


class FindingVersion(models.Model):
    """Every earlier value of a finding: who, when, what. The present one is the finding itself."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    # Text, severity, sources, indicator codes.
    value = models.JSONField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Privacy:
        internal = ["id", "finding", "version", "by", "at"]
        sensitive = ["value"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding", "version"], name="finding_version_once")]


class FinishRequest(models.Model):
    """The leader's wish to submit, sent from a device: the server submits when every change is in and nothing is open."""

    visit = models.OneToOneField(Visit, models.CASCADE, primary_key=True, related_name="finish_request")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    sampling = models.CharField(max_length=8, choices=Visit.Sampling.choices, blank=True, default="")

    class Privacy:
        internal = ["visit", "by", "at", "sampling"]


class DeviceCopy(models.Model):
    """A visit taken along on one device: what is out, until when, and how much was unsent when it last spoke to us."""

    class End(models.TextChoices):
        SENT = "sent", _("Everything was sent")
        CLEARED = "cleared", _("Cleared by its user")
        EXPIRED = "expired", _("Expired")
        WITHDRAWN = "withdrawn", _("Withdrawn: the account or the place on the team ended")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="copies")
    # Random, made by the browser for this user; says nothing about the machine.
    device = models.UUIDField()
    taken_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    unsent = models.PositiveIntegerField(default=0)
    unsent_since = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField()
    ended = models.CharField(max_length=9, choices=End.choices, blank=True, default="")

    objects = DeviceCopyQuerySet.as_manager()

    class Privacy:
        internal = [
            "id",
            "user",
            "visit",
            "device",
            "taken_at",
            "expires_at",
            "unsent",
            "unsent_since",
            "heard_at",
            "ended",
        ]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "visit", "device"], name="one_copy_per_device")]


class Presence(models.Model):
    """Who has a visit open now, and where; overwritten, never a history."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="presences")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    section = models.CharField(max_length=12, blank=True, default="")
    seen_at = models.DateTimeField()

    class Privacy:
        internal = ["id", "visit", "user", "section", "seen_at"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "user"], name="one_presence")]

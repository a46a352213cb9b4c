"""Interviews: anonymous by construction (DESIGN decision 7). Nothing here may order, date or sign a conversation.

No sequence, no time, no author, no device id, no trail entry, no version. Change this file only with docs/adr/0005 in hand.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ombudsman.model_parts import new_id, one_of
from ombudsman.people.models import User

from ..queries import InterviewQuerySet
from .instrument import Edition
from .visit import Visit


class VisitKey(models.Model):
    """The key of one visit's bundles, wrapped by a key kept outside the database; destroyed at submission."""

    visit = models.OneToOneField(Visit, models.CASCADE, primary_key=True, related_name="key")
    wrapped = models.BinaryField()

    class Privacy:
        sensitive = ["visit", "wrapped"]


class InterviewBundle(models.Model):
    """One member's not yet submitted interviews of one visit: replaced whole at every save, shuffled, padded, encrypted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Without indexes of their own: `one_bundle_per_member` begins with the visit, and nobody asks by member alone.
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="bundles", db_index=False)
    member = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    version = models.PositiveIntegerField(default=0)
    ciphertext = models.BinaryField()

    class Privacy:
        sensitive = ["id", "visit", "member", "version", "ciphertext"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "member"], name="one_bundle_per_member")]


class TalkMarks(models.Model):
    """Which device ids came in with the dissolved bundles of a visit: hashes, sorted, tied to no interview.

    Only so that a talk that is sent again after submission is not counted twice.
    """

    visit = models.OneToOneField(Visit, models.CASCADE, primary_key=True, related_name="talk_marks")
    marks = models.BinaryField()

    class Privacy:
        sensitive = ["visit", "marks"]


class LateTalk(models.Model):
    """A talk that reached us after its visit was submitted: still sealed by the device, no time, no author."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="late_talks")
    sealed = models.BinaryField()

    class Privacy:
        sensitive = ["id", "visit", "sealed"]


class Interview(models.Model):
    """One conversation with a child: a random id, the visit, the edition, coded bytes. Nothing else, ever."""

    class Excluded(models.TextChoices):
        DUPLICATE = "duplicate", _("Keyed twice")
        STOPPED = "stopped", _("The child stopped the talk and asked not to be counted")
        PRESSURE = "pressure", _("The talk was not free")
        OTHER = "unusable", _("Cannot be used")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="interviews")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    answers = models.BinaryField()
    excluded = models.CharField(max_length=10, choices=Excluded.choices, blank=True, default="")

    objects = InterviewQuerySet.as_manager()

    class Privacy:
        sensitive = ["id", "visit", "edition", "answers", "excluded"]

    class Meta:
        constraints = [
            one_of("excluded", ["", "duplicate", "stopped", "pressure", "unusable"], name="interview_excluded")
        ]

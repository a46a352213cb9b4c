"""A child at risk now: an urgent concern with its clock, from the press of the button to its outcome."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ombudsman.encrypted import EncryptedText
from ombudsman.model_parts import both_or_neither, new_id, one_of
from ombudsman.people.models import User

from ..queries import UrgentConcernQuerySet
from .visit import Visit


class UrgentConcern(models.Model):
    """Raised by a monitor; the clock starts at the press, not when the server hears of it. Its words rest encrypted."""

    class Category(models.TextChoices):
        INJURY = "injury", _("Fresh injury")
        SEXUAL = "sexual", _("Sexual violence")
        SUICIDE = "suicide", _("Risk of suicide or self-harm")
        UNLAWFUL = "unlawful", _("Held without a legal basis")
        ADULTS = "adults", _("Children held with adults")
        DENIAL = "denial", _("Food, water or medicine denied")
        REPRISAL = "reprisal", _("Punished or threatened for speaking")
        OTHER = "other", _("Another danger")

    class Outcome(models.TextChoices):
        SAFE = "safe", _("The child is safe")
        PROSECUTOR = "prosecutor", _("Handed to the prosecutor")
        MEDICAL = "medical", _("Medical care given")
        MOVED = "moved", _("The child was moved")
        UNFOUNDED = "unfounded", _("Found to be no danger")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="urgent_concerns")
    category = models.CharField(max_length=10, choices=Category.choices)
    # What was seen: no name of a child belongs here; the page says so and looks for one.
    seen = EncryptedText(blank=True, default="")
    # Who was told by telephone, and when; empty = nobody yet.
    told = EncryptedText(blank=True, default="")
    told_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    pressed_at = models.DateTimeField()
    received_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default="")
    outcome_note = EncryptedText(blank=True, default="")
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = UrgentConcernQuerySet.as_manager()

    class Privacy:
        internal = [
            "id",
            "visit",
            "category",
            "told_at",
            "by",
            "pressed_at",
            "received_at",
            "taken_by",
            "taken_at",
            "outcome",
            "closed_by",
            "closed_at",
        ]
        sensitive = ["seen", "told", "outcome_note"]

    class Meta:
        constraints = [
            one_of(
                "category",
                ["injury", "sexual", "suicide", "unlawful", "adults", "denial", "reprisal", "other"],
                name="concern_category",
            ),
            one_of("outcome", ["", "safe", "prosecutor", "medical", "moved", "unfounded"], name="concern_outcome"),
            both_or_neither("taken_by", "taken_at", name="concern_taken"),
            both_or_neither("closed_by", "closed_at", name="concern_closed"),
        ]
        indexes = [models.Index(fields=["closed_at", "pressed_at"], name="concern_open_first")]

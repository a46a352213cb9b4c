"""Paper: where every box of a printed sheet stands, and what a second person keyed from it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ombudsman.model_parts import both_or_neither, one_of
from ombudsman.people.models import User

from .instrument import Edition, Indicator
from .visit import Visit


class SheetPlan(models.Model):
    """The printed sheets of an edition for one family and language: pages, corner marks and boxes, in millimetres.

    Made when first printed and never changed: a sheet filled years ago must still be readable.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="sheets")
    family = models.CharField(max_length=20)
    language = models.CharField(max_length=2)
    # [{"page": 1, "marks": [[x, y], …], "boxes": [{"code": …, "choice": …, "x": …, "y": …, "w": …, "h": …}, …]}, …]
    pages = models.JSONField()

    class Privacy:
        public = ["id", "edition", "family", "language", "pages"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "family", "language"], name="one_sheet_plan")]


class SecondEntry(models.Model):
    """The same sheet keyed a second time, for a critical indicator: what the second hand read, and whether it agreed."""

    class Hand(models.TextChoices):
        FIRST = "first", _("First reading")
        SECOND = "second", _("Second reading")

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="second_entries")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    choice = models.CharField(max_length=20, blank=True, default="")
    measurement = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    # The version of the answer that it was compared with; 0 when there was none.
    first_version = models.PositiveIntegerField(default=0)
    agreed = models.BooleanField()
    # Where the two differed: which reading stands, once somebody has looked at the sheet again.
    stands = models.CharField(max_length=6, choices=Hand.choices, blank=True, default="")
    settled_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Privacy:
        internal = [
            "id",
            "visit",
            "indicator",
            "choice",
            "measurement",
            "first_version",
            "agreed",
            "stands",
            "settled_by",
            "settled_at",
            "by",
            "at",
        ]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "indicator"], name="one_second_entry"),
            one_of("stands", ["", "first", "second"], name="second_entry_stands"),
            both_or_neither("settled_by", "settled_at", name="second_entry_settled"),
        ]

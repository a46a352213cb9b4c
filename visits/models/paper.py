"""Paper: where every box of a printed sheet stands, and what a second person keyed from it."""

from django.db import models

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

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="second_entries")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    choice = models.CharField(max_length=20, blank=True, default="")
    measurement = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    # What the first entry was then; null when it had none.
    first_version = models.PositiveIntegerField(default=0)
    agreed = models.BooleanField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Privacy:
        internal = ["id", "visit", "indicator", "choice", "measurement", "first_version", "agreed", "by", "at"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "indicator"], name="one_second_entry")]

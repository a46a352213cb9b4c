"""What a reviewer has looked at: one line per visit and indicator, bound to the version that was seen."""

from django.db import models

from ombudsman.people.models import User

from .instrument import Indicator
from .visit import Visit


class AnswerCheck(models.Model):
    """A reviewer looked at this answer in this version; a later version must be looked at again. 0 = there was none."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="checks")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Privacy:
        internal = ["id", "visit", "indicator", "version", "by", "at"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "indicator"], name="answer_checked_once")]

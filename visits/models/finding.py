"""Findings, the recommendations drawn from them, what authorities say, and what we saw ourselves."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from institutions.models import Authority
from ombudsman.model_parts import new_id, one_of
from ombudsman.people.models import User
from ombudsman.words import ProseField, Words

from ..queries import FindingQuerySet, RecommendationQuerySet
from .instrument import Indicator
from .visit import Visit


class Finding(models.Model):
    """What the team concluded on one or several indicators."""

    class Severity(models.TextChoices):
        CRITICAL = "critical", _("Critical")
        HIGH = "high", _("High")
        MEDIUM = "medium", _("Medium")
        LOW = "low", _("Low")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("In review")
        RETURNED = "returned", _("Returned")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Rejected")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="findings")
    text = models.TextField()
    severity = models.CharField(max_length=8, choices=Severity.choices)
    # Same codes as Answer.sources; two kinds or more corroborate.
    sources = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    state_reason = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # Who last changed the wording, and when; the author stays the author: nobody decides on a finding of their own.
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    indicators = models.ManyToManyField(Indicator, through="FindingIndicator", related_name="findings")

    objects = FindingQuerySet.as_manager()

    class Privacy:
        internal = ["id", "visit", "severity", "state", "version", "by", "at", "changed_by", "changed_at"]
        internal += ["decided_by", "indicators"]
        sensitive = ["text", "sources", "state_reason"]

    class Meta:
        constraints = [
            one_of("state", ["draft", "submitted", "returned", "accepted", "rejected"], name="finding_state"),
            one_of("severity", ["critical", "high", "medium", "low"], name="finding_severity"),
        ]

    @property
    def corroborated(self) -> bool:
        """Whether two different kinds of source speak for it."""
        return len(set(self.sources)) >= 2


class FindingIndicator(models.Model):
    """An indicator a finding rests on."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="links")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")

    class Privacy:
        internal = ["id", "finding", "indicator"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding", "indicator"], name="indicator_once_in_finding")]


class Recommendation(models.Model):
    """To an authority, with a deadline. Its two states stay apart: what the authority says, what we saw."""

    class Said(models.TextChoices):
        NONE = "none", _("No response yet")
        ACCEPTED = "accepted", _("Accepted by the authority")
        PARTLY = "partly", _("Partly accepted by the authority")
        REJECTED = "rejected", _("Rejected by the authority")
        NO_REPLY = "no_reply", _("No reply in time")

    class Seen(models.TextChoices):
        NOT_CHECKED = "not_checked", _("Not checked yet")
        IMPLEMENTED = "implemented", _("Implemented")
        PARTLY = "partly", _("Partly implemented")
        NOT = "not", _("Not implemented")
        OVERTAKEN = "overtaken", _("Overtaken by events")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=12, unique=True)
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="recommendations")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="recommendations")
    text_kk, text_ru, text_en = ProseField(), ProseField(), ProseField()
    text = Words()
    issued_on = models.DateField()
    year = models.PositiveSmallIntegerField()
    deadline = models.DateField()
    response = models.CharField(max_length=8, choices=Said.choices, default=Said.NONE)
    verification = models.CharField(max_length=11, choices=Seen.choices, default=Seen.NOT_CHECKED)
    repeats = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="repeated_by")
    # How many times the same was recommended before.
    times_repeated = models.PositiveSmallIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = RecommendationQuerySet.as_manager()

    class Privacy:
        public = [
            "id",
            "number",
            "authority",
            "issued_on",
            "year",
            "deadline",
            "response",
            "verification",
            "repeats",
            "times_repeated",
        ]
        internal = ["finding", "text_kk", "text_ru", "text_en", "by"]

    class Meta:
        constraints = [
            one_of("response", ["none", "accepted", "partly", "rejected", "no_reply"], name="recommendation_response"),
            one_of(
                "verification",
                ["not_checked", "implemented", "partly", "not", "overtaken"],
                name="recommendation_verification",
            ),
        ]
        indexes = [models.Index(fields=["year", "authority"], name="recommendation_year")]

    def __str__(self) -> str:
        return self.number

    def overdue(self, day: date) -> bool:
        """Open, and the deadline passed before `day`; the same rule as the queryset's."""
        return self.verification not in ("implemented", "overtaken") and self.deadline < day


class Response(models.Model):
    """What the authority says, in its own letter."""

    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="responses")
    state = models.CharField(max_length=8, choices=Recommendation.Said.choices)
    text = models.TextField(blank=True, default="")
    received_on = models.DateField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Privacy:
        internal = ["id", "recommendation", "state", "text", "received_on", "by"]


class Verification(models.Model):
    """What we saw on a later visit: never taken from the authority's letter."""

    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="verifications")
    state = models.CharField(max_length=11, choices=Recommendation.Seen.choices)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="+", null=True, blank=True)
    note = models.TextField(blank=True, default="")
    seen_on = models.DateField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Privacy:
        internal = ["id", "recommendation", "state", "visit", "seen_on", "by"]
        sensitive = ["note"]

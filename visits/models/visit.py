"""A visit: one team at one institution, its answers while it is alive and its tally when accepted."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from institutions.models import Institution, InstitutionKind, Region
from ombudsman.model_parts import new_id, not_before, one_of
from ombudsman.people.models import Organisation, User

from ..queries import AnswerQuerySet, VisitQuerySet
from .instrument import Choice, Edition, Indicator, Section


class Visit(models.Model):
    """One team at one institution. Its region and kind are those of the day, so a later move changes no figure."""

    class Kind(models.TextChoices):
        PERIODIC = "periodic", _("Periodic")
        SPECIAL = "special", _("Special")
        FOLLOW_UP = "follow_up", _("Follow-up")

    class State(models.TextChoices):
        OPEN = "open", _("In progress")
        SUBMITTED = "submitted", _("In review")
        RETURNED = "returned", _("Returned")
        ACCEPTED = "accepted", _("Accepted")
        VOID = "void", _("Void")

    class Access(models.TextChoices):
        GRANTED = "granted", _("Access granted")
        DELAYED = "delayed", _("Access delayed")
        REFUSED = "refused", _("Access refused")

    class Sampling(models.TextChoices):
        """How the children were chosen: only the first two allow an interval (DESIGN decision 8)."""

        ALL = "all", _("All children were offered a talk")
        RANDOM = "random", _("Drawn at random from the roll")
        CHOSEN = "chosen", _("Chosen otherwise")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="visits")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    institution_kind = models.ForeignKey(InstitutionKind, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="visits")
    checklist = models.ForeignKey(Edition, models.PROTECT, related_name="visits")
    questionnaire = models.ForeignKey(Edition, models.PROTECT, related_name="+", null=True, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PERIODIC)
    announced = models.BooleanField(default=False)
    first_day = models.DateField()
    last_day = models.DateField()
    year = models.PositiveSmallIntegerField()
    arrived_at = models.TimeField(null=True, blank=True)
    entered_at = models.TimeField(null=True, blank=True)
    access = models.CharField(max_length=8, choices=Access.choices, default=Access.GRANTED)
    access_note = models.TextField(blank=True, default="")
    early_reason = models.TextField(blank=True, default="")
    sampling = models.CharField(max_length=8, choices=Sampling.choices, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    state_reason = models.TextField(blank=True, default="")
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    previous = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="later")
    # Set at submission, so that lists need not count: interviews never change afterwards.
    interviews_submitted = models.BooleanField(default=False)

    objects = VisitQuerySet.as_manager()

    class Privacy:
        public = [
            "id",
            "region",
            "institution_kind",
            "checklist",
            "questionnaire",
            "kind",
            "announced",
            "year",
            "access",
        ]
        internal = [
            "institution",
            "organisation",
            "first_day",
            "last_day",
            "arrived_at",
            "entered_at",
            "access_note",
            "early_reason",
            "sampling",
            "state",
            "state_reason",
            "opened_by",
            "opened_at",
            "submitted_by",
            "submitted_at",
            "decided_by",
            "decided_at",
            "previous",
            "interviews_submitted",
        ]

    class Meta:
        constraints = [
            one_of("state", ["open", "submitted", "returned", "accepted", "void"], name="visit_state"),
            not_before("first_day", "last_day", name="visit_ends_after_it_starts"),
        ]
        indexes = [
            models.Index(fields=["-first_day", "-id"], name="visit_newest_first"),
            models.Index(fields=["year", "state", "institution"], name="visit_year_state"),
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.first_day:%Y-%m-%d}"


class Participation(models.Model):
    """A person on a visit's team, from joining until leaving."""

    class Part(models.TextChoices):
        LEADER = "leader", _("Team leader")
        MEMBER = "member", _("Member")

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="team")
    user = models.ForeignKey(User, models.PROTECT, related_name="participations")
    part = models.CharField(max_length=6, choices=Part.choices, default=Part.MEMBER)
    # Section codes given to this member; empty = all.
    sections = models.JSONField(default=list, blank=True)
    left_on = models.DateField(null=True, blank=True)

    class Privacy:
        internal = ["id", "visit", "user", "part", "sections", "left_on"]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "user"], name="once_on_a_team"),
            models.UniqueConstraint(
                fields=["visit"], condition=models.Q(part="leader", left_on__isnull=True), name="one_leader_a_visit"
            ),
        ]


class Answer(models.Model):
    """One visit x one indicator. `choice` null = nothing chosen yet (a note may stand already)."""

    class Origin(models.TextChoices):
        BROWSER = "browser", _("Entered in the browser")
        PAPER = "paper", _("Entered from paper")
        IMPORT = "import", _("Imported")

    # No index of its own: `one_answer_per_indicator` begins with the visit. Nobody asks by indicator, choice or author alone,
    # and every index makes taking a visit in slower.
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="answers", db_index=False)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="answers", db_index=False)
    choice = models.ForeignKey(Choice, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    measurement = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    note = models.TextField(blank=True, default="")
    # Codes of visits/kinds.py: seen, child, staff, document, other. Seen by team and reviewers only.
    sources = models.JSONField(default=list, blank=True)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.BROWSER)
    # Answered although the indicator does not apply to this kind of place.
    anyway = models.BooleanField(default=False)
    # The author has confirmed that nothing in the note names a person (textguard.py warned).
    note_confirmed = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    objects = AnswerQuerySet.as_manager()

    class Privacy:
        internal = [
            "id",
            "visit",
            "indicator",
            "choice",
            "measurement",
            "origin",
            "anyway",
            "note_confirmed",
            "version",
            "by",
            "at",
        ]
        sensitive = ["note", "sources"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "indicator"], name="one_answer_per_indicator")]


class AnswerVersion(models.Model):
    """Every earlier value of an answer: who, when, what. The present one is the answer itself."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    # Choice code, measurement, note, sources, anyway.
    value = models.JSONField(encoder=DjangoJSONEncoder)
    origin = models.CharField(max_length=8)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Privacy:
        internal = ["id", "answer", "version", "origin", "by", "at"]
        sensitive = ["value"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "version"], name="answer_version_once")]


class SectionRating(models.Model):
    """The team's judgement of a section: one of four written steps, or "not rated" (null). Never computed."""

    class Step(models.IntegerChoices):
        GOOD = 4, _("Good: children’s rights are respected here")
        SUFFICIENT = 3, _("Sufficient: some things must be better")
        POOR = 2, _("Poor: rights are often not respected")
        BAD = 1, _("Bad: children come to harm")

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="ratings")
    section = models.ForeignKey(Section, models.PROTECT, related_name="+")
    step = models.PositiveSmallIntegerField(choices=Step.choices, null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)

    class Privacy:
        internal = ["id", "visit", "section", "step", "by", "at", "confirmed_by"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "section"], name="one_rating_per_section")]


class ReviewComment(models.Model):
    """A reviewer's question on one answer (indicator set) or on the visit as a whole; open until resolved."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="comments")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", null=True, blank=True)
    text = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reply = models.TextField(blank=True, default="")
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Privacy:
        internal = ["id", "visit", "indicator", "by", "at", "resolved_at"]
        sensitive = ["text", "reply"]


class VisitTally(models.Model):
    """The packed coded answers of one accepted visit (DESIGN decision 10): rebuildable at any time."""

    visit = models.OneToOneField(Visit, models.CASCADE, primary_key=True, related_name="tally")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    answers = models.BinaryField()
    # float64 little-endian, one per measured indicator of the layout; NaN = none.
    measurements = models.BinaryField(default=b"")
    # One bit per indicator that rests on children's words in this visit (only source: child).
    child_only = models.BinaryField(default=b"")

    class Privacy:
        internal = ["visit", "edition", "answers", "measurements", "child_only"]

"""Standards, and the instruments drawn from them: checklists and child questionnaires in frozen editions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ombudsman.model_parts import one_of
from ombudsman.words import NameField, ProseField, Words

from ..citation import cite, place_in
from ..queries import EditionQuerySet


class Standard(models.Model):
    """A treaty, rule set or law."""

    code = models.CharField(max_length=30, unique=True)
    title_kk, title_ru, title_en = NameField(), NameField(), NameField()
    title = Words()
    short_kk, short_ru, short_en = NameField(), NameField(), NameField()
    short = Words()
    year = models.PositiveSmallIntegerField(null=True)
    kind = models.CharField(max_length=30)
    adopted_by = models.CharField(max_length=400, blank=True, default="")
    status = models.TextField(blank=True, default="")
    # "article", "rule", "paragraph": the word that stands before a number.
    citation_word = models.CharField(max_length=30, blank=True, default="")
    url = models.URLField(max_length=400, blank=True, default="")
    order = models.PositiveSmallIntegerField(default=0)

    class Privacy:
        public = [
            "id",
            "code",
            "title_kk",
            "title_ru",
            "title_en",
            "short_kk",
            "short_ru",
            "short_en",
            "year",
            "kind",
            "adopted_by",
            "status",
            "citation_word",
            "url",
            "order",
        ]

    def __str__(self) -> str:
        return str(self.title)


class Provision(models.Model):
    """One numbered article or rule, with its gist in our own words (never the legal text)."""

    standard = models.ForeignKey(Standard, models.CASCADE, related_name="provisions")
    number = models.CharField(max_length=40)
    # What a provision without a number is called; its `number` is then only the name that instruments refer to it by.
    heading_kk, heading_ru, heading_en = NameField(), NameField(), NameField()
    heading = Words()
    gist_kk, gist_ru, gist_en = ProseField(), ProseField(), ProseField()
    gist = Words()
    # Whether the provision was read with its number, and where; staff are shown what was not.
    verified = models.BooleanField(default=False)
    basis = models.CharField(max_length=20, default="memory")
    source_url = models.CharField(max_length=500, blank=True, default="")
    order = models.PositiveIntegerField(default=0)

    class Privacy:
        public = [
            "id",
            "standard",
            "number",
            "heading_kk",
            "heading_ru",
            "heading_en",
            "gist_kk",
            "gist_ru",
            "gist_en",
            "verified",
            "basis",
            "source_url",
            "order",
        ]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["standard", "number"], name="provision_once_in_standard")]

    def __str__(self) -> str:
        return f"{self.standard.code} {self.number}"

    @property
    def citation(self) -> str:
        """ "Havana Rules, rule 20", in the reader's language."""
        return cite(self)

    @property
    def place(self) -> str:
        """ "rule 20", or the heading of a provision without a number."""
        return place_in(self)


class Instrument(models.Model):
    """A checklist or a child questionnaire, through all its editions."""

    class Kind(models.TextChoices):
        CHECKLIST = "checklist", _("Checklist")
        QUESTIONNAIRE = "questionnaire", _("Child questionnaire")

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=15, choices=Kind.choices)
    title_kk, title_ru, title_en = NameField(), NameField(), NameField()
    title = Words()

    class Privacy:
        public = ["id", "code", "kind", "title_kk", "title_ru", "title_en"]

    def __str__(self) -> str:
        return str(self.title)


class Edition(models.Model):
    """One version of an instrument: frozen when published, countable for ever."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    published_on = models.DateField(null=True, blank=True)
    retired_on = models.DateField(null=True, blank=True)
    # Written at publication, see visits/layout.py: [{"code", "offset", "width", "kind", "codes": {choice: byte or bit}}]
    layout = models.JSONField(default=list, blank=True)
    # SHA-256 of all content, so that "frozen" can be checked.
    content_hash = models.CharField(max_length=64, blank=True, default="")
    # Points to say before asking, in three languages: [{"kk": …, "ru": …, "en": …}]
    preamble = models.JSONField(default=list, blank=True)
    working_translation = models.BooleanField(default=True)

    objects = EditionQuerySet.as_manager()

    class Privacy:
        public = [
            "id",
            "instrument",
            "number",
            "state",
            "published_on",
            "retired_on",
            "layout",
            "content_hash",
            "preamble",
            "working_translation",
        ]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["instrument", "number"], name="edition_number_once"),
            one_of("state", ["draft", "published", "retired"], name="edition_state"),
        ]

    def __str__(self) -> str:
        return f"{self.instrument.code} {self.number}"


class Section(models.Model):
    """A part of an edition: "2 Separation and placement"."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="sections")
    code = models.CharField(max_length=20)
    order = models.PositiveSmallIntegerField()
    title_kk, title_ru, title_en = NameField(), NameField(), NameField()
    title = Words()

    class Privacy:
        public = ["id", "edition", "code", "order", "title_kk", "title_ru", "title_en"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="section_once_in_edition")]

    def __str__(self) -> str:
        return str(self.title)


class Indicator(models.Model):
    """One statement of a checklist that is met, partly met or not met."""

    class Criticality(models.TextChoices):
        CRITICAL = "critical", _("Critical")
        HIGH = "high", _("High")
        MEDIUM = "medium", _("Medium")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="indicators")
    section = models.ForeignKey(Section, models.CASCADE, related_name="indicators")
    code = models.CharField(max_length=20)
    # Place in its section from 1: with the section's order the printed number, "2.1".
    order = models.PositiveSmallIntegerField()
    statement_kk, statement_ru, statement_en = ProseField(), ProseField(), ProseField()
    statement = Words()
    criticality = models.CharField(max_length=10, choices=Criticality.choices, default=Criticality.HIGH)
    # How it is usually verified: codes observation, documents, interview_children, interview_staff, other.
    verify_by = models.JSONField(default=list, blank=True)
    # Families of kinds it applies to; ["all"] = every family.
    applies_to = models.JSONField(default=list)
    # Rests on children's words alone: its figures follow the children's rules (DESIGN decision 4).
    children_only = models.BooleanField(default=False)
    measure_key = models.CharField(max_length=60, blank=True, default="")
    measure_unit_kk, measure_unit_ru, measure_unit_en = NameField(), NameField(), NameField()
    measure_unit = Words()
    measure_kk, measure_ru, measure_en = NameField(), NameField(), NameField()
    measure = Words()
    reference_value = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    reference_basis = models.CharField(max_length=300, blank=True, default="")
    better = models.CharField(max_length=10, blank=True, default="")
    # Not typed in: the product counts it from the interviews.
    computed = models.BooleanField(default=False)
    provisions = models.ManyToManyField(Provision, through="IndicatorReference", related_name="indicators")

    class Privacy:
        public = [
            "id",
            "edition",
            "section",
            "code",
            "order",
            "statement_kk",
            "statement_ru",
            "statement_en",
            "criticality",
            "verify_by",
            "applies_to",
            "children_only",
            "measure_key",
            "measure_unit_kk",
            "measure_unit_ru",
            "measure_unit_en",
            "measure_kk",
            "measure_ru",
            "measure_en",
            "reference_value",
            "reference_basis",
            "better",
            "computed",
            "provisions",
        ]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="indicator_once_in_edition")]

    def __str__(self) -> str:
        return f"{self.code} {self.statement}"

    def applies(self, family: str) -> bool:
        """Whether the indicator is asked in institutions of this family of kinds."""
        return "all" in self.applies_to or family in self.applies_to

    @property
    def printed_number(self) -> str:
        """Section and place in it, "2.1"; needs the section."""
        return f"{self.section.order}.{self.order}"

    @property
    def critical(self) -> bool:
        return self.criticality == self.Criticality.CRITICAL


class IndicatorReference(models.Model):
    """An indicator's standard, in the order of importance."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="references")
    provision = models.ForeignKey(Provision, models.PROTECT, related_name="references")
    order = models.PositiveSmallIntegerField(default=0)

    class Privacy:
        public = ["id", "indicator", "provision", "order"]


class Question(models.Model):
    """One question of a child questionnaire."""

    class Kind(models.TextChoices):
        SINGLE = "single", _("One choice")
        MULTIPLE = "multiple", _("Several choices")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="questions")
    section = models.ForeignKey(Section, models.CASCADE, related_name="questions")
    code = models.CharField(max_length=20)
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.SINGLE)
    text_kk, text_ru, text_en = ProseField(), ProseField(), ProseField()
    text = Words()
    help_kk, help_ru, help_en = ProseField(), ProseField(), ProseField()
    help = Words()
    sensitive = models.BooleanField(default=False)
    applies_to = models.JSONField(default=list)
    # {"question": "Q-07", "choices": ["yes"]}: asked only then; empty = always.
    ask_if = models.JSONField(default=dict, blank=True)
    # Rule R7: pairs or groups of choice codes merged, step by step, until every cell passes: [[["often", "always"]], …]
    merge_order = models.JSONField(default=list, blank=True)
    # Codes of indicators the answers speak to.
    indicator_codes = models.JSONField(default=list, blank=True)

    class Privacy:
        public = [
            "id",
            "edition",
            "section",
            "code",
            "order",
            "kind",
            "text_kk",
            "text_ru",
            "text_en",
            "help_kk",
            "help_ru",
            "help_en",
            "sensitive",
            "applies_to",
            "ask_if",
            "merge_order",
            "indicator_codes",
        ]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="question_once_in_edition")]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    def applies(self, family: str) -> bool:
        """Whether the question is asked in institutions of this family of kinds."""
        return "all" in self.applies_to or family in self.applies_to


class Choice(models.Model):
    """One possible answer, with its role. Belongs to a question, or (question null) to the scale of a checklist's edition."""

    class Role(models.TextChoices):
        # checklist
        JUDGED = "judged", _("Judged")
        BESIDE = "beside", _("Counted beside")
        # questionnaire
        ANSWER = "answer", _("Answer")
        NO_ANSWER = "no_answer", _("No answer")
        NOT_ASKED = "not_asked", _("Not asked")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="choices")
    question = models.ForeignKey(Question, models.CASCADE, related_name="choices", null=True, blank=True)
    code = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=10, choices=Role.choices)
    label_kk, label_ru, label_en = NameField(), NameField(), NameField()
    label = Words()
    # Counts towards the figure of a checklist ("met"; in a four-grade scale "good" and "outstanding").
    favourable = models.BooleanField(default=False)
    # Excludes every other choice of a multiple question ("none of these").
    excludes = models.BooleanField(default=False)
    # Which mark of the sprite stands for it: met, partly, not, na, unseen, refused.
    mark = models.CharField(max_length=10, blank=True, default="")

    class Privacy:
        public = [
            "id",
            "edition",
            "question",
            "code",
            "order",
            "role",
            "label_kk",
            "label_ru",
            "label_en",
            "favourable",
            "excludes",
            "mark",
        ]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "code"], name="choice_once_in_question"),
            models.UniqueConstraint(
                fields=["edition", "code"], condition=models.Q(question__isnull=True), name="choice_once_in_scale"
            ),
            one_of("role", ["judged", "beside", "answer", "no_answer", "not_asked"], name="choice_role"),
        ]

    def __str__(self) -> str:
        return str(self.label)


class Crosswalk(models.Model):
    """Which indicator or question of an older edition may be compared with which of a newer one."""

    older = models.ForeignKey(Edition, models.CASCADE, related_name="newer_links")
    newer = models.ForeignKey(Edition, models.CASCADE, related_name="older_links")
    older_code = models.CharField(max_length=20)
    newer_code = models.CharField(max_length=20)

    class Privacy:
        public = ["id", "older", "newer", "older_code", "newer_code"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["older", "newer", "older_code"], name="crosswalk_once")]

"""Regions, authorities, kinds, institutions with their history, headcounts, official figures, conflicts of interest."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ombudsman.model_parts import both_or_neither, new_id, not_before, one_of
from ombudsman.people.models import User
from ombudsman.words import NameField, ProseField, Words

from .queries import ConflictQuerySet, InstitutionQuerySet


class Region(models.Model):
    """An oblast or city of republican significance. Regions change, so each has dates of validity."""

    iso = models.CharField(max_length=10, unique=True)
    kato = models.CharField(max_length=9, blank=True, default="")
    name_kk, name_ru, name_en = NameField(), NameField(), NameField()
    name = Words()
    short_kk, short_ru, short_en = NameField(max_length=60), NameField(max_length=60), NameField(max_length=60)
    short = Words()
    note = models.CharField(max_length=300, blank=True, default="")
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    # Place on the tile map (column 0-5, row 0-4); null = not on the map.
    tile_column = models.PositiveSmallIntegerField(null=True, blank=True)
    tile_row = models.PositiveSmallIntegerField(null=True, blank=True)
    sort_key = models.CharField(max_length=300, default="", db_index=True)

    class Privacy:
        public = [
            "id",
            "iso",
            "kato",
            "name_kk",
            "name_ru",
            "name_en",
            "short_kk",
            "short_ru",
            "short_en",
            "note",
            "valid_from",
            "valid_until",
            "tile_column",
            "tile_row",
            "sort_key",
        ]

    class Meta:
        constraints = [both_or_neither("tile_column", "tile_row", name="region_tile_place")]

    def __str__(self) -> str:
        return str(self.name)


class Authority(models.Model):
    """A ministry, akimat department or prosecutor's office: answers for institutions, receives recommendations."""

    code = models.CharField(max_length=40, unique=True)
    name_kk, name_ru, name_en = NameField(), NameField(), NameField()
    name = Words()
    order = models.PositiveSmallIntegerField(default=0)

    class Privacy:
        public = ["id", "code", "name_kk", "name_ru", "name_en", "order"]

    def __str__(self) -> str:
        return str(self.name)


class InstitutionKind(models.Model):
    """One of the fifteen kinds: why a stay there is deprivation of liberty, how often it must be visited, which checklist."""

    class Basis(models.TextChoices):
        CRIMINAL = "criminal", _("Criminal procedure or sentence")
        EDUCATIONAL = "court_educational", _("Court-ordered education")
        PROTECTIVE = "protective", _("Protection")
        MEDICAL = "medical", _("Medical")
        MIGRATION = "migration", _("Migration")
        ADMINISTRATIVE = "administrative", _("Administrative")
        DE_FACTO = "de_facto", _("In fact")

    number = models.PositiveSmallIntegerField(unique=True)
    code = models.CharField(max_length=40, unique=True)
    name_kk, name_ru, name_en = NameField(), NameField(), NameField()
    name = Words()
    plural_kk, plural_ru, plural_en = NameField(), NameField(), NameField()
    plural = Words()
    # Family of the checklist: police, remand, colony, special_school, adaptation_centre, care_home, disability_home, psychiatric.
    family = models.CharField(max_length=30)
    basis = models.CharField(max_length=20, choices=Basis.choices)
    why_kk, why_ru, why_en = ProseField(), ProseField(), ProseField()
    why = Words()
    legal_basis_kk, legal_basis_ru, legal_basis_en = NameField(), NameField(), NameField()
    legal_basis = Words()
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="kinds")
    visit_interval_months = models.PositiveSmallIntegerField(default=12)
    tells_prosecutor_in_24h = models.BooleanField(default=False)
    to_be_confirmed = models.BooleanField(default=False)

    class Privacy:
        public = [
            "id",
            "number",
            "code",
            "name_kk",
            "name_ru",
            "name_en",
            "plural_kk",
            "plural_ru",
            "plural_en",
            "family",
            "basis",
            "why_kk",
            "why_ru",
            "why_en",
            "legal_basis_kk",
            "legal_basis_ru",
            "legal_basis_en",
            "authority",
            "visit_interval_months",
            "tells_prosecutor_in_24h",
            "to_be_confirmed",
        ]

    def __str__(self) -> str:
        return str(self.name)


class Institution(models.Model):
    """One place where children are held."""

    class Sexes(models.TextChoices):
        BOTH = "both", _("Girls and boys")
        GIRLS = "girls", _("Girls")
        BOYS = "boys", _("Boys")

    uid = models.UUIDField(default=new_id, unique=True, editable=False)
    kind = models.ForeignKey(InstitutionKind, models.PROTECT, related_name="institutions")
    region = models.ForeignKey(Region, models.PROTECT, related_name="institutions")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="institutions")
    name_kk, name_ru, name_en = NameField(), NameField(), NameField()
    name = Words()
    locality_kk, locality_ru, locality_en = NameField(), NameField(), NameField()
    locality = Words()
    capacity = models.PositiveIntegerField(null=True, blank=True)
    sexes = models.CharField(max_length=5, choices=Sexes.choices, default=Sexes.BOTH)
    age_from = models.PositiveSmallIntegerField(null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    name_released = models.BooleanField(default=False)
    search = models.TextField(default="", blank=True)
    sort_key = models.CharField(max_length=400, default="", db_index=True)

    objects = InstitutionQuerySet.as_manager()

    class Privacy:
        public = [
            "id",
            "uid",
            "kind",
            "region",
            "authority",
            "capacity",
            "sexes",
            "age_from",
            "age_to",
            "opened_on",
            "closed_on",
            "name_released",
        ]
        internal = ["name_kk", "name_ru", "name_en", "locality_kk", "locality_ru", "locality_en", "search", "sort_key"]

    class Meta:
        constraints = [not_before("opened_on", "closed_on", name="institution_closes_after_opening")]

    def __str__(self) -> str:
        return str(self.name)


class InstitutionEvent(models.Model):
    """A dated change: opened, closed, renamed, moved, capacity changed, merged. The past stays readable."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Opened")
        CLOSED = "closed", _("Closed")
        RENAMED = "renamed", _("Renamed")
        MOVED = "moved", _("Moved")
        CAPACITY = "capacity", _("Capacity changed")
        AUTHORITY = "authority", _("Authority changed")

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    on = models.DateField()
    before_text = models.CharField(max_length=400, blank=True, default="")
    after_text = models.CharField(max_length=400, blank=True, default="")

    class Privacy:
        internal = ["id", "institution", "kind", "on", "before_text", "after_text"]


class Headcount(models.Model):
    """Children present on a day, with its source. Over capacity is accepted: that is a finding, not bad input."""

    class Source(models.TextChoices):
        VISIT = "visit", _("Counted by monitors")
        INSTITUTION = "institution", _("Return of the institution")
        AUTHORITY = "authority", _("Return of the authority")

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="headcounts")
    on = models.DateField()
    children = models.PositiveIntegerField()
    girls = models.PositiveIntegerField(null=True, blank=True)
    boys = models.PositiveIntegerField(null=True, blank=True)
    # Bands are data: {"10-13": 4, "14-15": 9, ...}; likewise the legal ground of the stay.
    by_age = models.JSONField(default=dict, blank=True)
    by_ground = models.JSONField(default=dict, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=12, choices=Source.choices)

    class Privacy:
        internal = ["id", "institution", "on", "children", "girls", "boys", "by_age", "by_ground", "capacity", "source"]

    class Meta:
        constraints = [
            one_of("source", ["visit", "institution", "authority"], name="headcount_source"),
            models.UniqueConstraint(fields=["institution", "on", "source"], name="headcount_once_a_day_and_source"),
        ]

    @property
    def overcrowded(self) -> bool:
        return self.capacity is not None and self.children > self.capacity


class OfficialFigure(models.Model):
    """A published statistic of somebody else. Contradictions are shown, not hidden (see `official.py`)."""

    series = models.CharField(max_length=60, db_index=True)
    label_kk, label_ru, label_en = NameField(), NameField(), NameField()
    label = Words()
    year = models.PositiveSmallIntegerField()
    # For example {"sex": "male"}; empty = the total.
    dimensions = models.JSONField(default=dict, blank=True)
    value = models.DecimalField(max_digits=14, decimal_places=3)
    # What the dimension is and which part of it this row holds, in words ("sex", "boys"); empty for the total.
    split_kk, split_ru, split_en = NameField(), NameField(), NameField()
    split = Words()
    part_kk, part_ru, part_en = NameField(), NameField(), NameField()
    part = Words()
    unit = models.CharField(max_length=40)
    # The English citation is the identity of a source; the others are its translations.
    source_kk, source_ru, source_en = ProseField(), ProseField(), ProseField()
    source = Words()
    note = models.TextField(blank=True, default="")
    row = models.PositiveIntegerField(unique=True)

    class Privacy:
        public = [
            "id",
            "series",
            "label_kk",
            "label_ru",
            "label_en",
            "year",
            "dimensions",
            "value",
            "split_kk",
            "split_ru",
            "split_en",
            "part_kk",
            "part_ru",
            "part_en",
            "unit",
            "source_kk",
            "source_ru",
            "source_en",
            "note",
            "row",
        ]


class ConflictOfInterest(models.Model):
    """A declared tie between a person and an institution. While it lasts it denies everything about that place, before
    anything allows."""

    class Kind(models.TextChoices):
        RELATIVE = "relative", _("A relative works or is held there")
        EMPLOYER = "employer", _("Works there or did")
        SUPPLIER = "supplier", _("Supplies it")
        OTHER = "other", _("Another tie")

    user = models.ForeignKey(User, models.CASCADE, related_name="conflicts")
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="conflicts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    starts = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = ConflictQuerySet.as_manager()

    class Privacy:
        internal = ["id", "user", "institution", "kind", "starts", "until"]

    class Meta:
        constraints = [
            not_before("starts", "until", name="conflict_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["user", "institution"], condition=Q(until__isnull=True), name="one_open_conflict_per_place"
            ),
        ]

"""API of instruments (read-only): editions, indicators, questions. Registered in ombudsman/api.py."""

from typing import Any

from django.db.models import Prefetch, QuerySet, TextField
from django.db.models.functions import Cast
from django_filters import rest_framework as filters
from rest_framework import mixins, serializers
from rest_framework.viewsets import GenericViewSet

from ombudsman.api_parts import WordsField

from .families import FAMILIES
from .models import Choice, Edition, Indicator, IndicatorReference, Instrument, Provision, Question, Section


class SectionSerializer(serializers.ModelSerializer[Section]):
    """A part of an edition."""

    title = WordsField()

    class Meta:
        model = Section
        fields = ["code", "order", "title"]


class ChoiceSerializer(serializers.ModelSerializer[Choice]):
    """A possible answer; its role says how it is counted."""

    label = WordsField()  # type: ignore[assignment]

    class Meta:
        model = Choice
        fields = ["code", "role", "label", "favourable", "excludes"]


class EditionSerializer(serializers.ModelSerializer[Edition]):
    """One version of an instrument. `content_hash` is the SHA-256 of all it holds."""

    instrument = serializers.SlugRelatedField[Edition](slug_field="code", read_only=True)
    kind = serializers.ChoiceField(choices=Instrument.Kind.choices, source="instrument.kind", read_only=True)
    title = WordsField(of="instrument")
    sections = SectionSerializer(many=True, read_only=True)
    scale = ChoiceSerializer(many=True, read_only=True, help_text="Answers of a checklist; empty for a questionnaire")

    class Meta:
        model = Edition
        fields = [
            "instrument",
            "kind",
            "number",
            "state",
            "published_on",
            "retired_on",
            "working_translation",
            "content_hash",
            "title",
            "sections",
            "scale",
        ]


class ProvisionSerializer(serializers.ModelSerializer[Provision]):
    """What an indicator rests on."""

    standard = serializers.CharField(source="provision.standard.code", read_only=True)
    number = serializers.CharField(source="provision.number", read_only=True)
    citation = serializers.CharField(source="provision.citation", read_only=True)
    verified = serializers.BooleanField(source="provision.verified", read_only=True)

    class Meta:
        model = IndicatorReference
        fields = ["standard", "number", "citation", "verified"]


class IndicatorSerializer(serializers.ModelSerializer[Indicator]):
    """One statement of a checklist."""

    instrument = serializers.CharField(source="edition.instrument.code", read_only=True)
    edition = serializers.IntegerField(source="edition.number", read_only=True)
    section = serializers.SlugRelatedField[Indicator](slug_field="code", read_only=True)
    number = serializers.CharField(source="printed_number", read_only=True, help_text="Printed number, 2.1")
    statement = WordsField()
    measure = WordsField()
    measure_unit = WordsField()
    references = ProvisionSerializer(many=True, read_only=True)

    class Meta:
        model = Indicator
        fields = [
            "instrument",
            "edition",
            "section",
            "code",
            "number",
            "statement",
            "criticality",
            "applies_to",
            "verify_by",
            "children_only",
            "measure",
            "measure_unit",
            "reference_value",
            "better",
            "computed",
            "references",
        ]


class QuestionSerializer(serializers.ModelSerializer[Question]):
    """One question of a child questionnaire."""

    instrument = serializers.CharField(source="edition.instrument.code", read_only=True)
    edition = serializers.IntegerField(source="edition.number", read_only=True)
    section = serializers.SlugRelatedField[Question](slug_field="code", read_only=True)
    text = WordsField()
    choices = ChoiceSerializer(many=True, read_only=True)

    class Meta:
        model = Question
        fields = [
            "instrument",
            "edition",
            "section",
            "code",
            "order",
            "kind",
            "text",
            "sensitive",
            "applies_to",
            "ask_if",
            "merge_order",
            "indicator_codes",
            "choices",
        ]


class EditionFilter(filters.FilterSet):  # type: ignore[misc]
    """`?instrument=checklist&kind=checklist&state=published`."""

    instrument = filters.CharFilter(field_name="instrument__code")
    kind = filters.ChoiceFilter(field_name="instrument__kind", choices=Instrument.Kind.choices)
    state = filters.ChoiceFilter(choices=Edition.State.choices)

    class Meta:
        model = Edition
        fields: list[str] = []


class ItemFilter(filters.FilterSet):  # type: ignore[misc]
    """What indicators and questions are narrowed by: `?instrument=checklist&edition=1&section=SEP&family=remand`."""

    instrument = filters.CharFilter(field_name="edition__instrument__code")
    edition = filters.NumberFilter(field_name="edition__number")
    section = filters.CharFilter(field_name="section__code")
    code = filters.CharFilter()
    family = filters.ChoiceFilter(method="by_family", choices=list(FAMILIES.items()))

    def by_family(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        """Rows that apply to this family of kinds, or to all."""
        rows = rows.annotate(families=Cast("applies_to", TextField()))
        return rows.filter(families__contains=f'"{value}"') | rows.filter(families__contains='"all"')


class IndicatorFilter(ItemFilter):
    """Also `?criticality=critical`."""

    criticality = filters.ChoiceFilter(choices=Indicator.Criticality.choices)

    class Meta:
        model = Indicator
        fields: list[str] = []


class QuestionFilter(ItemFilter):
    """Also `?sensitive=true`."""

    sensitive = filters.BooleanFilter()

    class Meta:
        model = Question
        fields: list[str] = []


class EditionViewSet(mixins.ListModelMixin, GenericViewSet[Edition]):
    """Editions of checklists and questionnaires; a published one never changes."""

    queryset = Edition.objects.none()
    serializer_class = EditionSerializer
    filterset_class = EditionFilter

    def get_queryset(self) -> "QuerySet[Edition]":
        scale = Choice.objects.filter(question=None).order_by("order")
        rows = Edition.objects.visible_to(self.request.user).select_related("instrument")
        rows = rows.prefetch_related(
            Prefetch("sections", Section.objects.order_by("order")), Prefetch("choices", scale, to_attr="scale")
        )
        return rows.order_by("instrument__code", "-number")


class IndicatorViewSet(mixins.ListModelMixin, GenericViewSet[Indicator]):
    """Indicators with the provisions they rest on."""

    queryset = Indicator.objects.none()
    serializer_class = IndicatorSerializer
    filterset_class = IndicatorFilter

    def get_queryset(self) -> "QuerySet[Indicator]":
        editions = Edition.objects.visible_to(self.request.user).values("pk")
        references = IndicatorReference.objects.select_related("provision__standard").order_by("order")
        rows = Indicator.objects.filter(edition__in=editions).select_related("section", "edition__instrument")
        rows = rows.prefetch_related(Prefetch("references", references))
        return rows.order_by("edition__instrument__code", "-edition__number", "section__order", "order")


class QuestionViewSet(mixins.ListModelMixin, GenericViewSet[Question]):
    """Questions with their choices."""

    queryset = Question.objects.none()
    serializer_class = QuestionSerializer
    filterset_class = QuestionFilter

    def get_queryset(self) -> "QuerySet[Question]":
        editions = Edition.objects.visible_to(self.request.user).values("pk")
        rows = Question.objects.filter(edition__in=editions).select_related("section", "edition__instrument")
        rows = rows.prefetch_related(Prefetch("choices", Choice.objects.order_by("order")))
        return rows.order_by("edition__instrument__code", "-edition__number", "order")

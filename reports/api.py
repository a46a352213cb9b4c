"""API of reports (read-only): the frozen figures of released reports. Registered in ombudsman/api.py."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from .models import Publication


class FigureSerializer(serializers.Serializer[Any]):
    """One protected percentage with all that must stand beside it; null = hidden."""

    key = serializers.CharField(help_text="For example indicator.SEP-01, question.Q-07.yes, coverage.regions")
    year = serializers.IntegerField()
    numerator = serializers.IntegerField(allow_null=True)
    base = serializers.IntegerField(allow_null=True)
    base_rule = serializers.CharField(help_text="judged, all, answer or register")
    percent = serializers.IntegerField(allow_null=True, help_text="Whole, rounded once, half up")
    institutions = serializers.IntegerField(allow_null=True)
    period = serializers.ListField(child=serializers.IntegerField(), help_text="First and last year")
    edition = serializers.CharField(allow_blank=True)
    choice_of_visits = serializers.CharField()
    protection = serializers.CharField()
    publication_edition = serializers.IntegerField()
    sha256 = serializers.CharField(help_text="Of the frozen figures of the publication")


class FigureFilter(filters.FilterSet):  # type: ignore[misc]
    """`year` exactly; `key` by its beginning ("indicator.SEP")."""

    year = filters.NumberFilter()
    key = filters.CharFilter(method="keep")

    class Meta:
        model = Publication
        fields = ["year"]

    def keep(self, rows: "QuerySet[Publication]", name: str, value: str) -> "QuerySet[Publication]":
        """Keys live inside a publication: the view narrows them."""
        return rows


class FigureViewSet(GenericViewSet[Publication]):
    """Figures of released reports."""

    queryset = Publication.objects.none()
    serializer_class = FigureSerializer
    filterset_class = FigureFilter

    def get_queryset(self) -> "QuerySet[Publication]":
        seen = Publication.objects.visible_to(self.request.user).released()
        return seen.filter(frozen__isnull=False).select_related("frozen").newest_first()

    @extend_schema(responses=FigureSerializer(many=True))
    def list(self, request: Request) -> Response:
        beginning = request.query_params.get("key", "")
        figures = [
            {
                "key": key,
                "year": publication.year,
                "publication_edition": publication.edition,
                "sha256": publication.frozen.sha256,
                **figure,
            }
            for publication in self.filter_queryset(self.get_queryset())
            for key, figure in sorted(publication.frozen.content["figures"].items())
            if key.startswith(beginning)
        ]
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(figures), many=True).data)

"""Filters of the lists of visits and recommendations. Views only."""

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import Recommendation, Visit


class VisitFilter(django_filters.FilterSet):  # type: ignore[misc]
    """`?year=2025&region=KZ-35&kind=special&state=accepted`. An unknown value finds nothing, never everything."""

    year = django_filters.NumberFilter(field_name="year")
    region = django_filters.CharFilter(field_name="region__iso")
    kind = django_filters.ChoiceFilter(choices=Visit.Kind.choices)
    state = django_filters.ChoiceFilter(choices=Visit.State.choices)

    class Meta:
        model = Visit
        fields: list[str] = []


class RecommendationFilter(django_filters.FilterSet):  # type: ignore[misc]
    """`?authority=mia&year=2025&response=none&verification=not_checked&overdue=1`."""

    authority = django_filters.CharFilter(field_name="authority__code")
    year = django_filters.NumberFilter(field_name="year")
    response = django_filters.ChoiceFilter(choices=Recommendation.Said.choices)
    verification = django_filters.ChoiceFilter(choices=Recommendation.Seen.choices)
    overdue = django_filters.ChoiceFilter(method="only_overdue", choices=[("1", _("Overdue only"))])

    class Meta:
        model = Recommendation
        fields: list[str] = []

    def only_overdue(self, rows: "QuerySet[Recommendation]", name: str, value: str) -> "QuerySet[Recommendation]":
        """The server's local date decides what is late."""
        return rows.filter(pk__in=Recommendation.objects.overdue(timezone.localdate()).values("pk"))

"""Filters of the list of institutions, for its page and its API. Views and API only."""

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import Authority, Institution, InstitutionKind, Region
from .queries import InstitutionQuerySet


class InstitutionFilter(django_filters.FilterSet):  # type: ignore[misc]
    """`?q=words&region=KZ-35&kind=remand_centre&authority=mia&state=open`. An unknown value finds nothing."""

    q = django_filters.CharFilter(method="by_words", label=_("Words in the name or place"))
    region = django_filters.ModelChoiceFilter(
        queryset=Region.objects.order_by("sort_key"),
        to_field_name="iso",
        label=_("Region"),
        empty_label=_("All regions"),
    )
    kind = django_filters.ModelChoiceFilter(
        queryset=InstitutionKind.objects.order_by("number"),
        to_field_name="code",
        label=_("Kind"),
        empty_label=_("All kinds"),
    )
    authority = django_filters.ModelChoiceFilter(
        queryset=Authority.objects.order_by("order"),
        to_field_name="code",
        label=_("Authority"),
        empty_label=_("All authorities"),
    )
    state = django_filters.ChoiceFilter(
        method="by_state",
        choices=[("open", _("Open")), ("closed", _("Closed"))],
        label=_("State"),
        empty_label=_("Open and closed"),
    )

    class Meta:
        model = Institution
        fields: list[str] = []

    @property
    def found(self) -> InstitutionQuerySet:
        """The rows that match; none where a filter is not understood (the form then says which)."""
        rows: InstitutionQuerySet = self.qs
        return rows if self.is_valid() else rows.none()

    def by_words(self, rows: "QuerySet[Institution]", name: str, value: str) -> "QuerySet[Institution]":
        """Every word must stand in the names of some language, or in the place."""
        return rows.filter(pk__in=Institution.objects.matching(value).values("pk"))

    def by_state(self, rows: "QuerySet[Institution]", name: str, value: str) -> "QuerySet[Institution]":
        """Open today, or not."""
        open_now = Institution.objects.open_on(timezone.localdate()).values("pk")
        return rows.filter(pk__in=open_now) if value == "open" else rows.exclude(pk__in=open_now)

"""Pages of the office: the list of visits, the queue, one visit beside the last one, and the decisions on it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from institutions.models import Region
from ombudsman.paging import Stretch
from ombudsman.words import pick

from ..filters import VisitFilter
from ..models import Visit
from ..visit_rows import narrow, rows


@require_safe
def visit_list(request: HttpRequest) -> HttpResponse:
    """All visits the person may know of, newest first, 50 a page."""
    found = VisitFilter(request.GET, Visit.objects.visible_to(request.user)).qs
    page = Stretch.cut(narrow(found.newest_first(), request.user), found, request.GET.get("page"))
    regions = [(pk, iso, name.text) for pk, iso, name in _regions()]
    return render(
        request,
        "visits/list.html",
        {
            "page": page,
            "rows": rows(page.rows, {pk: name for pk, _iso, name in regions}),
            "regions": [(iso, name) for _pk, iso, name in regions],
            "years": [str(year) for year in range(timezone.localdate().year, _first_year() - 1, -1)],
            "kinds": Visit.Kind.choices,
            "states": Visit.State.choices,
            "chosen": {name: request.GET.get(name, "") for name in ("year", "region", "kind", "state")},
        },
    )


def _regions() -> list[Any]:
    found = Region.objects.only("iso", "name_kk", "name_ru", "name_en").order_by("sort_key", "pk")
    return [(region.pk, region.iso, pick(region, "name")) for region in found]


def _first_year() -> int:
    """The year of the oldest visit: where the choice of years ends."""
    oldest = Visit.objects.order_by("year").values_list("year", flat=True).first()
    return oldest or timezone.localdate().year


urlpatterns: list[URLPattern] = [
    path("visits/", visit_list, name="visit_list"),
]

"""Doors of institutions."""

from django.urls import URLPattern, path

from . import conflict_views, views

urlpatterns: list[URLPattern] = [
    path("institutions/", views.institution_list, name="institution_list"),
    path("institutions/new/", views.institution_new, name="institution_new"),
    path("institutions/<uuid:uid>/", views.institution, name="institution"),
    path("institutions/<uuid:uid>/headcount/", views.headcount_new, name="headcount_new"),
    *(
        path(
            f"institutions/<uuid:uid>/{change}/",
            views.institution_change,
            {"change": change},
            name=f"institution_{change}",
        )
        for change in views.CHANGES
    ),
    path("regions/", views.region_list, name="region_list"),
    path("official-figures/", views.official_figures, name="official_figures"),
    path("conflicts/", conflict_views.conflict_list, name="conflict_list"),
    path("conflicts/new/", conflict_views.conflict_new, name="conflict_new"),
    path("conflicts/<int:pk>/end/", conflict_views.conflict_end, name="conflict_end"),
]

"""Doors of institutions."""

from django.urls import URLPattern, path

from . import conflict_views

urlpatterns: list[URLPattern] = [
    path("conflicts/", conflict_views.conflict_list, name="conflict_list"),
    path("conflicts/new/", conflict_views.conflict_new, name="conflict_new"),
    path("conflicts/<int:pk>/end/", conflict_views.conflict_end, name="conflict_end"),
]

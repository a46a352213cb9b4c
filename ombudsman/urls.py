"""Roof: every door of the house on one screen.

Doors that open without sign-in are marked in their views; everything else asks for it (LoginRequiredMiddleware).
"""

from django.urls import include, path

from ombudsman import api, offline, views
from ombudsman.people import urls as people
from ombudsman.reference import reference_site

urlpatterns = [
    # First, since what a device sends should not be held against every other door.
    path("api/", include(api.urlpatterns)),
    path("", views.home, name="home"),
    path("language/<str:code>/", views.language, name="language"),
    path("health/", views.health, name="health"),
    path("components/", views.components, name="components"),
    path("help/", views.help_page, name="help"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("confidentiality/", views.confidentiality, name="confidentiality"),
    path("", include(offline.urlpatterns)),
    path("account/", include(people.account_urlpatterns)),
    path("", include(people.urlpatterns)),
    path("", include("institutions.urls")),
    path("", include("visits.urls")),
    path("", include("reports.urls")),
    path("reference/", reference_site.urls),
]

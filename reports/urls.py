"""Doors of reports."""

from django.urls import path

from . import views

urlpatterns = [
    path("reports/", views.report_list, name="report_list"),
    path("reports/freeze/", views.report_freeze, name="report_freeze"),
    path("reports/<int:year>/", views.report, name="report"),
    path("reports/<int:year>/figure/", views.figure, name="figure"),
    path("reports/<int:year>/release/", views.report_release, name="report_release"),
    path("reports/<int:year>/withdraw/", views.report_withdraw, name="report_withdraw"),
    path("reports/<int:year>/<str:language>.pdf", views.report_file, name="report_file"),
]

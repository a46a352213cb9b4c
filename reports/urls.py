"""Doors of reports."""

from django.urls import path

from . import views, views_orders, views_statistics

urlpatterns = [
    path("statistics/", views_statistics.statistics, name="statistics"),
    path("statistics/table.csv", views_statistics.statistics_csv, name="statistics_csv"),
    path("statistics/table.xlsx", views_statistics.statistics_xlsx, name="statistics_xlsx"),
    path("statistics/figure/", views_statistics.statistics_figure, name="statistics_figure"),
    path("reports/", views.report_list, name="report_list"),
    path("reports/freeze/", views.report_freeze, name="report_freeze"),
    path("reports/orders/<uuid:pk>/", views_orders.report_order, name="report_order"),
    path("reports/orders/<uuid:pk>/here/", views_orders.report_order_here, name="report_order_here"),
    path("reports/<int:year>/", views.report, name="report"),
    path("reports/<int:year>/figure/", views.figure, name="figure"),
    path("reports/<int:year>/hidden/", views.report_hidden, name="report_hidden"),
    path("reports/<int:year>/release/", views.report_release, name="report_release"),
    path("reports/<int:year>/print/", views.report_print, name="report_print"),
    path("reports/<int:year>/withdraw/", views.report_withdraw, name="report_withdraw"),
    path("reports/<int:year>/<str:language>.pdf", views.report_file, name="report_file"),
]

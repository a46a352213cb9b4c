"""Reports: tallies, figures, disclosure control and the printed book. Nobody imports reports."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Reports"

"""Visits: instruments, fieldwork, review, follow-up."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "visits"
    verbose_name = "Visits"

    def ready(self) -> None:
        from . import page_parts

        page_parts.register_all()

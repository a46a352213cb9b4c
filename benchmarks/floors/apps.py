"""The floor's only app."""

from django.apps import AppConfig


class Floor(AppConfig):
    name = "benchmarks.floors"
    label = "floor"

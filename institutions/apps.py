"""Institutions: regions, authorities, the places themselves, headcounts and official figures."""

from django.apps import AppConfig


class InstitutionsConfig(AppConfig):
    name = "institutions"
    verbose_name = "Institutions"

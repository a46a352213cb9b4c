"""People: who may do what, and who did what."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "ombudsman.people"
    label = "people"
    verbose_name = "People"

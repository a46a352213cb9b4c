"""Every stored field says how private it is; a field that says nothing, or two things, does not pass."""

import pytest
from django.db import models
from django.test.utils import isolate_apps

from ombudsman.privacy import Level, declared, our_models, undeclared
from visits.models import Interview


@pytest.mark.parametrize("model", list(our_models()), ids=lambda model: model.__name__)
def test_every_field_declares_its_privacy(model):
    assert undeclared(model) == set()


@isolate_apps("visits")
def test_a_planted_field_without_declaration_is_seen():
    class Diary(models.Model):
        words = models.TextField()
        page = models.IntegerField()

        class Privacy:
            public = ["page", "id"]
            internal = ["page"]

        class Meta:
            app_label = "visits"

    assert undeclared(Diary) == {"words", "page"}


def test_interviews_hold_nothing_public():
    assert declared(Interview)[Level.PUBLIC] == []


def test_interviews_are_not_dated_signed_or_numbered():
    kinds = (models.DateField, models.TimeField, models.DateTimeField, models.AutoField)
    fields = Interview._meta.get_fields()
    assert [field.name for field in fields if isinstance(field, kinds)] == []
    related = [field.related_model.__name__ for field in fields if field.concrete and field.is_relation]
    assert "User" not in related
    assert "Participation" not in related

"""The database refuses to change or delete entries of the trail."""

from django.db import migrations

from ombudsman.people.triggers import backwards, forwards


class Migration(migrations.Migration):
    dependencies = [("people", "0001_start")]
    operations = [migrations.RunPython(forwards, backwards)]

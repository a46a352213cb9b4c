"""PostgreSQL looks the keys of answers up once a statement, and writes no locks on indicators and choices."""

from django.db import migrations

from visits.answer_keys import backwards, forwards


class Migration(migrations.Migration):
    dependencies = [("visits", "0006_answers_without_an_index_of_their_indicator")]
    operations = [migrations.RunPython(forwards, backwards)]

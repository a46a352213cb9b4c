"""PostgreSQL keeps the plan of the look at a visit and at an author; it made that for any number of them anew each time."""

from django.db import migrations

from visits.answer_keys import forwards


class Migration(migrations.Migration):
    dependencies = [("visits", "0009_newest_visit_of_a_place_by_index")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]

"""The count of a row's edits is its `revision`: "version" only ever means an agreement's."""

from django.db import migrations

MODELS = ["cadence", "champion", "course", "expectation", "seat", "service", "sprint", "training"]


class Migration(migrations.Migration):
    dependencies = [("teams", "0003_no_team_of_a_residency")]
    operations = [
        *(migrations.RenameField(model, "version", "revision") for model in MODELS),
    ]

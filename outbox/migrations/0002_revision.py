"""The count of a row's edits is its `revision`: "version" only ever means an agreement's."""

from django.db import migrations

MODELS = ["mailpreference", "scheduleoverride", "templateoverride"]


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]
    operations = [
        *(migrations.RenameField(model, "version", "revision") for model in MODELS),
    ]

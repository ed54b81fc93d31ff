"""The count of a row's edits is its `revision`: "version" only ever means an agreement's."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0003_savedview_snooze")]
    operations = [
        migrations.RenameField("person", "version", "revision"),
    ]

"""The count of a row's edits is its `revision`: "version" only ever means an agreement's."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agreements", "0004_amendments_beyond_clauses")]
    operations = [
        migrations.RenameField("agreementversion", "version", "revision"),
    ]

"""Several agreements about one subject, one standing for each purpose; those there are, are partnerships.

Neither table has triggers of its own, and no record's hash covers the new columns.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agreements", "0005_revision")]

    operations = [
        migrations.AddField("template", "purpose", models.SlugField(default="partnership", max_length=30, verbose_name="purpose")),
        migrations.AddField("agreement", "purpose", models.SlugField(default="partnership", editable=False, max_length=30)),
        migrations.AddConstraint(
            "agreement",
            models.UniqueConstraint(
                condition=models.Q(("voided_at", None)), fields=("stream", "purpose"), name="agreements_one_of_a_purpose"
            ),
        ),
    ]

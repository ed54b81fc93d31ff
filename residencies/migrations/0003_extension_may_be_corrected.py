from django.db import migrations, models


class Migration(migrations.Migration):
    """A day for graduation that was given by mistake is corrected by an earlier one."""

    dependencies = [("residencies", "0002_search_words")]

    operations = [
        migrations.RemoveConstraint("extension", "residencies_extension_is_later"),
        migrations.AddConstraint(
            "extension",
            models.CheckConstraint(condition=~models.Q(to_on=models.F("from_on")), name="residencies_extension_moves"),
        ),
    ]

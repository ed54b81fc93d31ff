"""The models say what they hold: preferences, overrides of schedules and templates, heartbeats."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0011_labels")]

    operations = [
        migrations.RenameModel("Wish", "MailPreference"),
        migrations.RenameModel("Timetable", "ScheduleOverride"),
        migrations.RenameModel("Wording", "TemplateOverride"),
        migrations.RenameModel("Round", "Heartbeat"),
        migrations.AlterField(
            model_name="mailpreference",
            name="person",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="mail_preference", to="people.person"
            ),
        ),
    ]
